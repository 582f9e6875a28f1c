/** Which language a type was written in. */
import { AT, LANG, LNAME, type Unit } from '@noinit/dwarf';

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

function readLanguage({ root }: Unit): SourceLanguage {
  const code = root.number(AT.language);
  if (code !== undefined) return RUST.has(code) ? 'rust' : C.has(code) ? 'c' : 'c++';
  const name = root.number(AT.language_name);
  if (name === LNAME.Rust) return 'rust';
  return name === undefined || name === LNAME.C ? 'c' : 'c++';
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
