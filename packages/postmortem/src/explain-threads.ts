/** From the dump's and the kernel's threads to those of a trace. */
import type { Dump, RegisterValues, ThreadStack, TraceThread } from '@noinit/model';
import { type BadJump, findCore, type Memory, type UnwoundFrame, unwindThread } from '@noinit/unwind';
import type { ValueTarget } from '@noinit/values';
import { makeBareFrames } from './bare-frames.ts';
import type { KernelStack, KernelThread } from './threads/kernel-thread.ts';
import type { JoinedThread } from './threads/merge-threads.ts';
import { makeTraceFrames } from './trace-frames.ts';

export interface ExplainedThread {
  readonly thread: TraceThread;
  /** Innermost first; empty without symbols. */
  readonly unwound: readonly UnwoundFrame[];
  readonly badJump?: BadJump;
}

/** What every thread is explained from. */
export interface ThreadSource {
  readonly dump: Dump;
  readonly memory: Memory;
  /** Undefined without symbols. */
  readonly target: ValueTarget | undefined;
}

/** Frames of a thread that did not crash, at most: a person looks where it waits, not where it came from. */
const MAX_OTHER_FRAMES = 64;

export function explainThread(joined: JoinedThread, index: number, source: ThreadSource): ExplainedThread {
  const { thread, kernel } = joined;
  const state = thread.state ?? kernel?.state;
  const stack = kernel?.stack && describeStack(kernel.stack, kernel, thread.registers);
  const head = {
    name: thread.name ?? kernel?.name ?? (thread.crashed ? 'crashed thread' : `thread ${index}`),
    crashed: thread.crashed,
    ...(state !== undefined && { state }),
    ...(kernel?.waitsFor !== undefined && { waitsFor: kernel.waitsFor }),
    ...(stack && Object.keys(stack).length > 0 && { stack }),
  };
  const why = findWhyWithoutRegisters(thread.registers, kernel);
  if (why !== undefined) return { thread: { ...head, frames: [], end: why }, unwound: [] };
  const { frames, unwound, end, badJump } = findFrames(joined, source);
  return { thread: { ...head, frames, ...(end !== undefined && { end }) }, unwound, ...(badJump && { badJump }) };
}

type Frames = Pick<TraceThread, 'frames' | 'end'> & Omit<ExplainedThread, 'thread'>;

function findFrames({ thread }: JoinedThread, { dump, memory, target }: ThreadSource): Frames {
  const core = findCore(dump.machine);
  if (!target || !core) {
    const end = target ? `This version does not unwind ${dump.machine}.` : 'Callers are found with the symbols of the build.';
    return { ...makeBareFrames(thread, dump.machine === 'cortex-m'), unwound: [], end };
  }
  const { symbols } = target;
  const { unsureBits, crashed } = thread;
  const unwindTarget = { symbols, memory, core, ...(crashed && { system: dump.system }), ...(unsureBits && { unsureBits }) };
  const { frames, end } = unwindThread(thread.registers, unwindTarget, crashed ? undefined : MAX_OTHER_FRAMES);
  const innermost = frames[0];
  return {
    frames: makeTraceFrames(frames, target),
    unwound: frames,
    ...(end.reason !== 'outermost' && { end: end.detail }),
    ...(innermost && innermost.kind !== 'exception' && innermost.badJump && { badJump: innermost.badJump }),
  };
}

function findWhyWithoutRegisters(registers: RegisterValues, kernel: KernelThread | undefined): string | undefined {
  if (!kernel || Object.keys(registers).length > 0) return undefined;
  switch (kernel.context.kind) {
    case 'saved':
      return undefined;
    case 'unknown':
      return kernel.context.why;
    case 'running':
      return kernel.context.core === undefined
        ? 'It is the running thread, and its registers are not in the dump.'
        : `It runs on core ${kernel.context.core}, whose registers are not in the dump.`;
  }
}

/** A running thread's stack pointer is the processor's, in an interrupt the process stack pointer; others saved their context below. */
function describeStack(
  { start, size, used, highWater }: KernelStack,
  { context }: KernelThread,
  registers: RegisterValues,
): ThreadStack {
  const pointers = context.kind === 'running' ? [registers['sp'], registers['psp']] : [];
  const live = pointers.find(
    (pointer) => pointer !== undefined && size !== undefined && pointer > start && pointer <= start + size,
  );
  const inUse = live === undefined || size === undefined ? used : start + size - live;
  return {
    ...(size !== undefined && { size }),
    ...(inUse !== undefined && { used: inUse }),
    ...(highWater !== undefined && { highWater: Math.max(highWater, inUse ?? 0) }),
  };
}
