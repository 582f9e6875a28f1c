/** Which type a vtable of Rust belongs to: rustc describes each as a variable of a type that names it. */
import type { Address } from '@noinit/model';
import type { Symbols, TypeInfo, VariableInfo } from '@noinit/symbols';
import { findStorage } from '../find-storage.ts';
import { shapeOf } from '../type-shape.ts';
import type { Reading } from '../value-request.ts';

export interface ConcreteType {
  readonly name: string;
  readonly type: TypeInfo | undefined;
}

/** Undefined as a value: vtables of several types that were put in one place because they are alike. */
type Tables = ReadonlyMap<Address, VariableInfo | undefined>;

const tables = new WeakMap<Symbols, Tables>();

/** No variable of the program: it has no name there. */
export function isVtable({ name }: VariableInfo): boolean {
  return name.endsWith('::{vtable}');
}

export function concreteTypeAt(table: Address, reading: Reading): ConcreteType | undefined {
  const { symbols } = reading;
  const all = tables.get(symbols) ?? findTables(reading);
  tables.set(symbols, all);
  const variable = all.get(table);
  if (!variable) return undefined;
  const { type } = shapeOf(variable.type);
  const concrete = type.kind === 'struct' ? type.containing?.() : undefined;
  const name = concrete?.name ?? nameOfType(variable);
  return name === undefined ? undefined : { name, type: concrete };
}

/** `<app::Motor as app::Device>::{vtable}` */
function nameOfType({ name }: VariableInfo): string | undefined {
  return /^<(.*) as /.exec(name)?.[1];
}

function findTables({ symbols, memory }: Reading): Tables {
  const found = new Map<Address, VariableInfo | undefined>();
  for (const variable of symbols.globals()) {
    if (!isVtable(variable)) continue;
    const storage = findStorage(variable.place, 0, undefined, memory);
    if (storage.kind !== 'memory') continue;
    const other = found.get(storage.address);
    const isOther = found.has(storage.address) && (!other || nameOfType(other) !== nameOfType(variable));
    found.set(storage.address, isOther ? undefined : variable);
  }
  return found;
}
