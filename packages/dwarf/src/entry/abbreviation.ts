/** Abbreviation tables: the shape of each entry of a unit (DWARF 5, 7.5.3). */
import { ByteReader } from '@noinit/bytes';
import { FORM } from '../code/form.ts';
import { MalformedError, overLimit } from '../damage.ts';
import type { AbbreviationOffset } from '../sections.ts';

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Attribute names and the forms of their values, in the order of the values. */
  readonly names: readonly number[];
  readonly forms: readonly number[];
  /** Values of DW_FORM_implicit_const, by position; they take no place in the entry. */
  readonly constants: ReadonlyMap<number, number>;
}

/** Attributes of one abbreviation; compilers write up to some twenty. */
export const MAX_ATTRIBUTES = 512;

/** By code; codes count from 1 in what compilers write, but may be any number. */
export type AbbreviationTable = ReadonlyMap<number, Abbreviation>;

/**
 * The tables of a section, each decoded once. Tables of a sound file do not overlap, so that together they cannot take
 * more bytes than the section has: a file whose units start tables inside of tables ends there.
 */
export class Abbreviations {
  private readonly section: Uint8Array;
  private readonly tables = new Map<AbbreviationOffset, AbbreviationTable>();
  private bytesLeft: number;

  constructor(section: Uint8Array) {
    this.section = section;
    this.bytesLeft = section.length;
  }

  tableAt(offset: AbbreviationOffset): AbbreviationTable {
    const known = this.tables.get(offset);
    if (known) return known;
    const reader = new ByteReader(this.section, { offset });
    const table = readTable(reader, () => this.bytesLeft - (reader.offset - offset));
    this.bytesLeft -= reader.offset - offset;
    this.tables.set(offset, table);
    return table;
  }
}

function readTable(reader: ByteReader, bytesLeft: () => number): AbbreviationTable {
  const table = new Map<number, Abbreviation>();
  for (let code = reader.uleb(); code !== 0; code = reader.uleb()) {
    if (bytesLeft() < 0) throw overLimit('abbreviation tables overlap');
    // The first of two entries with one code wins, as everywhere.
    const abbreviation = readAbbreviation(reader);
    if (!table.has(code)) table.set(code, abbreviation);
    // Linkers may leave out the last terminator.
    if (reader.atEnd) break;
  }
  return table;
}

function readAbbreviation(reader: ByteReader): Abbreviation {
  const tag = reader.uleb();
  const hasChildren = reader.u8() !== 0;
  const names: number[] = [];
  const forms: number[] = [];
  let constants: Map<number, number> | undefined;
  for (;;) {
    const name = reader.uleb();
    const form = reader.uleb();
    if (name === 0 && form === 0) break;
    if (name > MAX_CODE || form > MAX_CODE) throw new MalformedError(`attribute ${name} of form ${form}`);
    if (form === FORM.implicit_const) {
      constants ??= new Map();
      constants.set(names.length, reader.sleb());
    }
    names.push(name);
    forms.push(form);
    if (names.length > MAX_ATTRIBUTES) throw overLimit(`an abbreviation of more than ${MAX_ATTRIBUTES} attributes`);
  }
  return { tag, hasChildren, names, forms, constants: constants ?? NO_CONSTANTS };
}

const NO_CONSTANTS: ReadonlyMap<number, number> = new Map();
/** Codes above this are defined by nobody (DW_AT_hi_user is 0x3fff). */
const MAX_CODE = 0xffff;
