/** Which rows of the inbox file are claimed: kept in memory only, so that whatever a process left undone is claimed again. */
import { type ProjectId, type Serial, wallClock } from '@noinit/model';
import { openDatabase, type SqliteDatabase, type SqliteStatement } from '../sqlite/driver.ts';
import type { ClaimedRow } from './inbox.ts';

/** Bytes after which a claim is large enough. */
export const MAX_CLAIM_BYTES = 8 * 1024 * 1024;
/** Rows of one read: the bytes of a claim are counted in between. */
const READ_ROWS = 256;

export class ClaimedRows {
  private readonly reader: SqliteDatabase;
  private readonly selectAfter: SqliteStatement;
  /** Every row up to here is claimed or done, those in `claimed` not done. */
  private claimedTo = 0;
  private readonly claimed = new Set<number>();

  /** The file must be an inbox already. */
  constructor(file: string) {
    this.reader = openDatabase(file, { readOnly: true });
    this.selectAfter = this.reader.prepare(
      'SELECT id, project, serial, received_at, bytes FROM inbox WHERE id > ? ORDER BY id LIMIT ?',
    );
  }

  /** Rows in the file, claimed ones included. */
  count(): number {
    return (this.reader.prepare('SELECT count(*) AS count FROM inbox').get() as { count: number }).count;
  }

  /** The oldest rows nobody has claimed: at most `count`, and none after the first `MAX_CLAIM_BYTES`. */
  claim(count: number): readonly ClaimedRow[] {
    const rows: ClaimedRow[] = [];
    let bytes = 0;
    while (rows.length < count && bytes < MAX_CLAIM_BYTES) {
      const wanted = Math.min(READ_ROWS, count - rows.length);
      const found = this.selectAfter.all(this.claimedTo, wanted) as StoredRow[];
      for (const row of found) {
        this.claimedTo = row.id;
        // Behind a released row stand some that are still claimed.
        if (this.claimed.has(row.id)) continue;
        this.claimed.add(row.id);
        bytes += row.bytes.length;
        rows.push(asClaimed(row));
      }
      if (found.length < wanted) break;
    }
    return rows;
  }

  /** These rows are not in the file any more. */
  forget(ids: readonly number[]): void {
    for (const id of ids) this.claimed.delete(id);
  }

  release(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.claimed.delete(id)) this.claimedTo = Math.min(this.claimedTo, id - 1);
    }
  }

  close(): void {
    this.reader.close();
  }
}

interface StoredRow {
  readonly id: number;
  readonly project: string;
  readonly serial: string;
  readonly received_at: number;
  readonly bytes: Uint8Array;
}

function asClaimed(row: StoredRow): ClaimedRow {
  return {
    id: row.id,
    project: row.project as ProjectId,
    serial: row.serial as Serial,
    receivedAt: wallClock(row.received_at),
    bytes: row.bytes,
  };
}
