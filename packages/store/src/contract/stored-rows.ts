/** Everything an embedded store holds, without what tells when it arrived: two stores that were sent the same hold the same. */
import { join } from 'node:path';
import { openDatabase, type SqlRow } from '../sqlite/driver.ts';

/** Columns that hold times of arrival. */
const ARRIVAL = new Set(['first_seen', 'last_seen', 'received_at', 'tried_at', 'uploaded_at']);

export type StoredRows = { readonly [table: string]: readonly SqlRow[] };

/** Reads every row of every table of the store in `folder`, in an order of content. The store may be open. */
export function readStoredRows(folder: string): StoredRows {
  const database = openDatabase(join(folder, 'events.sqlite'), { readOnly: true });
  try {
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%kysely%'`).all();
    return Object.fromEntries(
      (tables as { name: string }[]).map(({ name }) => {
        const rows = (database.prepare(`SELECT * FROM ${name}`).all() as SqlRow[]).map(withoutArrival);
        return [name, rows.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))];
      }),
    );
  } finally {
    database.close();
  }
}

function withoutArrival(row: SqlRow): SqlRow {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !ARRIVAL.has(column)));
}
