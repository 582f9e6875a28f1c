/** RISC-V instructions of RV32IMAFC that access memory or stop (Unprivileged ISA, chapter "RV32/64G Instruction Set Listings"). */
import type { RegisterValues } from '@noinit/model';
import { type Action, accessAt, type MemoryAccess } from './action.ts';

/** ABI names of x0 to x31; x0 is always 0 and in no dump. */
export const RISCV_REGISTERS = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
] as const;

/** `code` is the word at pc, or the halfword for a compressed instruction. Undefined for what a fault is not about. */
export function decodeRiscV(code: number, values: RegisterValues): Action | undefined {
  const registers = { ...values, zero: 0 };
  return (code & 3) === 3 ? decodeFull(code, registers) : decodeCompressed(code & 0xffff, registers);
}

const EBREAK = 0x0010_0073;
const C_EBREAK = 0x9002;
/** What assemblers make of `unimp`: a write to the counter of cycles, which cannot be written. */
const UNIMP = 0xc000_1073;

/** By the lower two bits of funct3. */
const SIZES = [1, 2, 4, 4] as const;

function decodeFull(code: number, registers: RegisterValues): Action | undefined {
  if (code === EBREAK) return { kind: 'breakpoint' };
  if (code >>> 0 === UNIMP) return { kind: 'undefined-instruction' };
  const base = name(code >> 15);
  const size = SIZES[(code >> 12) & 3] ?? 4;
  switch (code & 0x7f) {
    case 0x03:
      return accessAt('load', base, code >> 20, size, registers, name(code >> 7));
    case 0x07:
      return accessAt('load', base, code >> 20, 4, registers);
    case 0x23:
      return accessAt('store', base, storeOffset(code), size, registers, name(code >> 20));
    case 0x27:
      return accessAt('store', base, storeOffset(code), 4, registers);
    case 0x2f:
      // Of the atomic operations only LR (00010) does not write.
      return accessAt(code >>> 27 === 0b00010 ? 'load' : 'store', base, 0, 4, registers);
    default:
      return undefined;
  }
}

function storeOffset(code: number): number {
  return ((code >> 25) << 5) | ((code >> 7) & 31);
}

function decodeCompressed(code: number, registers: RegisterValues): Action | undefined {
  if (code === 0) return { kind: 'undefined-instruction' };
  if (code === C_EBREAK) return { kind: 'breakpoint' };
  const operation = code >> 13;
  // 1 and 5 move doubles, 2 and 6 words, 3 and 7 floats; from 4 on they store.
  if ((operation & 3) === 0) return undefined;
  const kind = operation >= 4 ? 'store' : 'load';
  const isWord = (operation & 3) === 2;
  switch (code & 3) {
    case 0: {
      const offset = (operation & 3) === 1 ? doubleOffset(code) : wordOffset(code);
      return accessAt(kind, compressedName(code >> 7), offset, 4, registers, isWord ? compressedName(code >> 2) : undefined);
    }
    case 2:
      return stackAccess(kind, code, operation, registers);
    default:
      return undefined;
  }
}

function stackAccess(kind: 'load' | 'store', code: number, operation: number, registers: RegisterValues): MemoryAccess {
  const isDouble = (operation & 3) === 1;
  const isWord = (operation & 3) === 2;
  if (kind === 'store') {
    const offset = isDouble ? bits(code, 10, 3, 3) | bits(code, 7, 3, 6) : bits(code, 9, 4, 2) | bits(code, 7, 2, 6);
    return accessAt(kind, 'sp', offset, 4, registers, isWord ? name(code >> 2) : undefined);
  }
  const low = isDouble ? bits(code, 5, 2, 3) | bits(code, 2, 3, 6) : bits(code, 4, 3, 2) | bits(code, 2, 2, 6);
  return accessAt(kind, 'sp', low | bits(code, 12, 1, 5), 4, registers, isWord ? name(code >> 7) : undefined);
}

function wordOffset(code: number): number {
  return bits(code, 10, 3, 3) | bits(code, 6, 1, 2) | bits(code, 5, 1, 6);
}

function doubleOffset(code: number): number {
  return bits(code, 10, 3, 3) | bits(code, 5, 2, 6);
}

/** `count` bits from `from` on, moved to `to`. */
function bits(code: number, from: number, count: number, to: number): number {
  return ((code >> from) & ((1 << count) - 1)) << to;
}

function name(field: number): string {
  return RISCV_REGISTERS[field & 31] ?? 'zero';
}

/** Three bits name s0, s1 and a0 to a5: x8 to x15. */
function compressedName(field: number): string {
  return name(8 + (field & 7));
}
