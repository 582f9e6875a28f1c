/** 16-bit Thumb instructions (Armv6-M ARM A5.2; the same on every Cortex-M). */
import type { RegisterValues } from '@noinit/model';
import { type Action, accessAt, accessByIndex, type MemoryAccess } from './action.ts';

/** Undefined for every instruction that a fault is not about. `code` is the halfword at pc. */
export function decodeThumb16(code: number, registers: RegisterValues): Action | undefined {
  if ((code & 0xff00) === 0xde00) return { kind: 'undefined-instruction' };
  if ((code & 0xff00) === 0xbe00) return { kind: 'breakpoint' };
  switch (code >> 12) {
    case 0b0100:
      return (code & 0x0800) === 0 ? undefined : literalLoad(code, registers);
    case 0b0101:
      return registerOffset(code, registers);
    case 0b0110:
      return immediateOffset(code, registers, 4);
    case 0b0111:
      return immediateOffset(code, registers, 1);
    case 0b1000:
      return immediateOffset(code, registers, 2);
    case 0b1001:
      return accessAt(kindOf(code), 'sp', (code & 0xff) * 4, 4, registers, low(code >> 8));
    case 0b1011:
      return pushOrPop(code, registers);
    case 0b1100:
      return accessAt(kindOf(code), low(code >> 8), 0, 4, registers);
    default:
      return undefined;
  }
}

function literalLoad(code: number, registers: RegisterValues): MemoryAccess {
  const { pc } = registers;
  const base: RegisterValues = pc === undefined ? {} : { pc: ((pc & ~3) >>> 0) + 4 };
  return accessAt('load', 'pc', (code & 0xff) * 4, 4, base, low(code >> 8));
}

/** By bits 11 to 9: STR STRH STRB LDRSB LDR LDRH LDRB LDRSH. */
const REGISTER_OFFSET_SIZES = [4, 2, 1, 1, 4, 2, 1, 2] as const;

function registerOffset(code: number, registers: RegisterValues): MemoryAccess {
  const operation = (code >> 9) & 7;
  const size = REGISTER_OFFSET_SIZES[operation] ?? 4;
  return accessByIndex(operation >= 3 ? 'load' : 'store', low(code >> 3), low(code >> 6), 0, size, registers, low(code));
}

function immediateOffset(code: number, registers: RegisterValues, size: 1 | 2 | 4): MemoryAccess {
  return accessAt(kindOf(code), low(code >> 3), ((code >> 6) & 31) * size, size, registers, low(code));
}

/** PUSH 1011 010, POP 1011 110: the lowest register stands at the lowest address. */
function pushOrPop(code: number, registers: RegisterValues): MemoryAccess | undefined {
  if ((code & 0x0600) !== 0x0400) return undefined;
  if ((code & 0x0800) !== 0) return accessAt('load', 'sp', 0, 4, registers);
  return accessAt('store', 'sp', -4 * countBits(code & 0x1ff), 4, registers);
}

export function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function kindOf(code: number): 'load' | 'store' {
  return (code & 0x0800) !== 0 ? 'load' : 'store';
}

function low(field: number): string {
  return `r${field & 7}`;
}
