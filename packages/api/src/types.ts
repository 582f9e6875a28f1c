/**
 * The HTTP contract of /api/v1. Every answer is one of these shapes; every list is a `Page`. Times are RFC 3339 text of the
 * server's arrival clock unless a name says uptime. The project is named by the header `x-noinit-project`.
 */
import type { LogLine, Trace } from '@noinit/model';

/** `next` is a cursor for `?cursor=`; null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Every refusal: a machine name, facts, and what to do. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string; readonly advice?: string };
}

export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
}

/** GET /api/v1/overview */
export interface Overview {
  readonly devices: number;
  readonly devicesCrashed: number;
  readonly crashes: number;
  readonly openIssues: number;
  readonly unexpectedReboots: number;
  readonly expectedReboots: number;
  readonly versions: readonly VersionSummary[];
  /** Reboots by reason, most first. */
  readonly reasons: readonly ReasonCount[];
  readonly bootLoops: readonly BootLoop[];
  readonly ingest: IngestHealth;
}

export interface VersionSummary {
  /** Null where the firmware never said how it calls itself. */
  readonly version: string | null;
  readonly build: string;
  readonly devices: number;
  readonly boots: number;
  /** Snapshots are none. */
  readonly crashes: number;
  readonly unexpectedReboots: number;
  /** Milliseconds of uptime known from ended boots, summed. */
  readonly uptime: number;
}

/** Reboots of one name, whatever numbers the builds give it. */
export interface ReasonCount {
  readonly reason: string;
  /** The project's own. */
  readonly custom: boolean;
  readonly expected: boolean;
  readonly count: number;
}

/** A device that restarted unexpectedly three times or more since it last ran well. */
export interface BootLoop {
  readonly serial: string;
  readonly boots: number;
}

export interface IngestHealth {
  readonly chunks: number;
  readonly records: number;
  /** Messages with some chunks but not all. */
  readonly partialMessages: number;
  readonly damagedChunks: number;
  readonly waitingForSymbols: number;
}

/** GET /api/v1/issues → Page<IssueSummary>; GET /api/v1/issues/{id} → IssueSummary */
export interface IssueSummary {
  readonly id: string;
  readonly title: string;
  readonly class: string;
  /** Innermost function of the project's own code, with its place, where known. */
  readonly where?: { readonly function: string; readonly file?: string; readonly line?: number };
  readonly crashes: number;
  /** Of devices that went on: no crashes. */
  readonly snapshots: number;
  readonly devices: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly versions: readonly string[];
  readonly waitingForSymbols: boolean;
}

/** GET /api/v1/crashes?issue=ID → Page<CrashSummary> */
export interface CrashSummary {
  readonly id: string;
  /**
   * `postcard`: a crash of which nothing but the postcard has come; when its crash record comes it is a `crash` under the same id.
   * `snapshot`: no crash, the device went on.
   */
  readonly kind: 'crash' | 'postcard' | 'snapshot';
  readonly issue: string;
  readonly serial: string;
  readonly lineage: number;
  readonly boot: number;
  readonly sequence: number;
  readonly uptime: number | null;
  readonly version: string | null;
  readonly build: string;
  readonly receivedAt: string;
  readonly sentence: string;
  readonly explained: boolean;
}

/** GET /api/v1/crashes/{id} */
export interface CrashDetail extends CrashSummary {
  readonly issueTitle: string;
  /** The reason that the record gives, by name; null where it gives none. */
  readonly reason: NamedReason | null;
  /** Explained with symbols, or raw while `waiting` is there. Equal to `noinit explain --json` of the dump. */
  readonly trace: Trace | null;
  readonly waiting: WaitingForSymbols | null;
  /** Log lines of the same boot up to the crash, oldest first, at most 100. */
  readonly log: readonly LogLine[];
  readonly logDropped: number;
  /** How the boot of the crash ended, once the next boot said so. */
  readonly reboot: RebootSummary | null;
  /** Neighbours within the issue, by arrival. */
  readonly previous: string | null;
  readonly next: string | null;
}

export interface WaitingForSymbols {
  /** Full build id where a boot record gave it, else the prefix: 16 hex digits, 8 of a postcard. */
  readonly build: string;
  readonly why: 'missing-symbols' | 'ambiguous-build' | 'explaining' | 'failed';
  /** Ready to paste. */
  readonly command: string;
}

/** A reason in words. A project's own has them from the ELF file of the build that sent it. */
export interface NamedReason {
  readonly value: number;
  readonly name: string;
  readonly sentence: string;
  readonly custom: boolean;
}

