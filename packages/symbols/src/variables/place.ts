/** Where DWARF says that a variable lives at some pc. */
import { AT, type Entry, MalformedError, unlessDamaged } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import type { TypeInfo, VariablePlace } from '../symbols.ts';
import { sizeOf } from '../types/type-shape.ts';

export function readPlace(entry: Entry, type: TypeInfo, pc: Address): VariablePlace {
  return unlessDamaged(
    () => placeOf(entry, type, pc),
    (error): VariablePlace => ({ kind: 'unreadable', detail: error.message }),
  );
}

/** A static of an inlined function has its location where the function was written, not where it was inlined. */
function placeOf(entry: Entry, type: TypeInfo, pc: Address): VariablePlace {
  const location = entry.inherited(AT.location)?.location(AT.location, pc);
  if (location?.kind === 'expression' && location.expression.bytes.length > 0) return location;
  const constant = entry.inherited(AT.const_value);
  const bytes = constant && constantBytes(constant, type);
  return bytes ? { kind: 'constant', bytes } : { kind: 'optimized-out' };
}

/** DW_AT_const_value as the bytes the target would hold. */
function constantBytes(entry: Entry, type: TypeInfo): Uint8Array | undefined {
  const value = entry.value(AT.const_value);
  switch (value?.kind) {
    case 'bytes':
      return value.bytes;
    case 'constant':
      return integerBytes(value.value, sizeOf(type) || 8, entry.unit.sections.littleEndian);
    case 'address':
      return integerBytes(value.address, entry.unit.header.addressSize, entry.unit.sections.littleEndian);
    case 'text':
    case 'text-offset':
    case 'text-index':
      return new TextEncoder().encode(`${entry.unit.text(value) ?? ''}\0`);
    default:
      return undefined;
  }
}

function integerBytes(value: number | bigint, size: number, littleEndian: boolean): Uint8Array {
  if (size < 0) throw new MalformedError(`a constant of a type of ${size} bytes`);
  const bytes = new Uint8Array(Math.min(size, MAX_INTEGER_BYTES));
  let rest = BigInt(value);
  for (let index = 0; index < bytes.length; index++) {
    bytes[littleEndian ? index : bytes.length - 1 - index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

const MAX_INTEGER_BYTES = 16;
