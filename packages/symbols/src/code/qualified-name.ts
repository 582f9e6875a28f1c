/** Names as a reader of the source writes them. */
import { demangleFunction } from '@noinit/demangle';
import { AT, type Entry, indexOfEntry, TAG, type Unit } from '@noinit/dwarf';
import { languageOf } from '../types/language.ts';

/** The name with those of the namespaces and types around its declaration, `::` between. In C there are none. */
export function qualifiedName(entry: Entry): string | undefined {
  const name = splitName(entry);
  return name && name.around + name.own;
}

/** The same in two parts: what stands around the declaration, with the last `::`, and the entry's own name. */
export function splitName(entry: Entry): { readonly around: string; readonly own: string } | undefined {
  const own = entry.name;
  if (own === undefined) return undefined;
  const declaration = declarationOf(entry);
  const names = enclosingNames(declaration);
  if (names.length === 0 && isOfC(declaration.unit)) return { around: '', own };
  const around = names.map((name) => `${name}::`).join('');
  // DWARF 2 has no namespaces, lambdas have no names, and with lines only nothing around a function is described.
  const isDescribed = names.length > 0 && !names.includes(UNNAMED);
  return { around: isDescribed ? around : (aroundByLinkage(entry, own) ?? around), own };
}

/** Said so, not by default: then there is no need to look for linkage names. */
function isOfC(unit: Unit): boolean {
  return languageOf(unit) === 'c' && unit.root.has(AT.language);
}

/** How the linker knows it. */
export function linkageName(entry: Entry): string | undefined {
  return textOf(entry, AT.linkage_name) ?? textOf(entry, AT.MIPS_linkage_name);
}

function textOf(entry: Entry, name: number): string | undefined {
  return entry.inherited(name)?.text(name);
}

function aroundByLinkage(entry: Entry, own: string): string | undefined {
  const linkage = linkageName(entry);
  const whole = linkage === undefined ? undefined : demangleFunction(linkage);
  return whole?.endsWith(`::${own}`) ? whole.slice(0, -own.length) : undefined;
}

/** The names around an entry, outermost first. */
export function enclosingNames(entry: Entry): string[] {
  const { entries } = entry.unit;
  const names: string[] = [];
  let index = entries.parents[indexOfEntry(entries, entry.offset) ?? -1] ?? -1;
  for (; index > 0; index = entries.parents[index] ?? -1) {
    if (!QUALIFYING.has(entries.tags[index] ?? 0)) break;
    names.unshift(ownName(entry.unit.entryAt(index)) ?? unnamed(entries.tags[index] ?? 0));
  }
  return names;
}

/** What stands for a type of a type unit may have that type's signature and no name. */
function ownName(entry: Entry): string | undefined {
  return entry.text(AT.name) ?? entry.reference(AT.signature)?.text(AT.name);
}

function unnamed(tag: number): string {
  return tag === TAG.namespace ? '(anonymous namespace)' : UNNAMED;
}

/** Where the entry was first declared: a definition outside of its class refers to the declaration inside. */
function declarationOf(entry: Entry): Entry {
  let declared = entry;
  for (let depth = 0; depth < MAX_ORIGINS; depth++) {
    const next = declared.reference(AT.abstract_origin) ?? declared.reference(AT.specification);
    if (!next) return declared;
    declared = next;
  }
  return declared;
}

const UNNAMED = '{anonymous}';
const MAX_ORIGINS = 8;
const QUALIFYING: ReadonlySet<number> = new Set([
  TAG.namespace,
  TAG.structure_type,
  TAG.class_type,
  TAG.union_type,
  TAG.enumeration_type,
]);
