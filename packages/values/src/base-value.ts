/** Display text of base types. */
import type { TargetMachine } from '@noinit/model';
import type { BaseEncoding, BaseType } from '@noinit/symbols';
import { renderComplex, renderFloat } from './float.ts';
import { integerBytes, integerText, readInteger } from './integer.ts';
import { isScalarValue, quoteCharacter } from './quote.ts';
import type { Shape } from './type-shape.ts';

/** A typedef of a char type that means a number: `uint8_t`, `int_fast8_t`, `u8`; but not `char8_t`. */
const NUMBER_NAME = /(?<!char)8/;
/** Characters that C has as integers of another name. */
const WIDE_CHARACTER_NAME = /\b(?:wchar_t|char16_t|char32_t)\b/;

/** Whether a type is meant as a character: one of C's char types, not behind a name like `uint8_t`. */
function isCharacter(encoding: BaseEncoding, size: number, typeName: string): boolean {
  if (encoding === 'utf') return true;
  if (size !== 1) {
    const isInteger = encoding === 'signed' || encoding === 'unsigned';
    return isInteger && typeName.includes('char') && WIDE_CHARACTER_NAME.test(typeName);
  }
  return (encoding === 'signed-char' || encoding === 'unsigned-char') && !NUMBER_NAME.test(typeName);
}

/** Bytes of a character where an array of the type, or what a pointer to it leads to, is text; else undefined. */
export function characterSize({ type, names }: Shape): 1 | 2 | 4 | undefined {
  if (type.kind !== 'base' || type.language === 'rust' || !isCharacter(type.encoding, type.size, names)) return undefined;
  return type.size === 1 || type.size === 2 || type.size === 4 ? type.size : undefined;
}

/** The text of a base value, `bytes` little endian; undefined where this version cannot show the encoding in this size. */
export function renderBase(bytes: Uint8Array, type: BaseType, typeName: string, machine: TargetMachine): string | undefined {
  if (type.size === 0) return type.name;
  if (type.bitSize !== undefined) return renderBits(bytes, type, type.bitSize, typeName, machine);
  switch (type.encoding) {
    case 'signed':
    case 'unsigned':
    case 'signed-char':
    case 'unsigned-char':
    case 'utf':
      return renderInteger(bytes, type, typeName);
    case 'boolean': {
      const value = readInteger(bytes, false);
      return value === 0n ? 'false' : value === 1n ? 'true' : `true (${value})`;
    }
    case 'float':
      return renderFloat(bytes, typeName, machine === 'x86-64');
    case 'complex':
      return renderComplex(bytes, typeName, machine === 'x86-64');
    case 'complex-integer': {
      const half = bytes.length / 2;
      return `${integerText(bytes.subarray(0, half), true)} + ${integerText(bytes.subarray(half), true)}i`;
    }
    case 'address':
      return `0x${readInteger(bytes, false).toString(16).padStart(8, '0')}`;
    case 'null':
      return 'NULL';
  }
}

function renderInteger(bytes: Uint8Array, { encoding, size, language }: BaseType, typeName: string): string {
  const isSigned = encoding === 'signed' || encoding === 'signed-char';
  if (!isCharacter(encoding, size, typeName)) return integerText(bytes, isSigned);
  const code = Number(readInteger(bytes, isSigned));
  if (language !== 'rust') return `${code} ${quoteCharacter(code, size)}`;
  return isScalarValue(code) ? quoteCharacter(code, size) : `<no character: 0x${code.toString(16)}>`;
}

/** What stands in the bits that do not belong to the value is nobody's. */
function renderBits(
  bytes: Uint8Array,
  type: BaseType,
  bits: number,
  typeName: string,
  machine: TargetMachine,
): string | undefined {
  const isSigned = type.encoding.startsWith('signed');
  const value = readInteger(bytes, false);
  const own = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  const { bitSize: _, ...whole } = type;
  return renderBase(integerBytes(own, type.size), whole, typeName, machine);
}
