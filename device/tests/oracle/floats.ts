/** Floating-point values as C expressions: everyday ones, ties, powers of ten, limits, infinities, NaN, and random bits. */
import type { Random } from '@noinit/testing';
import { pick } from './pick.ts';

export interface FloatExpression {
  readonly length: string;
  readonly value: string;
  /** Infinity or NaN. */
  readonly infinite: boolean;
}

/** `short`: one that prints few digits. */
export function floatValue(random: Random, letter: string, short: boolean): FloatExpression {
  const hexadecimal = letter === 'a' || letter === 'A';
  const drawn = short ? (random.below(2_000_000) - 1_000_000) / 1_000 : anyFloat(random);
  // Of a subnormal C leaves the first hexadecimal digit open.
  const value = hexadecimal && Math.abs(drawn) < LEAST_NORMAL ? 1 / 3 : drawn;
  const infinite = !Number.isFinite(value);
  switch (random.below(6)) {
    case 0:
      return { length: '', value: singleBits(value, random), infinite: !Number.isFinite(Math.fround(value)) };
    case 1:
      // On the target a long double is a double, on the host, which prints the hexadecimal ones, it is not.
      return hexadecimal
        ? { length: '', value: doubleBits(value, random), infinite }
        : { length: 'L', value: `(long double)${doubleBits(value, random)}`, infinite };
    case 2:
      return { length: 'l', value: doubleBits(value, random), infinite };
    case 3:
      return { length: '', value: pick(random, LITERALS), infinite: false };
    default:
      return { length: '', value: doubleBits(value, random), infinite };
  }
}

function anyFloat(random: Random): number {
  switch (random.below(6)) {
    case 0:
      return pick(random, SPECIAL);
    case 1:
      return (random.below(2_000_000) - 1_000_000) / 1_000;
    case 2:
      // Halves, quarters and so on: where rounding meets a tie.
      return (random.below(20_000) - 10_000) / 2 ** random.below(12);
    case 3:
      return random.below(2) === 0
        ? besidePowerOfTen(random)
        : Number(`${random.below(2) ? '' : '-'}${1 + random.below(9)}e${random.below(40) - 20}`);
    case 4:
      return random.u32() * 5e-324 * 2 ** random.below(20);
    default:
      return new DataView(random.bytes(8).buffer).getFloat64(0);
  }
}

/** A power of ten as near as a double comes, or one of its neighbours: where one digit decides on the exponent. */
function besidePowerOfTen(random: Random): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Number(`1e${random.below(600) - 300}`));
  view.setBigUint64(0, view.getBigUint64(0) + BigInt(random.below(5)) - 2n);
  return view.getFloat64(0);
}

/** The bits, because C cannot write every value. Which NaN it is a JavaScript number does not say: its sign is drawn. */
function doubleBits(value: number, random: Random): string {
  if (Number.isNaN(value)) return `from_bits(0x${pick(random, ['7', 'f'])}ff8000000000000ull)`;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `from_bits(0x${view.getBigUint64(0).toString(16)}ull)`;
}

function singleBits(value: number, random: Random): string {
  if (Number.isNaN(value)) return `from_bits32(0x${pick(random, ['7', 'f'])}fc00000u)`;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return `from_bits32(0x${view.getUint32(0).toString(16)}u)`;
}

const LEAST_NORMAL = 2 ** -1022;
const LITERALS = ['1.5', '-0.1f', '3.14159f', '1e10', '1.0 / 3.0', '-0.0', '0.0f', '100.0', '9.995', '0.1f + 0.2f'];
const SPECIAL = [0, -0, 1, 0.5, 1.5, 2.5, 0.125, 9.995, 99999.5, 999999.5, 1e21, 1e100, 1e-5, 123456, 1e15, 1e16, 1e17]
  .concat([Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 2.2250738585072014e-308, 2.225073858507201e-308])
  .concat([3.4028234663852886e38, 1.401298464324817e-45, 2 ** 53, 2 ** 53 - 1, 2 ** 63, 2 ** 64])
  .concat([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
