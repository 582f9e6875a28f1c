/** What stops an evaluation. Thrown inside the evaluator only and turned into an unknown location at its door. */
import type { UnknownCode } from '@noinit/model';

/** No Error: a crash has hundreds of values that cannot be told, and a stack trace of each is most of the time they take. */
export class Unevaluable {
  readonly why: UnknownCode;
  readonly message: string;

  constructor(why: UnknownCode, detail: string) {
    this.why = why;
    this.message = detail;
  }
}

export function malformed(detail: string): Unevaluable {
  return new Unevaluable('malformed-debug-info', detail);
}

export function unsupported(what: string): Unevaluable {
  return new Unevaluable('unsupported', what);
}

/** The target did not tell what the expression needs. */
export function missing(why: 'register-not-recovered' | 'not-captured' | 'optimized-out', detail: string): Unevaluable {
  return new Unevaluable(why, detail);
}

export function tooLarge(detail: string): Unevaluable {
  return new Unevaluable('too-large', detail);
}

export function threadLocal(): Unevaluable {
  return new Unevaluable(
    'thread-local',
    "the variable is thread-local: the dump has no thread pointer that leads to this thread's copy",
  );
}
