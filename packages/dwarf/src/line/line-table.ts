/** Address to source line: the rows of one line program as columns, sorted, dead sequences left out. */
import type { Address } from '@noinit/model';
import { overLimit, unlessDamaged } from '../damage.ts';
import type { DwarfSections, LineOffset } from '../sections.ts';
import { type LineHeader, lineText, MAX_FILES, readLineHeader } from './line-header.ts';
import { type LineSink, runLineProgram } from './line-program.ts';

/** Rows of one program that are kept. All programs of a 24 MB interpreter have 560,000; they are held in 32 bytes each. */
export const MAX_LINE_ROWS = 4_000_000;

export interface SourcePlace {
  readonly file: string;
  /** Absent where the compiler says that no line of the source made the code (line 0). */
  readonly line?: number;
  /** Absent where the compiler gave none. */
  readonly column?: number;
}

/**
 * One row an address: of several rows for one address the last counts, because a row holds for the code up to the next
 * row's address, and the others hold for none (6.2.2).
 */
export class LineTable {
  private readonly sections: DwarfSections;
  private readonly header: LineHeader;
  readonly sequences: readonly LineSequence[];
  readonly columns: LineRows;
  private readonly paths = new Map<number, string>();

  constructor(sections: DwarfSections, header: LineHeader, sequences: readonly LineSequence[], columns: LineRows) {
    this.sections = sections;
    this.header = header;
    this.sequences = sequences;
    this.columns = columns;
  }

  /** The row in force at `pc`. Undefined outside all sequences. */
  find(pc: Address): SourcePlace | undefined {
    const sequence = lastAtOrBelow(this.sequences.length, (index) => this.sequences[index]?.start ?? 0, pc);
    const found = this.sequences[sequence];
    if (!found || pc >= found.end) return undefined;
    const { first, behind } = found;
    const { addresses, files, lines, columns } = this.columns;
    const row = first + lastAtOrBelow(behind - first, (index) => addresses[first + index] ?? 0, pc);
    const line = lines[row] ?? 0;
    const file = this.file(files[row] ?? 0);
    if (file === undefined) return undefined;
    if (line === 0) return { file };
    const column = columns[row] ?? 0;
    return column === 0 ? { file, line } : { file, line, column };
  }

  /**
   * The path of a file number as the compiler was told it: name joined with its include directory by `/`. The
   * directory of the compilation is not put in front: it names the machine that built, not the source.
   */
  file(number: number): string | undefined {
    const known = this.paths.get(number);
    if (known !== undefined) return known;
    const file = this.header.files[number];
    const name = lineText(file?.name, this.sections);
    if (!file || name === '') return undefined;
    const directory = file.directory === 0 ? '' : lineText(this.header.directories[file.directory], this.sections);
    const path = join(directory, name);
    this.paths.set(number, path);
    return path;
  }

  /** All rows of live sequences in address order, for comparisons and caches. */
  *rows(): Generator<{ readonly address: number; readonly file: number; readonly line: number; readonly end: number }> {
    const { addresses, files, lines } = this.columns;
    for (const { first, behind, end } of this.sequences) {
      for (let row = first; row < behind; row++) {
        const next = row + 1 < behind ? (addresses[row + 1] ?? end) : end;
        yield { address: addresses[row] ?? 0, file: files[row] ?? 0, line: lines[row] ?? 0, end: next };
      }
    }
  }
}

/**
 * Reads the program at `offset`. Sequences that `isLive` refuses by their start are dropped. Damage inside a program
 * ends it; what came before is kept. Throws where the header cannot be read.
 */
export function readLineTable(
  sections: DwarfSections,
  offset: LineOffset,
  addressSize: 4 | 8,
  isLive: (start: Address) => boolean,
): LineTable {
  const header = readLineHeader(sections, offset, addressSize);
  const collector = new Collector(isLive);
  unlessDamaged(
    () => runLineProgram(sections, header, collector),
    () => undefined,
  );
  const { sequences, rows } = collector.finish();
  return new LineTable(sections, header, sequences, rows);
}

