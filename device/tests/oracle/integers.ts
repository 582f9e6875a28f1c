/** Integer values at the limits of every length modifier, as C expressions. */
import type { Random } from '@noinit/testing';
import { pick } from './pick.ts';

export const LENGTHS = ['', '', '', 'hh', 'h', 'l', 'l', 'll', 'll', 'j', 'z', 't'] as const;

/** An expression of a type that the modifier takes: the conversion's own or the other signedness, where C allows both. */
export function integerValue(random: Random, length: (typeof LENGTHS)[number], signed: boolean): string {
  const { types, bits } = TYPES[length];
  const type = pick(random, signed ? types.signed : types.unsigned);
  return `(${type})${literal(random, bits, signed)}`;
}

/** Written as signed or unsigned; the cast in front makes it what it must be, without a change of bits. */
function literal(random: Random, bits: number, signed: boolean): string {
  const value = pick(random, [
    ...limits(bits),
    ...limits(8),
    randomBits(random, bits),
    randomBits(random, bits),
    BigInt(random.below(1_000)),
  ]);
  return signed ? signedLiteral(BigInt.asIntN(bits, value)) : `${BigInt.asUintN(bits, value)}ull`;
}

/** -2^63 cannot be written as one number. */
function signedLiteral(value: bigint): string {
  if (value === -(2n ** 63n)) return '(-9223372036854775807ll - 1)';
  return value < 0n ? `(${value}ll)` : `${value}ll`;
}

function limits(bits: number): bigint[] {
  const top = 1n << BigInt(bits - 1);
  return [0n, 1n, -1n, 9n, 10n, top, top - 1n, -top, 2n * top - 1n];
}

function randomBits(random: Random, bits: number): bigint {
  const wide = (BigInt(random.u32()) << 32n) | BigInt(random.u32());
  return wide >> BigInt(64 - 1 - random.below(bits));
}

interface Types {
  readonly signed: readonly string[];
  readonly unsigned: readonly string[];
}

const both = (signed: readonly string[], unsigned: readonly string[]): Types => ({ signed, unsigned });

/** 32 bits for int, long, size_t and ptrdiff_t: the target's, not the host's. */
const TYPES: Readonly<Record<(typeof LENGTHS)[number], { readonly types: Types; readonly bits: number }>> = {
  '': {
    types: both(
      ['int', 'int', 'unsigned', 'signed char', 'short', 'int16_t', 'enum color', 'char'],
      ['unsigned', 'unsigned', 'int', 'unsigned char', 'unsigned short', 'uint8_t', '_Bool'],
    ),
    bits: 32,
  },
  hh: { types: both(['signed char', 'int', 'int8_t', 'char'], ['unsigned char', 'unsigned', 'uint8_t']), bits: 32 },
  h: { types: both(['short', 'int', 'int16_t'], ['unsigned short', 'unsigned', 'uint16_t']), bits: 32 },
  l: { types: both(['long', 'int32_t', 'unsigned long'], ['unsigned long', 'uint32_t', 'long']), bits: 32 },
  ll: { types: both(['long long', 'int64_t', 'unsigned long long'], ['unsigned long long', 'uint64_t', 'long long']), bits: 64 },
  j: { types: both(['intmax_t'], ['uintmax_t']), bits: 64 },
  z: { types: both(['ptrdiff_t'], ['size_t']), bits: 32 },
  t: { types: both(['ptrdiff_t'], ['size_t']), bits: 32 },
};
