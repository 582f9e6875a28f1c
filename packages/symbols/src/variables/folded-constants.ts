/** Constants of files, namespaces and classes that only the debug information holds: their value was folded into the code. */
import { AT, type Entry, TAG, type Unit } from '@noinit/dwarf';
import { address } from '@noinit/model';
import { qualifiedName } from '../code/qualified-name.ts';
import type { GlobalEntry } from './globals.ts';

/** Constants of one image that are listed: every unit that reads a header declares its constants again. */
const MAX_CONSTANTS = 10_000;

interface Constant extends GlobalEntry {
  /** A static member, which may be defined elsewhere and then has an address. */
  readonly isMember: boolean;
}

export class FoldedConstants {
  /** By name and value: two files may give one name to two constants. */
  private readonly found = new Map<string, Constant>();

  addUnit(unit: Unit): void {
    const { count, tags, parents } = unit.entries;
    for (let index = 0; index < count && this.found.size < MAX_CONSTANTS; index++) {
      const tag = tags[index];
      // Before DWARF 5 a static member is DW_TAG_member.
      if (tag !== TAG.variable && tag !== TAG.member) continue;
      const scope = tags[parents[index] ?? 0] ?? 0;
      if (SCOPES.has(scope)) this.add(unit.entryAt(index), CLASSES.has(scope));
    }
  }

  /** Without members that one of `placed` defines. */
  besides(placed: readonly GlobalEntry[]): readonly GlobalEntry[] {
    const defined = new Set(placed.map(({ name }) => name));
    const left = [...this.found.values()].filter(({ name, isMember }) => !(isMember && defined.has(name)));
    return left.map(({ name, address: at, entry }) => ({ name, address: at, entry }));
  }

  private add(entry: Entry, isMember: boolean): void {
    if (!entry.has(AT.const_value) || entry.has(AT.location)) return;
    const name = qualifiedName(entry);
    if (name === undefined || LIBRARY.test(name)) return;
    const key = `${name} ${valueText(entry)}`;
    if (!this.found.has(key)) this.found.set(key, { name, address: address(0), entry: entry.offset, isMember });
  }
}

/** The standard library of C++ has some hundred, all of them known: limits, traits. */
const LIBRARY = /^(?:std|__gnu_cxx)::/;

const CLASSES: ReadonlySet<number> = new Set([TAG.structure_type, TAG.class_type, TAG.union_type]);
/** A variable of a function that has a value is one that the compiler follows, no constant of the source. */
const SCOPES: ReadonlySet<number> = new Set([TAG.compile_unit, TAG.partial_unit, TAG.namespace, ...CLASSES]);

function valueText(entry: Entry): string {
  const value = entry.value(AT.const_value);
  switch (value?.kind) {
    case 'constant':
      return String(value.value);
    case 'bytes':
      return value.bytes.join();
    default:
      return `of the entry at ${entry.offset}`;
  }
}
