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

const tables = new WeakMap<Symbols, ReadonlyMap<Address, VariableInfo>>();

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
  // `<app::Motor as app::Device>::{vtable}`
  const name = concrete?.name ?? /^<(.*) as /.exec(variable.name)?.[1];
  return name === undefined ? undefined : { name, type: concrete };
}

function findTables({ symbols, memory }: Reading): ReadonlyMap<Address, VariableInfo> {
  const found = new Map<Address, VariableInfo>();
  for (const variable of symbols.globals()) {
    if (!isVtable(variable)) continue;
    const storage = findStorage(variable.place, 0, undefined, memory);
    if (storage.kind === 'memory') found.set(storage.address, variable);
  }
  return found;
}
