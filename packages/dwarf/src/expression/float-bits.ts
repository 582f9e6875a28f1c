/** Floating-point numbers of IEEE 754 as bits: single and double. Others are moved, not computed with. */
import { unsupported } from './unevaluable.ts';

const view = new DataView(new ArrayBuffer(8));

export function decodeFloat(bits: bigint, size: number): number {
  view.setBigUint64(0, bits);
  if (size === 8) return view.getFloat64(0);
  if (size === 4) return view.getFloat32(4);
  throw unsupported(`arithmetic on floating-point numbers of ${size} bytes`);
}

/** Rounded to the size. */
export function encodeFloat(value: number, size: number): bigint {
  if (size === 8) {
    view.setFloat64(0, value);
    return view.getBigUint64(0);
  }
  if (size !== 4) throw unsupported(`arithmetic on floating-point numbers of ${size} bytes`);
  view.setFloat32(0, value);
  return BigInt(view.getUint32(0));
}

/** The double from which `encodeFloat` makes the number of `size` bytes that is nearest to an integer, rounded once. */
export function toDouble(value: bigint, size: number): number {
  if (size !== 4) return Number(value);
  const magnitude = value < 0n ? -value : value;
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - SAFE_BITS));
  if (excess === 0n) return Number(value);
  // What is cut off leaves a mark in the lowest bit, far below what a single rounds by.
  const cut = magnitude >> excess;
  const marked = cut << excess === magnitude ? cut : cut | 1n;
  return Number((value < 0n ? -marked : marked) << excess);
}

/** More than the 24 bits of a single and a few to round by, fewer than the 53 of a double. */
const SAFE_BITS = 40;
