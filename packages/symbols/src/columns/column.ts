/** Columns of numbers, each in the narrowest array that holds its largest value. */

import { type Address, address } from '@noinit/model';

/** Whole numbers from 0 up to 2^53. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A copy in the narrowest array. Values are whole and not negative. */
export function narrow(values: ArrayLike<number>): Column {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value > largest) largest = value;
  }
  if (largest <= 0xff) return new Uint8Array(values);
  if (largest <= 0xffff) return new Uint16Array(values);
  return largest <= 0xffff_ffff ? new Uint32Array(values) : new Float64Array(values);
}

/** A number of a column that may come from a damaged file. */
export function addressOrZero(value: number | undefined): Address {
  return address(value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : 0);
}

/** Index of the last of ascending numbers in [`from`, `to`) that is not above `wanted`; `from - 1` where all are. */
export function lastAtOrBelow(sorted: Column, wanted: number, from = 0, to = sorted.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
