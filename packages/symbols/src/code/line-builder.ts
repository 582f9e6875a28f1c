/** Puts the rows of line programs in order: one row an address, in the words of whose function the code is. */
import type { LineSequence, LineTable } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { lastAtOrBelow, narrow } from '../columns/column.ts';
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
      this.runs.push({ start: sequence.start, end: sequence.end, sequence, program, files });
    }
  }

  finish(owners: Owners | undefined): LineColumns {
    const runs = owners ? this.runs.flatMap((run) => owned(run, owners)) : this.runs;
    const rows = new Rows();
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

class Rows {
  private readonly addresses: number[] = [];
  private readonly fileTexts: number[] = [];
  private readonly lineNumbers: number[] = [];
  private readonly columnNumbers: number[] = [];
  private covered = 0;

  /** Of two runs that claim an address the one that began first has it. */
  add({ start, end, sequence, files }: Run): void {
    const from = Math.max(start, this.covered);
    if (from >= end) return;
    if (from > this.covered) this.push(this.covered, 0, 0, 0);
    const { addresses } = sequence;
    for (let row = Math.max(0, lastAtOrBelow(addresses, from)); row < addresses.length; row++) {
      const at = addresses[row] ?? 0;
      if (at >= end) break;
      const line = sequence.lines[row] ?? 0;
      this.push(Math.max(at, from), files.text(sequence.files[row] ?? 0), line, sequence.columns[row] ?? 0);
    }
    this.covered = end;
  }

  finish(): LineColumns {
    this.push(this.covered, 0, 0, 0);
    return {
      starts: StepColumn.from(this.addresses),
      files: PaletteColumn.from(this.fileTexts),
      lineHighs: PaletteColumn.from(this.lineNumbers.map((line) => Math.floor(line / 256))),
      lineLows: new Uint8Array(this.lineNumbers),
      columns: narrow(this.columnNumbers),
    };
  }

  private push(at: number, file: number, line: number, column: number): void {
    const last = this.addresses.length - 1;
    if (this.fileTexts[last] === file && this.lineNumbers[last] === line && this.columnNumbers[last] === column) return;
    this.addresses.push(at);
    this.fileTexts.push(file);
    this.lineNumbers.push(line);
    this.columnNumbers.push(column);
  }
}
