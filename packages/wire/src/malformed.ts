/** Inside a decoder a throw keeps the code straight; at the decoder's door it becomes damage. */
import { OverlongError, TruncatedError } from '@noinit/bytes';
import type { Damage, DamageCode } from '@noinit/model';

/** Bytes that break the format's rules. Never leaves this package. */
export class MalformedError extends Error {
  readonly offset: number;
  readonly why: DamageCode;
  constructor(offset: number, why: DamageCode, message: string) {
    super(message);
    this.name = 'MalformedError';
    this.offset = offset;
    this.why = why;
  }
}

/** The damage that an error from decoding stands for. Anything else is a bug and is thrown on. */
export function damageOf(error: unknown): Damage {
  if (error instanceof MalformedError) return { offset: error.offset, why: error.why, detail: error.message };
  if (error instanceof TruncatedError) return { offset: error.offset, why: 'truncated', detail: error.message };
  if (error instanceof OverlongError) return { offset: error.offset, why: 'too-large', detail: error.message };
  throw error;
}
