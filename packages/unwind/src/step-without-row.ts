/** The caller of a function that nothing tells about: no information and no instructions to follow. */
import { type Address, hexAddress } from '@noinit/model';
import { end, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import { isRootFunction } from './root-function.ts';
import { stepByPlainHandler } from './step-exception.ts';
import { stepByScan } from './step-scan.ts';
import { findEntry, findFunctionName, isCode, type UnwindTarget } from './target.ts';

/** The return register counts once, innermost or after an exception; then the stack is searched. */
export function stepWithoutRow(frame: PendingFrame, lookUp: Address, target: UnwindTarget): Step {
  const returnAddress = frame.isExact ? frame.registers.get(target.core.returnRegister) : undefined;
  if (returnAddress !== undefined && target.core.exceptions?.isReturn(returnAddress))
    return stepByPlainHandler(returnAddress, frame, target);
  if (isRootFunction(lookUp, target)) return end('outermost', 'Nothing calls this function.');
  if (returnAddress !== undefined && isCallerOf(returnAddress, frame, target))
    return stepByAssumption(returnAddress, lookUp, frame, target);
  return stepByScan(frame, frame.stackPointer, target, 'no-call-frame-information');
}

/** Whether the return register is left over from a call that the frame's own function made: then it leads into that function. */
export function isOwnCall(returnAddress: number, { lookUp }: PendingFrame, { core, symbols, memory }: UnwindTarget): boolean {
  const own = lookUp === undefined ? undefined : findEntry(symbols, lookUp);
  if (own === undefined || own !== findEntry(symbols, core.callAddress(returnAddress))) return false;
  const call = core.findCallBefore(returnAddress, memory);
  return typeof call === 'string' || call.kind !== 'direct' || call.target !== own;
}

function isCallerOf(returnAddress: number, frame: PendingFrame, target: UnwindTarget): boolean {
  const { core, memory } = target;
  if (!core.isCodePointer(returnAddress) || typeof core.findCallBefore(returnAddress, memory) === 'string') return false;
  return isCode(target, core.callAddress(returnAddress)) && !isOwnCall(returnAddress, frame, target);
}

function stepByAssumption(returnAddress: number, lookUp: Address, frame: PendingFrame, target: UnwindTarget): Step {
  const { core, symbols } = target;
  const name = findFunctionName(symbols, lookUp) ?? hexAddress(lookUp);
  const doubtful = `No call frame information covers ${name}: its return register and an unmoved stack pointer are assumed.`;
  const preserved = frame.registers.filter((register) => core.isPreserved(register));
  const registers = preserved.with([[core.stackPointer, frame.stackPointer]]);
  const rest = { kind: 'call', footing: 'assumed', method: 'return-register', doubtful } as const;
  return { kind: 'caller', frame: makeCallerFrame(returnAddress, registers, target, rest) };
}
