/**
 * The exception frame that a Cortex-M pushes, and how to undo it (Armv7-M ARM B1.5.6 to B1.5.8, Armv8-M ARM B3.19 to B3.22).
 *
 *     lower addresses                                                       higher
 *     [signature, reserved, r4-r11] [r0-r3 r12 lr pc xpsr] [s0-s15 fpscr vpr] [s16-s31] [4 bytes of alignment]
 *       0x28, of secure code          0x20, always           0x48, FType = 0    0x40      if bit 9 of the xpsr
 */
import { hexAddress } from '@noinit/model';
import { type Memory, readWord } from '../memory.ts';
import type { RegisterSet } from '../register-set.ts';
import { FPCCR, FPSCR, LR, MSP, PC, PSP, S0, S16, SP, UNSAVED_FPSCR, UNSAVED_S0, XPSR } from './cortex-m-registers.ts';
import type { Interrupted } from './exception-return-rules.ts';

/** Bits of EXC_RETURN; the names are Armv8-M's, v6-M and v7-M have ones where they have no meaning. */
const EXCEPTION_SECURE = 1 << 0;
const USES_PSP = 1 << 2;
const TO_THREAD = 1 << 3;
const NO_FLOATING_POINT = 1 << 4;
const NO_ADDITIONAL_STATE = 1 << 5;
const STACK_SECURE = 1 << 6;

const BASIC_FRAME = 0x20;
const FLOATING_POINT_FRAME = 0x48;
const ADDITIONAL_FLOATING_POINT = 0x40;
const ADDITIONAL_STATE = 0x28;
const INTEGRITY_SIGNATURE = 0xfefa125a;
/** FPCCR: a secure frame keeps S16 to S31 too. */
const TREATED_AS_SECURE = 1 << 26;

const ALIGNED = 1 << 9;
const THUMB_STATE = 1 << 24;
const IPSR_MASK = 0x1ff;
/** Bits of a stacked xPSR that are always 0: 21 to 23 (20 is SFPA, 19 to 16 are GE, 15 to 10 IT/ICI and 26 to 25 IT). */
const XPSR_RESERVED = 0x00e0_0000;

/** 0xffffff80 to 0xffffffff without the all-ones word, which marks the end of a stack. */
export function isExceptionReturn(value: number): boolean {
  return value >>> 7 === 0x1ffffff && value !== 0xffffffff && (value & 2) === 0;
}

/** FNC_RETURN: secure code called non-secure code, which returns there (Armv8-M ARM B3.16). */
export function isSecureReturn(value: number): boolean {
  return (value | 1) >>> 0 === 0xfeff_ffff;
}

/** Whether a status word can be that of a frame found by search: Thumb state, no reserved bit, and the mode that is returned to. */
export function isFrameStatus(xpsr: number, returnValue: number): boolean {
  if ((xpsr & THUMB_STATE) === 0 || (xpsr & XPSR_RESERVED) !== 0) return false;
  return isModeOf(xpsr, returnValue);
}

/** Registers as they were when the exception was taken. `handlerStack` is the main stack pointer at the handler's first instruction. */
export function undoException(
  returnValue: number,
  handler: RegisterSet,
  handlerStack: number | undefined,
  memory: Memory,
): Interrupted {
  if (crossesSecurity(returnValue)) {
    const detail = 'The exception frame is on the stack of the other security state, whose stack pointer is unknown.';
    return { kind: 'unknown', reason: 'register-unknown', detail };
  }
  const usesPsp = (returnValue & USES_PSP) !== 0;
  const base = usesPsp ? handler.get(PSP) : handlerStack;
  if (base !== undefined) return undoExceptionAt(base, returnValue, handler, memory);
  const detail = `The exception frame is at ${usesPsp ? 'PSP' : 'MSP'}, which is unknown.`;
  return { kind: 'unknown', reason: 'register-unknown', detail };
}

/** As `undoException`, for a frame at `base`. */
export function undoExceptionAt(base: number, returnValue: number, handler: RegisterSet, memory: Memory): Interrupted {
  const hasAdditional = hasAdditionalState(returnValue);
  const frame = base + frameOffset(returnValue);
  const words = readFrameWords(frame, memory);
  if (!words) {
    const detail = `The exception frame at ${hexAddress(frame)} was not captured.`;
    return { kind: 'unknown', reason: 'stack-not-captured', detail };
  }
  const interrupted = restore(words, frame, returnValue, handler, memory);
  const saved = hasAdditional ? readAdditionalState(base, memory) : undefined;
  const registers = interrupted.with([
    ...(saved?.registers ?? []),
    // The banked pointers stand where the exception frame was popped from.
    (returnValue & USES_PSP) !== 0 ? [PSP, interrupted.get(SP)] : [MSP, interrupted.get(SP)],
  ]);
  const doubtful = findDoubt(registers, returnValue, saved);
  return { kind: 'state', registers, ...(doubtful !== undefined && { doubtful }) };
}

