/**
 * The inbox as one SQLite file. Group commit without a timer: while the thread writes one batch all others gather here and are
 * the next, so that batches grow with the load by themselves and a lone chunk waits for nobody.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { NoinitError } from '@noinit/model';
import { ClaimedRows } from './claimed-rows.ts';
import type { ClaimedRow, Inbox, InboxRow } from './inbox.ts';
import { packRows, type ThreadReply, type ThreadRequest } from './inbox-batch.ts';

/** Rows of one commit, unless one `append` alone has more. */
export const MAX_BATCH_ROWS = 1_000;
/** Bytes of one commit, unless one `append` alone has more. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Bytes that may wait for the disk. */
export const DEFAULT_WAITING_BYTES = 64 * 1024 * 1024;
/** What a waiting row costs beside its bytes, so that empty rows count too. */
const ROW_BYTES = 64;

/** One call of `append` or `done`: settled as a whole. */
interface Entry {
  readonly rows: readonly InboxRow[];
  readonly done: readonly number[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface SqliteInboxOptions {
  readonly file: string;
  readonly waitingBytes?: number;
}

export class SqliteInbox implements Inbox {
  private readonly worker: Worker;
  private readonly claims: ClaimedRows;
  private readonly waitingLimit: number;
  private readonly listeners = new Set<() => void>();
  private readonly waiting: Entry[] = [];
  private atThread: readonly Entry[] | undefined;
  private waitingBytes = 0;
  private rowCount: number;
  private commitCount = 0;
  private ended: Error | undefined;
  private whenClosed: (() => void) | undefined;
  private isClosing = false;

  /** Starts the writer thread and waits until its database is open. */
  static async open(options: SqliteInboxOptions): Promise<SqliteInbox> {
    const entry = createRequire(import.meta.url).resolve('@noinit/store/inbox-thread');
    const worker = new Worker(entry, { workerData: { file: options.file } });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => {
        worker.off('error', reject);
        resolve();
      });
      worker.once('error', reject);
    });
    return new SqliteInbox(worker, options);
  }

  private constructor(worker: Worker, options: SqliteInboxOptions) {
    this.worker = worker;
    this.waitingLimit = options.waitingBytes ?? DEFAULT_WAITING_BYTES;
    this.claims = new ClaimedRows(options.file);
    this.rowCount = this.claims.count();
    worker.on('message', (reply: ThreadReply) => this.onReply(reply));
    worker.on('error', (error) => this.onEnd(error));
    worker.on('exit', () => this.onEnd(new NoinitError('internal', 'the inbox’s writer thread ended')));
  }

  /** Commits so far: fewer than calls, where calls came together. */
  get commits(): number {
    return this.commitCount;
  }

  append(rows: readonly InboxRow[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    const bytes = rows.reduce((sum, row) => sum + row.bytes.length + ROW_BYTES, 0);
    if (this.waitingBytes + bytes > this.waitingLimit) {
      return Promise.reject(new NoinitError('overloaded', `${this.waitingBytes} bytes wait for the disk`));
    }
    return this.enqueue(rows, [], bytes);
  }

  claim(count: number): Promise<readonly ClaimedRow[]> {
    return Promise.resolve(this.claims.claim(count));
  }

  async done(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.enqueue([], ids, 0);
    this.claims.forget(ids);
  }

  release(ids: readonly number[]): void {
    this.claims.release(ids);
  }

  backlog(): Promise<number> {
    return Promise.resolve(this.rowCount);
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Commits what waits, then ends the thread. */
  async close(): Promise<void> {
    if (!this.ended) {
      await new Promise<void>((resolve) => {
        this.whenClosed = resolve;
        this.sendMore();
      });
    }
    this.claims.close();
  }

  private enqueue(rows: readonly InboxRow[], done: readonly number[], bytes: number): Promise<void> {
    if (this.ended) return Promise.reject(this.ended);
    if (this.whenClosed) return Promise.reject(new NoinitError('internal', 'the inbox is closed'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, done, bytes, resolve, reject });
      this.waitingBytes += bytes;
      // A turn of the event loop later, so that requests that arrived together share the first commit too.
      if (this.waiting.length === 1) setImmediate(() => this.sendMore());
    });
  }

  private sendMore(): void {
    if (this.ended || this.atThread) return;
    if (this.waiting.length > 0) this.sendBatch(this.takeBatch());
    else if (this.whenClosed && !this.isClosing) {
      this.isClosing = true;
      this.post({ kind: 'close' }, []);
    }
  }

  private takeBatch(): readonly Entry[] {
    let rows = 0;
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      rows += entry.rows.length + entry.done.length;
      bytes += entry.bytes;
      if (count > 0 && (rows > MAX_BATCH_ROWS || bytes > MAX_BATCH_BYTES)) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private sendBatch(entries: readonly Entry[]): void {
    const rows = packRows(entries.flatMap((entry) => entry.rows));
    const done = Float64Array.from(entries.flatMap((entry) => entry.done));
    this.atThread = entries;
    this.post({ kind: 'batch', batch: { rows, done } }, [
      rows.bytes.buffer,
      rows.receivedAt.buffer,
      rows.ends.buffer,
      done.buffer,
    ]);
  }

  private post(request: ThreadRequest, moved: ArrayBuffer[]): void {
    this.worker.postMessage(request, moved);
  }

  private onReply(reply: ThreadReply): void {
    if (reply.kind === 'closed') {
      this.ended = new NoinitError('internal', 'the inbox is closed');
      this.whenClosed?.();
      return;
    }
    const entries = this.atThread ?? [];
    this.atThread = undefined;
    if (reply.kind === 'failed') this.fail(entries, new NoinitError('internal', `the inbox could not commit: ${reply.message}`));
    else this.succeed(entries);
    // Answers first, then a turn for what has arrived: on a fast disk each commit would be for a handful of rows else.
    setImmediate(() => this.sendMore());
  }

  private succeed(entries: readonly Entry[]): void {
    let appended = 0;
    this.commitCount++;
    for (const entry of entries) {
      this.waitingBytes -= entry.bytes;
      this.rowCount += entry.rows.length - entry.done.length;
      appended += entry.rows.length;
      entry.resolve();
    }
    if (appended > 0) for (const listener of this.listeners) listener();
  }

  private fail(entries: readonly Entry[], error: Error): void {
    for (const entry of entries) {
      this.waitingBytes -= entry.bytes;
      entry.reject(error);
    }
  }

  private onEnd(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    this.fail(this.atThread ?? [], error);
    this.atThread = undefined;
    this.fail(this.waiting.splice(0), error);
    this.whenClosed?.();
  }
}
