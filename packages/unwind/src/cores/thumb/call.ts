/** Recognises Thumb call instructions by the address behind them (Armv7-M ARM A7.7.18 BL, A7.7.19 BLX). */
import { address } from '@noinit/model';
import { type Memory, readHalfword } from '../../memory.ts';
import type { CallInstruction } from '../core-rules.ts';

/** BLX Rm and, on Armv8-M, BLXNS Rm: 0100 0111 1mmm m000 / m100. */
const BLX_MASK = 0xff83;
const BLX_BITS = 0x4780;

/** The call that ends just before `end`; instructions are little endian on every Cortex-M. */
export function findThumbCallBefore(end: number, memory: Memory): CallInstruction | 'no-call' | 'not-readable' {
  const last = readHalfword(memory, end - 2, true);
  if (last === undefined) return 'not-readable';
  if ((last & BLX_MASK) === BLX_BITS) return { kind: 'indirect', register: (last >> 3) & 15 };
  const first = readHalfword(memory, end - 4, true);
  if (first === undefined) return 'no-call';
  if ((first & 0xf800) !== 0xf000 || (last & 0xd000) !== 0xd000) return 'no-call';
  return { kind: 'direct', target: address((end + branchOffset(first, last)) >>> 0) };
}

/** BL's signed 25-bit offset: S:I1:I2:imm10:imm11:0, where I1 and I2 are stored as J = not(I) xor S. */
function branchOffset(first: number, last: number): number {
  const sign = (first >> 10) & 1;
  const i1 = ((last >> 13) & 1) ^ sign ^ 1;
  const i2 = ((last >> 11) & 1) ^ sign ^ 1;
  const bits = (sign << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((last & 0x7ff) << 1);
  return (bits << 7) >> 7;
}
