/** Builds programs that have nothing but types and variables of them, entry by entry. */
import { ByteWriter, concatBytes } from '@noinit/bytes';
import { AT, FORM, TAG } from '@noinit/dwarf';
import { type MadeAbbreviation, makeAbbreviations, makeElf, makeUnit } from '@noinit/testing';
import { loadSymbols, type TypeInfo } from '../src/index.ts';

/** The form follows from the value: a text, an integer, bytes of an expression or block, a flag, another entry (later, in a circle). */
export type MadeValue = string | number | bigint | Uint8Array | true | MadeEntry | (() => MadeEntry);

export interface MadeEntry {
  readonly tag: number;
  readonly attributes: readonly (readonly [name: number, value: MadeValue, form?: number])[];
  readonly children: readonly MadeEntry[];
}

export function entry(tag: number, attributes: MadeEntry['attributes'] = [], children: readonly MadeEntry[] = []): MadeEntry {
  return { tag, attributes, children };
}

export const base = (name: string, size: number, encoding: number): MadeEntry =>
  entry(TAG.base_type, [
    [AT.name, name],
    [AT.byte_size, size],
    [AT.encoding, encoding],
  ]);

export const struct = (name: string, size: number, children: readonly MadeEntry[]): MadeEntry =>
  entry(
    TAG.structure_type,
    [
      [AT.name, name],
      [AT.byte_size, size],
    ],
    children,
  );

export const member = (name: string, type: MadeEntry, offset: number, more: MadeEntry['attributes'] = []): MadeEntry =>
  entry(TAG.member, [[AT.name, name], [AT.type, type], [AT.data_member_location, offset], ...more]);

export interface MadeProgram {
  readonly language?: number;
  readonly version?: number;
  /** The entries stand in a partial unit without a language, which a compile unit with one imports. */
  readonly partial?: boolean;
  /** Of `.debug_info`: cut or bent. */
  readonly bend?: (info: Uint8Array) => Uint8Array;
}

const DATA = 0x2000_0000;

/** The ELF file of one unit with these entries and a variable `v` of `type`. */
export function makeProgram(type: MadeEntry, others: readonly MadeEntry[] = [], program: MadeProgram = {}): Uint8Array {
  const { language = 0x0c, version = 4, partial = false, bend = (bytes) => bytes } = program;
  const place = new ByteWriter().u8(0x03).u32(DATA).toBytes();
  const variable = entry(TAG.variable, [
    [AT.name, 'v'],
    [AT.type, type],
    [AT.location, place],
  ]);
  const roots = withReferred([...others, variable]);
  const start = version >= 5 ? 12 : 11;
  const importer = entry(
    TAG.compile_unit,
    [[AT.language, language]],
    [entry(TAG.imported_unit, [[AT.import, start, FORM.ref_addr]])],
  );
  const units = partial
    ? [entry(TAG.partial_unit, [], roots), importer]
    : [entry(TAG.compile_unit, [[AT.language, language]], roots)];
  const { abbreviations, info } = writeUnits(units, version, start);
  return makeElf({
    sections: [
      { name: '.data', address: DATA, flags: 3, bytes: new Uint8Array(64) },
      { name: '.debug_abbrev', bytes: abbreviations },
      { name: '.debug_info', bytes: bend(info) },
    ],
  });
}

function writeUnits(units: readonly MadeEntry[], version: number, start: number) {
  const tables: Uint8Array[] = [];
  const written = units.map((unit) => {
    const { abbreviations, entries } = writeEntries(unit, start);
    const made = makeUnit({ version, entries, abbreviations: concatBytes(tables).length });
    tables.push(abbreviations);
    return made;
  });
  return { abbreviations: concatBytes(tables), info: concatBytes(written) };
}

/** What `v` of such a program is. */
export function readType(type: MadeEntry, others: readonly MadeEntry[] = [], program: MadeProgram = {}): TypeInfo {
  const [variable] = loadSymbols(makeProgram(type, others, program)).globals();
  if (!variable) throw new Error('the program has no variable');
  return variable.type;
}

/** Entries that are only referred to become entries of the unit. */
function withReferred(roots: readonly MadeEntry[]): MadeEntry[] {
  const placed = new Set<MadeEntry>();
  const place = (made: MadeEntry): void => {
    placed.add(made);
    made.children.forEach(place);
  };
  roots.forEach(place);
  const found = [...roots];
  const seen = new Set<MadeEntry>();
  const visit = (made: MadeEntry): void => {
    if (seen.has(made)) return;
    seen.add(made);
    for (const [, value] of made.attributes) {
      const referred = entryOf(value);
      if (!referred) continue;
      if (!placed.has(referred)) {
        place(referred);
        found.push(referred);
      }
      visit(referred);
    }
    made.children.forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

function entryOf(value: MadeValue): MadeEntry | undefined {
  if (typeof value === 'function') return value();
  return typeof value === 'object' && !(value instanceof Uint8Array) ? value : undefined;
}

/** Every entry has an abbreviation of its own; sizes do not depend on what is referred to, so that two walks are enough. */
function writeEntries(unit: MadeEntry, start: number) {
  const shapes: MadeAbbreviation[] = [];
  const offsets = new Map<MadeEntry, number>();
  const write = (writer: ByteWriter, made: MadeEntry): void => {
    offsets.set(made, start + writer.length);
    const attributes = made.attributes.map(([name, value, form]) => [name, form ?? formOf(value)] as const);
    shapes.push({ code: shapes.length + 1, tag: made.tag, children: made.children.length > 0, attributes });
    writer.uleb(shapes.length);
    made.attributes.forEach(([, value], index) => {
      writeValue(writer, value, attributes[index]?.[1] ?? 0, offsets);
    });
    for (const child of made.children) write(writer, child);
    if (made.children.length > 0) writer.u8(0);
  };
  write(new ByteWriter(), unit);
  shapes.length = 0;
  const writer = new ByteWriter();
  write(writer, unit);
  return { abbreviations: makeAbbreviations(shapes), entries: writer.toBytes() };
}

function formOf(value: MadeValue): number {
  if (value === true) return FORM.flag_present;
  if (typeof value === 'string') return FORM.string;
  if (value instanceof Uint8Array) return FORM.block1;
  return entryOf(value) ? FORM.ref4 : FORM.sdata;
}

function writeValue(writer: ByteWriter, value: MadeValue, form: number, offsets: ReadonlyMap<MadeEntry, number>): void {
  if (value === true) return;
  if (typeof value === 'string') writer.cstring(value);
  else if (value instanceof Uint8Array) {
    if (form === FORM.block1) writer.u8(value.length);
    writer.bytes(value);
  } else if (typeof value === 'object' || typeof value === 'function') writer.u32(offsetOf(value, offsets));
  else if (form === FORM.data1) writer.u8(Number(value) & 0xff);
  else if (form === FORM.data4 || form === FORM.ref_addr) writer.u32(Number(value) >>> 0);
  else if (form === FORM.data8) for (let bit = 0n; bit < 64n; bit += 8n) writer.u8(Number((BigInt(value) >> bit) & 0xffn));
  else writer.sleb(Number(value));
}

function offsetOf(value: MadeValue, offsets: ReadonlyMap<MadeEntry, number>): number {
  const referred = entryOf(value);
  return (referred && offsets.get(referred)) ?? 0;
}
