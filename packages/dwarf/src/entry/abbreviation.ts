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
  private readonly shapes = new Shapes();
  private bytesLeft: number;

  constructor(section: Uint8Array) {
    this.section = section;
    this.bytesLeft = section.length;
  }

  tableAt(offset: AbbreviationOffset): AbbreviationTable {
    const known = this.tables.get(offset);
    if (known) return known;
    const reader = new ByteReader(this.section, { offset });
    const table = readTable(reader, this.shapes, () => this.bytesLeft - (reader.offset - offset));
    this.bytesLeft -= reader.offset - offset;
    this.tables.set(offset, table);
    return table;
  }
}

/** Units of one program describe the same kinds of entries, each in a table of its own: equal shapes become one object. */
class Shapes {
  private readonly byHash = new Map<number, Abbreviation[]>();
  /** Of the shape that is read: they are copied only where no equal one is known. */
  private readonly names: number[] = [];
  private readonly forms: number[] = [];
  private constants = new Map<number, number>();
  private count = 0;
  private hash = 0;

  begin(): void {
    this.count = 0;
    this.hash = 0;
    if (this.constants.size > 0) this.constants = new Map();
  }

  /** `constant` is the value where the form has none in the entry. */
  add(name: number, form: number, constant: number | undefined): void {
    if (this.count >= MAX_ATTRIBUTES) throw overLimit(`an abbreviation of more than ${MAX_ATTRIBUTES} attributes`);
    if (constant !== undefined) this.constants.set(this.count, constant);
    this.hash = (Math.imul(this.hash, 31) + name * 67 + form + Math.imul(constant ?? 0, 4099)) | 0;
    this.names[this.count] = name;
    this.forms[this.count] = form;
    this.count++;
  }

  finish(tag: number, hasChildren: boolean): Abbreviation {
    const bucket = this.byHash.get(this.hash) ?? [];
    const known = bucket.find((shape) => shape.tag === tag && shape.hasChildren === hasChildren && this.isEqual(shape));
    if (known) return known;
    const { names, forms, constants, count } = this;
    const shape = { tag, hasChildren, names: names.slice(0, count), forms: forms.slice(0, count), constants };
    if (bucket.length < MAX_BUCKET) bucket.push(shape);
    this.byHash.set(this.hash, bucket);
    return shape;
  }

  private isEqual({ names, forms, constants }: Abbreviation): boolean {
    if (names.length !== this.count || constants.size !== this.constants.size) return false;
    for (const [position, value] of this.constants) if (constants.get(position) !== value) return false;
    return names.every((name, index) => name === this.names[index] && forms[index] === this.forms[index]);
  }
}

function readTable(reader: ByteReader, shapes: Shapes, bytesLeft: () => number): AbbreviationTable {
  const table = new Map<number, Abbreviation>();
  for (let code = reader.uleb(); code !== 0; code = reader.uleb()) {
    if (bytesLeft() < 0) throw overLimit('abbreviation tables overlap');
    // The first of two entries with one code wins, as everywhere.
    const abbreviation = readAbbreviation(reader, shapes);
    if (!table.has(code)) table.set(code, abbreviation);
    // Linkers may leave out the last terminator.
    if (reader.atEnd) break;
  }
  return table;
}

function readAbbreviation(reader: ByteReader, shapes: Shapes): Abbreviation {
  const tag = reader.uleb();
  const hasChildren = reader.u8() !== 0;
  shapes.begin();
  for (;;) {
    const name = reader.uleb();
    const form = reader.uleb();
    if (name === 0 && form === 0) break;
    if (name > MAX_CODE || form > MAX_CODE) throw new MalformedError(`attribute ${name} of form ${form}`);
    shapes.add(name, form, form === FORM.implicit_const ? reader.sleb() : undefined);
  }
  return shapes.finish(tag, hasChildren);
}

/** Shapes of one hash that are compared. */
const MAX_BUCKET = 16;
/** Codes above this are defined by nobody (DW_AT_hi_user is 0x3fff). */
const MAX_CODE = 0xffff;
