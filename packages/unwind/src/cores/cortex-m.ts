/** Armv6-M, v7-M and v8-M: Thumb code pointers, exception return values and exception frames. */
import { address } from '@noinit/model';
import type { RegisterSet } from '../register-set.ts';
import type { CoreRules, RunningException } from './core-rules.ts';
import { isExceptionReturn, isPlausibleState, undoException } from './cortex-m-exception.ts';
import { isBankedOnCortexM, isPreservedOnCortexM, LR, PC, readCortexMRegisters, SP, XPSR } from './cortex-m-registers.ts';
import { exceptionName, FIRST_INTERRUPT } from './exception-name.ts';
import { findThumbCallBefore } from './thumb-call.ts';

const IPSR_MASK = 0x1ff;
const THUMB_STATE = 1 << 24;
const SVCALL = 11;

export const CORTEX_M: CoreRules = {
  stackPointer: SP,
  returnRegister: LR,
  programCounter: PC,
  readRegisters: readCortexMRegisters,
  isPreserved: isPreservedOnCortexM,
  isBanked: isBankedOnCortexM,
  codeAddress: (pointer) => address((pointer & ~1) >>> 0),
  isCodePointer: (pointer) => (pointer & 1) === 1,
  // The last byte of the call. GCC ends the range of a variable in a register that the call may change one byte before the
  // return address: two bytes back, the variable would still seem to be in that register.
  callAddress: (returnAddress) => address(Math.max(0, ((returnAddress & ~1) >>> 0) - 1)),
  findCallBefore: (returnAddress, memory) => findThumbCallBefore((returnAddress & ~1) >>> 0, memory),
  findWrongState,
  isExceptionReturn,
  undoException,
  findException,
  isPlausibleState,
};

function findWrongState(registers: RegisterSet): 'wrong-state' | undefined {
  const xpsr = registers.get(XPSR);
  return xpsr !== undefined && (xpsr & THUMB_STATE) === 0 ? 'wrong-state' : undefined;
}

function findException(registers: RegisterSet): RunningException | undefined {
  const xpsr = registers.get(XPSR);
  const number = xpsr === undefined ? 0 : xpsr & IPSR_MASK;
  if (number === 0) return undefined;
  return { number, name: exceptionName(number), isInterrupt: number >= FIRST_INTERRUPT, isRaisedByCall: number === SVCALL };
}
