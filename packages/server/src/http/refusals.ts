/** How a refusal becomes an HTTP answer: one table for the status, one for what to do next. */
import type { ApiError } from '@noinit/api';
import { type ErrorCode, NoinitError } from '@noinit/model';

const STATUS: { readonly [code in ErrorCode]: number } = {
  'bad-request': 400,
  'bad-serial': 400,
  'unknown-key': 401,
  'foreign-host': 403,
  'unknown-project': 404,
  'not-found': 404,
  'missing-symbols': 404,
  'symbols-conflict': 409,
  'wrong-symbols': 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  'not-an-elf': 422,
  'no-build-id': 422,
  'unsupported-elf': 422,
  'unreadable-dump': 422,
  'parser-limit': 422,
  internal: 500,
  'store-unsafe': 500,
  overloaded: 503,
};

const ADVICE: { readonly [code in ErrorCode]?: string } = {
  'bad-serial': 'A serial is 1 to 128 bytes of UTF-8 without control characters, percent-encoded in the path.',
  'unknown-key': 'Send the project key in the header x-noinit-key. `noinit serve` prints it when it makes the project.',
  'unknown-project': 'Name a project of GET /api/v1/projects in the header x-noinit-project.',
  'foreign-host':
    'Call the server as 127.0.0.1, localhost or [::1] with its port: until sign-in exists it serves this machine only.',
  'missing-symbols': 'Upload the ELF file of that build: noinit symbols upload FILE',
  'symbols-conflict': 'The first file stays. Give the changed firmware a build id of its own (link with -Wl,--build-id).',
  'unsupported-media-type': 'Send application/octet-stream (one chunk) or application/vnd.noinit.chunks (many), not compressed.',
  'too-large': 'Send less in one request: at most 1 MiB of chunks, at most 256 MiB of ELF file.',
  'not-an-elf': 'Send the linked ELF file (often .elf or .axf), not a .bin or .hex image.',
  'no-build-id': 'Link with -Wl,--build-id and keep the section .note.gnu.build-id in the linker script.',
  'parser-limit': 'The file is damaged or made to exhaust the parser. If it is neither, please report it with the file.',
  overloaded: 'Repeat the whole request after the seconds in Retry-After.',
  internal: 'This is a bug of noinit. The server log has the details.',
};

/** Seconds a sender waits when the server is overloaded. */
export const RETRY_AFTER = 1;

export interface HttpRefusal {
  readonly status: number;
  readonly body: ApiError;
}

/** The answer for anything that was thrown. What is not a refusal is a bug: 500, without details. */
export function describeRefusal(error: unknown): HttpRefusal {
  const { code, message } = asRefusal(error);
  const advice = ADVICE[code];
  return { status: STATUS[code], body: { error: { code, message, ...(advice === undefined ? {} : { advice }) } } };
}

function asRefusal(error: unknown): { code: ErrorCode; message: string } {
  // An internal refusal may carry a stack of another process: not for the caller.
  if (error instanceof NoinitError && error.code !== 'internal') return error;
  const status = httpStatus(error);
  // The page's files are refused so where a path leaves their folder.
  if (status === 403 || status === 404) return { code: 'not-found', message: 'there is nothing at this address' };
  if (status === 413) return { code: 'too-large', message: 'the body is larger than this endpoint takes' };
  if (status === 415) return { code: 'unsupported-media-type', message: 'the content type is not one of this endpoint' };
  if (status !== undefined && status >= 400 && status < 500)
    return { code: 'bad-request', message: `the request cannot be read${becauseOf(error)}` };
  return { code: 'internal', message: 'something went wrong in the server' };
}

/** Fastify's own refusals (a cut body, a bad percent escape) carry `statusCode`. */
function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** The text of a web framework may repeat what was sent, however long that is. */
function becauseOf(error: unknown): string {
  return error instanceof Error && error.message.length <= 200 ? `: ${error.message}` : '';
}