export interface RebootSummary {
  readonly reason: NamedReason;
  /** Of the reboot: a reason that is expected does not make it so where something unexpected came after. */
  readonly expected: boolean;
  /** The first mark; the first unexpected one, or fault, after it. */
  readonly marked: MarkSummary | null;
  readonly later: MarkSummary | null;
  readonly hardware: { readonly reason: string; readonly raw: string };
  /** Milliseconds. */
  readonly uptime: number;
  /** False: the boot lasted at least so long. */
  readonly exact: boolean;
  /** The last sign of life. */
  readonly alive: AliveSummary | null;
}

/** What the firmware said before the reset. */
export interface MarkSummary {
  readonly reason: NamedReason;
  /** Where it was said, and where that was called from; null where not known. */
  readonly pc: CodePlace | null;
  readonly lr: CodePlace | null;
  readonly uptime: number | null;
  /** It was said so long before the end that the reset it spoke of did not come: it does not count. */
  readonly stale: boolean;
}

export interface AliveSummary {
  /** Milliseconds since the sign of life before it; 0 where the device did not say. */
  readonly interval: number;
  /** A number of the task, `0x…`; null where not known. */
  readonly task: string | null;
  readonly pc: CodePlace | null;
}

/** An address, and what the symbols of its build call it where they are here. */
export interface CodePlace {
  readonly address: string;
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

/** GET /api/v1/devices?search= → Page<DeviceSummary> */
export interface DeviceSummary {
  readonly serial: string;
  readonly version: string | null;
  readonly hardware: string | null;
  readonly lastSeen: string;
  readonly boots: number;
  /** Snapshots are none. */
  readonly crashes: number;
  readonly snapshots: number;
  readonly unexpectedReboots: number;
  readonly bootLoop: boolean;
}

/** GET /api/v1/devices/{serial} */
export interface DeviceDetail extends DeviceSummary {
  readonly firstSeen: string;
  /** One sentence for somebody who has never seen firmware. */
  readonly summary: string;
  /** Where `bootLoop`: unexpected restarts since it last ran well, and how long these runs lasted together, as far as is known. */
  readonly loop: { readonly boots: number; readonly uptime: number } | null;
  /** Newest first, at most 100. Order across lineages is by arrival. */
  readonly bootList: readonly BootSummary[];
  readonly crashList: readonly CrashSummary[];
  /** The newest log lines, oldest first, at most 200. */
  readonly log: readonly DeviceLogLine[];
}

export interface DeviceLogLine extends LogLine {
  readonly boot: number;
  readonly lineage: number;
}

export interface BootSummary {
  readonly lineage: number;
  readonly boot: number;
  readonly version: string | null;
  readonly build: string | null;
  readonly receivedAt: string;
  /** What the boot record said; null as long as it is not here. */
  readonly start: BootStart | null;
  readonly ended: RebootSummary | null;
  readonly crashes: readonly BootCrash[];
}

export interface BootCrash {
  readonly id: string;
  readonly kind: CrashSummary['kind'];
}

/** Null are those that the server did not keep when the record came. */
export interface BootStart {
  readonly ramSurvived: boolean;
  /** The chip's reset-cause register, `0x…`. */
  readonly rawResetCause: string;
  readonly hardware: string | null;
  /** Unexpected reboots since power-on or since they were cleared; in all; since the firmware was last found healthy. */
  readonly unexpectedReboots: number;
  readonly lineageUnexpectedReboots: number | null;
  readonly unexpectedSinceHealthy: number | null;
  /** Milliseconds that earlier boots ran. */
  readonly operatingTime: number | null;
  /** Version of the retained layout. */
  readonly layout: number | null;
  /** Ticks a second of the log's stamps. */
  readonly stampFrequency: number | null;
}

/** PUT /api/v1/symbols (body: an ELF file) → SymbolUpload */
export interface SymbolUpload {
  readonly build: string;
  /** False where this build was known already. */
  readonly created: boolean;
  readonly debugInfo: 'full' | 'names-only';
  /** Crashes that now will be explained. */
  readonly waiting: number;
}

/** GET /api/v1/symbols → Page<SymbolFile>; GET /api/v1/symbols?missing → Page<MissingSymbols> */
export interface SymbolFile {
  readonly build: string;
  readonly size: number;
  readonly debugInfo: 'full' | 'names-only';
  readonly uploadedAt: string;
  readonly crashes: number;
}

export interface MissingSymbols {
  /** Full build id where known, else the prefix. */
  readonly build: string;
  readonly version: string | null;
  readonly crashes: number;
  readonly devices: number;
  readonly command: string;
}
