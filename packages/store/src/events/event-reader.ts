/** The questions the API asks. Every list has a cursor; no answer needs a query per row. */
import type {
  BuildId,
  BuildPrefix,
  CrashId,
  CustomReason,
  FaultClass,
  IssueId,
  LogClock,
  Milliseconds,
  ProjectId,
  Serial,
  ShortBuildPrefix,
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
  /** By name and class, most first. */
  readonly reasons: readonly ReasonRow[];
  /** Longest first. */
  readonly bootLoops: readonly { readonly serial: Serial; readonly boots: number }[];
  readonly ingest: IngestCounts;
}

/**
 * Reboots whose reason has one name: builds may give it different numbers, or one number different names. Where no symbols of the
 * boot's build are here, or they give the number several names, it is called by the number.
 */
export interface ReasonRow {
  readonly name: string;
  /** The project's own. */
  readonly custom: boolean;
  readonly expected: boolean;
  readonly count: number;
}

export interface VersionRow {
  /** Null where the firmware never said. */
  readonly version: string | null;
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
  /** Of a device that went on: they are no crashes. */
  readonly snapshots: number;
  readonly devices: number;
  readonly firstSeen: WallClock;
  readonly lastSeen: WallClock;
  /** Versions that crashed so, in order of text. */
  readonly versions: readonly string[];
  /** Whether any crash in it waits. */
  readonly waitingForSymbols: boolean;
}

/**
 * A `postcard` is a crash of which nothing but the postcard has come; with the crash record it becomes a `crash` under the same id. A
 * `snapshot` is no crash: the device went on.
 */
export type CrashKind = 'crash' | 'postcard' | 'snapshot';

export type AnyBuild = BuildId | BuildPrefix | ShortBuildPrefix;

/** A reason on the wire, and what the build that sent it calls it, where it is the project's own and that is known. */
export interface NamedReason {
  readonly value: number;
  readonly own: CustomReason | null;
}

export interface CrashRow {
  readonly id: CrashId;
  readonly kind: CrashKind;
  readonly issue: IssueId;
  readonly serial: Serial;
  readonly lineage: number;
  readonly boot: number;
  readonly sequence: number;
  readonly uptime: Milliseconds | null;
  readonly version: string | null;
  /** Full build id where it is known, else the prefix the crash carries. */
  readonly build: AnyBuild;
  readonly receivedAt: WallClock;
  readonly sentence: string;
  readonly explained: boolean;
}

export interface CrashDetailRow extends CrashRow {
  readonly issueTitle: string;
  /** The reason that counts, or of a snapshot; null where the record says none. */
  readonly reason: NamedReason | null;
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
  readonly build: AnyBuild;
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
  readonly reason: NamedReason;
  readonly expected: boolean;
  /** The first mark, and the first unexpected one or fault after it. */
  readonly marked: MarkRow | null;
  readonly later: MarkRow | null;
  readonly hardware: { readonly reason: number; readonly raw: number };
  readonly uptime: Milliseconds;
  /** The last sign of life. */
  readonly alive: AliveRow | null;
  /** What the boot ran, for the addresses; null where its boot record is not here. */
  readonly build: BuildId | null;
}

export interface MarkRow {
  readonly reason: NamedReason;
  readonly pc: number | null;
  readonly lr: number | null;
  /** Null in what older servers stored. */
  readonly uptime: Milliseconds | null;
}

export interface AliveRow {
  /** Since the sign of life before it. */
  readonly interval: Milliseconds;
  readonly task: number | null;
  readonly pc: number | null;
}

export interface DeviceRow {
  readonly serial: Serial;
  readonly version: string | null;
  readonly hardware: string | null;
  readonly lastSeen: WallClock;
  readonly boots: number;
  readonly crashes: number;
  readonly snapshots: number;
  readonly unexpectedReboots: number;
  /**
   * Unexpected reboots since the firmware was last found healthy, as its newest boot record says; where it says none, unexpected
   * ends in a row. `BOOT_LOOP_LENGTH` or more are a boot loop.
   */
  readonly loopBoots: number;
}

export interface DeviceDetailRow extends DeviceRow {
  readonly firstSeen: WallClock;
  /** Newest first, at most 100. */
  readonly bootList: readonly BootRow[];
  /** Newest first, at most 100; postcards and snapshots among them. */
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
  /** What its boot record said at the start; null where that is not here. */
  readonly start: BootStartRow | null;
  readonly ended: RebootRow | null;
  readonly crashes: readonly { readonly id: CrashId; readonly kind: CrashKind }[];
}

/** Null are those that an older server did not keep. */
export interface BootStartRow {
  readonly ramSurvived: boolean;
  readonly rawResetCause: number;
  readonly hardware: string | null;
  /** Unexpected reboots since power-on or since they were cleared; of the lineage; since the firmware was last found healthy. */
  readonly unexpectedReboots: number;
  readonly lineageUnexpectedReboots: number | null;
  readonly unexpectedSinceHealthy: number | null;
  /** How long earlier boots of the lineage ran. */
  readonly operatingTime: Milliseconds | null;
  /** Version of the retained layout. */
  readonly layout: number | null;
  /** Ticks a second of the log's stamps. */
  readonly stampFrequency: number | null;
}

export interface SymbolRow {
  readonly build: BuildId;
  readonly size: number;
  readonly debugInfo: 'full' | 'names-only';
  readonly uploadedAt: WallClock;
  readonly crashes: number;
}

export interface MissingSymbolsRow {
  readonly build: AnyBuild;
  readonly version: string | null;
  readonly crashes: number;
  readonly devices: number;
}

/** Unexpected reboots in a row that make a boot loop. */
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
