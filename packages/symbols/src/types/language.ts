/** Which language a type was written in. */
import { AT, type DebugInfo, type Entry, LANG, LNAME, TAG, type Unit, unlessDamaged } from '@noinit/dwarf';
import type { TypeLanguage } from '../symbols.ts';

export type SourceLanguage = 'c' | 'c++' | 'rust';

const languages = new WeakMap<Unit, SourceLanguage>();

/** Of the unit. Languages that are neither C nor Rust are written like C++: they too have scopes, and no tags. */
export function languageOf(unit: Unit): SourceLanguage {
  const known = languages.get(unit);
  if (known) return known;
  const language = readLanguage(unit);
  languages.set(unit, language);
  return language;
}

/** What a `TypeInfo` says of its language. */
export function languageMark(type: Entry): { readonly language: TypeLanguage } | undefined {
  const language = languageOf(type.unit);
  return language === 'c' ? undefined : { language };
}

function readLanguage(unit: Unit): SourceLanguage {
  const { root } = unit;
  if (unit.kind === 'partial' && !root.has(AT.language) && !root.has(AT.language_name)) return languageOfImporter(unit);
  const code = root.number(AT.language);
  if (code !== undefined) return RUST.has(code) ? 'rust' : C.has(code) ? 'c' : 'c++';
  const name = root.number(AT.language_name);
  if (name === LNAME.Rust) return 'rust';
  return name === undefined || name === LNAME.C ? 'c' : 'c++';
}

/** By the offset of each partial unit, the first unit that imports it and has a language. */
const importers = new WeakMap<DebugInfo, ReadonlyMap<number, SourceLanguage>>();

/** What dwz takes out of units of one language leaves the language behind (DWARF 5, 3.1.1 and 3.2.5). */
function languageOfImporter({ info, header }: Unit): SourceLanguage {
  const found = importers.get(info) ?? findImporters(info);
  importers.set(info, found);
  return found.get(header.offset) ?? 'c';
}

function findImporters(info: DebugInfo): ReadonlyMap<number, SourceLanguage> {
  const found = new Map<number, SourceLanguage>();
  for (const unit of info.units) {
    if (unit.kind !== 'compile') continue;
    unlessDamaged(
      () => addImports(unit, languageOf(unit), found),
      () => undefined,
    );
  }
  return found;
}

/** A partial unit may import others in turn. */
function addImports(unit: Unit, language: SourceLanguage, found: Map<number, SourceLanguage>): void {
  const waiting = [unit];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const child of next.root.children()) {
      const imported = child.tag === TAG.imported_unit ? child.reference(AT.import)?.unit : undefined;
      if (!imported || found.has(imported.header.offset)) continue;
      found.set(imported.header.offset, language);
      waiting.push(imported);
    }
  }
}

const RUST: ReadonlySet<number> = new Set([LANG.Rust, LANG.Rust_old]);
const C: ReadonlySet<number> = new Set([
  LANG.C89,
  LANG.C,
  LANG.C99,
  LANG.C11,
  LANG.C17,
  LANG.C23,
  LANG.ObjC,
  LANG.UPC,
  LANG.OpenCL,
  LANG.Assembly,
  LANG.Mips_Assembler,
]);
