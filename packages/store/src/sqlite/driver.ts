/**
 * The one file that knows which SQLite there is: `node:sqlite` from Node 22.16, `@photostructure/sqlite` (the same API)
 * before. Every connection syncs on commit, or is not given out: both drivers may be compiled with a weaker default.
 */
import { NoinitError } from '@noinit/model';

export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = { readonly [column: string]: SqlValue };

export interface SqliteStatement {
  all(...parameters: readonly SqlValue[]): unknown[];
  get(...parameters: readonly SqlValue[]): unknown;
  run(...parameters: readonly SqlValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  iterate(...parameters: readonly SqlValue[]): IterableIterator<unknown>;
  /** Empty for a statement that gives no rows. */
  columns(): readonly unknown[];
}

export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface DatabaseOptions {
  /** Refuses every write through this connection. */
  readonly readOnly?: boolean;
  /** Pages of log between checkpoints of this connection. More of them is less work where the same pages are written again. */
  readonly checkpointPages?: number;
}

interface Driver {
  readonly DatabaseSync: new (file: string) => SqliteDatabase;
  readonly StatementSync: { readonly prototype: SqliteStatement };
}

const driver = await loadDriver();

/** Opens the database file, creating it unless it is to be read only. NoinitError `store-unsafe` if a commit would not be synced. */
export function openDatabase(file: string, options: DatabaseOptions = {}): SqliteDatabase {
  const database = new driver.DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`);
    database.exec(`PRAGMA foreign_keys = ON; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;`);
    database.exec(`PRAGMA wal_autocheckpoint = ${options.checkpointPages ?? CHECKPOINT_PAGES}`);
    requireSafe(database, file);
    if (options.readOnly) database.exec('PRAGMA query_only = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A database that only carries a lock: nothing is ever written to it. */
export function openLockFile(file: string): SqliteDatabase {
  return new driver.DatabaseSync(file);
}

/** Reads back what decides whether a committed transaction survives a power cut. */
export function requireSafe(database: SqliteDatabase, file: string): void {
  const synchronous = pragma(database, 'synchronous');
  const journal = pragma(database, 'journal_mode');
  if (Number(synchronous) !== SYNCHRONOUS_FULL || journal !== 'wal') {
    throw new NoinitError(
      'store-unsafe',
      `${file}: synchronous is ${synchronous} and journal_mode ${journal}; a commit would not survive a power cut`,
    );
  }
}

/** All of `steps` or none of it. */
export function inTransaction<Result>(database: SqliteDatabase, steps: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = steps();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have rolled back already; then this rollback is refused and the first error is what counts.
    try {
      database.exec('ROLLBACK');
    } catch {}
    throw error;
  }
}

/** The value of a pragma on this connection. */
export function pragma(database: SqliteDatabase, name: string): SqlValue {
  const row = database.prepare(`PRAGMA ${name}`).get() as SqlRow | undefined;
  return row ? (Object.values(row)[0] ?? null) : null;
}

async function loadDriver(): Promise<Driver> {
  const builtin = loadBuiltin();
  // The first releases that had the module cannot tell a statement's columns yet.
  if (builtin && 'columns' in builtin.StatementSync.prototype) return builtin;
  return (await import('@photostructure/sqlite')) as unknown as Driver;
}

/** Node 22 warns that the module is experimental, on the terminal of somebody who can do nothing about it. */
function loadBuiltin(): Driver | undefined {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule?.('node:sqlite') as unknown as Driver | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

const SYNCHRONOUS_FULL = 2;
/** How long a connection waits for another one's write. */
const BUSY_MS = 10_000;
const CACHE_KIB = 32_768;
/** 32 MiB of log between checkpoints: pages that many commits touch are copied back once, not once a commit. */
const CHECKPOINT_PAGES = 8_192;
