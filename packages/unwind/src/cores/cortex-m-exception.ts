/**
 * The exception frame that a Cortex-M pushes, and how to undo it (Armv7-M ARM B1.5.6 to B1.5.8, Armv8-M ARM B3.19 to B3.22).
 *
 *     lower addresses                                             higher
 *     [signature, reserved, r4-r11] [r0-r3 r12 lr pc xpsr] [s0-s15 fpscr -] [4 bytes of alignment]
 *       0x28, if DCRS = 0             0x20, always           0x48, if FType = 0   if bit 9 of the xpsr
 */
import { hexAddress } from '@noinit/model';
import { type Memory, readWord } from '../memory.ts';
import type { RegisterSet } from '../register-set.ts';
import type { Interrupted } from './core-rules.ts';
import { FPSCR, LR, MSP, PC, PSP, S0, SP, XPSR } from './cortex-m-registers.ts';

/** Bits of EXC_RETURN; the names are Armv8-M's, v6-M and v7-M have ones where they have no meaning. */
const USES_PSP = 1 << 2;
const NO_FLOATING_POINT = 1 << 4;
const NO_ADDITIONAL_STATE = 1 << 5;

const BASIC_FRAME = 0x20;
const FLOATING_POINT_FRAME = 0x48;
const ADDITIONAL_STATE = 0x28;
const INTEGRITY_SIGNATURE = 0xfefa125a;

const ALIGNED = 1 << 9;
const THUMB_STATE = 1 << 24;
const IPSR_MASK = 0x1ff;
/** Bits of a stacked xPSR that are always 0: 20 to 23 (19 to 16 are GE, 15 to 10 IT/ICI and 26 to 25 IT). */
const XPSR_RESERVED = 0x00f0_0000;

/** 0xffffff80 to 0xffffffff without the all-ones word, which marks the end of a stack. */
export function isExceptionReturn(value: number): boolean {
  return value >>> 7 === 0x1ffffff && value !== 0xffffffff && (value & 2) === 0;
}

/** Whether an interrupted state can have been running: Thumb state and no reserved bit set. */
export function isPlausibleState(registers: RegisterSet): boolean {
  const xpsr = registers.get(XPSR);
  return xpsr !== undefined && (xpsr & THUMB_STATE) !== 0 && (xpsr & XPSR_RESERVED) === 0;
}

/** Registers as they were when the exception was taken. `handlerStack` is the main stack pointer at the handler's first instruction. */
export function undoException(
  returnValue: number,
  handler: RegisterSet,
  handlerStack: number | undefined,
  memory: Memory,
): Interrupted {
  const usesPsp = (returnValue & USES_PSP) !== 0;
  const base = usesPsp ? handler.get(PSP) : handlerStack;
  if (base === undefined) {
    return {
      kind: 'unknown',
      reason: 'register-unknown',
      detail: `The exception frame is at ${usesPsp ? 'PSP' : 'MSP'}, which is unknown.`,
    };
  }
  const hasAdditionalState = (returnValue & NO_ADDITIONAL_STATE) === 0;
  const frame = base + (hasAdditionalState ? ADDITIONAL_STATE : 0);
  const words = readFrameWords(frame, memory);
  if (!words) {
    return {
      kind: 'unknown',
      reason: 'stack-not-captured',
      detail: `The exception frame at ${hexAddress(frame)} was not captured.`,
    };
  }
  const interrupted = restore(words, frame, returnValue, handler);
  const saved = hasAdditionalState ? readAdditionalState(base, memory) : undefined;
  const registers = interrupted.with([
    ...(saved?.registers ?? []),
    // The banked pointers stand where the exception frame was popped from.
    usesPsp ? [PSP, interrupted.get(SP)] : [MSP, interrupted.get(SP)],
  ]);
  const doubtful = findDoubt(registers, returnValue, saved);
  return { kind: 'state', registers, ...(doubtful !== undefined && { doubtful }) };
}

function readFrameWords(frame: number, memory: Memory): number[] | undefined {
  const words: number[] = [];
  for (let index = 0; index < BASIC_FRAME / 4; index++) {
    const word = readWord(memory, frame + 4 * index, true);
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}

function restore(words: readonly number[], frame: number, returnValue: number, handler: RegisterSet): RegisterSet {
  const [r0, r1, r2, r3, r12, lr, pc, xpsr = 0] = words;
  const hasFloatingPoint = (returnValue & NO_FLOATING_POINT) === 0;
  const size = BASIC_FRAME + (hasFloatingPoint ? FLOATING_POINT_FRAME : 0) + ((xpsr & ALIGNED) !== 0 ? 4 : 0);
  // S0 to S15 lie in the frame only if lazy stacking has run, and the dump does not say; the handler may have changed them.
  const staleFloatingPoint = Array.from({ length: 16 }, (_, index): [number, undefined] => [S0 + index, undefined]);
  return handler.with([
    [0, r0],
    [1, r1],
    [2, r2],
    [3, r3],
    [12, r12],
    [LR, lr],
    [PC, pc],
    [XPSR, xpsr],
    [SP, frame + size],
    [FPSCR, undefined],
    ...staleFloatingPoint,
  ]);
}

interface AdditionalState {
  readonly registers: readonly [number, number | undefined][];
  readonly signature: number | undefined;
}

/** r4 to r11, pushed on entry to a secure handler's non-secure callee; the signature guards against a forged frame. */
function readAdditionalState(base: number, memory: Memory): AdditionalState {
  const registers = Array.from({ length: 8 }, (_, index): [number, number | undefined] => [
    4 + index,
    readWord(memory, base + 8 + 4 * index, true),
  ]);
  return { registers, signature: readWord(memory, base, true) };
}

function findDoubt(registers: RegisterSet, returnValue: number, saved: AdditionalState | undefined): string | undefined {
  // Bit 0 of the signature tells whether the frame holds floating-point registers.
  if (saved && saved.signature !== undefined && (saved.signature & ~1) >>> 0 !== INTEGRITY_SIGNATURE) {
    return 'The exception frame does not begin with its integrity signature.';
  }
  if (!isPlausibleState(registers)) return 'The saved status register is not one that a running program can have.';
  const returnsToThread = (returnValue & 8) !== 0;
  const inException = ((registers.get(XPSR) ?? 0) & IPSR_MASK) !== 0;
  return returnsToThread === inException
    ? 'The exception return value and the saved status register contradict each other.'
    : undefined;
}
