/** From a return address to the frame it leads to, with everything that can speak against it. */
import { type Address, hexAddress } from '@noinit/model';
import type { CallInstruction } from './cores/core-rules.ts';
import { end, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { isRootFunction } from './root-function.ts';
import { stepByExceptionReturn } from './step-exception.ts';
import { stepByScan } from './step-scan.ts';
import { findEntry, findFunctionName, isCode, type UnwindTarget } from './target.ts';

/** `registers` are the caller's as recovered so far; `frame` is where the return address was found. */
export function stepByReturnAddress(value: number, registers: RegisterSet, frame: PendingFrame, target: UnwindTarget): Step {
  const { core, symbols } = target;
  if (value === 0 || value === 0xffffffff)
    return end('outermost', `The return address ${hexAddress(value)} marks the end of the stack.`);
  if (core.isExceptionReturn(value)) return stepByExceptionReturn(value, registers, frame, target);
  if (isRootFunction(frame.lookUp, target)) return end('outermost', 'Nothing calls this function.');
  const call = core.findCallBefore(value, target.memory);
  if (typeof call === 'string' && isEntry(value, target)) return threadEntry(value, target);
  if (!isCode(symbols, core.callAddress(value))) return badReturnAddress(value, frame, target);
  if (!isGrowing(registers, frame, target)) {
    return end('stack-not-growing', `The stack pointer of the caller at ${hexAddress(value)} would not lie above its callee's.`);
  }
  const doubtful = findDoubt(value, call, frame, target);
  const isCalledDirectly = callsExactly(call, frame.lookUp, target);
  const rest = { kind: 'call', isShaky: frame.isShaky && !isCalledDirectly, ...(doubtful && { doubtful }) } as const;
  return { kind: 'caller', frame: makeCallerFrame(value, registers, target, rest), isCalledDirectly };
}

function findDoubt(
  value: number,
  call: CallInstruction | 'no-call' | 'not-readable',
  frame: PendingFrame,
  target: UnwindTarget,
): string | undefined {
  if (!target.core.isCodePointer(value)) return `The return address ${hexAddress(value)} lacks the Thumb bit.`;
  if (call === 'no-call') return `No call instruction stands before the return address ${hexAddress(value)}.`;
  if (call === 'not-readable') return `The instruction before the return address ${hexAddress(value)} cannot be read.`;
  if (frame.isShaky && !callsExactly(call, frame.lookUp, target)) return 'It rests on a frame that may be wrong.';
  return undefined;
}

function callsExactly(
  call: CallInstruction | 'no-call' | 'not-readable',
  callee: Address | undefined,
  target: UnwindTarget,
): boolean {
  if (typeof call === 'string' || call.kind !== 'direct' || callee === undefined) return false;
  return call.target === findEntry(target.symbols, callee);
}

/** A kernel starts a thread with the address of a function as return address: no call stands before it. */
function isEntry(value: number, target: UnwindTarget): boolean {
  const at = target.core.codeAddress(value);
  return findEntry(target.symbols, at) === at;
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
