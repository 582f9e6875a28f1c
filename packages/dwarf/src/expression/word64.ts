/**
 * Arithmetic of the generic type on a 64-bit target (DWARF 5, 2.5.1.4): as in `word32.ts`, on bigints below 2^64.
 */
import { OP } from './opcode.ts';

const BITS = 64n;
const signed = (value: bigint) => BigInt.asIntN(64, value);

/** Any integer, wrapped to a word. */
export function toWord64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

export const BINARY64: ReadonlyMap<number, (left: bigint, right: bigint) => bigint | undefined> = new Map([
  [OP.and, (left, right) => left & right],
  [OP.div, (left, right) => (right === 0n ? undefined : toWord64(signed(left) / signed(right)))],
  [OP.minus, (left, right) => toWord64(left - right)],
  [OP.mod, (left, right) => (right === 0n ? undefined : left % right)],
  [OP.mul, (left, right) => toWord64(left * right)],
  [OP.or, (left, right) => left | right],
  [OP.plus, (left, right) => toWord64(left + right)],
  [OP.shl, (left, right) => (right >= BITS ? 0n : toWord64(left << right))],
  [OP.shr, (left, right) => (right >= BITS ? 0n : left >> right)],
  [OP.shra, (left, right) => toWord64(signed(left) >> (right >= BITS ? BITS : right))],
  [OP.xor, (left, right) => left ^ right],
  [OP.eq, (left, right) => BigInt(left === right)],
  [OP.ge, (left, right) => BigInt(signed(left) >= signed(right))],
  [OP.gt, (left, right) => BigInt(signed(left) > signed(right))],
  [OP.le, (left, right) => BigInt(signed(left) <= signed(right))],
  [OP.lt, (left, right) => BigInt(signed(left) < signed(right))],
  [OP.ne, (left, right) => BigInt(left !== right)],
] satisfies [number, (left: bigint, right: bigint) => bigint | undefined][]);

export const UNARY64: ReadonlyMap<number, (value: bigint) => bigint> = new Map([
  [OP.abs, (value: bigint) => (signed(value) < 0n ? toWord64(-value) : value)],
  [OP.neg, (value: bigint) => toWord64(-value)],
  [OP.not, (value: bigint) => toWord64(~value)],
]);
