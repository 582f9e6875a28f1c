/** Display text of base types and enums. */
import type { BaseEncoding, EnumValue } from '@noinit/symbols';
import { quoteCharacter } from './quote.ts';
import type { Shape } from './type-shape.ts';

/** A typedef of a char type that means a number: `uint8_t`, `int_fast8_t`, `u8`. */
const NUMBER_NAME = /8/;

/** Whether a type is meant as a character: one of C's char types, not behind a name like `uint8_t`. */
function isCharacter(encoding: BaseEncoding, size: number, typeName: string): boolean {
  if (encoding === 'utf') return true;
  return size === 1 && (encoding === 'signed-char' || encoding === 'unsigned-char') && !NUMBER_NAME.test(typeName);
}

/** Whether an array of the type, or what a pointer to it leads to, is text. */
export function isTextOf({ type, names }: Shape): boolean {
  return type.kind === 'base' && type.size === 1 && isCharacter(type.encoding, type.size, names);
}

/** The text of a base value; undefined where this version cannot show the encoding in this size. */
export function renderBase(bytes: Uint8Array, encoding: BaseEncoding, typeName: string): string | undefined {
  switch (encoding) {
    case 'signed':
    case 'unsigned':
      return String(readInteger(bytes, encoding === 'signed'));
    case 'signed-char':
    case 'unsigned-char':
    case 'utf': {
      const code = readInteger(bytes, encoding === 'signed-char');
      return isCharacter(encoding, bytes.length, typeName)
        ? `${code} ${quoteCharacter(Number(code), bytes.length)}`
        : String(code);
    }
    case 'boolean': {
      const value = readInteger(bytes, false);
      return value === 0n ? 'false' : value === 1n ? 'true' : `true (${value})`;
    }
    case 'float':
      return renderFloat(bytes);
    case 'address':
      return `0x${readInteger(bytes, false).toString(16).padStart(8, '0')}`;
    case 'complex':
      return renderComplex(bytes);
  }
}

/** Little endian, any width. */
export function readInteger(bytes: Uint8Array, isSigned: boolean): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return isSigned ? BigInt.asIntN(8 * bytes.length, value) : value;
}

/** The name; for flags their names joined by ` | ` with what is left as a number; else the number. */
export function renderEnum(value: bigint, size: number, names: readonly EnumValue[]): string {
  const mask = (1n << BigInt(8 * size)) - 1n;
  const exact = names.find((candidate) => (BigInt(candidate.value) & mask) === (value & mask));
  if (exact) return exact.name;
  return renderFlags(value & mask, mask, names) ?? String(value);
}

/** Only where every named value is 0 or a single bit: then the type is a set of flags. */
function renderFlags(value: bigint, mask: bigint, names: readonly EnumValue[]): string | undefined {
  const bits = names.map(({ name, value: bit }) => ({ name, bit: BigInt(bit) & mask }));
  const isFlagType = bits.length > 1 && bits.every(({ bit }) => (bit & (bit - 1n)) === 0n) && bits.some(({ bit }) => bit > 2n);
  if (!isFlagType) return undefined;
  const set = bits.filter(({ bit }) => bit !== 0n && (value & bit) === bit);
  if (set.length === 0) return undefined;
  const rest = set.reduce((left, { bit }) => left & ~bit, value);
  return [...set.map(({ name }) => name), ...(rest === 0n ? [] : [`0x${rest.toString(16)}`])].join(' | ');
}

function renderFloat(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 4) return floatText(shortestFloat(view.getFloat32(0, true)));
  return bytes.length === 8 ? floatText(view.getFloat64(0, true)) : undefined;
}

function renderComplex(bytes: Uint8Array): string | undefined {
  const half = bytes.length / 2;
  if (half !== 4 && half !== 8) return undefined;
  return `${renderFloat(bytes.subarray(0, half))} + ${renderFloat(bytes.subarray(half))}i`;
}

/** The shortest decimal that is this 32-bit float again: `0.1`, not `0.10000000149011612`. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
