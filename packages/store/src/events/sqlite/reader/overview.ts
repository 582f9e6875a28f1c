/** The fleet in one answer. */
import { CUSTOM_BIT, describeReason, milliseconds, type ProjectId, type Serial } from '@noinit/model';
import { type Kysely, sql } from 'kysely';
import { BOOT_LOOP_LENGTH, type FleetOverview, type IngestCounts, type ReasonRow, type VersionRow } from '../../event-reader.ts';
import { loopBoots, sameBoot } from './fragments.ts';

type Database = Kysely<unknown>;

export async function readOverview(database: Database, project: ProjectId): Promise<FleetOverview> {
  const reasons = await readReasons(database, project);
  const total = (rows: readonly ReasonRow[]) => rows.reduce((sum, row) => sum + row.count, 0);
  const unexpectedReboots = total(reasons.filter((row) => !row.expected));
  return {
    ...(await readCounts(database, project)),
    unexpectedReboots,
    expectedReboots: total(reasons) - unexpectedReboots,
    versions: await readVersions(database, project),
    reasons,
    bootLoops: await readBootLoops(database, project),
    ingest: await readIngest(database, project),
  };
}

async function readCounts(database: Database, project: ProjectId) {
  const { rows } = await sql<Pick<FleetOverview, 'devices' | 'devicesCrashed' | 'crashes' | 'openIssues'>>`
    SELECT (SELECT count(*) FROM devices WHERE project = ${project}) AS "devices",
      count(DISTINCT serial) AS "devicesCrashed", count(*) AS "crashes", count(DISTINCT issue) AS "openIssues"
    FROM crashes WHERE project = ${project} AND kind <> 'snapshot'`.execute(database);
  return { devices: 0, devicesCrashed: 0, crashes: 0, openIssues: 0, ...rows[0] };
}

async function readReasons(database: Database, project: ProjectId): Promise<readonly ReasonRow[]> {
  const { rows } = await sql<ReasonColumns>`
    SELECT r.reason, r.unexpected, NULL AS name, count(*) AS "count" FROM reboots r
    WHERE r.project = ${project} AND r.reason & ${CUSTOM_BIT} = 0 GROUP BY r.reason, r.unexpected
    UNION ALL
    SELECT r.reason, r.unexpected, q.name, count(*) FROM reboots r
    JOIN boots b ON ${sql.raw(sameBoot('b', 'r'))}
    LEFT JOIN reasons q ON q.project = b.project AND q.build = b.build AND q.value = r.reason
    WHERE r.project = ${project} AND r.reason & ${CUSTOM_BIT} <> 0 GROUP BY r.reason, r.unexpected, q.name`.execute(database);
  return countByName(rows);
}

interface ReasonColumns {
  readonly reason: number;
  readonly unexpected: number;
  /** What the boot's build calls it. */
  readonly name: string | null;
  readonly count: number;
}

/** A project's own reason is another one than ours of the same name. */
function countByName(rows: readonly ReasonColumns[]): readonly ReasonRow[] {
  const folded = new Map<string, ReasonRow>();
  for (const row of rows) {
    const custom = (row.reason & CUSTOM_BIT) !== 0;
    const name = row.name ?? describeReason(row.reason).name;
    const key = JSON.stringify([name, custom, row.unexpected]);
    folded.set(key, { name, custom, expected: row.unexpected === 0, count: row.count + (folded.get(key)?.count ?? 0) });
  }
  return [...folded].sort(([key, a], [other, b]) => b.count - a.count || (key < other ? -1 : 1)).map(([, row]) => row);
}

async function readVersions(database: Database, project: ProjectId): Promise<readonly VersionRow[]> {
  const { rows } = await sql<VersionRow>`
    SELECT b.version, b.build, count(DISTINCT b.serial) AS "devices", count(*) AS "boots",
      sum(coalesce(c.crashes, 0)) AS "crashes",
      sum(coalesce(r.unexpected, 0)) AS "unexpectedReboots",
      -- As a float: uptimes are what devices claim, and an integer sum that overflows is an error.
      sum(coalesce(r.uptime, 0) * 1.0) AS "uptime"
    FROM boots b
    LEFT JOIN reboots r ON ${sql.raw(sameBoot('r', 'b'))}
    LEFT JOIN (SELECT project, shard, serial, lineage, boot, count(*) AS crashes FROM crashes WHERE project = ${project}
      AND kind <> 'snapshot' GROUP BY project, shard, serial, lineage, boot) c ON ${sql.raw(sameBoot('c', 'b'))}
    WHERE b.project = ${project} AND b.build IS NOT NULL
    GROUP BY b.version, b.build ORDER BY min(b.first_seen) DESC, b.version DESC, b.build`.execute(database);
  return rows.map((row) => ({ ...row, uptime: milliseconds(row.uptime) }));
}

async function readBootLoops(database: Database, project: ProjectId) {
  // Counting streaks is dear: only devices that can have one are asked.
  const { rows } = await sql<{ serial: Serial; boots: number }>`
    SELECT serial, boots FROM (
      SELECT d.serial, ${loopBoots('d')} AS boots FROM (
        SELECT project, shard, serial FROM reboots WHERE project = ${project} AND unexpected = 1
        GROUP BY project, shard, serial HAVING count(*) >= ${BOOT_LOOP_LENGTH}
        UNION
        SELECT project, shard, serial FROM boots WHERE project = ${project}
          AND unexpected_since_healthy >= ${sql.raw(String(BOOT_LOOP_LENGTH))}) d) loops
    WHERE boots >= ${BOOT_LOOP_LENGTH} ORDER BY boots DESC, serial`.execute(database);
  return rows.map(({ serial, boots }) => ({ serial, boots }));
}

async function readIngest(database: Database, project: ProjectId): Promise<IngestCounts> {
  const { rows } = await sql<IngestCounts>`
    SELECT coalesce(sum(chunks), 0) AS "chunks", coalesce(sum(records), 0) AS "records", coalesce(sum(damaged), 0) AS "damagedChunks",
      (SELECT count(*) FROM (SELECT DISTINCT shard, serial, message_id FROM pending_pieces WHERE project = ${project}) p) AS "partialMessages",
      (SELECT count(*) FROM crashes WHERE project = ${project} AND state = 'waiting') AS "waitingForSymbols"
    FROM devices WHERE project = ${project}`.execute(database);
  return { chunks: 0, records: 0, partialMessages: 0, damagedChunks: 0, waitingForSymbols: 0, ...rows[0] };
}
