/** What a device said, decoded and typed (docs/formats/record.md). */
import type { Damage } from './damage.ts';
import type { Dump } from './dump.ts';
import type { BuildId, BuildPrefix, RecordKey } from './ids.ts';
import type { LogClock } from './log.ts';
import type { Milliseconds } from './units.ts';

export type Record = BootRecord | RebootRecord | CrashRecord | LogRecord | UnknownRecord;

export interface BootRecord {
  readonly kind: 'boot';
  readonly key: RecordKey;
  readonly build: BuildId;
  readonly version: string;
  readonly hardware?: string;
  /** The chip's reset-cause register as read at this start. */
  readonly rawResetCause: number;
  /** Whether retained RAM was found whole; false opens a new lineage. */
  readonly ramSurvived: boolean;
  /** Unexpected reboots since power-on, this start's reason included. */
  readonly unexpectedReboots: number;
}

/** How the boot in `key` ended. Written by the start after it. */
export interface RebootRecord {
  readonly kind: 'reboot';
  readonly key: RecordKey;
  /** What counts: the marked reason, else the hardware's. */
  readonly reason: number;
  readonly marked?: { readonly reason: number; readonly pc: number; readonly lr: number };
  readonly hardware: { readonly reason: number; readonly raw: number };
  /** Last uptime the device is known to have reached in that boot. */
  readonly uptime: Milliseconds;
}

export interface CrashRecord {
  readonly kind: 'crash';
  readonly key: RecordKey;
  readonly build: BuildPrefix;
  readonly dump: Dump;
}

export interface LogRecord {
  readonly kind: 'log';
  readonly key: RecordKey;
  readonly build: BuildPrefix;
  /** Number of the first entry in `entries`. */
  readonly firstEntry: number;
  /** Entries lost unread just before the first one. */
  readonly dropped: number;
  /** Stamp that the first entry's is a difference to. */
  readonly base: number;
  readonly clock: LogClock;
  readonly core: number;
  /** Log messages given up since the one before, because their entries were overwritten. */
  readonly abandoned: number;
  /** Whole entries in ring layout (docs/formats/log-ring.md). */
  readonly entries: Uint8Array;
}

/** A kind this version does not know: kept raw and run again after an upgrade. */
export interface UnknownRecord {
  readonly kind: 'unknown';
  readonly key: RecordKey;
  readonly code: number;
}

/** A whole message: its record and what was wrong with its bytes. */
export interface MessageScan {
  readonly record?: Record;
  readonly damage: readonly Damage[];
}
