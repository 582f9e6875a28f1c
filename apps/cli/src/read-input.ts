import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

const WHY: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
};

/** Reads a file that the user named. `what` says in the error what it should have been. */
export async function readInput(path: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Failure(`cannot read the ${what} ${path}: ${WHY[code] ?? code}`, { exitCode: EXIT.wrongUsage });
  }
}

/** The same; `-` is standard input up to its end. */
export function readInputOrStdin(path: string, what: string): Promise<Uint8Array> {
  return path === '-' ? buffer(process.stdin) : readInput(path, what);
}
