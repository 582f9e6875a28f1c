/** One project's data never leaves through another's name: every call takes the project, or rows that carry it. */
import type { BlobStore } from './blobs/blob-store.ts';
import type { EventReader } from './events/event-reader.ts';
import type { EventWriter } from './events/event-writer.ts';
import type { SymbolStore } from './events/symbol-store.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { Projects } from './people/projects.ts';

export interface Store {
  readonly inbox: Inbox;
  readonly events: EventWriter;
  readonly reader: EventReader;
  readonly symbols: SymbolStore;
  readonly blobs: BlobStore;
  readonly projects: Projects;
  /** Waits for what is being written, then lets go of every file. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Where everything stands; created if it is not there. One process at a time. */
  readonly folder: string;
  /** Bytes that may wait for the inbox's disk before `append` refuses with `overloaded`. Default 64 MiB. */
  readonly inboxWaitingBytes?: number;
}
