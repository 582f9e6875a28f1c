/** From a return address to the frame it leads to, with everything that can speak against it. */
import { type Address, hexAddress } from '@noinit/model';
import type { CallInstruction } from './cores/core-rules.ts';
import type { FrameSource } from './find-row.ts';
import { end, type Footing, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { endsThreads, isRootFunction } from './root-function.ts';
import { stepByExceptionReturn } from './step-exception.ts';
import { stepByScan } from './step-scan.ts';
import { findEntry, findFunctionName, isCode, type UnwindTarget } from './target.ts';

/** How the return address was found, and why that way may have led astray. */
export type Way = Pick<FrameSource, 'method' | 'doubt'>;

/** `registers` are the caller's as recovered so far; `frame` is where the return address was found. */
export function stepByReturnAddress(
  value: number,
  registers: RegisterSet,
  frame: PendingFrame,
  way: Way,
  target: UnwindTarget,
): Step {
  const { core } = target;
  if (value === 0 || value === 0xffffffff)
    return end('outermost', `The return address ${hexAddress(value)} marks the end of the stack.`);
  if (core.exceptions?.isReturn(value)) return stepByExceptionReturn(value, registers, frame, target);
  if (core.exceptions?.isSecureReturn(value))
    return end('outermost', 'This function was called by secure code, whose frames cannot be seen from here.');
  const call = core.findCallBefore(value, target.memory);
  const isCalledDirectly = callsExactly(call, frame.lookUp, target);
  if (!isCalledDirectly && isRootFunction(frame.lookUp, target)) return end('outermost', 'Nothing calls this function.');
  if (!isCalledDirectly && isThreadEnd(value, call, target)) return threadEntry(value, target);
  if (!isCode(target, core.callAddress(value))) return badReturnAddress(value, frame, target);
  if (!isGrowing(registers, frame, target)) {
    return end('stack-not-growing', `The stack pointer of the caller at ${hexAddress(value)} would not lie above its callee's.`);
  }
  const doubtful = findDoubt(value, call, frame, way, target);
  const rest = { kind: 'call', method: way.method, footing: footingOf(frame, way, isCalledDirectly) } as const;
  const caller = makeCallerFrame(value, registers, target, { ...rest, ...(doubtful !== undefined && { doubtful }) });
  return { kind: 'caller', frame: caller, isCalledDirectly };
}

function footingOf(frame: PendingFrame, way: Way, isCalledDirectly: boolean): Footing {
  if (frame.footing === 'searched') return 'searched';
  if (isCalledDirectly) return 'firm';
  return way.doubt === undefined ? frame.footing : 'assumed';
}

function findDoubt(
  value: number,
  call: CallInstruction | 'no-call' | 'not-readable',
  frame: PendingFrame,
  way: Way,
  target: UnwindTarget,
): string | undefined {
  if (!target.core.isCodePointer(value)) return `The return address ${hexAddress(value)} lacks the Thumb bit.`;
  if (call === 'no-call') return `No call instruction stands before the return address ${hexAddress(value)}.`;
  if (call === 'not-readable') return `The instruction before the return address ${hexAddress(value)} cannot be read.`;
  if (frame.footing === 'searched') return 'It rests on a frame that was found by searching the stack.';
  if (callsExactly(call, frame.lookUp, target)) return undefined;
  if (frame.footing === 'assumed') return 'It rests on a frame that may be wrong.';
  if (way.doubt !== undefined) return way.doubt;
  if (way.method !== 'instructions') return undefined;
  const name = (frame.lookUp !== undefined && findFunctionName(target.symbols, frame.lookUp)) || hexAddress(frame.pc);
  return `The instructions of ${name} lead here, but the call before does not name it.`;
}

function callsExactly(
  call: CallInstruction | 'no-call' | 'not-readable',
  callee: Address | undefined,
  target: UnwindTarget,
): boolean {
  if (typeof call === 'string' || call.kind !== 'direct' || callee === undefined) return false;
  return call.target === findEntry(target.symbols, callee);
}

/**
 * A kernel starts a thread with the address of a function as return address: no call stands before it. Where one does, it
 * ends the function that happens to lie before; that is told apart by name only.
 */
function isThreadEnd(value: number, call: CallInstruction | 'no-call' | 'not-readable', target: UnwindTarget): boolean {
  const at = target.core.codeAddress(value);
  if (findEntry(target.symbols, at) !== at) return false;
  return typeof call === 'string' || endsThreads(at, target);
}

function threadEntry(value: number, target: UnwindTarget): Step {
  const name = findFunctionName(target.symbols, target.core.codeAddress(value)) ?? hexAddress(value);
  return end('outermost', `The thread starts here; it would return to ${name}.`);
}

function badReturnAddress(value: number, frame: PendingFrame, target: UnwindTarget): Step {
  const step = stepByScan(frame, frame.stackPointer, target, 'bad-return-address');
  return step.kind === 'end' ? end('bad-return-address', `The return address ${hexAddress(value)} is in no code.`) : step;
}

function isGrowing(registers: RegisterSet, frame: PendingFrame, target: UnwindTarget): boolean {
  const above = registers.get(target.core.stackPointer);
  if (above === undefined || frame.stackPointer === undefined) return true;
  // Only a function that has called nothing yet can do without any stack.
  return frame.isExact ? above >= frame.stackPointer : above > frame.stackPointer;
}
