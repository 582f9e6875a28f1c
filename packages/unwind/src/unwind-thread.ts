/**
 * Walks one thread's stack from its innermost frame outwards. Each frame is asked in this order: its call frame information,
 * the exception index, its own instructions, its return register, the chain of frame pointers, the words on the stack. Every
 * return address is checked to stand behind a call.
 */
import type { RegisterValues } from '@noinit/model';
import { applyRow } from './apply-row.ts';
import { findLostPlace } from './find-lost-place.ts';
import { type FrameSource, findFrameSource } from './find-row.ts';
import { forgetClobbered } from './forget-clobbered.ts';
import { end, makeExactFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { stepFromBadJump } from './step-bad-jump.ts';
import { stepByReturnAddress } from './step-return.ts';
import { stepByScan, stepWithoutReturnAddress } from './step-scan.ts';
import { stepFromSignalFrame, stepFromTrap } from './step-trap.ts';
import { isOwnCall, stepWithoutRow } from './step-without-row.ts';
import type { UnwindTarget } from './target.ts';
import { type Confidence, MAX_FRAMES, type UnwindEnd, type Unwinding, type UnwoundFrame } from './unwound-frame.ts';

/** Never throws for what registers and memory hold, and ends: at most `maxFrames` frames (default and upper limit MAX_FRAMES). */
export function unwindThread(values: RegisterValues, target: UnwindTarget, maxFrames: number = MAX_FRAMES): Unwinding {
  const frames: UnwoundFrame[] = [];
  const registers = target.core.readRegisters(values, target.system ?? {});
  const first = findFirstFrame(registers, target);
  if (first.kind === 'end') return { frames, end: first.end };
  let { frame } = first;
  const limit = Math.min(maxFrames, MAX_FRAMES);
  let known = target;
  for (;;) {
    const { cfa, step } = stepFrom(frame, known);
    frames.push(finishFrame(frame, cfa, step));
    if (step.kind === 'end') return { frames, end: step.end };
    if (step.kind === 'interrupted') {
      frames.push(step.marker);
      known = withSureBits(known);
    }
    if (frames.length >= limit) return { frames: frames.slice(0, limit), end: tooManyFrames(limit) };
    frame = step.frame;
  }
}

function findFirstFrame(registers: RegisterSet, target: UnwindTarget): Step {
  const frame = makeExactFrame(registers, target, { method: 'captured' });
  return frame ? { kind: 'caller', frame } : findLostPlace(registers, target);
}

/** What an exception saved is the processor's own. */
function withSureBits({ unsureBits: _unsureBits, ...target }: UnwindTarget): UnwindTarget {
  return target;
}

interface Visit {
  readonly cfa?: UnwoundCfa;
  readonly step: Step;
}
type UnwoundCfa = NonNullable<ReturnType<typeof applyRow>>['cfa'];

function stepFrom(frame: PendingFrame, target: UnwindTarget): Visit {
  const { lookUp } = frame;
  if (lookUp === undefined) return { step: stepFromBadJump(frame, target) };
  const source = findFrameSource(frame, lookUp, target);
  const trap = source?.row.signalFrame === true ? undefined : stepFromTrap(frame, lookUp, target);
  if (trap) return trap;
  if (!source) return { step: stepWithoutRow(frame, lookUp, target) };
  const applied = applyRow(source.row, frame.registers, target);
  if (!applied) return { step: stepByScan(frame, frame.stackPointer, target, 'register-unknown') };
  const { cfa, returnAddress } = applied;
  if (source.row.signalFrame) return { cfa, step: stepFromSignalFrame(applied, frame, target) };
  const registers = forgetClobbered(applied.registers, frame, lookUp, source, target);
  switch (returnAddress.kind) {
    case 'none':
      return { cfa, step: stepWithoutCaller(source, registers, frame, target) };
    case 'value':
      return { cfa, step: stepByReturnAddress(returnAddress.value, registers, frame, source, target) };
    case 'not-captured':
      return { cfa, step: stepByScan(frame, frame.stackPointer, target, 'stack-not-captured') };
    case 'in-register':
      return { cfa, step: stepByRegister(frame, registers, source, target) };
  }
}

function stepWithoutCaller(
  { method }: FrameSource,
  registers: PendingFrame['registers'],
  frame: PendingFrame,
  target: UnwindTarget,
): Step {
  if (method !== 'instructions') return end('outermost', 'The call frame information says that there is no caller.');
  return stepWithoutReturnAddress(frame, registers, target);
}

function stepByRegister(
  frame: PendingFrame,
  callerRegisters: PendingFrame['registers'],
  source: FrameSource,
  target: UnwindTarget,
): Step {
  // A frame that has called something overwrote the register, so a row that leaves it there has no caller to tell.
  if (!frame.isExact) return stepWithoutReturnAddress(frame, callerRegisters, target);
  const returnAddress = frame.registers.get(target.core.returnRegister);
  if (returnAddress === undefined) return end('register-unknown', 'The return address is in a register that was not captured.');
  if (source.method === 'instructions' && isOwnCall(returnAddress, frame, target)) {
    return stepByScan(frame, frame.stackPointer, target, 'no-call-frame-information');
  }
  return stepByReturnAddress(returnAddress, callerRegisters, frame, source, target);
}

function finishFrame(frame: PendingFrame, cfa: UnwoundCfa | undefined, step: Step): UnwoundFrame {
  const { kind, pc, lookUp, registers, method, doubtful, badJump } = frame;
  const caller = (step.kind === 'caller' ? step.viaBadJump : undefined) ?? 'unknown';
  return {
    kind,
    pc,
    registers,
    method,
    confidence: confidenceOf(frame),
    ...(lookUp !== undefined && { lookUp }),
    ...(cfa !== undefined && { cfa }),
    ...(doubtful !== undefined && { doubtful }),
    ...(step.kind === 'caller' && step.isCalledDirectly === true && { isCalledDirectly: true }),
    ...(badJump && { badJump: { ...badJump, caller } }),
  };
}

function confidenceOf({ method, doubtful, footing }: PendingFrame): Confidence {
  if (doubtful !== undefined || footing === 'searched') return 'unsure';
  return method === 'captured' || method === 'exception-frame' || method === 'call-frame-information' ? 'certain' : 'likely';
}

function tooManyFrames(limit: number): UnwindEnd {
  return { reason: 'too-many-frames', detail: `Only the innermost ${limit} frames are listed.` };
}
