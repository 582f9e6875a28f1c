/** Debug information that contradicts itself. Thrown while reading, caught by who can do without what was read. */
import { OverlongError, TruncatedError } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';

export class MalformedError extends Error {
  constructor(fact: string) {
    super(fact);
    this.name = 'MalformedError';
  }
}

/** Whether `error` says something about the debug information; anything else is a bug of ours. */
export function isDamage(error: unknown): error is Error {
  return (
    error instanceof MalformedError ||
    error instanceof TruncatedError ||
    error instanceof OverlongError ||
    (error instanceof NoinitError && error.code === 'parser-limit')
  );
}

/** What `read` gives, or `otherwise` of the reason where the debug information is damaged. */
export function unlessDamaged<Result, Other>(read: () => Result, otherwise: (error: Error) => Other): Result | Other {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return otherwise(error);
  }
}

/** The refusal for what exceeds a named limit. */
export function overLimit(fact: string): NoinitError {
  return new NoinitError('parser-limit', fact);
}
