/** Issues, folded from their crashes: what an issue is called is what its newest crash is called. */
import type { FaultClass, IssueId, ProjectId, WallClock } from '@noinit/model';
import { type Kysely, sql } from 'kysely';
import type { IssueRow, PageOf, PageRequest } from '../../event-reader.ts';
import { pageOf, readPage } from './cursor.ts';
import { versionOf } from './fragments.ts';
import { type PlaceColumns, whereOf } from './place.ts';

type Database = Kysely<unknown>;

export async function readIssues(database: Database, project: ProjectId, request: PageRequest): Promise<PageOf<IssueRow>> {
  const start = readPage(request, [0, '']);
  const [lastSeen, id] = start.after ?? [];
  const after = start.after ? sql`AND (max(received_at), issue) < (${lastSeen}, ${id})` : sql``;
  const found = await foldIssues(database, project, sql`1 = 1`, after, start.limit + 1);
  const page = pageOf(found, start, (row) => [row.lastSeen, row.id]);
  return { items: await withVersions(database, project, page.items), next: page.next };
}

export async function findIssue(database: Database, project: ProjectId, id: IssueId): Promise<IssueRow | undefined> {
  const found = await foldIssues(database, project, sql`issue = ${id}`, sql``, 1);
  return (await withVersions(database, project, found))[0];
}

interface FoldedIssue extends PlaceColumns {
  readonly id: IssueId;
  readonly crashes: number;
  readonly snapshots: number;
  readonly devices: number;
  readonly firstSeen: WallClock;
  readonly lastSeen: WallClock;
  readonly waiting: number;
  readonly title: string;
  readonly class: FaultClass;
}

async function foldIssues(
  database: Database,
  project: ProjectId,
  which: ReturnType<typeof sql>,
  after: ReturnType<typeof sql>,
  limit: number,
): Promise<readonly FoldedIssue[]> {
  const { rows } = await sql<FoldedIssue>`
    SELECT f.*, c.title, c.class, c.where_function, c.where_file, c.where_line FROM (
      SELECT project, issue AS "id", count(DISTINCT serial) AS "devices",
        sum(CASE WHEN kind <> 'snapshot' THEN 1 ELSE 0 END) AS "crashes",
        sum(CASE WHEN kind = 'snapshot' THEN 1 ELSE 0 END) AS "snapshots",
        min(received_at) AS "firstSeen", max(received_at) AS "lastSeen",
        sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS "waiting"
      FROM crashes WHERE project = ${project} AND ${which}
      GROUP BY project, issue HAVING 1 = 1 ${after}
      ORDER BY max(received_at) DESC, issue DESC LIMIT ${limit}) f
    JOIN crashes c ON c.project = f.project AND c.id = (SELECT n.id FROM crashes n WHERE n.project = f.project AND n.issue = f.id
      ORDER BY n.received_at DESC, n.id DESC LIMIT 1)
    ORDER BY f."lastSeen" DESC, f.id DESC`.execute(database);
  return rows;
}

async function withVersions(database: Database, project: ProjectId, found: readonly FoldedIssue[]): Promise<readonly IssueRow[]> {
  if (found.length === 0) return [];
  const { rows } = await sql<{ issue: IssueId; version: string | null }>`
    SELECT DISTINCT c.issue, ${versionOf('c')} AS version FROM crashes c
    WHERE c.project = ${project} AND c.issue IN (${sql.join(found.map((row) => row.id))}) ORDER BY 1, 2`.execute(database);
  return found.map((row) => ({
    id: row.id,
    title: row.title,
    class: row.class,
    ...whereOf(row),
    crashes: row.crashes,
    snapshots: row.snapshots,
    devices: row.devices,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    versions: rows.flatMap((each) => (each.issue === row.id && each.version !== null ? [each.version] : [])),
    waitingForSymbols: row.waiting > 0,
  }));
}
