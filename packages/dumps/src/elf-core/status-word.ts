/**
 * What the status word of a core file says of a Cortex-M. The container was made for A-profile processors, whose CPSR has the
 * Thumb bit where xPSR has a bit of the exception number; so writers do one of three things:
 *
 *     xPSR            31-27 flags, 24 Thumb, 8-0 exception number      gdb, with an M-profile target
 *     xPSR | 0x20     the same and bit 5 set, so that gdb takes it for Thumb code
 *     CPSR            31-27 flags, 7-6 masks, 5 Thumb, 4-0 mode or 0: nothing of the exception, and Thumb even where it was not
 */
import type { DumpThread, RegisterValues } from '@noinit/model';

/** The thread's registers with xpsr as far as it is known, pc without its Thumb bit. */
export function readStatusWord(
  registers: RegisterValues,
  isTrusted: boolean,
  icsr: number | undefined,
): Pick<DumpThread, 'registers' | 'unsureBits'> {
  const { xpsr: word, pc, ...rest } = registers;
  const known = { ...rest, ...(pc !== undefined && { pc: (pc & ~1) >>> 0 }) };
  // A running processor has some bit set; all zeros stand for "not known".
  if (word === undefined || word === 0) return { registers: known };
  if (isTrusted || (word & CPSR_THUMB) === 0) return { registers: { ...known, xpsr: word } };
  if (isCpsr(word)) return { registers: known };
  if (icsr !== undefined && (icsr & EXCEPTION) === (word & EXCEPTION)) return { registers: { ...known, xpsr: word } };
  const without = (word & ~CPSR_THUMB) >>> 0;
  if (icsr !== undefined && (icsr & EXCEPTION) === (without & EXCEPTION)) return { registers: { ...known, xpsr: without } };
  return { registers: { ...known, xpsr: word }, unsureBits: { xpsr: CPSR_THUMB } };
}

/** Thumb in bit 5 alone, and below it a mode of the A profile or nothing. */
function isCpsr(word: number): boolean {
  const mode = word & 0x1f;
  return (word & XPSR_THUMB) === 0 && (mode >= 0x10 || (word & (EXCEPTION & ~CPSR_THUMB)) === 0);
}

const XPSR_THUMB = 1 << 24;
const CPSR_THUMB = 1 << 5;
const EXCEPTION = 0x1ff;
