export { type BlobStore, type Digest, INLINE_BYTES } from './blobs/blob-store.ts';
export { checkStore } from './check-store.ts';
export {
  type AliveRow,
  type AnyBuild,
  BOOT_LOOP_LENGTH,
  type BootRow,
  type BootStartRow,
  type CrashDetailRow,
  type CrashKind,
  type CrashRow,
  type DeviceDetailRow,
  type DeviceRow,
  type EventReader,
  type FleetOverview,
  type IngestCounts,
  type IssueRow,
  type LogSegment,
  MAX_LOG_SEGMENTS,
  type MarkRow,
  type MissingSymbolsRow,
  type NamedReason,
  type PageOf,
  type PageRequest,
  type ReasonRow,
  type RebootRow,
  type SymbolRow,
  type VersionRow,
  type WaitingRow,
  type Where,
} from './events/event-reader.ts';
export type {
  CrashExplanation,
  Cut,
  DamagedChunk,
  DeviceKey,
  DueCrash,
  EventChanges,
  EventWriter,
  FinishedMessage,
  MessageChange,
  MessageKey,
  MessageState,
  Piece,
  StalledMessage,
  Written,
} from './events/event-writer.ts';
export type { OutdatedSymbols, SymbolEntry, SymbolStore } from './events/symbol-store.ts';
export { MAX_CLAIM_BYTES } from './inbox/claimed-rows.ts';
export type { ClaimedRow, Inbox, InboxClaims, InboxRow } from './inbox/inbox.ts';
export { openStoreShare, type StoreShare, type StoreShareOptions } from './open-share.ts';
export { openStore } from './open-store.ts';
export type { Project, Projects } from './people/projects.ts';
export type { Store, StoreOptions } from './store.ts';
