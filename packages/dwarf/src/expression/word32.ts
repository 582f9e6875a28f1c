/**
 * Arithmetic of the generic type on a 32-bit target (DWARF 5, 2.5.1.4). Words are unsigned numbers below 2^32; every
 * result wraps. Division, comparisons and DW_OP_shra read them as two's complement, DW_OP_mod does not.
 */
import { OP } from './opcode.ts';

/** Any integer within ±2^53, wrapped to a word. */
export function toWord(value: number): number {
  // `>>> 0` is the remainder modulo 2^32 for every integer that a double holds exactly.
  return value >>> 0;
}

/** Two-operand operations: `left` was pushed first. Undefined where the operands have no result. */
export const BINARY: ReadonlyMap<number, (left: number, right: number) => number | undefined> = new Map([
  [OP.and, (left, right) => (left & right) >>> 0],
  [OP.div, (left, right) => (right === 0 ? undefined : toWord(Math.trunc((left | 0) / (right | 0))))],
  [OP.minus, (left, right) => toWord(left - right)],
  [OP.mod, (left, right) => (right === 0 ? undefined : left % right)],
  [OP.mul, (left, right) => toWord(Math.imul(left, right))],
  [OP.or, (left, right) => (left | right) >>> 0],
  [OP.plus, (left, right) => toWord(left + right)],
  [OP.shl, (left, right) => (right > 31 ? 0 : (left << right) >>> 0)],
  [OP.shr, (left, right) => (right > 31 ? 0 : left >>> right)],
  [OP.shra, (left, right) => toWord((left | 0) >> Math.min(right, 31))],
  [OP.xor, (left, right) => (left ^ right) >>> 0],
  [OP.eq, (left, right) => Number(left === right)],
  [OP.ge, (left, right) => Number((left | 0) >= (right | 0))],
  [OP.gt, (left, right) => Number((left | 0) > (right | 0))],
  [OP.le, (left, right) => Number((left | 0) <= (right | 0))],
  [OP.lt, (left, right) => Number((left | 0) < (right | 0))],
  [OP.ne, (left, right) => Number(left !== right)],
] satisfies [number, (left: number, right: number) => number | undefined][]);

/** One-operand operations. */
export const UNARY: ReadonlyMap<number, (value: number) => number> = new Map([
  [OP.abs, (value: number) => toWord(Math.abs(value | 0))],
  [OP.neg, (value: number) => toWord(-value)],
  [OP.not, (value: number) => ~value >>> 0],
]);
