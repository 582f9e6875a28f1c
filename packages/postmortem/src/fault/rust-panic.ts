/** A panic of Rust: the functions that report it stand on the stack, above the one that panicked. */
import type { CodeFrame, TraceFrame } from '@noinit/model';
import { describePlace, type Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** Undefined where nothing panicked, or where something else went wrong on the way. */
export function judgeRustPanic({ frames, isFault, action }: Scene): Verdict | undefined {
  // What a panic handler ends with: `udf` and `bkpt`.
  const isOwnEnd = action?.kind === 'undefined-instruction' || action?.kind === 'breakpoint';
  const culprit = isFault && !isOwnEnd ? undefined : findPanicked(frames);
  return culprit && { class: 'assert', sentence: `${describePlace(culprit)} panicked.`, confidence: 'likely' };
}

/** The innermost function of the program outside of those that panic for it. */
function findPanicked(frames: readonly TraceFrame[]): CodeFrame | undefined {
  const running = frames.findIndex(({ kind, doubtful }) => kind === 'exception' || doubtful !== undefined);
  const functions = (running === -1 ? frames : frames.slice(0, running)).filter((frame) => frame.kind !== 'exception');
  const panicking = functions.findLastIndex((frame) => PANICKING.test(frame.function ?? ''));
  if (panicking === -1) return undefined;
  const callers = functions.slice(panicking + 1);
  return callers.find((frame) => frame.function !== undefined && !LIBRARY.test(frame.function)) ?? callers[0];
}

/** Of the standard library: `panic_fmt`, `panic_bounds_check`, and those out of line that only panic. */
const PANICKING = /^(?:core|std)::(?:panicking::|(?:option|result)::(?:unwrap|expect)_failed|cell::panic_already_)/;
/** `<T as core::…>` is a method of the program's own type. */
const LIBRARY = /^(?:core|alloc|std)::/;
