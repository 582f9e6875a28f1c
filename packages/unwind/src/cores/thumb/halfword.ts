/** Halfwords of code and the numbers in them. */

/** Halfword at an address; undefined where it was not captured. */
export type ReadHalfword = (at: number) => number | undefined;

/** The `bits` least significant bits as a signed number. */
export function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}
