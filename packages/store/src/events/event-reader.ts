/** The questions the API asks. Every list has a cursor; no answer needs a query per row. */
import type {
  BuildId,
  BuildPrefix,
  CrashId,
  FaultClass,
  IssueId,
  LogClock,
  Milliseconds,
  ProjectId,
  Serial,
  Trace,
  WallClock,
} from '@noinit/model';

/** `cursor` is what the page before gave as `next`; a foreign one is refused with NoinitError `bad-request`. */
export interface PageRequest {
  readonly cursor?: string;
  /** 1 to 200, default 50. */
  readonly limit?: number;
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface FleetOverview {
  readonly devices: number;
  readonly devicesCrashed: number;
  readonly crashes: number;
  readonly openIssues: number;
  readonly unexpectedReboots: number;
  readonly expectedReboots: number;
  /** Newest build first, by the first boot that arrived. */
  readonly versions: readonly VersionRow[];
  /** By wire value, most first. */
  readonly reasons: readonly { readonly reason: number; readonly count: number }[];
  /** Longest first. */
  readonly bootLoops: readonly { readonly serial: Serial; readonly boots: number }[];
  readonly ingest: IngestCounts;
}

export interface VersionRow {
  readonly version: string;
  readonly build: BuildId;
  readonly devices: number;
  readonly boots: number;
  readonly crashes: number;
  readonly unexpectedReboots: number;
  /** Of boots whose end is known, summed. */
  readonly uptime: Milliseconds;
}

export interface IngestCounts {
  /** Distinct ones: a repeat counts once. */
  readonly chunks: number;
  readonly records: number;
  readonly partialMessages: number;
  readonly damagedChunks: number;
  readonly waitingForSymbols: number;
}

export interface Where {
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
}

/** Title, class and place are those of the crash that arrived last. */
export interface IssueRow {
  readonly id: IssueId;
  readonly title: string;
  readonly class: FaultClass;
  readonly where?: Where;
  readonly crashes: number;
  readonly devices: number;
  readonly firstSeen: WallClock;
  readonly lastSeen: WallClock;
  /** Versions that crashed so, in order of text. */
  readonly versions: readonly string[];
  /** Whether any crash in it waits. */
  readonly waitingForSymbols: boolean;
}

export interface CrashRow {
  readonly id: CrashId;
  readonly issue: IssueId;
  readonly serial: Serial;
  readonly lineage: number;
  readonly boot: number;
  readonly sequence: number;
  readonly uptime: Milliseconds | null;
  readonly version: string | null;
  /** Full build id where it is known, else the prefix the crash carries. */
  readonly build: BuildId | BuildPrefix;
  readonly receivedAt: WallClock;
  readonly sentence: string;
  readonly explained: boolean;
}

export interface CrashDetailRow extends CrashRow {
  readonly issueTitle: string;
  /** With symbols, or without while `waiting` is there; null for the moment between arrival and the first trace. */
  readonly trace: Trace | null;
  readonly waiting: WaitingRow | null;
  /** Log segments of the same boot, oldest first, the newest `MAX_LOG_SEGMENTS`. */
  readonly log: readonly LogSegment[];
  readonly reboot: RebootRow | null;
  /** Neighbours within the issue by arrival. */
  readonly previous: CrashId | null;
  readonly next: CrashId | null;
}

export interface WaitingRow {
  readonly build: BuildId | BuildPrefix;
  readonly why: 'missing-symbols' | 'ambiguous-build' | 'explaining' | 'failed';
  readonly detail?: string;
}

/** Log entries as the device sent them: they are decoded on reading, when their build's dictionary is there. */
export interface LogSegment {
  readonly lineage: number;
  readonly boot: number;
  /** Full build id where it is known, else the prefix. */
  readonly build: BuildId | BuildPrefix;
  /** Number of the first entry. */
  readonly firstEntry: number;
  /** Entries lost unread just before the first one. */
  readonly dropped: number;
  /** Stamp that the first entry's is a difference to. */
  readonly base: number;
  readonly clock: LogClock;
  readonly core: number;
  /** Whole ring entries (docs/formats/log-ring.md). */
  readonly entries: Uint8Array;
}

export interface RebootRow {
  readonly reason: number;
  readonly marked: { readonly reason: number; readonly pc: number; readonly lr: number } | null;
  readonly hardware: { readonly reason: number; readonly raw: number };
  readonly uptime: Milliseconds;
}

export interface DeviceRow {
  readonly serial: Serial;
  readonly version: string | null;
  readonly hardware: string | null;
  readonly lastSeen: WallClock;
  readonly boots: number;
  readonly crashes: number;
  readonly unexpectedReboots: number;
  /** Unexpected ends in a row up to now; three or more are a boot loop. */
  readonly unexpectedInRow: number;
}

export interface DeviceDetailRow extends DeviceRow {
  readonly firstSeen: WallClock;
  /** Newest first, at most 100. */
  readonly bootList: readonly BootRow[];
  /** Newest first, at most 100. */
  readonly crashList: readonly CrashRow[];
  /** The newest `MAX_LOG_SEGMENTS`, oldest first. */
  readonly log: readonly LogSegment[];
}

export interface BootRow {
  readonly lineage: number;
  readonly boot: number;
  readonly version: string | null;
  readonly build: BuildId | null;
  readonly receivedAt: WallClock;
  readonly ramSurvived: boolean | null;
  readonly ended: RebootRow | null;
  readonly crashes: readonly CrashId[];
}

export interface SymbolRow {
  readonly build: BuildId;
  readonly size: number;
  readonly debugInfo: 'full' | 'names-only';
  readonly uploadedAt: WallClock;
  readonly crashes: number;
}

export interface MissingSymbolsRow {
  readonly build: BuildId | BuildPrefix;
  readonly version: string | null;
  readonly crashes: number;
  readonly devices: number;
}

/** Unexpected ends in a row that make a boot loop. */
export const BOOT_LOOP_LENGTH = 3;
/** Log segments that one answer carries. */
export const MAX_LOG_SEGMENTS = 64;

export interface EventReader {
  overview(project: ProjectId): Promise<FleetOverview>;
  /** Newest crash first. */
  issues(project: ProjectId, page?: PageRequest): Promise<PageOf<IssueRow>>;
  findIssue(project: ProjectId, id: IssueId): Promise<IssueRow | undefined>;
  /** Newest first. */
  crashes(project: ProjectId, options?: PageRequest & { readonly issue?: IssueId }): Promise<PageOf<CrashRow>>;
  findCrash(project: ProjectId, id: CrashId): Promise<CrashDetailRow | undefined>;
  /** The crash message as it was put together: what `noinit explain` takes. */
  findDump(project: ProjectId, id: CrashId): Promise<Uint8Array | undefined>;
  /** By serial; `search` is any part of a serial. */
  devices(project: ProjectId, options?: PageRequest & { readonly search?: string }): Promise<PageOf<DeviceRow>>;
  findDevice(project: ProjectId, serial: Serial): Promise<DeviceDetailRow | undefined>;
  /** Newest upload first. */
  symbols(project: ProjectId, page?: PageRequest): Promise<PageOf<SymbolRow>>;
  /** Builds that crashes wait for, most crashes first. */
  missingSymbols(project: ProjectId, page?: PageRequest): Promise<PageOf<MissingSymbolsRow>>;
  /** The dictionaries of these builds, where there are symbols; a prefix is answered if exactly one known build has it. */
  dictionaries(
    project: ProjectId,
    builds: readonly (BuildId | BuildPrefix)[],
  ): Promise<ReadonlyMap<BuildId | BuildPrefix, Uint8Array>>;
}