/** An exception of one security state that interrupted the other: the frame is where only the other's stack pointers lead. */
function crossesSecurity(returnValue: number): boolean {
  return ((returnValue & EXCEPTION_SECURE) !== 0) !== ((returnValue & STACK_SECURE) !== 0);
}

/** r4 to r11 of secure code, pushed before non-secure code could see them: for a non-secure handler, or one that came in its place. */
function hasAdditionalState(returnValue: number): boolean {
  if ((returnValue & STACK_SECURE) === 0) return false;
  return (returnValue & EXCEPTION_SECURE) === 0 || (returnValue & NO_ADDITIONAL_STATE) === 0;
}

/** Bytes from the base of a frame to r0. */
export function frameOffset(returnValue: number): number {
  return hasAdditionalState(returnValue) ? ADDITIONAL_STATE : 0;
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

function restore(
  words: readonly number[],
  frame: number,
  returnValue: number,
  handler: RegisterSet,
  memory: Memory,
): RegisterSet {
  const [r0, r1, r2, r3, r12, lr, pc, xpsr = 0] = words;
  const hasFloatingPoint = (returnValue & NO_FLOATING_POINT) === 0;
  const floats = hasFloatingPoint ? floatingPointSize(returnValue, handler) : 0;
  return handler.with(hasFloatingPoint ? restoreFloats(frame + BASIC_FRAME, floats, handler, memory) : unknownFloats()).with([
    [0, r0],
    [1, r1],
    [2, r2],
    [3, r3],
    [12, r12],
    [LR, lr],
    [PC, pc],
    [XPSR, xpsr],
    [SP, frame + BASIC_FRAME + floats + ((xpsr & ALIGNED) !== 0 ? 4 : 0)],
  ]);
}

function floatingPointSize(returnValue: number, handler: RegisterSet): number {
  const control = handler.get(FPCCR) ?? 0;
  const isTreatedAsSecure = (control & TREATED_AS_SECURE) !== 0 && (returnValue & STACK_SECURE) !== 0;
  return FLOATING_POINT_FRAME + (isTreatedAsSecure ? ADDITIONAL_FLOATING_POINT : 0);
}

/** The code that was interrupted had not used them, so the handler may have: nothing tells. */
function unknownFloats(): [number, number | undefined][] {
  return [...Array.from({ length: 16 }, (_, index): [number, undefined] => [S0 + index, undefined]), [FPSCR, undefined]];
}

/** S0 to S15 lie in the frame only if lazy stacking has run; without FPCCR nobody can say whether it has. */
function restoreFloats(at: number, size: number, handler: RegisterSet, memory: Memory): [number, number | undefined][] {
  if (!handler.has(FPCCR)) return unknownFloats();
  const isPending = handler.has(UNSAVED_FPSCR);
  const singles = Array.from({ length: 16 }, (_, index): [number, number | undefined] => {
    return [S0 + index, isPending ? handler.get(UNSAVED_S0 + index) : readWord(memory, at + 4 * index, true)];
  });
  const status: [number, number | undefined] = [FPSCR, isPending ? handler.get(UNSAVED_FPSCR) : readWord(memory, at + 64, true)];
  if (isPending) {
    const done = Array.from({ length: 17 }, (_, index): [number, undefined] => [UNSAVED_S0 + index, undefined]);
    return [...singles, status, ...done];
  }
  if (size === FLOATING_POINT_FRAME) return [...singles, status];
  const upper = Array.from({ length: 16 }, (_, index): [number, number | undefined] => {
    return [S16 + index, readWord(memory, at + FLOATING_POINT_FRAME + 4 * index, true)];
  });
  return [...singles, status, ...upper];
}

interface AdditionalState {
  readonly registers: readonly [number, number | undefined][];
  readonly signature: number | undefined;
}

/** The signature guards against a forged frame. */
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
  const xpsr = registers.get(XPSR) ?? 0;
  // Thumb state may be off: that is what a call of an even address leads to.
  if ((xpsr & XPSR_RESERVED) !== 0) return 'The saved status register is not one that a running program can have.';
  return isModeOf(xpsr, returnValue)
    ? undefined
    : 'The exception return value and the saved status register contradict each other.';
}

function isModeOf(xpsr: number, returnValue: number): boolean {
  return ((returnValue & TO_THREAD) !== 0) === ((xpsr & IPSR_MASK) === 0);
}
