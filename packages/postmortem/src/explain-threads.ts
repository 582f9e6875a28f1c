/** From the dump's and the kernel's threads to those of a trace. */
import type { Dump, RegisterValues, TraceThread } from '@noinit/model';
import { type BadJump, findCore, type Memory, type UnwoundFrame, unwindThread } from '@noinit/unwind';
import type { ValueTarget } from '@noinit/values';
import { makeBareFrames } from './bare-frames.ts';
import { makePostcardFrames } from './postcard-frames.ts';
import { describeStack } from './threads/describe-stack.ts';
import type { KernelThread } from './threads/kernel-thread.ts';
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
  const stack = describeStack(thread, kernel);
  const head = {
    name: thread.name ?? kernel?.name ?? (thread.crashed ? plainName(source.dump) : `thread ${index}`),
    crashed: thread.crashed,
    ...(state !== undefined && { state }),
    ...(kernel?.waitsFor !== undefined && { waitsFor: kernel.waitsFor }),
    ...(stack && { stack }),
  };
  const why = findWhyWithoutRegisters(thread.registers, kernel);
  if (why !== undefined) return { thread: { ...head, frames: [], end: why }, unwound: [] };
  const { frames, unwound, end, badJump } = findFrames(joined, source);
  return { thread: { ...head, frames, ...(end !== undefined && { end }) }, unwound, ...(badJump && { badJump }) };
}

/** Nothing crashed where the device went on, nor where our own record says that a debugger stopped it. */
function plainName({ cause, key }: Dump): string {
  const isCrash = cause.kind !== 'snapshot' && !(cause.kind === 'stopped' && key !== undefined);
  return isCrash ? 'crashed thread' : 'captured thread';
}

type Frames = Pick<TraceThread, 'frames' | 'end'> & Omit<ExplainedThread, 'thread'>;

function findFrames({ thread }: JoinedThread, { dump, memory, target }: ThreadSource): Frames {
  const core = findCore(dump.machine);
  if (!target || !core) {
    const end = target ? `This version does not unwind ${dump.machine}.` : 'Callers are found with the symbols of the build.';
    return { ...makeBareFrames(thread, dump.machine === 'cortex-m'), unwound: [], end };
  }
  if (dump.isPostcard) return makePostcardFrames(thread.registers, { symbols: target.symbols, memory, core }, target);
  const { symbols } = target;
  const { unsureBits, crashed } = thread;
  const unwindTarget = { symbols, memory, core, ...(crashed && { system: dump.system }), ...(unsureBits && { unsureBits }) };
  const { frames, end } = unwindThread(withStackPointer(thread.registers), unwindTarget, crashed ? undefined : MAX_OTHER_FRAMES);
  const innermost = frames[0];
  return {
    frames: makeTraceFrames(frames, target),
    unwound: frames,
    ...(end.reason !== 'outermost' && { end: end.detail }),
    ...(innermost && innermost.kind !== 'exception' && innermost.badJump && { badJump: innermost.badJump }),
  };
}

/** EXC_RETURN: the exception was taken while PSP was in use. */
const USES_PSP = 4;

/** Where the hardware could not write its frame the banked pointer still stands near what was on the stack. */
function withStackPointer(registers: RegisterValues): RegisterValues {
  const { pc, sp, msp, psp, exc_return: excReturn } = registers;
  if (pc !== undefined || sp !== undefined || excReturn === undefined) return registers;
  const pointer = (excReturn & USES_PSP) === 0 ? msp : psp;
  return pointer === undefined ? registers : { ...registers, sp: pointer };
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
