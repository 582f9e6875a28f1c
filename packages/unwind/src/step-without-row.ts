/** The caller of a function that no call frame information covers. */
import { type Address, hexAddress } from '@noinit/model';
import { end, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import { isRootFunction } from './root-function.ts';
import { stepByPlainHandler } from './step-exception.ts';
import { stepByScan } from './step-scan.ts';
import { findEntry, findFunctionName, isCode, type UnwindTarget } from './target.ts';

/** The return register counts once, innermost or after an exception; then the stack is searched. */
export function stepWithoutRow(frame: PendingFrame, lookUp: Address, target: UnwindTarget): Step {
  const returnAddress = frame.isExact ? frame.registers.get(target.core.returnRegister) : undefined;
  if (returnAddress !== undefined && target.core.isExceptionReturn(returnAddress))
    return stepByPlainHandler(returnAddress, frame, target);
  if (isRootFunction(lookUp, target)) return end('outermost', 'Nothing calls this function.');
  if (returnAddress !== undefined && isCallerOf(returnAddress, lookUp, target))
    return stepByAssumption(returnAddress, lookUp, frame, target);
  return stepByScan(frame, frame.stackPointer, target, 'no-call-frame-information');
}

/** An address behind a call, and not one inside the function itself: then the register is left over from its own last call. */
function isCallerOf(returnAddress: number, lookUp: Address, target: UnwindTarget): boolean {
  const { core, symbols, memory } = target;
  if (!core.isCodePointer(returnAddress) || typeof core.findCallBefore(returnAddress, memory) === 'string') return false;
  const caller = core.callAddress(returnAddress);
  return isCode(symbols, caller) && findEntry(symbols, caller) !== findEntry(symbols, lookUp);
}

function stepByAssumption(returnAddress: number, lookUp: Address, frame: PendingFrame, target: UnwindTarget): Step {
  const { core, symbols } = target;
  const name = findFunctionName(symbols, lookUp) ?? hexAddress(lookUp);
  const doubtful = `No call frame information covers ${name}: its return register and an unmoved stack pointer are assumed.`;
  const preserved = frame.registers.filter((register) => core.isPreserved(register));
  const registers = preserved.with([[core.stackPointer, frame.stackPointer]]);
  return { kind: 'caller', frame: makeCallerFrame(returnAddress, registers, target, { kind: 'call', isShaky: true, doubtful }) };
}
