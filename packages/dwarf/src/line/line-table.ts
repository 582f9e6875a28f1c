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
 * row's address, and the others hold for none (6.2.2). Address `ends[i]` closes the sequence that row `i` belongs to.
 */
export class LineTable {
  private readonly sections: DwarfSections;
  private readonly header: LineHeader;
  readonly sequences: readonly LineSequence[];
  private readonly paths = new Map<number, string>();

  constructor(sections: DwarfSections, header: LineHeader, sequences: readonly LineSequence[]) {
    this.sections = sections;
    this.header = header;
    this.sequences = sequences;
  }

  /** The row in force at `pc`. Undefined outside all sequences. */
  find(pc: Address): SourcePlace | undefined {
    const sequence = lastAtOrBelow(this.sequences.length, (index) => this.sequences[index]?.start ?? 0, pc);
    const rows = this.sequences[sequence];
    if (!rows || pc >= rows.end) return undefined;
    const row = lastAtOrBelow(rows.addresses.length, (index) => rows.addresses[index] ?? 0, pc);
    const line = rows.lines[row] ?? 0;
    const file = this.file(rows.files[row] ?? 0);
    if (file === undefined) return undefined;
    if (line === 0) return { file };
    const column = rows.columns[row] ?? 0;
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
    for (const { addresses, files, lines, end } of this.sequences) {
      for (let row = 0; row < addresses.length; row++) {
        yield { address: addresses[row] ?? 0, file: files[row] ?? 0, line: lines[row] ?? 0, end: addresses[row + 1] ?? end };
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
  return new LineTable(sections, header, collector.finish());
}

/** Rows by address, ascending; columns of equal length. */
export interface LineSequence {
  readonly start: number;
  readonly end: number;
  readonly addresses: Float64Array;
  readonly files: Uint16Array;
  readonly lines: Uint32Array;
  readonly columns: Uint16Array;
}

/** Keeps the rows of one sequence at a time in columns that are used again for the next. */
class Collector implements LineSink {
  private readonly isLive: (start: Address) => boolean;
  private readonly sequences: LineSequence[] = [];
  private addresses = new Float64Array(FIRST_ROWS);
  private files = new Uint16Array(FIRST_ROWS);
  private lines = new Uint32Array(FIRST_ROWS);
  private columns = new Uint16Array(FIRST_ROWS);
  private count = 0;
  private isAscending = true;
  private total = 0;

  constructor(isLive: (start: Address) => boolean) {
    this.isLive = isLive;
  }

  row(address: number, file: number, line: number, column: number): void {
    const previous = this.count === 0 ? Number.NEGATIVE_INFINITY : (this.addresses[this.count - 1] ?? 0);
    if (previous !== address) {
      if (++this.total > MAX_LINE_ROWS) throw overLimit(`a line program with more than ${MAX_LINE_ROWS} rows`);
      if (address < previous) this.isAscending = false;
      if (this.count === this.addresses.length) this.grow();
      this.addresses[this.count++] = address;
    }
    // What a damaged program counts beyond its column's width must not become another file or line.
    const last = this.count - 1;
    this.files[last] = file <= MAX_FILES ? file : MAX_FILES;
    this.lines[last] = line >= 0 && line <= 0xffff_ffff ? line : 0;
    this.columns[last] = column <= 0xffff ? column : 0;
  }

  endSequence(end: number): void {
    const start = this.addresses[0] ?? 0;
    const isUsable = this.count > 0 && end > start && Number.isSafeInteger(end);
    if (isUsable && this.isLive(start as Address)) this.sequences.push(this.sequence(start, end));
    else this.total -= this.count;
    this.count = 0;
    this.isAscending = true;
  }

  finish(): readonly LineSequence[] {
    return this.sequences.sort((left, right) => left.start - right.start);
  }

  /** Rows go up within a sequence (6.2.5); where a damaged program goes back the order is made. */
  private sequence(start: number, end: number): LineSequence {
    const { count } = this;
    const addresses = this.addresses.slice(0, count);
    const files = this.files.slice(0, count);
    const lines = this.lines.slice(0, count);
    const columns = this.columns.slice(0, count);
    if (this.isAscending) return { start, end, addresses, files, lines, columns };
    const order = sortedOrder(addresses);
    const pick = (values: Float64Array | Uint32Array | Uint16Array) => order.map((index) => values[index] ?? 0);
    return {
      ...{ start, end, addresses: new Float64Array(pick(addresses)), files: new Uint16Array(pick(files)) },
      ...{ lines: new Uint32Array(pick(lines)), columns: new Uint16Array(pick(columns)) },
    };
  }

  private grow(): void {
    const { addresses, files, lines, columns } = this;
    this.addresses = new Float64Array(addresses.length * 2);
    this.files = new Uint16Array(addresses.length * 2);
    this.lines = new Uint32Array(addresses.length * 2);
    this.columns = new Uint16Array(addresses.length * 2);
    this.addresses.set(addresses);
    this.files.set(files);
    this.lines.set(lines);
    this.columns.set(columns);
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
