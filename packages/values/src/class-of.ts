/** What class an object of C++ really is: its first word leads into the virtual table of that class. */
import type { Address } from '@noinit/model';
import type { StructType } from '@noinit/symbols';
import { readAddress } from './integer.ts';
import { classOfTable } from './name-address.ts';
import { shapeOf } from './type-shape.ts';
import type { Reading } from './value-request.ts';

/** Base classes within base classes. */
const MAX_BASES = 8;

/** The class of the object at `at`, where it is another than the pointer's; undefined where that is not certain. */
export function classNameAt(at: Address, type: StructType, reading: Reading): string | undefined {
  if (type.language !== 'c++' || !beginsWithTable(type)) return undefined;
  const table = readAddress(at, reading);
  const name = table === undefined ? undefined : classOfTable(table, reading.symbols);
  return name === undefined || name === type.name ? undefined : name;
}

function beginsWithTable(type: StructType, depth = 0): boolean {
  for (const { name, type: of, offset, place } of type.members()) {
    if (offset !== 0 || place) continue;
    if (name?.startsWith('_vptr')) return true;
    const base = shapeOf(of).type;
    if (base.kind === 'struct' && base.name === name && depth < MAX_BASES && beginsWithTable(base, depth + 1)) return true;
  }
  return false;
}
