/** Opens the embedded store: SQLite files and a folder of blobs. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { realDisk } from './blobs/blob-disk.ts';
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
  const opened: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each();
  };
  try {
    return { ...(await openParts(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Pushes to `opened` how to close each part, as soon as it is open. */
async function openParts(options: StoreOptions, opened: (() => void | Promise<void>)[]): Promise<Omit<Store, 'close'>> {
  const { folder, inboxWaitingBytes: waitingBytes } = options;
  const file = join(folder, 'events.sqlite');
  await mkdir(join(folder, 'blobs'), { recursive: true });
  // SQLite syncs the folder that its files are in; that folder's own name is ours to sync.
  await realDisk.syncFolder(dirname(folder));
  const lock = lockFolder(folder);
  opened.push(() => lock.release());
  const writing = openDatabase(file);
  opened.push(() => writing.close());
  await migrateToLatest(kyselyOver(writing));
  const reading = openDatabase(file, { readOnly: true });
  opened.push(() => reading.close());
  const inbox = await SqliteInbox.open({
    file: join(folder, 'inbox.sqlite'),
    ...(waitingBytes === undefined ? {} : { waitingBytes }),
  });
  opened.push(() => inbox.close());
  const blobs = new FolderBlobs({ database: writing, folder: join(folder, 'blobs') });
  return {
    inbox,
    blobs,
    events: new SqliteEventWriter(writing, blobs),
    reader: new SqliteEventReader(kyselyOver(reading), blobs),
    symbols: new SqliteSymbols(writing),
    projects: new SqliteProjects(writing),
  };
}
