/** Bit-fields: cut out of their storage and widened to the declared type. */
import type { TypeInfo } from '@noinit/symbols';
import { integerBytes, readInteger } from './integer.ts';
import { malformed, readStorage, type Storage } from './storage.ts';
import type { ValueTarget } from './target.ts';
import { type PlainType, shapeOf } from './type-shape.ts';

/** Widest storage a bit-field is read from, and widest type it has, in bytes. */
const MAX_STORAGE_BYTES = 32;

/** `storage` is where the field's bits are counted from; the result holds a whole value of `type`, sign extended. */
export function storageOfBitField(
  storage: Storage,
  bits: { readonly offset: number; readonly size: number },
  type: TypeInfo,
  target: ValueTarget,
): Storage {
  const { type: plain } = shapeOf(type);
  const length = Math.ceil((bits.offset + bits.size) / 8);
  const width = plain.kind === 'base' || plain.kind === 'enum' ? plain.size : 0;
  const isUsable = bits.offset >= 0 && bits.size > 0 && bits.size <= 8 * width && Math.max(length, width) <= MAX_STORAGE_BYTES;
  if (!isUsable) return malformed(`a bit-field of ${bits.size} bits in ${type.name}`);
  const read = readStorage(storage, length, target.memory);
  if (read.kind === 'unknown') return read;
  const isLittle = (plain.kind === 'base' ? plain.littleEndian : undefined) ?? target.symbols.littleEndian;
  const whole = readInteger(isLittle ? read.bytes : read.bytes.toReversed(), false);
  const field = (whole >> BigInt(bits.offset)) & ((1n << BigInt(bits.size)) - 1n);
  const bytes = integerBytes(isSigned(plain) ? BigInt.asIntN(bits.size, field) : field, width);
  return { kind: 'bytes', bytes: isLittle ? bytes : bytes.toReversed(), holes: [] };
}

function isSigned(plain: PlainType): boolean {
  return plain.kind === 'enum' ? plain.signed : plain.kind === 'base' && plain.encoding.startsWith('signed');
}
