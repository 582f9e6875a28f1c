/** What the inbox sends to its writer thread: columns instead of objects, and one buffer that is moved instead of copied. */
import type { InboxRow } from './inbox.ts';

export interface RowColumns {
  readonly projects: readonly string[];
  readonly serials: readonly string[];
  readonly receivedAt: Float64Array<ArrayBuffer>;
  /** Where each row's bytes end in `bytes`; they begin where those of the row before end. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface InboxBatch {
  readonly rows: RowColumns;
  readonly done: Float64Array<ArrayBuffer>;
}

export type ThreadRequest = { readonly kind: 'batch'; readonly batch: InboxBatch } | { readonly kind: 'close' };

export type ThreadReply =
  | { readonly kind: 'open' }
  | { readonly kind: 'committed' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closed' };

export function packRows(rows: readonly InboxRow[]): RowColumns {
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + row.bytes.length, 0));
  const ends = new Uint32Array(rows.length);
  let at = 0;
  rows.forEach((row, index) => {
    bytes.set(row.bytes, at);
    at += row.bytes.length;
    ends[index] = at;
  });
  return {
    projects: rows.map((row) => row.project),
    serials: rows.map((row) => row.serial),
    receivedAt: Float64Array.from(rows, (row) => row.receivedAt),
    ends,
    bytes,
  };
}
