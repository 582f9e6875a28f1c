/** What a device said, decoded and typed (docs/formats/record.md). */
import type { Damage } from './damage.ts';
import type { Dump, Machine, PostcardCause } from './dump.ts';
import type { BuildId, BuildPrefix, RecordKey, ShortBuildPrefix } from './ids.ts';
import type { LogPiece } from './log.ts';
import type { Milliseconds } from './units.ts';

export type Record = BootRecord | RebootRecord | CrashRecord | PostcardRecord | LogRecord | UnknownRecord;

export interface BootRecord {
  readonly kind: 'boot';
  readonly key: RecordKey;
  readonly build: BuildId;
  /** As the firmware calls itself; empty where it never said. */
  readonly version: string;
  readonly hardware?: string;
  /** The chip's reset-cause register as read at this start. */
  readonly rawResetCause: number;
  /** Whether retained RAM was found whole; false opens a new lineage, or goes on with a stored one. */
  readonly ramSurvived: boolean;
  /** Unexpected reboots since power-on or since they were cleared, the one before this start included. */
  readonly unexpectedReboots: number;
  /** Version of the retained layout (docs/formats/retained.md). */
  readonly layout: number;
  /** Ticks a second of the log's stamps. */
  readonly stampFrequency: number;
  /** How long earlier boots of this lineage ran. */
  readonly operatingTime: Milliseconds;
  /** Unexpected reboots of this lineage, which nobody can clear. */
  readonly lineageUnexpectedReboots: number;
  /** Unexpected reboots since the firmware was last found healthy. */
  readonly unexpectedSinceHealthy: number;
}

/** How the boot in `key` ended. Written by the start after it. */
export interface RebootRecord {
  readonly kind: 'reboot';
  readonly key: RecordKey;
  /** What counts: the marked reason unless it is stale, else the hardware's. */
  readonly reason: number;
  /** The reason is unexpected, or what came after it. */
  readonly unexpected: boolean;
  /** The first mark. */
  readonly marked?: RebootMark;
  /** The first unexpected mark, or fault, after it. */
  readonly later?: RebootMark;
  readonly hardware: { readonly reason: number; readonly raw: number };
  /** Last uptime the device is known to have reached in that boot. */
  readonly uptime: Milliseconds;
  /** The last sign of life, where the boot gave any. */
  readonly alive?: SignOfLife;
}

/** What the firmware said before the reset. */
export interface RebootMark {
  readonly reason: number;
  /** Where it was said, and from where that was called; absent where not known. */
  readonly pc?: number;
  readonly lr?: number;
  readonly uptime: Milliseconds;
}

/** What the firmware was doing when it last said that it runs. */
export interface SignOfLife {
  /** Since the one before it. */
  readonly interval: Milliseconds;
  /** A number of the task, the address of its control block, say; absent where not known. */
  readonly task?: number;
  readonly pc?: number;
}

export interface CrashRecord {
  readonly kind: 'crash';
  readonly key: RecordKey;
  readonly build: BuildPrefix;
  readonly dump: Dump;
}

/** The least that is worth sending of a crash (docs/formats/postcard.md). Where the crash record comes too, that one counts. */
export interface PostcardRecord {
  readonly kind: 'postcard';
  /** Its sequence is `POSTCARD_SEQUENCE`. */
  readonly key: RecordKey;
  readonly build: ShortBuildPrefix;
  readonly machine: Machine;
  readonly cause: PostcardCause;
  readonly reason: number;
  /** Of what crashed; absent where not known. */
  readonly pc?: number;
  readonly lr?: number;
  /** Cortex-M: CFSR, with three bits of HFSR. RISC-V: mcause. */
  readonly faultBits: number;
}

export interface LogRecord extends LogPiece {
  readonly kind: 'log';
  readonly key: RecordKey;
  readonly build: BuildPrefix;
  /** Entries lost unread just before the first one. */
  readonly dropped: number;
  /** Log messages given up since the one before, because their entries were overwritten. */
  readonly abandoned: number;
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
