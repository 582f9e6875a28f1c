/** Opens the embedded store: SQLite files and a folder of blobs. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderBlobs } from './blobs/folder-blobs.ts';
import { SqliteEventReader } from './events/sqlite/sqlite-event-reader.ts';
import { SqliteEventWriter } from './events/sqlite/sqlite-event-writer.ts';
import { SqliteSymbols } from './events/sqlite/sqlite-symbols.ts';
import { SqliteInbox } from './inbox/sqlite-inbox.ts';
import { SqliteProjects } from './people/sqlite-projects.ts';
import { openDatabase } from './sqlite/driver.ts';
import { lockFolder } from './sqlite/folder-lock.ts';
import { kyselyOver } from './sqlite/kysely-database.ts';
import { migrateToLatest } from './sqlite/migrations/index.ts';
import type { Store, StoreOptions } from './store.ts';

/**
 * Opens the store in `options.folder` and brings its tables up to date. NoinitError `store-unsafe` where a commit would not
 * be synced, or where another server has the folder open.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, inboxWaitingBytes } = options;
  await mkdir(join(folder, 'blobs'), { recursive: true });
  const lock = lockFolder(folder);
  try {
    const inbox = await SqliteInbox.open({
      file: join(folder, 'inbox.sqlite'),
      ...(inboxWaitingBytes === undefined ? {} : { waitingBytes: inboxWaitingBytes }),
    });
    return await openEvents(folder, inbox, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openEvents(folder: string, inbox: SqliteInbox, lock: { release(): void }): Promise<Store> {
  const file = join(folder, 'events.sqlite');
  const writing = openDatabase(file);
  await migrateToLatest(kyselyOver(writing));
  const reading = openDatabase(file, { readOnly: true });
  const blobs = new FolderBlobs({ database: writing, folder: join(folder, 'blobs') });
  return {
    inbox,
    blobs,
    events: new SqliteEventWriter(writing, blobs),
    reader: new SqliteEventReader(kyselyOver(reading), blobs),
    symbols: new SqliteSymbols(writing),
    projects: new SqliteProjects(writing),
    close: async () => {
      await inbox.close();
      reading.close();
      writing.close();
      lock.release();
    },
  };
}
