/** Crashes: the list, and one with everything around it. */
import type {
  BuildId,
  BuildPrefix,
  CrashId,
  IssueId,
  Milliseconds,
  ProjectId,
  Serial,
  ShortBuildPrefix,
  Trace,
  WallClock,
} from '@noinit/model';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { BlobStore, Digest } from '../../../blobs/blob-store.ts';
import type { CrashDetailRow, CrashKind, CrashRow, PageOf, PageRequest, WaitingRow } from '../../event-reader.ts';
import { pageOf, readPage } from './cursor.ts';
import { sameBoot, versionOf } from './fragments.ts';
import { type DeviceColumn, readBootLog } from './log-segments.ts';
import { joinReboot, namedReason, REBOOT_COLUMNS, type RebootColumns, rebootOf } from './reboot.ts';

type Database = Kysely<unknown>;

export async function readCrashes(
  database: Database,
  project: ProjectId,
  request: PageRequest & { readonly issue?: IssueId },
): Promise<PageOf<CrashRow>> {
  const start = readPage(request, [0, '']);
  const [receivedAt, id] = start.after ?? [];
  const after = start.after ? sql`AND (c.received_at, c.id) < (${receivedAt}, ${id})` : sql``;
  const ofIssue = request.issue === undefined ? sql`` : sql`AND c.issue = ${request.issue}`;
  const rows = await selectCrashes(database, sql`c.project = ${project} ${ofIssue} ${after}`, start.limit + 1);
  return pageOf(rows.map(crashOf), start, (row) => [row.receivedAt, row.id]);
}

export async function readCrashesOfDevice(database: Database, device: DeviceColumn, limit: number): Promise<readonly CrashRow[]> {
  const { project, shard, serial } = device;
  const rows = await selectCrashes(database, sql`c.project = ${project} AND c.shard = ${shard} AND c.serial = ${serial}`, limit);
  return rows.map(crashOf);
}

export async function findCrash(
  database: Database,
  blobs: BlobStore,
  project: ProjectId,
  id: CrashId,
): Promise<CrashDetailRow | undefined> {
  const [row] = await selectCrashes(database, sql`c.project = ${project} AND c.id = ${id}`, 1);
  if (!row) return undefined;
  const around = await readAround(database, row);
  return {
    ...crashOf(row),
    issueTitle: row.title,
    reason: around.crash_reason === null ? null : namedReason(around.crash_reason, around.own_crash),
    trace: await readTrace(blobs, project, row, around),
    waiting: waitingOf(row, around),
    log: await readBootLog(database, row),
    reboot: rebootOf(around),
    previous: around.previous,
    next: around.next,
  };
}

export async function findDump(
  database: Database,
  blobs: BlobStore,
  project: ProjectId,
  id: CrashId,
): Promise<Uint8Array | undefined> {
  const { rows } = await sql<{ digest: Digest; bytes: Uint8Array | null }>`
    SELECT m.digest, m.bytes FROM crashes c
    JOIN messages m ON m.project = c.project AND m.shard = c.shard AND m.serial = c.serial AND m.digest = c.digest
    WHERE c.project = ${project} AND c.id = ${id}`.execute(database);
  const [row] = rows;
  return row && (row.bytes ?? (await blobs.find(project, row.digest)));
}

interface CrashColumns {
  readonly project: ProjectId;
  readonly shard: number;
  readonly serial: Serial;
  readonly lineage: number;
  readonly boot: number;
  readonly sequence: number;
  readonly id: CrashId;
  readonly kind: CrashKind;
  readonly issue: IssueId;
  readonly uptime: Milliseconds | null;
  readonly version: string | null;
  readonly prefix: BuildPrefix | ShortBuildPrefix;
  readonly build: BuildId | null;
  readonly tried_build: BuildId | null;
  readonly received_at: WallClock;
  readonly title: string;
  readonly sentence: string;
  readonly state: 'due' | 'waiting' | 'explained' | 'failed';
  readonly failure_detail: string | null;
}

