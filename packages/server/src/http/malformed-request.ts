/** What arrives and is no HTTP request: nothing is routed, so the refusal is written to the connection itself. */
import type { Socket } from 'node:net';
import { NoinitError } from '@noinit/model';
import { describeRefusal } from './refusals.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

interface Malformed {
  readonly status: string;
  readonly message: string;
}

const HEADERS_TOO_LARGE: Malformed = { status: '431 Request Header Fields Too Large', message: 'the headers are too large' };
const TOO_SLOW: Malformed = { status: '408 Request Timeout', message: 'the request took too long to arrive' };
const NOT_HTTP: Malformed = { status: '400 Bad Request', message: 'this is not one well-formed HTTP request' };

/** By the code of Node's HTTP parser or server. */
const KNOWN: ReadonlyMap<string, Malformed> = new Map([
  ['HPE_HEADER_OVERFLOW', HEADERS_TOO_LARGE],
  ['ERR_HTTP_REQUEST_TIMEOUT', TOO_SLOW],
]);

/** Answers as every other refusal and closes the connection: where the next request begins is not known. */
export function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, message } = KNOWN.get(error.code ?? '') ?? NOT_HTTP;
  const body = JSON.stringify(describeRefusal(new NoinitError('bad-request', message)).body);
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
}
