/** Puts the rows of line programs in order: one row an address, in the words of whose function the code is. */
import type { LineRows, LineSequence, LineTable } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { type Column, lastAtOrBelow, narrow } from '../columns/column.ts';
import { PaletteColumn } from '../columns/palette-column.ts';
import { StepColumn } from '../columns/step-column.ts';
import type { LineColumns } from './code-table.ts';
import { LAST_MARK, type LiveCode } from './live-code.ts';
import type { SourceFiles } from './source-files.ts';

/** Which line program tells about the code at an address: that of the unit whose function is there. */
export interface Owners {
  /** Where another unit's code begins, ascending. */
  readonly starts: Float64Array;
  /** Number of its line program; -1 where no function is. */
  readonly programs: Int32Array;
}

export class LineBuilder {
  private readonly live: LiveCode;
  private readonly runs: Run[] = [];

  constructor(live: LiveCode) {
    this.live = live;
  }

  add(table: LineTable, program: number, files: SourceFiles): void {
    for (const sequence of this.meant(table.sequences)) {
      this.runs.push({ start: sequence.start, end: sequence.end, sequence, rows: table.columns, program, files });
    }
  }

  finish(owners: Owners | undefined): LineColumns {
    const runs = owners ? this.runs.flatMap((run) => owned(run, owners)) : this.runs;
    const rows = new Rows(runs);
    for (const run of runs.sort((left, right) => left.start - right.start || left.end - right.end)) rows.add(run);
    return rows.finish();
  }

  /** Where dropped sequences are put and live code begins too, the live one ends where the function's symbol ends. */
  private meant(sequences: readonly LineSequence[]): readonly LineSequence[] {
    const marked = sequences.filter(({ start }) => start <= LAST_MARK);
    if (marked.length < 2) return sequences;
    const ends = marked.flatMap(({ start }) => this.live.functionEnds(start as Address));
    const exact = marked.find(({ end }) => ends.includes(end));
    return sequences.filter((sequence) => sequence.start > LAST_MARK || sequence === exact);
  }
}

/** A piece of a sequence. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly sequence: LineSequence;
  readonly rows: LineRows;
  readonly program: number;
  readonly files: SourceFiles;
}

/** The pieces of a run that are in code of its own unit, or in no function. */
function owned(run: Run, { starts, programs }: Owners): readonly Run[] {
  const isForeign = (index: number) => {
    const program = programs[index] ?? -1;
    return program !== -1 && program !== run.program;
  };
  const pieces: Run[] = [];
  let from = run.start;
  let isWhole = true;
  for (let index = lastAtOrBelow(starts, run.start); (starts[index] ?? 0) < run.end && index < starts.length; index++) {
    if (!isForeign(index)) continue;
    isWhole = false;
    const begin = Math.max(run.start, starts[index] ?? 0);
    if (begin > from) pieces.push({ ...run, start: from, end: begin });
    from = Math.min(run.end, starts[index + 1] ?? run.end);
  }
  if (isWhole) return [run];
  if (from < run.end) pieces.push({ ...run, start: from });
  return pieces;
}

/** Rows that are in force somewhere in the run. */
function rowCount({ start, end, sequence: { first, behind }, rows: { addresses } }: Run): number {
  return lastAtOrBelow(addresses, end, first, behind) - Math.max(first, lastAtOrBelow(addresses, start, first, behind)) + 1;
}

class Rows {
  private readonly addresses: Float64Array;
  private readonly fileTexts: Uint32Array;
  private readonly lineNumbers: Uint32Array;
  private readonly columnNumbers: Uint16Array;
  private count = 0;
  private covered = 0;

  /** Takes room for all rows of these runs, and for what is between them. */
  constructor(runs: readonly Run[]) {
    const most = runs.reduce((sum, run) => sum + rowCount(run) + 1, 1);
    this.addresses = new Float64Array(most);
    this.fileTexts = new Uint32Array(most);
    this.lineNumbers = new Uint32Array(most);
    this.columnNumbers = new Uint16Array(most);
  }

  /** Of two runs that claim an address the one that began first has it. */
  add({ start, end, sequence, rows, files }: Run): void {
    const from = Math.max(start, this.covered);
    if (from >= end) return;
    if (from > this.covered) this.push(this.covered, 0, 0, 0);
    const { first, behind } = sequence;
    for (let row = Math.max(first, lastAtOrBelow(rows.addresses, from, first, behind)); row < behind; row++) {
      const at = rows.addresses[row] ?? 0;
      if (at >= end) break;
      this.push(Math.max(at, from), files.text(rows.files[row] ?? 0), rows.lines[row] ?? 0, rows.columns[row] ?? 0);
    }
    this.covered = end;
  }

  finish(): LineColumns {
    this.push(this.covered, 0, 0, 0);
    const used = <Numbers extends Column>(numbers: Numbers) => numbers.subarray(0, this.count);
    const lines = used(this.lineNumbers);
    return {
      starts: StepColumn.from(used(this.addresses)),
      files: PaletteColumn.from(used(this.fileTexts)),
      lineHighs: PaletteColumn.from(lines.map((line) => line >>> 8)),
      lineLows: new Uint8Array(lines),
      columns: narrow(used(this.columnNumbers)),
    };
  }

  private push(at: number, file: number, line: number, column: number): void {
    const last = this.count - 1;
    if (this.fileTexts[last] === file && this.lineNumbers[last] === line && this.columnNumbers[last] === column) return;
    this.addresses[this.count] = at;
    this.fileTexts[this.count] = file;
    this.lineNumbers[this.count] = line;
    this.columnNumbers[this.count] = column;
    this.count++;
  }
}