async function selectCrashes(database: Database, which: RawBuilder<unknown>, limit: number): Promise<readonly CrashColumns[]> {
  const { rows } = await sql<CrashColumns>`
    SELECT c.project, c.shard, c.serial, c.lineage, c.boot, c.sequence, c.id, c.kind, c.issue, c.uptime,
      ${versionOf('c')} AS version, c.prefix, c.build, c.tried_build, c.received_at, c.title, c.sentence, c.state, c.failure_detail
    FROM crashes c WHERE ${which} ORDER BY c.received_at DESC, c.id DESC LIMIT ${limit}`.execute(database);
  return rows;
}

function crashOf(row: CrashColumns): CrashRow {
  return {
    id: row.id,
    kind: row.kind,
    issue: row.issue,
    serial: row.serial,
    lineage: row.lineage,
    boot: row.boot,
    sequence: row.sequence,
    uptime: row.uptime,
    version: row.version,
    build: row.build ?? row.prefix,
    receivedAt: row.received_at,
    sentence: row.sentence,
    explained: row.state === 'explained',
  };
}

interface Around extends RebootColumns {
  readonly crash_reason: number | null;
  readonly own_crash: string | null;
  readonly trace: string | null;
  readonly blob: Digest | null;
  readonly hasSymbols: number;
  readonly known: number;
  readonly previous: CrashId | null;
  readonly next: CrashId | null;
}

async function readAround(database: Database, crash: CrashColumns): Promise<Around> {
  const { project, id, issue, received_at: at } = crash;
  const neighbour = sql`SELECT n.id FROM crashes n WHERE n.project = ${project} AND n.issue = ${issue}`;
  const { rows } = await sql<Around>`
    SELECT t.trace, t.blob, ${sql.raw(REBOOT_COLUMNS)}, c.reason AS crash_reason,
      (SELECT q.description FROM reasons q WHERE q.project = c.project AND q.build = c.build AND q.value = c.reason) AS own_crash,
      EXISTS (SELECT 1 FROM symbols s WHERE s.project = c.project AND s.build = c.build) AS "hasSymbols",
      (SELECT count(*) FROM builds k WHERE k.project = c.project AND k.build >= c.prefix AND k.build < c.prefix || 'g') AS "known",
      (${neighbour} AND (n.received_at, n.id) < (${at}, ${id}) ORDER BY n.received_at DESC, n.id DESC LIMIT 1) AS "previous",
      (${neighbour} AND (n.received_at, n.id) > (${at}, ${id}) ORDER BY n.received_at, n.id LIMIT 1) AS "next"
    FROM crashes c
    LEFT JOIN traces t ON ${sql.raw(sameBoot('t', 'c'))} AND t.sequence = c.sequence
    ${sql.raw(joinReboot('c'))}
    WHERE c.project = ${project} AND c.id = ${id}`.execute(database);
  return rows[0] as Around;
}

/** A trace made with symbols that the crash is no longer believed to name is not shown. */
async function readTrace(blobs: BlobStore, project: ProjectId, crash: CrashColumns, around: Around): Promise<Trace | null> {
  if (crash.tried_build !== null && crash.tried_build !== crash.build) return null;
  const bytes = around.blob === null ? undefined : await blobs.find(project, around.blob);
  const text = bytes ? Buffer.from(bytes).toString() : around.trace;
  return text === null ? null : (JSON.parse(text) as Trace);
}

function waitingOf(crash: CrashColumns, around: Around): WaitingRow | null {
  const build = crash.build ?? crash.prefix;
  const detail = crash.failure_detail === null ? {} : { detail: crash.failure_detail };
  if (crash.state === 'explained') return null;
  if (crash.state === 'failed') return { build, why: 'failed', ...detail };
  if (around.hasSymbols) return { build, why: 'explaining' };
  return { build, why: crash.build === null && around.known > 0 ? 'ambiguous-build' : 'missing-symbols', ...detail };
}
