/**
 * The inbox's writer thread: one transaction for each batch it is sent, so that a slow disk delays neither requests nor
 * reads. Started by `SqliteInbox` only.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { inTransaction, openDatabase, type SqliteDatabase, type SqliteStatement } from '../sqlite/driver.ts';
import { storableBytes } from '../sqlite/storable.ts';
import type { InboxBatch, RowColumns, ThreadReply, ThreadRequest } from './inbox-batch.ts';

const INBOX_SCHEMA = `
  CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL, serial TEXT NOT NULL, received_at INTEGER NOT NULL, bytes BLOB NOT NULL
  )`;

class InboxWriter {
  private readonly database: SqliteDatabase;
  private readonly insert: SqliteStatement;
  private readonly remove: SqliteStatement;

  constructor(file: string) {
    this.database = openDatabase(file);
    this.database.exec(INBOX_SCHEMA);
    this.insert = this.database.prepare('INSERT INTO inbox (project, serial, received_at, bytes) VALUES (?, ?, ?, ?)');
    this.remove = this.database.prepare('DELETE FROM inbox WHERE id BETWEEN ? AND ?');
  }

  commit(batch: InboxBatch): void {
    inTransaction(this.database, () => {
      this.insertRows(batch.rows);
      this.removeRuns(batch.done);
    });
  }

  close(): void {
    this.database.close();
  }

  /** Rows are claimed in the order of their ids: nearly all that are done together stand in a row. */
  private removeRuns(ids: Float64Array): void {
    for (let at = 0; at < ids.length; ) {
      const first = ids[at++] as number;
      let last = first;
      while (ids[at] === last + 1) last = ids[at++] as number;
      this.remove.run(first, last);
    }
  }

  private insertRows(rows: RowColumns): void {
    let start = 0;
    rows.projects.forEach((project, index) => {
      const end = rows.ends[index] as number;
      this.insert.run(
        project,
        rows.serials[index] as string,
        rows.receivedAt[index] as number,
        storableBytes(rows.bytes.subarray(start, end)),
      );
      start = end;
    });
  }
}

function serve(port: MessagePort, writer: InboxWriter): void {
  const reply = (message: ThreadReply) => port.postMessage(message);
  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'close') {
      writer.close();
      reply({ kind: 'closed' });
      port.close();
      return;
    }
    try {
      writer.commit(request.batch);
      reply({ kind: 'committed' });
    } catch (error) {
      reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  });
  reply({ kind: 'open' });
}

if (parentPort) serve(parentPort, new InboxWriter((workerData as { readonly file: string }).file));
