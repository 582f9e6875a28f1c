/** How a command says that it could not do what was asked: the facts, then what to do. */
import { type ErrorCode, NoinitError } from '@noinit/model';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** A refusal with advice, made by a command or told by a server. */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  readonly advice: string | undefined;
  constructor(message: string, options: { readonly exitCode: ExitCode; readonly advice?: string | undefined }) {
    super(message);
    this.name = 'Failure';
    this.exitCode = options.exitCode;
    this.advice = options.advice;
  }
}

const ADVICE: { readonly [code in ErrorCode]?: string } = {
  'wrong-symbols': 'Give the ELF file of exactly the build that crashed; its build id shows with: readelf -n FILE',
  'not-an-elf': 'Give the linked ELF file (often .elf or .axf), not a .bin or .hex image.',
  'unsupported-elf': 'Give the linked program, whole and as it runs on the device, with --elf or as the file to upload.',
  'no-build-id': 'Link with -Wl,--build-id and keep the section .note.gnu.build-id in the linker script.',
  'unreadable-dump': 'Give what a device wrote: a crash message (what GET /api/v1/crashes/ID/dump answers) or an ELF core file.',
  'store-unsafe': 'Give another folder with --data, or stop the noinit server that uses this one.',
};

/** A refusal about the content of the input is bad news; about how it was asked, wrong usage. */
const EXIT_OF: { readonly [code in ErrorCode]?: ExitCode } = {
  'bad-request': EXIT.wrongUsage,
  'unreadable-dump': EXIT.partial,
};

/** Prints what went wrong and gives the exit code. A bug is thrown on, with its stack. */
export function reportFailure(error: unknown, terminal: Terminal): ExitCode {
  const failure = asFailure(error);
  if (failure === undefined) throw error;
  terminal.error(`noinit: ${failure.message}\n`);
  if (failure.advice !== undefined) terminal.error(`${failure.advice}\n`);
  return failure.exitCode;
}

function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (isSystemError(error)) return new Failure(`the system refused: ${error.message}`, { exitCode: EXIT.badNews });
  if (!(error instanceof NoinitError) || error.code === 'internal') return undefined;
  return new Failure(error.message, { exitCode: EXIT_OF[error.code] ?? EXIT.badNews, advice: ADVICE[error.code] });
}

/** A full disk, a missing permission: nothing that a stack would explain. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
