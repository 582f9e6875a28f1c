/** Floating-point numbers of every format that compilers for our machines write, as the shortest decimal that is them again. */

/** What a format is made of: sign, exponent, fraction; `explicit` where the leading one is stored. */
interface Format {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly explicit?: boolean;
  /** Decimal digits that tell all its numbers apart. */
  readonly digits: number;
}

const HALF: Format = { exponentBits: 5, fractionBits: 10, digits: 5 };
const BRAIN: Format = { exponentBits: 8, fractionBits: 7, digits: 4 };
/** x87's 80 bits: the leading one is a bit of the fraction. */
const EXTENDED: Format = { exponentBits: 15, fractionBits: 64, explicit: true, digits: 21 };
const QUADRUPLE: Format = { exponentBits: 15, fractionBits: 112, digits: 36 };

/** `bytes` are little endian. `hasExtended`: `long double` is the x87's. Undefined for sizes that no compiler gives. */
export function renderFloat(bytes: Uint8Array, typeName: string, hasExtended: boolean): string | undefined {
  switch (bytes.length) {
    case 2:
      return renderFormat(bytes, typeName.includes('bf16') || typeName.includes('bfloat') ? BRAIN : HALF);
    case 4:
      return floatText(shortestFloat(viewOf(bytes).getFloat32(0, true)));
    case 8:
      return floatText(viewOf(bytes).getFloat64(0, true));
    case 10:
    case 12:
      return renderFormat(bytes.subarray(0, 10), EXTENDED);
    case 16:
      return hasExtended ? renderFormat(bytes.subarray(0, 10), EXTENDED) : renderFormat(bytes, QUADRUPLE);
    default:
      return undefined;
  }
}

/** Real and imaginary part side by side. */
export function renderComplex(bytes: Uint8Array, typeName: string, hasExtended: boolean): string | undefined {
  const half = bytes.length / 2;
  const real = renderFloat(bytes.subarray(0, half), typeName, hasExtended);
  const imaginary = renderFloat(bytes.subarray(half), typeName, hasExtended);
  return real === undefined || imaginary === undefined ? undefined : `${real} + ${imaginary}i`;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The shortest decimal that is this 32-bit float again: `0.1`, not `0.10000000149011612`. */
function shortestFloat(value: number): number {
  // The text of -0 has lost its sign.
  if (value === 0) return value;
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function renderFormat(bytes: Uint8Array, format: Format): string {
  const { exponentBits, fractionBits, explicit = false } = format;
  let bits = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) bits = (bits << 8n) | BigInt(bytes[index] ?? 0);
  const fraction = BigInt.asUintN(fractionBits, bits);
  const biased = Number(BigInt.asUintN(exponentBits, bits >> BigInt(fractionBits)));
  const sign = (bits >> BigInt(fractionBits + exponentBits)) & 1n ? '-' : '';
  const top = 2 ** exponentBits - 1;
  if (biased === top) return BigInt.asUintN(explicit ? fractionBits - 1 : fractionBits, fraction) === 0n ? `${sign}inf` : 'nan';
  const leading = biased === 0 || explicit ? 0n : 1n << BigInt(fractionBits);
  const mantissa = fraction | leading;
  const exponent = Math.max(biased, 1) - (top >> 1) - (explicit ? fractionBits - 1 : fractionBits);
  return mantissa === 0n ? `${sign}0.0` : sign + decimalText(mantissa, exponent, format.digits);
}

/** Digits that are tried first. Zeros at the end go, so that a number of fewer digits is found too. */
const FEWEST_DIGITS = 17;

/** `mantissa` · 2^`exponent`, in the fewest digits that lie nearer to it than to its neighbours. */
function decimalText(mantissa: bigint, exponent: number, maxDigits: number): string {
  // Twice the value, so that half of the distance to a neighbour is a whole number too.
  const numerator = 2n * (exponent > 0 ? mantissa << BigInt(exponent) : mantissa);
  const halfStep = exponent > 0 ? 1n << BigInt(exponent) : 1n;
  const denominator = exponent > 0 ? 1n : 1n << BigInt(-exponent);
  const power = decimalPower(numerator, 2n * denominator);
  for (let digits = Math.min(FEWEST_DIGITS, maxDigits); ; digits++) {
    const places = digits - 1 - power;
    const scale = 10n ** BigInt(Math.abs(places));
    const [up, down] = places >= 0 ? [scale, 1n] : [1n, scale];
    const divisor = 2n * denominator * down;
    const rounded = (numerator * up + divisor / 2n) / divisor;
    const distance = abs(rounded * divisor - numerator * up);
    if (distance < halfStep * up || digits >= maxDigits) return writeDecimal(rounded, places);
  }
}

/** The power of ten of the leading digit. */
function decimalPower(numerator: bigint, denominator: bigint): number {
  const bits = numerator.toString(2).length - denominator.toString(2).length;
  let power = Math.floor((bits - 1) * Math.LOG10E * Math.LN2);
  while (isAtLeast(numerator, denominator, power + 1)) power++;
  return power;
}

function isAtLeast(numerator: bigint, denominator: bigint, power: number): boolean {
  const scale = 10n ** BigInt(Math.abs(power));
  return power >= 0 ? numerator >= denominator * scale : numerator * scale >= denominator;
}

/** `value` · 10^-`places` as JavaScript writes numbers. */
function writeDecimal(value: bigint, places: number): string {
  const all = String(value);
  const digits = all.replace(/0+$/, '') || '0';
  const power = all.length - 1 - places;
  if (power < -7 || power >= 21) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits[0]}${fraction}e${power < 0 ? '-' : '+'}${Math.abs(power)}`;
  }
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  return `${whole}.${digits.slice(power + 1) || '0'}`;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
