/** Recognises RISC-V call instructions by the address behind them. */
import { address } from '@noinit/model';
import { type Memory, readHalfword } from '../../memory.ts';
import type { CallInstruction } from '../core-rules.ts';
import { jumpOffset } from './decode.ts';
import { jumpOffset as compressedJumpOffset } from './decode-compressed.ts';
import { RA } from './registers.ts';

/** The call that ends just before `end`. */
export function findRiscvCallBefore(end: number, memory: Memory): CallInstruction | 'no-call' | 'not-readable' {
  const last = readHalfword(memory, end - 2, true);
  if (last === undefined) return 'not-readable';
  const first = readHalfword(memory, end - 4, true);
  const long = first === undefined ? undefined : longCall(((last << 16) | first) >>> 0, end - 4, memory);
  return long ?? compressedCall(last, end - 2) ?? 'no-call';
}

function longCall(word: number, at: number, memory: Memory): CallInstruction | undefined {
  if (((word >>> 7) & 0x1f) !== RA) return undefined;
  switch (word & 0x7f) {
    case 0x6f:
      return { kind: 'direct', target: address((at + jumpOffset(word)) >>> 0) };
    case 0x67:
      return (word & 0x7000) === 0 ? throughRegister((word >>> 15) & 0x1f, word >> 20, at, memory) : undefined;
    default:
      return undefined;
  }
}

/** auipc of the same register just before makes it a call of an address. */
function throughRegister(register: number, offset: number, at: number, memory: Memory): CallInstruction {
  const low = readHalfword(memory, at - 4, true);
  const high = readHalfword(memory, at - 2, true);
  if (low === undefined || high === undefined) return { kind: 'indirect', register };
  const before = ((high << 16) | low) >>> 0;
  const isAuipc = (before & 0x7f) === 0x17 && ((before >>> 7) & 0x1f) === register;
  if (!isAuipc) return { kind: 'indirect', register };
  return { kind: 'direct', target: address((at - 4 + (before & 0xffff_f000) + offset) >>> 0) };
}

/** c.jalr and, on RV32, c.jal. */
function compressedCall(code: number, at: number): CallInstruction | undefined {
  const register = (code >> 7) & 0x1f;
  if ((code & 0xf07f) === 0x9002 && register !== 0) return { kind: 'indirect', register };
  if ((code & 0xe003) === 0x2001) return { kind: 'direct', target: address((at + compressedJumpOffset(code)) >>> 0) };
  return undefined;
}
