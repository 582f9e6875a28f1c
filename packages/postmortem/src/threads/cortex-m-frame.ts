/**
 * The exception frame of a thread that was switched out, already undone: registers as the thread had them
 * (Armv7-M ARM B1.5.6; Armv8-M ARM B3.19).
 */
import type { RegisterValues } from '@noinit/model';
import { type Memory, readWord } from '@noinit/unwind';
import type { ViewTarget } from './view.ts';
import { isAddress } from './view.ts';

const FRAME_NAMES = ['r0', 'r1', 'r2', 'r3', 'r12', 'lr', 'pc', 'xpsr'] as const;
const FRAME_BYTES = 0x20;
/** S0 to S15, FPSCR and a reserved word. */
const FLOAT_BYTES = 0x48;

const THUMB_STATE = 1 << 24;
const ALIGNED = 1 << 9;
const IPSR_MASK = 0x1ff;
/** Bits of a stacked xPSR that are always 0. */
const XPSR_RESERVED = 0x00f0_0000;

/** The thread-mode, process-stack EXC_RETURN values: bit 4 is 0 for a frame with floating-point registers, bit 6 is the secure state. */
export function isThreadReturn(value: number): boolean {
  return value >>> 8 === 0xffffff && (value & 0xe) === 0xc && (value & 0x80) !== 0;
}

/** Whether the low byte of an EXC_RETURN is of a frame with floating-point registers: bit 4 is 0. A byte of 0 was never saved. */
export function isFloatReturn(low: number | undefined): boolean {
  return low !== undefined && low !== 0 && (low & 0x10) === 0;
}

/** Undefined where the frame is not captured or is none that a thread can have. */
export function readThreadFrame(at: number, hasFloats: boolean, target: ViewTarget): RegisterValues | undefined {
  const { memory, symbols } = target;
  const words = readWords(at, FRAME_NAMES.length, memory);
  const [pc, xpsr] = [words?.[6], words?.[7]];
  if (!words || pc === undefined || xpsr === undefined) return undefined;
  if ((xpsr & THUMB_STATE) === 0 || (xpsr & (XPSR_RESERVED | IPSR_MASK)) !== 0) return undefined;
  const code = (pc & ~1) >>> 0;
  if (!isAddress(code) || !symbols.isCode(code)) return undefined;
  const sp = at + FRAME_BYTES + (hasFloats ? FLOAT_BYTES : 0) + ((xpsr & ALIGNED) !== 0 ? 4 : 0);
  const floats = hasFloats ? readFloats(at + FRAME_BYTES, 0, 16, memory) : {};
  return { ...Object.fromEntries(FRAME_NAMES.map((name, index) => [name, words[index] ?? 0])), ...floats, sp, psp: sp };
}

/** S registers that lie one behind the other; those that are not captured are left out. */
export function readFloats(at: number, first: number, count: number, memory: Memory): RegisterValues {
  const words = readWords(at, count, memory) ?? [];
  return Object.fromEntries(words.map((word, index) => [`s${first + index}`, word]));
}

/** All or none. */
export function readWords(at: number, count: number, memory: Memory): readonly number[] | undefined {
  const words: number[] = [];
  for (let index = 0; index < count; index++) {
    const word = readWord(memory, at + 4 * index, true);
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}
