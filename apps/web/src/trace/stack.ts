/** What the page needs to know about the stack frames of a trace. */
import type { CodeFrame, ThreadStack, Trace, TraceFrame, TraceThread } from '@noinit/model';

/** The recorder's own functions: where a crash is recorded, not where it happened. */
const RECORDER = /^noinit_/;

/** The thread at `index`, else the crashed one, else the first; undefined in a trace without threads. */
export function pickThread(trace: Trace, index: number | undefined): TraceThread | undefined {
  const chosen = index === undefined ? undefined : trace.threads[index];
  return chosen ?? trace.threads.find((thread) => thread.crashed) ?? trace.threads[0];
}

/**
 * Index of the frame at `index` if code ran there; else of the innermost frame of the project's own code with a known line, else of
 * the innermost code frame. Undefined where the thread has no code frame.
 */
export function pickFrame(frames: readonly TraceFrame[], index: number | undefined): number | undefined {
  const chosen = index === undefined ? undefined : frames[index];
  if (chosen && isCode(chosen)) return index;
  const own = frames.findIndex((frame) => isCode(frame) && frame.line !== undefined && !RECORDER.test(frame.function ?? ''));
  const first = own >= 0 ? own : frames.findIndex(isCode);
  return first >= 0 ? first : undefined;
}

/** The next code frame in the direction of `step` (1 outward, -1 inward); undefined at the end. */
export function stepFrame(frames: readonly TraceFrame[], from: number, step: 1 | -1): number | undefined {
  for (let index = from + step; index >= 0 && index < frames.length; index += step) {
    const frame = frames[index];
    if (frame && isCode(frame)) return index;
  }
  return undefined;
}

export function isCode(frame: TraceFrame): frame is CodeFrame {
  return frame.kind !== 'exception';
}

/** `src/fw.c:21:5` as far as known. */
export function placeText(frame: {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}): string | undefined {
  if (frame.file === undefined) return undefined;
  return [frame.file, frame.line, frame.column].filter((part) => part !== undefined).join(':');
}

/** The function's name, or the raw address where nothing names it. */
export function frameName(frame: CodeFrame): string {
  return frame.function ?? frame.pc;
}

/** What the kernel says of a thread: `blocked`, `waits for queue rx_frames`, `stack 76 of 384 bytes, at most 284 so far`. */
export function threadNotes({ state, waitsFor, stack }: TraceThread): readonly string[] {
  const overflow = stack?.overflow === undefined ? undefined : `stack overflowed: ${stack.overflow}`;
  const notes = [state, waitsFor === undefined ? undefined : `waits for ${waitsFor}`, stack && stackText(stack), overflow];
  return notes.filter((note) => note !== undefined);
}

function stackText({ size, used, highWater }: ThreadStack): string | undefined {
  if (size === undefined && used === undefined) return undefined;
  const now = used === undefined ? `of ${size}` : size === undefined ? `${used}` : `${used} of ${size}`;
  return `stack ${now} bytes${highWater === undefined ? '' : `, at most ${highWater} so far`}`;
}
