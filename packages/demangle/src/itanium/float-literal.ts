/** Floating-point literals as C writes them in hex: `0x1.8p+1f`. */

/** Hex digits of a literal by the letter of its type. */
export const FLOAT_SIZES: ReadonlyMap<string, number> = new Map([
  ['f', 8],
  ['d', 16],
  ['e', 20],
]);

export function floatText(code: string, bits: string): string {
  if (code === 'f') return `${single(bits)}f`;
  return code === 'd' ? double(bits) : `${extended(bits)}L`;
}

function single(bits: string): string {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, Number.parseInt(bits, 16));
  view.setFloat64(4, view.getFloat32(0));
  return double(view.getBigUint64(4).toString(16).padStart(16, '0'));
}

function double(bits: string): string {
  const word = BigInt(`0x${bits}`);
  return hexFloat({
    isNegative: word >> 63n === 1n,
    exponent: Number((word >> 52n) & 0x7ffn),
    bias: 1023,
    fraction: word & 0xf_ffff_ffff_ffffn,
    digits: 13,
  });
}

interface Fields {
  readonly isNegative: boolean;
  readonly exponent: number;
  readonly bias: number;
  readonly fraction: bigint;
  readonly digits: number;
}

function hexFloat({ isNegative, exponent, bias, fraction, digits }: Fields): string {
  const sign = isNegative ? '-' : '';
  if (exponent === 2 * bias + 1) return sign + (fraction === 0n ? 'inf' : 'nan');
  if (exponent === 0 && fraction === 0n) return `${sign}0x0p+0`;
  const power = exponent === 0 ? 1 - bias : exponent - bias;
  const tail = fraction.toString(16).padStart(digits, '0').replace(/0+$/, '');
  return `${sign}0x${exponent === 0 ? 0 : 1}${tail === '' ? '' : `.${tail}`}p${power < 0 ? '' : '+'}${power}`;
}

/** 80 bits of x87: the leading one is a bit of its own, so that the first digit is 8 to f. */
function extended(bits: string): string {
  const word = BigInt(`0x${bits}`);
  const exponent = Number((word >> 64n) & 0x7fffn);
  const mantissa = word & 0xffff_ffff_ffff_ffffn;
  const sign = word >> 79n === 1n ? '-' : '';
  if (exponent === 0x7fff) return sign + (mantissa << 1n === 1n << 64n ? 'inf' : 'nan');
  if (mantissa === 0n) return `${sign}0x0p+0`;
  const power = exponent - 16383 - 3;
  const [first = '0', tail = ''] = [
    mantissa.toString(16).padStart(16, '0').slice(0, 1),
    mantissa.toString(16).padStart(16, '0').slice(1).replace(/0+$/, ''),
  ];
  return `${sign}0x${first}${tail === '' ? '' : `.${tail}`}p${power < 0 ? '' : '+'}${power}`;
}
