/** Integers that an attribute holds in any of the forms for them. */
import type { Entry } from '@noinit/dwarf';

/** Bytes of the widest integer: 128-bit values are written as blocks. */
const MAX_CONSTANT_BYTES = 32;

/** A block is read in the target's byte order, without a sign. */
export function readConstant(entry: Entry, name: number): number | bigint | undefined {
  const value = entry.value(name);
  if (value?.kind === 'constant') return value.value;
  if (value?.kind !== 'bytes' || value.bytes.length > MAX_CONSTANT_BYTES) return undefined;
  const { littleEndian } = entry.unit.sections;
  const bytes = littleEndian ? value.bytes : value.bytes.toReversed();
  return bytes.reduceRight((whole, byte) => (whole << 8n) | BigInt(byte), 0n);
}
