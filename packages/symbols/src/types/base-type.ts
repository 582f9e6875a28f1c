/** Base types (DWARF 5, 5.1). */
import { AT, ATE, END, type Entry } from '@noinit/dwarf';
import type { BaseEncoding, TypeInfo } from '../symbols.ts';
import { languageOf } from './language.ts';
import { typeName } from './type-name.ts';
import { unsupported } from './type-shape.ts';

export function readBase(type: Entry): TypeInfo {
  const code = type.number(AT.encoding) ?? 0;
  const name = typeName(type);
  const size = type.number(AT.byte_size) ?? Math.ceil((type.number(AT.bit_size) ?? 0) / 8);
  const encoding = ENCODINGS.get(code);
  if (!encoding) return unsupported(name, size, `${UNREAD.get(code) ?? `base types of encoding ${code}`} are not read`);
  const bitSize = type.number(AT.bit_size);
  const endianity = type.number(AT.endianity);
  const language = languageOf(type.unit);
  return {
    kind: 'base',
    name,
    size,
    encoding,
    ...(bitSize !== undefined && bitSize > 0 && bitSize < 8 * size && { bitSize }),
    ...(endianity !== undefined && endianity !== END.default && { littleEndian: endianity === END.little }),
    ...(language !== 'c' && { language }),
  };
}

/** `decltype(nullptr)` is a type without a type behind it that has a value. */
export function readUnspecified(type: Entry): TypeInfo {
  const name = typeName(type);
  if (!name.includes('nullptr')) return { kind: 'void', name };
  return { kind: 'base', name, size: type.number(AT.byte_size) ?? type.unit.header.addressSize, encoding: 'null' };
}

const ENCODINGS: ReadonlyMap<number, BaseEncoding> = new Map([
  [ATE.address, 'address'],
  [ATE.boolean, 'boolean'],
  [ATE.complex_float, 'complex'],
  [ATE.float, 'float'],
  [ATE.signed, 'signed'],
  [ATE.signed_char, 'signed-char'],
  [ATE.unsigned, 'unsigned'],
  [ATE.unsigned_char, 'unsigned-char'],
  [ATE.UTF, 'utf'],
  [ATE.UCS, 'utf'],
  [ATE.ASCII, 'utf'],
  [ATE.GNU_complex_integer, 'complex-integer'],
]);
/** What is said by name instead of shown. */
const UNREAD: ReadonlyMap<number, string> = new Map([
  [ATE.imaginary_float, 'imaginary numbers'],
  [ATE.packed_decimal, 'packed decimal numbers'],
  [ATE.numeric_string, 'numeric strings'],
  [ATE.edited, 'edited strings'],
  [ATE.signed_fixed, 'fixed-point numbers'],
  [ATE.unsigned_fixed, 'fixed-point numbers'],
  [ATE.decimal_float, 'decimal floating-point numbers'],
]);
