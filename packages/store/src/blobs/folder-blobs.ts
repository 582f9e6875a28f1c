/**
 * Blobs in a folder: `blobs/<project>/<first two digits>/<digest>`, small ones in the database. A file is whole, synced and
 * named before the row that makes it findable is written, so that a cut anywhere leaves at most a file nobody names.
 */
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { ProjectId } from '@noinit/model';
import { digestInTurns } from '../events/derived-ids.ts';
import type { SqliteDatabase, SqliteStatement } from '../sqlite/driver.ts';
import { storableBytes } from '../sqlite/storable.ts';
import { type BlobDisk, realDisk } from './blob-disk.ts';
import { type BlobStore, type Digest, INLINE_BYTES } from './blob-store.ts';

export interface FolderBlobsOptions {
  readonly database: SqliteDatabase;
  readonly folder: string;
  readonly disk?: BlobDisk;
}

export class FolderBlobs implements BlobStore {
  private readonly folder: string;
  private readonly disk: BlobDisk;
  private readonly select: SqliteStatement;
  private readonly insert: SqliteStatement;
  private written = 0;

  constructor(options: FolderBlobsOptions) {
    this.folder = options.folder;
    this.disk = options.disk ?? realDisk;
    this.select = options.database.prepare('SELECT bytes FROM blobs WHERE project = ? AND digest = ?');
    this.insert = options.database.prepare(
      'INSERT INTO blobs (project, digest, size, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
  }

  async put(project: ProjectId, bytes: Uint8Array): Promise<Digest> {
    const digest = await digestInTurns(bytes);
    if (this.select.get(project, digest) !== undefined) return digest;
    const isInline = bytes.length <= INLINE_BYTES;
    if (!isInline) await this.writeFile(project, digest, bytes);
    this.insert.run(project, digest, bytes.length, isInline ? storableBytes(bytes) : null);
    return digest;
  }

  async find(project: ProjectId, digest: Digest): Promise<Uint8Array | undefined> {
    const row = this.select.get(project, digest) as { readonly bytes: Uint8Array | null } | undefined;
    if (!row) return undefined;
    return row.bytes ?? (await this.disk.read(this.fileOf(project, digest)));
  }

  private async writeFile(project: ProjectId, digest: Digest, bytes: Uint8Array): Promise<void> {
    const file = this.fileOf(project, digest);
    const folder = dirname(file);
    const unfinished = join(this.folder, `unfinished-${process.pid}-${threadId}-${this.written++}`);
    await this.disk.makeFolder(folder);
    await this.disk.writeSynced(unfinished, bytes);
    await this.disk.rename(unfinished, file);
    // The folder may be new too, and so may the project's: each is an entry of the one above.
    for (const each of [folder, dirname(folder), this.folder]) await this.disk.syncFolder(each);
  }

  private fileOf(project: ProjectId, digest: Digest): string {
    return join(this.folder, project, digest.slice(0, 2), digest);
  }
}
