/** Parameters and locals of one scope at one pc. */
import { AT, type Entry, type InfoOffset, indexOfEntry, TAG } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import type { VariableInfo } from '../symbols.ts';
import type { TypeReader } from '../types/type-reader.ts';
import { readPlace } from './place.ts';

/** Variables of one scope that are listed. */
export const MAX_VARIABLES = 10_000;
/** Entries of lists that are read to find where all variables of a scope live. */
export const MAX_VARIABLE_LOCATIONS = 1_000_000;

/**
 * In the order of the source. Lexical blocks count where they cover `pc`. What the inlined or outlined copy leaves out
 * of what its origin declares was optimized out.
 */
export function readScopeVariables(scope: Entry, pc: Address, types: TypeReader): readonly VariableInfo[] {
  return scope.unit.info.listWork.within(MAX_VARIABLE_LOCATIONS, () => readWithin(scope, pc, types));
}

function readWithin(scope: Entry, pc: Address, types: TypeReader): readonly VariableInfo[] {
  const { visible, origins } = visibleEntries(scope, pc);
  const gone = [...missingEntries(scope, origins)].map((entry) => readVariable(entry, pc, types));
  const found = visible.map((entry) => readVariable(entry, pc, types));
  return [...found, ...gone].filter((variable) => variable !== undefined);
}

interface Visible {
  readonly visible: readonly Entry[];
  /** What the entries of the scope are copies of, invisible ones included. */
  readonly origins: ReadonlySet<InfoOffset>;
}

function visibleEntries(scope: Entry, pc: Address): Visible {
  const { unit } = scope;
  const { entries } = unit;
  const visible: Entry[] = [];
  const origins = new Set<InfoOffset>();
  const first = indexOfEntry(entries, scope.offset) ?? 0;
  const end = entries.ends[first] ?? 0;
  for (let index = first + 1; index < end && visible.length < MAX_VARIABLES; ) {
    const tag = entries.tags[index];
    const next = entries.ends[index] ?? end;
    if (tag === TAG.GNU_formal_parameter_pack) {
      index++;
      continue;
    }
    if (tag === TAG.lexical_block || tag === TAG.try_block) {
      index = covers(unit.entryAt(index), pc) ? index + 1 : next;
      continue;
    }
    if (tag === TAG.variable || tag === TAG.formal_parameter) {
      const entry = unit.entryAt(index);
      visible.push(entry);
      const origin = entry.reference(AT.abstract_origin);
      if (origin) origins.add(origin.offset);
    }
    index = next;
  }
  return { visible, origins };
}

/** A block without addresses was there for its names only: what it holds counts with the block around it. */
function covers(block: Entry, pc: Address): boolean {
  if (!block.has(AT.low_pc) && !block.has(AT.ranges)) return true;
  return block.ranges().some(({ start, end }) => pc >= start && pc < end);
}

function* missingEntries(scope: Entry, origins: ReadonlySet<InfoOffset>): Generator<Entry> {
  const origin = scope.reference(AT.abstract_origin);
  if (!origin) return;
  let count = 0;
  for (const child of origin.children()) {
    if (child.tag !== TAG.variable && child.tag !== TAG.formal_parameter) continue;
    if (!origins.has(child.offset)) yield child;
    if (++count >= MAX_VARIABLES) return;
  }
}

/** The variable, named or not, that an expression refers to. A procedure of DWARF has a location and no type. */
export function readReferredVariable(entry: Entry | undefined, pc: Address, types: TypeReader): VariableInfo | undefined {
  if (!entry || !REFERRED.has(entry.tag)) return undefined;
  const type = types.typeOf(entry);
  const name = entry.name ?? '';
  return { name, parameter: entry.tag === TAG.formal_parameter, type, place: readPlace(entry, type, pc) };
}

/** Undefined without a name, for what only declares a variable of elsewhere, and for what the compiler made for itself. */
function readVariable(entry: Entry, pc: Address, types: TypeReader): VariableInfo | undefined {
  const name = entry.name ?? nameInPack(entry);
  if (name === undefined || entry.inherited(AT.declaration) || isTemporary(entry, name)) return undefined;
  const type = types.typeOf(entry);
  return { name, parameter: entry.tag === TAG.formal_parameter, type, place: readPlace(entry, type, pc) };
}

/**
 * `this`, the object of a closure, what it captured and `__func__` are artificial and known to who wrote the function;
 * `__range` and `__vtt_parm` are not.
 */
function isTemporary(entry: Entry, name: string): boolean {
  if (LANGUAGE_NAMES.has(name) || !entry.inherited(AT.artificial)?.flag(AT.artificial)) return false;
  return name.startsWith('__');
}

const LANGUAGE_NAMES: ReadonlySet<string> = new Set(['__func__', '__FUNCTION__', '__PRETTY_FUNCTION__', '__closure', '__this']);

/** A parameter of a pack has no name of its own: `args#0`, as gdb writes it. */
function nameInPack(entry: Entry): string | undefined {
  const { entries } = entry.unit;
  const index = indexOfEntry(entries, entry.offset) ?? -1;
  const parent = entries.parents[index] ?? -1;
  if (parent < 0 || entries.tags[parent] !== TAG.GNU_formal_parameter_pack) return undefined;
  let position = 0;
  for (let before = parent + 1; before < index; before = entries.ends[before] ?? index) position++;
  const name = entry.unit.entryAt(parent).name;
  return name === undefined ? undefined : `${name}#${position}`;
}

const REFERRED: ReadonlySet<number> = new Set([TAG.variable, TAG.formal_parameter, TAG.member, TAG.dwarf_procedure]);
