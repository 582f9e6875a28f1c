/**
 * The tree of a unit's entries as columns, in the order of the file: no object an entry, because a firmware has tens of
 * thousands and a question looks at a few. Attributes stay in the section and are read by `Entry`.
 */
import type { ByteReader } from '@noinit/bytes';
import { MalformedError, overLimit } from '../damage.ts';
import type { Abbreviation, AbbreviationTable } from './abbreviation.ts';
import { type Encoding, fixedSize, skipForm } from './form-reader.ts';

/** Entries of one unit. The largest seen in firmware, all of it linked with LTO, have some hundred thousand. */
export const MAX_ENTRIES = 4_000_000;
/** Depth of nested entries; what people write and compilers inline stays far below. */
export const MAX_ENTRY_DEPTH = 256;

export interface EntryTable {
  readonly count: number;
  /** From the start of the section, ascending. */
  readonly offsets: Uint32Array;
  readonly tags: Uint16Array;
  /** Index of the parent; -1 for the unit's own entry, which is the first. */
  readonly parents: Int32Array;
  /** Index behind the last descendant: where to go on to skip a whole subtree. */
  readonly ends: Int32Array;
}

/** What is known of one encoding; units share abbreviations of equal shape. */
export type KnownSkips = Map<Abbreviation, Int32Array>;

/** Walks all entries from `reader.offset` to `end`. */
export function readEntryTable(
  reader: ByteReader,
  end: number,
  table: AbbreviationTable,
  encoding: Encoding,
  skips: KnownSkips,
): EntryTable {
  const columns = new Columns(Math.ceil((end - reader.offset) / TYPICAL_ENTRY_BYTES));
  const shapes = new Map<number, Shape>();
  const open: number[] = [];
  while (reader.offset < end) {
    const offset = reader.offset;
    const code = reader.uleb();
    if (code === 0) {
      const parent = open.pop();
      if (parent !== undefined) columns.ends[parent] = columns.count;
      if (open.length === 0) break;
      continue;
    }
    const shape = shapes.get(code) ?? addShape(shapes, code, table, encoding, skips);
    const index = columns.add(offset, shape.abbreviation.tag, open.at(-1) ?? -1);
    skipAttributes(reader, shape.skips, encoding);
    if (shape.abbreviation.hasChildren) open.push(index);
    else columns.ends[index] = index + 1;
    if (open.length > MAX_ENTRY_DEPTH) throw overLimit(`entries are nested more than ${MAX_ENTRY_DEPTH} deep`);
    if (open.length === 0) break;
  }
  for (const index of open) columns.ends[index] = columns.count;
  return columns;
}

/** The entry that begins exactly at `offset`. */
export function indexOfEntry(table: EntryTable, offset: number): number | undefined {
  let low = 0;
  let high = table.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = table.offsets[middle] ?? 0;
    if (found === offset) return middle;
    if (found < offset) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** What it takes to get over an entry: bytes to skip where positive, a form to look at where negative. */
interface Shape {
  readonly abbreviation: Abbreviation;
  readonly skips: Int32Array;
}

function addShape(
  shapes: Map<number, Shape>,
  code: number,
  table: AbbreviationTable,
  encoding: Encoding,
  known: KnownSkips,
): Shape {
  const abbreviation = table.get(code);
  if (!abbreviation) throw new MalformedError(`no abbreviation has code ${code}`);
  const skips = known.get(abbreviation) ?? findSkips(abbreviation, encoding);
  known.set(abbreviation, skips);
  const shape = { abbreviation, skips };
  shapes.set(code, shape);
  return shape;
}

function findSkips(abbreviation: Abbreviation, encoding: Encoding): Int32Array {
  const skips: number[] = [];
  let bytes = 0;
  for (const form of abbreviation.forms) {
    const size = fixedSize(form, encoding);
    if (size !== undefined) {
      bytes += size;
      continue;
    }
    if (bytes > 0) skips.push(bytes);
    bytes = 0;
    skips.push(-form);
  }
  if (bytes > 0) skips.push(bytes);
  return Int32Array.from(skips);
}

function skipAttributes(reader: ByteReader, skips: Int32Array, encoding: Encoding): void {
  for (let index = 0; index < skips.length; index++) {
    const step = skips[index] ?? 0;
    if (step > 0) reader.skip(step);
    else skipForm(reader, -step, encoding);
  }
}

class Columns implements EntryTable {
  count = 0;
  offsets: Uint32Array;
  tags: Uint16Array;
  parents: Int32Array;
  ends: Int32Array;

  constructor(capacity: number) {
    this.offsets = new Uint32Array(capacity);
    this.tags = new Uint16Array(capacity);
    this.parents = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  add(offset: number, tag: number, parent: number): number {
    const index = this.count++;
    if (index >= this.offsets.length) this.grow();
    this.offsets[index] = offset;
    this.tags[index] = tag;
    this.parents[index] = parent;
    return index;
  }

  private grow(): void {
    if (this.count > MAX_ENTRIES) throw overLimit(`a unit has more than ${MAX_ENTRIES} entries`);
    const capacity = Math.min(this.offsets.length * 2 + 16, MAX_ENTRIES);
    const { offsets, tags, parents, ends } = this;
    this.offsets = new Uint32Array(capacity);
    this.tags = new Uint16Array(capacity);
    this.parents = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.offsets.set(offsets);
    this.tags.set(tags);
    this.parents.set(parents);
    this.ends.set(ends);
  }
}

/** Measured on GCC's and Clang's output: 9 to 12 bytes an entry. */
const TYPICAL_ENTRY_BYTES = 9;
