/**
 * A trace beside what gdb said of the same thread: at the place of the crash, and, for what an interrupt interrupted, where `interrupt` was
 * called. QEMU's stub does not show gdb the stack pointer that an exception left, so gdb could not go on there itself.
 */
import type { TraceFrame } from '@noinit/model';
import type { GdbFrame } from '@noinit/testing';
import { expect } from 'vitest';
import { compareWithGdb } from './compare.ts';
import { type Built, optionsOf, type Run } from './crash-run.ts';
import { splitAtExceptions } from './expect-frames.ts';
import { type Stop, type StoppedAt, stopWithGdb } from './live-gdb.ts';

export interface Witness {
  /** Where gdb stands for the innermost part. */
  readonly last: Stop;
  /** Frames of ours, and of gdb's, that the other has not: the address that was called, the function that captures. */
  readonly ourFirst?: number;
  readonly gdbFirst?: number;
  /** False where gdb looks a moment before. */
  readonly isPlaced?: boolean;
}

/** Gives what gdb saw at the last stop; fails where a frame or a value is another. */
export function expectAsGdb(frames: readonly TraceFrame[], built: Built, run: Run, witness: Witness): StoppedAt {
  const { last, ourFirst = 0, gdbFirst = 0, isPlaced = true } = witness;
  const parts = splitAtExceptions(frames);
  const calls = parts.slice(1).map((): Stop => ({ kind: 'call', function: 'interrupt' }));
  const stops = stopWithGdb(optionsOf(built, run), [...calls, last]).toReversed();
  for (const [index, part] of parts.entries()) {
    const isInnermost = index === 0;
    const ours = isInnermost ? part.slice(ourFirst) : part;
    const theirs = named(stops[index]?.frames ?? []).slice(isInnermost ? gdbFirst : 0);
    expect(compareWithGdb(ours, theirs, isInnermost && isPlaced)).toMatchObject({ differences: [], frames: ours.length });
  }
  const [innermost] = stops;
  if (innermost === undefined) throw new Error('gdb did not stop');
  return innermost;
}

/** Behind an exception, or behind a thread's first function, gdb goes on into what it has no name for. */
export function named(frames: readonly GdbFrame[]): readonly GdbFrame[] {
  const end = frames.findIndex((frame) => frame.function === null);
  return end < 0 ? frames : frames.slice(0, end);
}
