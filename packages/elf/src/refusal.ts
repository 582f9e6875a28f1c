/** Every way an ELF is refused ends in one of these. */
import { OverlongError, TruncatedError } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';

export function unsupported(fact: string, cause?: unknown): NoinitError {
  return new NoinitError('unsupported-elf', fact, cause === undefined ? undefined : { cause });
}

/** Runs a reader of ELF structures; bytes that end too soon or numbers that are too large become a refusal. */
export function refusing<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof TruncatedError) throw unsupported(`${what} is cut short: ${error.message}`, error);
    if (error instanceof OverlongError) throw unsupported(`${what} holds a number beyond 2^53: ${error.message}`, error);
    throw error;
  }
}
