/**
 * Floating point as C prints it (C11 7.21.6.1): exact, rounded half to even. JavaScript's own toFixed rounds halves up and
 * ends at 100 digits, so the decimal digits are computed from the binary fraction with big integers.
 */
import type { BinaryFloat } from './binary-float.ts';
import type { Conversion } from './format.ts';
import { pad } from './pad.ts';

const DEFAULT_PRECISION = 6;
/** As many as a double holds exactly. */
const TOP_BITS = 53;
/** More than a logarithm is off. */
const LOG_ERROR = 1e-9;

export function renderFloat(conversion: Conversion, value: BinaryFloat, width: number, precision: number | undefined): string {
  const { letter, flags } = conversion;
  const upper = letter === letter.toUpperCase();
  const prefix = value.negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (value.kind !== 'finite') return pad(upper ? value.kind.toUpperCase() : value.kind, { prefix, width, left: flags.left });
  const { lead, digits } = finite(letter.toLowerCase(), value, precision, flags.alternative);
  const shown = upper ? digits.toUpperCase() : digits;
  return pad(shown, { prefix: prefix + (upper ? lead.toUpperCase() : lead), width, left: flags.left, zeros: flags.zero });
}

function finite(
  letter: string,
  value: BinaryFloat,
  precision: number | undefined,
  point: boolean,
): { lead: string; digits: string } {
  switch (letter) {
    case 'a':
      return { lead: '0x', digits: hexadecimal(value, precision, point) };
    case 'e':
      return { lead: '', digits: exponential(value, precision ?? DEFAULT_PRECISION, point) };
    case 'g':
      return { lead: '', digits: shortest(value, precision ?? DEFAULT_PRECISION, point) };
    default:
      return { lead: '', digits: fixed(value, precision ?? DEFAULT_PRECISION, point) };
  }
}

function fixed(value: BinaryFloat, precision: number, point: boolean): string {
  const digits = roundedTimesPowerOfTen(value, precision)
    .toString()
    .padStart(precision + 1, '0');
  return withPoint(digits.slice(0, digits.length - precision), digits.slice(digits.length - precision), point);
}

function exponential(value: BinaryFloat, precision: number, point: boolean): string {
  const { digits, exponent } = significant(value, precision + 1);
  return withPoint(digits.slice(0, 1), digits.slice(1), point) + exponentText('e', exponent, 2);
}

/** %g: exponential where the exponent is below -4 or not below the precision; trailing zeros go unless `#` keeps them. */
function shortest(value: BinaryFloat, precision: number, keepZeros: boolean): string {
  const count = Math.max(precision, 1);
  const { exponent } = significant(value, count);
  if (exponent >= -4 && exponent < count) return trimmed(fixed(value, count - 1 - exponent, keepZeros), keepZeros);
  const [mantissa = '', power = ''] = exponential(value, count - 1, keepZeros).split('e');
  return `${trimmed(mantissa, keepZeros)}e${power}`;
}

function trimmed(digits: string, keepZeros: boolean): string {
  return keepZeros || !digits.includes('.') ? digits : digits.replace(/\.?0+$/, '');
}

/** `count` decimal digits, and the power of ten of the first. */
function significant(value: BinaryFloat, count: number): { readonly digits: string; readonly exponent: number } {
  if (value.fraction === 0n) return { digits: '0'.repeat(count), exponent: 0 };
  // Never too large: just below a power of ten it would round up to it with digits to spare. Where it is too small, or rounding carries
  // into one digit more, the next is tried.
  let exponent = Math.floor(log10(value) - LOG_ERROR);
  for (;;) {
    const digits = roundedTimesPowerOfTen(value, count - 1 - exponent).toString();
    if (digits.length === count) return { digits, exponent };
    exponent += 1;
  }
}

/** value × 10^power as a whole number, halves to even. */
function roundedTimesPowerOfTen(value: BinaryFloat, power: number): bigint {
  const { fraction, exponent } = value;
  const ten = 10n ** BigInt(Math.abs(power));
  const top = (power >= 0 ? fraction * ten : fraction) << BigInt(Math.max(exponent, 0));
  const bottom = (power < 0 ? ten : 1n) << BigInt(Math.max(-exponent, 0));
  return dividedHalfToEven(top, bottom);
}

function dividedHalfToEven(top: bigint, bottom: bigint): bigint {
  const quotient = top / bottom;
  const twiceRest = (top % bottom) * 2n;
  const roundUp = twiceRest > bottom || (twiceRest === bottom && (quotient & 1n) === 1n);
  return roundUp ? quotient + 1n : quotient;
}

function log10({ fraction, exponent }: BinaryFloat): number {
  const bits = fraction.toString(2).length;
  const top = Number(bits > TOP_BITS ? fraction >> BigInt(bits - TOP_BITS) : fraction);
  return Math.log10(top) + (exponent + Math.max(bits - TOP_BITS, 0)) * Math.LOG10E * Math.LN2;
}

/**
 * %a without its `0x`: one digit, then all hex digits of the fraction or as many as the precision says. The first digit is 1 also where the
 * number is subnormal, which C leaves open: so newlib has it.
 */
function hexadecimal(value: BinaryFloat, precision: number | undefined, point: boolean): string {
  const places = value.fractionBits / 4;
  const { fraction, power } = normalised(value);
  const digits = precision === undefined || precision >= places ? fraction : roundedHex(fraction, places - precision);
  const shown = digits.toString(16).padStart(places + 1, '0');
  const [whole, all] = [shown.slice(0, -places), shown.slice(-places)];
  const behind = precision === undefined ? all.replace(/0+$/, '') : all.padEnd(precision, '0').slice(0, precision);
  return withPoint(whole, behind, point) + exponentText('p', power, 1);
}

/** With one bit in front of the point, of which the power is that of two. */
function normalised({ fraction, exponent, fractionBits }: BinaryFloat): { readonly fraction: bigint; readonly power: number } {
  if (fraction === 0n) return { fraction, power: 0 };
  const missing = fractionBits + 1 - fraction.toString(2).length;
  return { fraction: fraction << BigInt(missing), power: exponent + fractionBits - missing };
}

function roundedHex(fraction: bigint, places: number): bigint {
  const unit = 1n << BigInt(4 * places);
  return dividedHalfToEven(fraction, unit) * unit;
}

function withPoint(whole: string, behind: string, point: boolean): string {
  return behind || point ? `${whole}.${behind}` : whole;
}

function exponentText(letter: string, exponent: number, digits: number): string {
  return `${letter}${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(digits, '0')}`;
}
