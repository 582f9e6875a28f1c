/**
 * What a second thread of the server works with: its own connections to the files that this process has open. The folder's lock,
 * the tables and the inbox's writer stay with `openStore`.
 */
import { join } from 'node:path';
import { FolderBlobs } from './blobs/folder-blobs.ts';
import type { EventWriter } from './events/event-writer.ts';
import { SqliteEventWriter } from './events/sqlite/sqlite-event-writer.ts';
import { ClaimedRows } from './inbox/claimed-rows.ts';
import type { InboxClaims } from './inbox/inbox.ts';
import { openDatabase } from './sqlite/driver.ts';

export interface StoreShareOptions {
  /** Of a store that this process has open, and keeps open for longer than the share. */
  readonly folder: string;
  /** `Inbox.done` of that store. */
  readonly done: InboxClaims['done'];
  /** `Inbox.onAppended` of that store. */
  readonly onAppended: InboxClaims['onAppended'];
}

export interface StoreShare {
  readonly inbox: InboxClaims;
  readonly events: EventWriter;
  close(): void;
}

/** 128 MiB of log. A batch writes pages of the same indexes all over, and nobody waits for this thread while it copies them back. */
const CHECKPOINT_PAGES = 32_768;

/** Whoever opens a share is the only one to claim and to write events; the store it belongs to leaves both alone. */
export function openStoreShare({ folder, done, onAppended }: StoreShareOptions): StoreShare {
  const claims = new ClaimedRows(join(folder, 'inbox.sqlite'));
  const writing = openDatabase(join(folder, 'events.sqlite'), { checkpointPages: CHECKPOINT_PAGES });
  return {
    inbox: {
      claim: async (count) => claims.claim(count),
      done: (ids) => done(ids).then(() => claims.forget(ids)),
      release: (ids) => claims.release(ids),
      onAppended,
    },
    events: new SqliteEventWriter(writing, new FolderBlobs({ database: writing, folder: join(folder, 'blobs') })),
    close: () => {
      claims.close();
      writing.close();
    },
  };
}
