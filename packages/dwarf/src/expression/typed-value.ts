/** Stack entries with a base type (DWARF 5, 2.5.1): conversions, arithmetic and comparisons by that type. */
import type { BaseType } from './expression.ts';
import { decodeFloat, encodeFloat, toDouble } from './float-bits.ts';
import { OP, operationName } from './opcode.ts';
import { malformed, unsupported } from './unevaluable.ts';

export interface TypedValue {
  readonly type: BaseType;
  /** The value as it would stand in memory, read as an unsigned number below 2^(8 * size). */
  readonly bits: bigint;
}

/** DW_OP_convert: the same number in another type. Integers wrap, fractions are cut off. */
export function convertValue(from: TypedValue, to: BaseType): TypedValue {
  if (from.type.kind === 'opaque' || to.kind === 'opaque') throw unsupported('a conversion from or to this base type');
  if (from.type.kind !== 'float') {
    const value = integerOf(from);
    return to.kind === 'float' ? fromDouble(toDouble(value, to.size), to) : fromInteger(value, to);
  }
  const value = decodeFloat(from.bits, from.type.size);
  if (to.kind === 'float') return fromDouble(value, to);
  const whole = Math.trunc(value);
  // What a processor makes of a number that does not fit is its own affair.
  if (!Number.isFinite(whole) || !fits(BigInt(whole), to)) throw malformed(`${value} does not fit its new type`);
  return fromInteger(BigInt(whole), to);
}

/** DW_OP_reinterpret: the same bits in another type of the same size. */
export function reinterpretValue(from: TypedValue, to: BaseType): TypedValue {
  if (from.type.size !== to.size) throw malformed(`${from.type.size} bytes are reinterpreted as ${to.size}`);
  return { type: to, bits: from.bits };
}

export function fromInteger(value: bigint, type: BaseType): TypedValue {
  return { type, bits: BigInt.asUintN(8 * type.size, value) };
}

/** The number an integer entry stands for. */
export function integerOf({ type, bits }: TypedValue): bigint {
  if (type.kind === 'float' || type.kind === 'opaque') throw malformed('an operation on integers meets another type');
  return type.kind === 'signed' ? BigInt.asIntN(8 * type.size, bits) : bits;
}

/** Whether DW_OP_bra goes. */
export function isNotZero({ type, bits }: TypedValue): boolean {
  return type.kind === 'float' ? decodeFloat(bits, type.size) !== 0 : bits !== 0n;
}

/** Two operands of one type; a comparison gives 0 or 1, of the generic type. */
export function applyTyped(code: number, left: TypedValue, right: TypedValue): TypedValue | boolean {
  if (SHIFTS.has(code)) return shift(code, left, integerOf(right));
  if (left.type.kind !== right.type.kind || left.type.size !== right.type.size)
    throw malformed(`${operationName(code)} of operands of two types`);
  if (left.type.kind !== 'float') return applyIntegers(code, left, right);
  const operands = [decodeFloat(left.bits, left.type.size), decodeFloat(right.bits, right.type.size)] as const;
  const compare = COMPARE.get(code);
  if (compare) return compare(...operands);
  const compute = FLOATS.get(code);
  if (!compute) throw malformed(`${operationName(code)} of floating-point numbers`);
  return fromDouble(compute(...operands), left.type);
}

export function applyTypedUnary(code: number, operand: TypedValue): TypedValue {
  const { type } = operand;
  if (type.kind === 'float') {
    const value = decodeFloat(operand.bits, type.size);
    if (code === OP.not) throw malformed('DW_OP_not of a floating-point number');
    return fromDouble(code === OP.neg ? -value : Math.abs(value), type);
  }
  const value = integerOf(operand);
  if (code === OP.not) return fromInteger(~value, type);
  return fromInteger(code === OP.neg || value < 0n ? -value : value, type);
}

function applyIntegers(code: number, left: TypedValue, right: TypedValue): TypedValue | boolean {
  const operands = [integerOf(left), integerOf(right)] as const;
  const compare = COMPARE.get(code);
  if (compare) return compare(...operands);
  const compute = INTEGERS.get(code);
  if (!compute) throw malformed(`${operationName(code)} of typed values`);
  const result = compute(...operands);
  if (result === undefined) throw malformed(`${operationName(code)} divides by zero`);
  return fromInteger(result, left.type);
}

function shift(code: number, { type, bits }: TypedValue, count: bigint): TypedValue {
  const width = BigInt(8 * type.size);
  const value = integerOf({ type, bits });
  if (count < 0n) throw malformed(`${operationName(code)} by a negative number`);
  if (code === OP.shra) return fromInteger(BigInt.asIntN(Number(width), value) >> (count > width ? width : count), type);
  if (count >= width) return fromInteger(0n, type);
  return fromInteger(code === OP.shl ? bits << count : bits >> count, type);
}

function fromDouble(value: number, type: BaseType): TypedValue {
  return { type, bits: encodeFloat(value, type.size) };
}

function fits(value: bigint, { kind, size }: BaseType): boolean {
  return value === (kind === 'signed' ? BigInt.asIntN(8 * size, value) : BigInt.asUintN(8 * size, value));
}

const SHIFTS: ReadonlySet<number> = new Set([OP.shl, OP.shr, OP.shra]);
const INTEGERS: ReadonlyMap<number, (left: bigint, right: bigint) => bigint | undefined> = new Map([
  [OP.and, (left, right) => left & right],
  [OP.div, (left, right) => (right === 0n ? undefined : left / right)],
  [OP.minus, (left, right) => left - right],
  [OP.mod, (left, right) => (right === 0n ? undefined : left % right)],
  [OP.mul, (left, right) => left * right],
  [OP.or, (left, right) => left | right],
  [OP.plus, (left, right) => left + right],
  [OP.xor, (left, right) => left ^ right],
] satisfies [number, (left: bigint, right: bigint) => bigint | undefined][]);
const FLOATS: ReadonlyMap<number, (left: number, right: number) => number> = new Map([
  [OP.div, (left, right) => left / right],
  [OP.minus, (left, right) => left - right],
  [OP.mul, (left, right) => left * right],
  [OP.plus, (left, right) => left + right],
] satisfies [number, (left: number, right: number) => number][]);
type Compare = <Value extends number | bigint>(left: Value, right: Value) => boolean;
const COMPARE: ReadonlyMap<number, Compare> = new Map([
  [OP.eq, (left, right) => left === right],
  [OP.ge, (left, right) => left >= right],
  [OP.gt, (left, right) => left > right],
  [OP.le, (left, right) => left <= right],
  [OP.lt, (left, right) => left < right],
  [OP.ne, (left, right) => left !== right],
] satisfies [number, Compare][]);
