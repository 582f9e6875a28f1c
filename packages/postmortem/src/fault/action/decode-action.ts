/** What the instruction at an address wants, from the bytes that stand there. */
import type { Machine, RegisterValues } from '@noinit/model';
import { type Memory, readHalfword } from '@noinit/unwind';
import type { Action } from './action.ts';
import { decodeRiscV } from './riscv.ts';
import { decodeThumb16 } from './thumb16.ts';
import { decodeThumb32, isWide } from './thumb32.ts';

/** Undefined where the bytes are not known, and for every instruction that a fault is not about. */
export function decodeAction(machine: Machine, at: number, registers: RegisterValues, memory: Memory): Action | undefined {
  const first = readHalfword(memory, at, true);
  if (first === undefined) return undefined;
  const isLong = machine === 'cortex-m' ? isWide(first) : (first & 3) === 3;
  if (!isLong) return machine === 'cortex-m' ? decodeThumb16(first, registers) : decodeRiscV(first, registers);
  const second = readHalfword(memory, at + 2, true);
  if (second === undefined) return undefined;
  return machine === 'cortex-m' ? decodeThumb32(first, second, registers) : decodeRiscV((second << 16) | first, registers);
}
