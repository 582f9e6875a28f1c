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
  readonly version: string;
  readonly build: string;
  readonly devices: number;
  readonly boots: number;
  readonly crashes: number;
  readonly unexpectedReboots: number;
  /** Milliseconds of uptime known from ended boots, summed. */
  readonly uptime: number;
}

export interface ReasonCount {
  readonly reason: string;
  readonly expected: boolean;
  readonly count: number;
}

/** A device whose last boots each ended unexpectedly, three or more in a row. */
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
  readonly devices: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly versions: readonly string[];
  readonly waitingForSymbols: boolean;
}

/** GET /api/v1/crashes?issue=ID → Page<CrashSummary> */
export interface CrashSummary {
  readonly id: string;
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
  /** Full build id where a boot record gave it, else the prefix. */
  readonly build: string;
  readonly why: 'missing-symbols' | 'ambiguous-build' | 'explaining' | 'failed';
  /** Ready to paste. */
  readonly command: string;
}

export interface RebootSummary {
  readonly reason: number;
  readonly name: string;
  readonly expected: boolean;
  readonly sentence: string;
  readonly marked: { readonly reason: string; readonly pc: string; readonly lr: string } | null;
  readonly hardware: { readonly reason: string; readonly raw: string };
  readonly uptime: number;
}

/** GET /api/v1/devices?search= → Page<DeviceSummary> */
export interface DeviceSummary {
  readonly serial: string;
  readonly version: string | null;
  readonly hardware: string | null;
  readonly lastSeen: string;
  readonly boots: number;
  readonly crashes: number;
  readonly unexpectedReboots: number;
  readonly bootLoop: boolean;
}

/** GET /api/v1/devices/{serial} */
export interface DeviceDetail extends DeviceSummary {
  readonly firstSeen: string;
  /** One sentence for somebody who has never seen firmware. */
  readonly summary: string;
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
  readonly ramSurvived: boolean | null;
  readonly ended: RebootSummary | null;
  readonly crashes: readonly string[];
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
