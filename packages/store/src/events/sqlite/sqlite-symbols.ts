/** Symbols by build, on SQLite. */
import type { BuildId, CustomReasons, ProjectId, WallClock } from '@noinit/model';
import type { Digest } from '../../blobs/blob-store.ts';
import { inTransaction, type SqliteDatabase, type SqliteStatement } from '../../sqlite/driver.ts';
import { storableBytes, storableText } from '../../sqlite/storable.ts';
import type { OutdatedSymbols, SymbolEntry, SymbolStore } from '../symbol-store.ts';
import { CrashRows } from './crash-rows.ts';

const COLUMNS = 'build, elf, size, debug_info, dictionary, uploaded_at, reader';

export class SqliteSymbols implements SymbolStore {
  private readonly database: SqliteDatabase;
  private readonly crashes: CrashRows;
  private readonly select: SqliteStatement;
  private readonly upsert: SqliteStatement;
  private readonly makeDue: SqliteStatement;
  private readonly countDue: SqliteStatement;
  private readonly selectOutdated: SqliteStatement;
  private readonly updateDictionary: SqliteStatement;
  private readonly deleteReasons: SqliteStatement;
  private readonly insertReason: SqliteStatement;

  constructor(database: SqliteDatabase) {
    this.database = database;
    this.crashes = new CrashRows(database);
    this.select = database.prepare(`SELECT ${COLUMNS} FROM symbols WHERE project = ? AND build = ?`);
    this.upsert = database.prepare(
      `INSERT INTO symbols (project, build, elf, size, debug_info, dictionary, uploaded_at, reader) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET elf = excluded.elf, size = excluded.size, debug_info = excluded.debug_info,
         dictionary = excluded.dictionary, uploaded_at = excluded.uploaded_at, reader = excluded.reader`,
    );
    this.makeDue = database.prepare(`UPDATE crashes SET state = 'due' WHERE project = ? AND build = ?`);
    this.selectOutdated = database.prepare(`SELECT project, ${COLUMNS} FROM symbols WHERE reader < ? LIMIT ?`);
    this.updateDictionary = database.prepare('UPDATE symbols SET dictionary = ?, reader = ? WHERE project = ? AND build = ?');
    this.deleteReasons = database.prepare('DELETE FROM reasons WHERE project = ? AND build = ?');
    this.insertReason = database.prepare('INSERT INTO reasons (project, build, value, name, description) VALUES (?, ?, ?, ?, ?)');
    this.countDue = database.prepare(`SELECT count(*) AS count FROM crashes WHERE project = ? AND build = ? AND state = 'due'`);
  }

  async saveSymbols(project: ProjectId, entry: SymbolEntry): Promise<{ created: boolean; waiting: number }> {
    return inTransaction(this.database, () => {
      const held = this.find(project, entry.build);
      const better = held === undefined || (held.debugInfo === 'names-only' && entry.debugInfo === 'full');
      if (better) this.keep(project, entry);
      else if (held.elf === entry.elf) this.refresh(project, entry);
      const { count } = this.countDue.get(project, entry.build) as { readonly count: number };
      return { created: held === undefined, waiting: count };
    });
  }

  async symbolsReadBefore(reader: number, limit: number): Promise<readonly OutdatedSymbols[]> {
    const rows = this.selectOutdated.all(reader, limit) as (SymbolColumns & { readonly project: ProjectId })[];
    return rows.map((row) => ({ project: row.project, entry: entryOf(row) }));
  }

  async findSymbols(project: ProjectId, build: BuildId): Promise<SymbolEntry | undefined> {
    return this.find(project, build);
  }

  private keep(project: ProjectId, entry: SymbolEntry): void {
    const { build, elf, size, debugInfo, uploadedAt } = entry;
    this.upsert.run(project, build, elf, size, debugInfo, dictionaryColumn(entry), uploadedAt, entry.reader);
    this.saveReasons(project, build, entry.reasons ?? new Map());
    this.crashes.buildKnown(project, build);
    this.crashes.symbolsChanged(project, build);
    // Those explained with lesser symbols and those that failed with them are worked again too.
    this.makeDue.run(project, build);
  }

  /** A newer server may read more of a file than the one that took it. */
  private refresh(project: ProjectId, entry: SymbolEntry): void {
    this.updateDictionary.run(dictionaryColumn(entry), entry.reader, project, entry.build);
    this.saveReasons(project, entry.build, entry.reasons ?? new Map());
  }

  private saveReasons(project: ProjectId, build: BuildId, reasons: CustomReasons): void {
    this.deleteReasons.run(project, build);
    for (const [value, reason] of reasons) {
      const name = reason.kind === 'named' ? storableText(reason.name) : null;
      this.insertReason.run(project, build, value, name, JSON.stringify(reason));
    }
  }

  private find(project: ProjectId, build: BuildId): SymbolEntry | undefined {
    const row = this.select.get(project, build) as SymbolColumns | undefined;
    return row && entryOf(row);
  }
}

function entryOf(row: SymbolColumns): SymbolEntry {
  return {
    build: row.build,
    elf: row.elf,
    size: row.size,
    debugInfo: row.debug_info,
    uploadedAt: row.uploaded_at,
    reader: row.reader,
    ...(row.dictionary ? { dictionary: row.dictionary } : {}),
  };
}

function dictionaryColumn({ dictionary }: SymbolEntry): Uint8Array | null {
  return dictionary ? storableBytes(dictionary) : null;
}

interface SymbolColumns {
  readonly build: BuildId;
  readonly elf: Digest;
  readonly size: number;
  readonly debug_info: 'full' | 'names-only';
  readonly dictionary: Uint8Array | null;
  readonly uploaded_at: WallClock;
  readonly reader: number;
}
