/** Floating point numbers of any size, taken apart: IEEE 754 binary64 (a float is one too) and binary128. */

/** Finite: ±fraction × 2^exponent, exactly. */
export interface BinaryFloat {
  readonly kind: 'finite' | 'inf' | 'nan';
  readonly negative: boolean;
  readonly fraction: bigint;
  readonly exponent: number;
  /** Bits behind the point of a normal number. */
  readonly fractionBits: number;
}

/** A number, or the 64 bits of one: JavaScript does not keep the sign of a NaN. */
export function binary64(value: number | bigint): BinaryFloat {
  if (typeof value === 'bigint') return takeApart(value, 11, 52);
  VIEW.setFloat64(0, value);
  return takeApart(VIEW.getBigUint64(0), 11, 52);
}

export function binary128(bits: bigint): BinaryFloat {
  return takeApart(bits, 15, 112);
}

function takeApart(bits: bigint, exponentBits: number, fractionBits: number): BinaryFloat {
  const stored = BigInt.asUintN(fractionBits, bits);
  const biased = Number(BigInt.asUintN(exponentBits, bits >> BigInt(fractionBits)));
  const negative = ((bits >> BigInt(exponentBits + fractionBits)) & 1n) === 1n;
  const special = biased === 2 ** exponentBits - 1;
  const bias = 2 ** (exponentBits - 1) - 1;
  const fraction = biased === 0 ? stored : stored | (1n << BigInt(fractionBits));
  const exponent = Math.max(biased, 1) - bias - fractionBits;
  return { kind: special ? (stored === 0n ? 'inf' : 'nan') : 'finite', negative, fraction, exponent, fractionBits };
}

const VIEW = new DataView(new ArrayBuffer(8));
