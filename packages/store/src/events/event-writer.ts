/**
 * How records become rows. The caller reads the state of the messages it has new pieces of, computes the next state, and
 * writes it. Rows depend on the set of pieces only, never on their order, so the same write twice changes nothing.
 */
import type {
  BuildId,
  BuildPrefix,
  CrashFacts,
  CrashId,
  Damage,
  ProjectId,
  Record,
  Serial,
  ShortBuildPrefix,
  Trace,
  WallClock,
} from '@noinit/model';
import type { Digest } from '../blobs/blob-store.ts';

export interface DeviceKey {
  readonly project: ProjectId;
  readonly serial: Serial;
}

/** A device's message id. It may come round again with other contents. */
export interface MessageKey extends DeviceKey {
  readonly messageId: number;
}

/** Part of a message: what a chunk says once its own framing is off. */
export interface Piece {
  readonly offset: number;
  readonly last: boolean;
  readonly payload: Uint8Array;
}

/** A piece that agrees with a finished message: its bytes are those of the message. */
export interface Cut {
  readonly offset: number;
  readonly length: number;
  readonly last: boolean;
}

/** Everything known about one message id: pieces that belong to nothing yet, and whole messages with the cuts they came in. */
export interface MessageState {
  readonly key: MessageKey;
  readonly pending: readonly Piece[];
  readonly finished: readonly { readonly digest: Digest; readonly bytes: Uint8Array; readonly cuts: readonly Cut[] }[];
}

/** A message id whose pieces stopped coming. */
export interface StalledMessage extends MessageState {
  /** When the last of its pieces came. */
  readonly receivedAt: WallClock;
}

/** The next state of one message id, as a difference. */
export interface MessageChange {
  readonly key: MessageKey;
  readonly receivedAt: WallClock;
  /** Pieces never seen before, whether they are pending or in a finished message now. */
  readonly newPieces: number;
  readonly addPending: readonly Piece[];
  readonly dropPending: readonly Piece[];
  readonly finished: readonly FinishedMessage[];
  /** Set when the pending pieces were tried as a cut crash: they are not tried again before another piece arrives. */
  readonly triedCutAt?: WallClock;
}

export interface FinishedMessage {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  /** All cuts of this message, those already known included. */
  readonly cuts: readonly Cut[];
  /** False for a crash that is used although its end never came: a whole one replaces it. */
  readonly whole: boolean;
  readonly record?: Record;
  /** With a crash record or a postcard: what can be said without symbols. */
  readonly facts?: CrashFacts;
  readonly damage: readonly Damage[];
}

/** A chunk that could not be read: kept raw, counted once. */
export interface DamagedChunk extends DeviceKey {
  readonly receivedAt: WallClock;
  readonly bytes: Uint8Array;
  readonly damage: Damage;
}

export interface EventChanges {
  readonly messages: readonly MessageChange[];
  readonly damaged: readonly DamagedChunk[];
}

/** What a write added, for those who show it live. Repeats add nothing. */
export interface Written {
  readonly records: number;
  readonly crashes: readonly { readonly project: ProjectId; readonly id: CrashId }[];
}

/** A crash whose best trace has not been made yet. */
export interface DueCrash {
  readonly project: ProjectId;
  readonly id: CrashId;
  /** The crash message or postcard, as `GET /crashes/{id}/dump` gives it. */
  readonly message: Uint8Array;
  readonly digest: Digest;
  /** The short one of a postcard. */
  readonly prefix: BuildPrefix | ShortBuildPrefix;
  /** The one build that the crash names, if it is known and its symbols are here. */
  readonly build?: BuildId;
}

/** What came out of explaining a `DueCrash`. Not stored if the crash is no longer the one that was explained. */
export interface CrashExplanation {
  readonly project: ProjectId;
  readonly id: CrashId;
  readonly digest: Digest;
  /** As in the `DueCrash`. */
  readonly build?: BuildId;
  readonly facts: CrashFacts;
  readonly trace?: Trace;
  /** Why there is no trace with symbols although there are symbols. */
  readonly failure?: { readonly code: string; readonly detail: string };
}

export interface EventWriter {
  /** In the order of `keys`; a message nobody has seen has an empty state. */
  readMessages(keys: readonly MessageKey[]): Promise<readonly MessageState[]>;
  /** All of it in one transaction that survives a power cut, or nothing. */
  write(changes: EventChanges): Promise<Written>;
  /**
   * What could be a cut crash: message ids with a pending piece at offset 0, no new piece since `before`, and not tried
   * since. At most `limit`, oldest first.
   */
  stalledMessages(before: WallClock, limit: number): Promise<readonly StalledMessage[]>;
  /**
   * Crashes that never had a trace, and crashes without symbols whose symbols are here now. A crash that waits for symbols
   * is not among them: it is found again when they are stored.
   */
  crashesToExplain(limit: number): Promise<readonly DueCrash[]>;
  saveExplanation(explanation: CrashExplanation): Promise<boolean>;
}
