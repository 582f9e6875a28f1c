/** 32-bit Thumb instructions that access memory, divide or are permanently undefined (Armv7-M ARM A5.3). */
import type { RegisterValues } from '@noinit/model';
import { type Action, accessAt, accessByIndex, type MemoryAccess } from './action.ts';
import { countBits } from './thumb16.ts';

/** Whether a halfword is the first of a 32-bit instruction: 11101, 11110 or 11111. */
export function isWide(first: number): boolean {
  return first >>> 11 >= 0b11101;
}

/** Undefined for every instruction that a fault is not about. */
export function decodeThumb32(first: number, second: number, registers: RegisterValues): Action | undefined {
  if ((first & 0xfff0) === 0xf7f0 && (second & 0xf000) === 0xa000) return { kind: 'undefined-instruction' };
  if ((first & 0xffd0) === 0xfb90 && (second & 0xf0f0) === 0xf0f0) return { kind: 'divide', divisor: name(second) };
  if ((first & 0xfe00) === 0xf800) return single(first, second, registers);
  if ((first & 0xfe40) === 0xe800) return multiple(first, second, registers);
  if ((first & 0xfe40) === 0xe840) return dualOrExclusive(first, second, registers);
  if ((first & 0xfe00) === 0xec00 && (second & 0x0e00) === 0x0a00) return floats(first, second, registers);
  return undefined;
}

const SIZES = [1, 2, 4] as const;

/** Bits of the first halfword: 8 sign, 7 immediate of 12 bits (for a literal: add), 6 and 5 size, 4 load. */
function single(first: number, second: number, registers: RegisterValues): MemoryAccess | undefined {
  const size = SIZES[(first >> 5) & 3];
  const kind = kindOf(first);
  const [base, register] = [name(first), name(second >> 12)];
  // A byte or halfword that would be loaded into pc is a hint.
  if (size === undefined || (kind === 'load' && register === 'pc' && size !== 4)) return undefined;
  const isAdding = (first & 0x80) !== 0;
  if (base === 'pc') return kind === 'load' ? literal(second, isAdding, size, registers, register) : undefined;
  if (isAdding) return accessAt(kind, base, second & 0xfff, size, registers, register);
  if ((second & 0x0800) !== 0) return indexed(kind, base, second, size, registers, register);
  if ((second & 0x0fc0) !== 0) return undefined;
  return accessByIndex(kind, base, name(second), (second >> 4) & 3, size, registers, register);
}

function literal(
  second: number,
  isAdding: boolean,
  size: MemoryAccess['size'],
  registers: RegisterValues,
  register: string,
): MemoryAccess {
  const { pc } = registers;
  const base: RegisterValues = pc === undefined ? {} : { pc: ((pc & ~3) >>> 0) + 4 };
  return accessAt('load', 'pc', (isAdding ? 1 : -1) * (second & 0xfff), size, base, register);
}

/** Bits of the second halfword: 10 before (P), 9 up (U), 8 write back. Behind, the offset is added after the access. */
function indexed(
  kind: MemoryAccess['kind'],
  base: string,
  second: number,
  size: MemoryAccess['size'],
  registers: RegisterValues,
  register: string,
): MemoryAccess {
  const offset = ((second & 0x200) !== 0 ? 1 : -1) * (second & 0xff);
  return accessAt(kind, base, (second & 0x400) !== 0 ? offset : 0, size, registers, register);
}

/** Bits 8 and 7: 01 increment after, 10 decrement before. */
function multiple(first: number, second: number, registers: RegisterValues): MemoryAccess | undefined {
  const direction = (first >> 7) & 3;
  if (direction !== 1 && direction !== 2) return undefined;
  return accessAt(kindOf(first), name(first), direction === 1 ? 0 : -4 * countBits(second), 4, registers);
}

/** Bits 8 before (P), 7 up (U), 5 write back (W); without P and W an exclusive access or a table branch. */
function dualOrExclusive(first: number, second: number, registers: RegisterValues): MemoryAccess | undefined {
  const kind = kindOf(first);
  const base = name(first);
  if ((first & 0x120) !== 0) {
    const offset = ((first & 0x80) !== 0 ? 4 : -4) * (second & 0xff);
    return base === 'pc' ? undefined : accessAt(kind, base, (first & 0x100) !== 0 ? offset : 0, 4, registers);
  }
  // What has no offset here has 0; on Armv8-M bits 7 to 0 of TT say that it touches no memory.
  if ((first & 0x80) === 0) {
    const isTest = kind === 'store' && (second & 0xf03f) === 0xf000;
    return isTest ? undefined : accessAt(kind, base, 4 * (second & 0xff), 4, registers);
  }
  const operation = (second >> 4) & 15;
  if (operation <= 1) return accessByIndex('load', base, name(second), operation, operation === 0 ? 1 : 2, registers);
  const size = SIZES[operation & 3];
  return size === undefined ? undefined : accessAt(kind, base, 0, size, registers);
}

/** VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP: bits 8 before (P), 7 up (U), 5 write back (W). */
function floats(first: number, second: number, registers: RegisterValues): MemoryAccess | undefined {
  const base = name(first);
  const bytes = 4 * (second & 0xff);
  const [isBefore, isUp, isWritingBack] = [(first & 0x100) !== 0, (first & 0x80) !== 0, (first & 0x20) !== 0];
  // Neither before nor up is a move between registers.
  if ((!isBefore && !isUp) || base === 'pc') return undefined;
  if (isBefore && !isWritingBack) return accessAt(kindOf(first), base, isUp ? bytes : -bytes, 4, registers);
  // The pre-standard forms for whole register files have one word more, which is not stored.
  return accessAt(kindOf(first), base, isBefore ? -bytes : 0, 4, registers);
}

function kindOf(first: number): 'load' | 'store' {
  return (first & 0x10) !== 0 ? 'load' : 'store';
}

function name(field: number): string {
  const number = field & 15;
  return { 13: 'sp', 14: 'lr', 15: 'pc' }[number] ?? `r${number}`;
}
