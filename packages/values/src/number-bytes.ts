/** Numbers that expressions computed, as the bytes the target would hold. */
import type { Computed } from '@noinit/dwarf';

/** The low `size` bytes. */
export function bytesOfNumber(value: number | bigint, size: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let index = 0; index < size; index++) {
    bytes[littleEndian ? index : size - 1 - index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Undefined where fewer bytes were computed. A literal alone is as wide as it is needed, with its own sign. */
export function bytesOfComputed(computed: Computed, size: number, littleEndian: boolean): Uint8Array | undefined {
  if (size <= computed.size) return bytesOfNumber(computed.value, size, littleEndian);
  if (computed.literal === undefined || size > MAX_LITERAL_BYTES) return undefined;
  return bytesOfNumber(computed.literal, size, littleEndian);
}

/** The operations that push literals hold 64 bits. */
const MAX_LITERAL_BYTES = 8;