/** The rows of a program in columns of equal length: those of one sequence stand together, by address, ascending. */
export interface LineRows {
  readonly addresses: Float64Array;
  readonly files: Uint16Array;
  readonly lines: Uint32Array;
  readonly columns: Uint16Array;
}

export interface LineSequence {
  readonly start: number;
  readonly end: number;
  /** Its rows: the first, and the one behind the last. */
  readonly first: number;
  readonly behind: number;
}

/** Keeps the rows of live sequences; those of one that turns out to be dead are written over. */
class Collector implements LineSink {
  private readonly isLive: (start: Address) => boolean;
  private readonly sequences: LineSequence[] = [];
  private rows: LineRows = makeRows(FIRST_ROWS);
  /** Where the open sequence begins. */
  private first = 0;
  private count = 0;
  private isAscending = true;

  constructor(isLive: (start: Address) => boolean) {
    this.isLive = isLive;
  }

  row(address: number, file: number, line: number, column: number): void {
    const { addresses } = this.rows;
    const previous = this.count === this.first ? Number.NEGATIVE_INFINITY : (addresses[this.count - 1] ?? 0);
    if (previous !== address) {
      if (this.count >= MAX_LINE_ROWS) throw overLimit(`a line program with more than ${MAX_LINE_ROWS} rows`);
      if (address < previous) this.isAscending = false;
      if (this.count === addresses.length) this.grow();
      this.rows.addresses[this.count++] = address;
    }
    // What a damaged program counts beyond its column's width must not become another file or line.
    const last = this.count - 1;
    this.rows.files[last] = file <= MAX_FILES ? file : MAX_FILES;
    this.rows.lines[last] = line >= 0 && line <= 0xffff_ffff ? line : 0;
    this.rows.columns[last] = column <= 0xffff ? column : 0;
  }

  endSequence(end: number): void {
    const { first, count } = this;
    const start = this.rows.addresses[first] ?? 0;
    const isUsable = count > first && end > start && Number.isSafeInteger(end);
    if (isUsable && this.isLive(start as Address)) {
      if (!this.isAscending) sortRows(this.rows, first, count);
      this.sequences.push({ start, end, first, behind: count });
      this.first = count;
    }
    this.count = this.first;
    this.isAscending = true;
  }

  finish(): { readonly sequences: readonly LineSequence[]; readonly rows: LineRows } {
    return { sequences: this.sequences.sort((left, right) => left.start - right.start), rows: this.rows };
  }

  private grow(): void {
    const { addresses, files, lines, columns } = this.rows;
    const grown = makeRows(addresses.length * 2);
    grown.addresses.set(addresses);
    grown.files.set(files);
    grown.lines.set(lines);
    grown.columns.set(columns);
    this.rows = grown;
  }
}

function makeRows(count: number) {
  return {
    addresses: new Float64Array(count),
    files: new Uint16Array(count),
    lines: new Uint32Array(count),
    columns: new Uint16Array(count),
  };
}

/** Rows go up within a sequence (6.2.5); where a damaged program goes back the order is made. */
function sortRows({ addresses, files, lines, columns }: LineRows, first: number, behind: number): void {
  const order = sortedOrder(addresses.subarray(first, behind));
  for (const values of [addresses, files, lines, columns]) {
    const sequence = values.slice(first, behind);
    order.forEach((from, index) => {
      values[first + index] = sequence[from] ?? 0;
    });
  }
}

function sortedOrder(values: Float64Array): number[] {
  return Array.from(values, (_, index) => index).sort(
    (left, right) => (values[left] ?? 0) - (values[right] ?? 0) || left - right,
  );
}

/** The last of `count` ascending numbers that is not above `wanted`; -1 where all are. */
function lastAtOrBelow(count: number, at: (index: number) => number, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function join(directory: string, name: string): string {
  if (directory === '' || directory === '.' || isAbsolute(name)) return name;
  return directory.endsWith('/') || directory.endsWith('\\') ? `${directory}${name}` : `${directory}/${name}`;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

const FIRST_ROWS = 256;
