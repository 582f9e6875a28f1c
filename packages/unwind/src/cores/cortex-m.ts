/** Armv6-M, v7-M and v8-M: Thumb code pointers, exception return values and exception frames. */
import { address } from '@noinit/model';
import type { Code } from '../flow/follow-function.ts';
import { type Memory, readHalfword, readWord } from '../memory.ts';
import type { RegisterSet } from '../register-set.ts';
import type { CoreRules } from './core-rules.ts';
import {
  frameOffset,
  isExceptionReturn,
  isFrameStatus,
  isSecureReturn,
  undoException,
  undoExceptionAt,
} from './cortex-m-exception.ts';
import {
  halvesOnCortexM,
  isBankedOnCortexM,
  isPreservedOnCortexM,
  LR,
  PC,
  readCortexMRegisters,
  S0,
  S16,
  SP,
  XPSR,
} from './cortex-m-registers.ts';
import { findThumbCallBefore } from './thumb/call.ts';
import { decodeThumb } from './thumb/decode.ts';
import { mayReturnInThumb } from './thumb/may-return.ts';

const IPSR_MASK = 0x1ff;
const THUMB_STATE = 1 << 24;
/** r0 to r3, r12, lr and S0 to S15 (AAPCS32 6.1). */
const SCRATCH = [0, 1, 2, 3, 12, LR, ...Array.from({ length: 16 }, (_, index) => S0 + index)];
/** To thread mode on either stack, to another handler; without and with floating-point state (Armv7-M ARM, table B1-8). */
const POSSIBLE_RETURNS = [0xffff_fff9, 0xffff_fffd, 0xffff_fff1, 0xffff_ffe9, 0xffff_ffed, 0xffff_ffe1];
const FOLLOWED = [
  ...Array.from({ length: 8 }, (_, index) => 4 + index),
  LR,
  ...Array.from({ length: 16 }, (_, index) => S16 + index),
];

export const CORTEX_M: CoreRules = {
  stackPointer: SP,
  returnRegister: LR,
  programCounter: PC,
  framePointer: undefined,
  readRegisters: readCortexMRegisters,
  isPreserved: isPreservedOnCortexM,
  isBanked: isBankedOnCortexM,
  halvesOf: halvesOnCortexM,
  codeAddress: (pointer) => address((pointer & ~1) >>> 0),
  isCodePointer: (pointer) => (pointer & 1) === 1,
  // The last byte of the call. GCC ends the range of a variable in a register that the call may change one byte before the
  // return address: two bytes back, the variable would still seem to be in that register.
  callAddress: (returnAddress) => address(Math.max(0, ((returnAddress & ~1) >>> 0) - 1)),
  findCallBefore: (returnAddress, memory) => findThumbCallBefore((returnAddress & ~1) >>> 0, memory),
  findWrongState,
  readCode,
  mayReturn: mayReturnInThumb,
  followed: FOLLOWED,
  vectorBytes: 64,
  exceptions: {
    isReturn: isExceptionReturn,
    possibleReturns: POSSIBLE_RETURNS,
    isSecureReturn,
    undo: undoException,
    undoAt: undoExceptionAt,
    frameOffset,
    isFrameStatus,
    findRunning,
    isStatusKnown: (registers) => registers.has(XPSR),
  },
};

/** Instructions are little endian on every Cortex-M. */
function readCode(memory: Memory): Code {
  return {
    decode: (at) => decodeThumb(at, (place) => readHalfword(memory, place, true)),
    literal: (at) => readWord(memory, at, true),
    scratch: SCRATCH,
    stackPointer: SP,
  };
}

function findWrongState(registers: RegisterSet): 'wrong-state' | undefined {
  const xpsr = registers.get(XPSR);
  return xpsr !== undefined && (xpsr & THUMB_STATE) === 0 ? 'wrong-state' : undefined;
}

function findRunning(registers: RegisterSet): number | undefined {
  const xpsr = registers.get(XPSR);
  const number = xpsr === undefined ? 0 : xpsr & IPSR_MASK;
  return number === 0 ? undefined : number;
}
