/** Values of enumerations (DWARF 5, 5.7.1). */
import { AT, type Entry, TAG } from '@noinit/dwarf';
import type { EnumValue } from '../symbols.ts';
import { readConstant } from './constant.ts';

/** Values of one enumeration that are read. */
export const MAX_ENUMERATORS = 100_000;

export function readEnumerators(type: Entry, size: number, signed: boolean): EnumValue[] {
  const values: EnumValue[] = [];
  for (const child of type.children()) {
    if (child.tag !== TAG.enumerator) continue;
    const value = readConstant(child, AT.const_value);
    const name = child.text(AT.name);
    if (value !== undefined && name !== undefined) values.push({ name, value: asSigned(value, size, signed) });
    if (values.length >= MAX_ENUMERATORS) break;
  }
  return values;
}

/** Negative values of a signed enumeration are also written in forms without a sign. */
function asSigned(value: number | bigint, size: number, signed: boolean): number | bigint {
  if (!signed || value < 2 ** (8 * size - 1)) return value;
  return narrow(BigInt.asIntN(8 * size, BigInt(value)));
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
