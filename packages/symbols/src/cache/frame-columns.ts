/**
 * Call frame information evaluated for every address of an image: where another row begins, and each distinct row once.
 * A firmware has some hundred distinct rows.
 */
import { ByteReader } from '@noinit/bytes';
import { type FrameTable, type UnwindRow, unlessDamaged } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { AddressColumn } from '../columns/address-column.ts';
import { type Column, narrow } from '../columns/column.ts';
import { StepColumn } from '../columns/step-column.ts';
import { decodeRow, encodeRow, keyOf } from './row-bytes.ts';

export interface FrameColumns {
  readonly starts: StepColumn;
  /** Number of the row plus one; 0 where none holds. */
  readonly rows: Column;
  /** First addresses of functions. */
  readonly functions: AddressColumn;
  /** Where each distinct row begins in `bytes`; it ends where the next one begins. */
  readonly offsets: Column;
  readonly bytes: Uint8Array;
}

export function frameColumns(frames: FrameTable): FrameColumns {
  const builder = new Builder();
  frames.eachRow((start, end, row) => builder.add(start, end, row));
  return builder.finish();
}

/** Address to row. */
export class FrameIndex {
  private readonly columns: FrameColumns;
  private readonly littleEndian: boolean;
  /** Rows without the start of their function, by number. */
  private readonly known = new Map<number, UnwindRow | undefined>();

  constructor(columns: FrameColumns, littleEndian: boolean) {
    this.columns = columns;
    this.littleEndian = littleEndian;
  }

  rowAt(pc: Address): UnwindRow | undefined {
    const { starts, rows, functions } = this.columns;
    const row = (rows[starts.lastAtOrBelow(pc)] ?? 0) - 1;
    if (row < 0) return undefined;
    if (!this.known.has(row)) this.known.set(row, this.read(row));
    const known = this.known.get(row);
    const start = functions.lastAtOrBelow(pc);
    return known && start >= 0 ? { ...known, start: functions.addressAt(start) } : undefined;
  }

  private read(row: number): UnwindRow | undefined {
    const { offsets, bytes } = this.columns;
    const [start, end] = [offsets[row], offsets[row + 1]];
    if (start === undefined || end === undefined || end > bytes.length || start > end) return undefined;
    return unlessDamaged(
      () => decodeRow(new ByteReader(bytes.subarray(start, end)), this.littleEndian),
      () => undefined,
    );
  }
}

class Builder {
  private readonly starts: number[] = [];
  private readonly rows: number[] = [];
  private readonly functions: number[] = [];
  private readonly offsets: number[] = [0];
  private readonly known = new Map<string, number>();
  private readonly encoded: Uint8Array[] = [];
  private covered = 0;

  add(start: number, end: number, row: UnwindRow): void {
    if (start < this.covered || end <= start) return;
    if (this.functions[this.functions.length - 1] !== row.start) this.functions.push(row.start);
    if (start > this.covered) this.mark(this.covered, 0);
    this.mark(start, this.number(row) + 1);
    this.covered = end;
  }

  finish(): FrameColumns {
    this.mark(this.covered, 0);
    const bytes = new Uint8Array(this.offsets[this.encoded.length] ?? 0);
    this.encoded.forEach((row, index) => {
      bytes.set(row, this.offsets[index] ?? 0);
    });
    return {
      starts: StepColumn.from(this.starts),
      rows: narrow(this.rows),
      functions: AddressColumn.from(this.functions),
      offsets: narrow(this.offsets),
      bytes,
    };
  }

  private mark(start: number, row: number): void {
    if (this.rows[this.rows.length - 1] === row) return;
    this.starts.push(start);
    this.rows.push(row);
  }

  private number(row: UnwindRow): number {
    const key = keyOf(row);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const bytes = encodeRow(row);
    const number = this.encoded.length;
    this.known.set(key, number);
    this.encoded.push(bytes);
    this.offsets.push((this.offsets[number] ?? 0) + bytes.length);
    return number;
  }
}
