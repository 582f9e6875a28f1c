/** Symbols that are here, and those that are asked for. */
import type { BuildId, BuildPrefix, ProjectId } from '@noinit/model';
import { type Kysely, sql } from 'kysely';
import type { MissingSymbolsRow, PageOf, PageRequest, SymbolRow } from '../../event-reader.ts';
import { pageOf, readPage } from './cursor.ts';

type Database = Kysely<unknown>;

export async function readSymbols(database: Database, project: ProjectId, request: PageRequest): Promise<PageOf<SymbolRow>> {
  const start = readPage(request, [0, '']);
  const [uploadedAt, build] = start.after ?? [];
  const after = start.after ? sql`AND (s.uploaded_at, s.build) < (${uploadedAt}, ${build})` : sql``;
  const { rows } = await sql<SymbolRow>`
    SELECT s.build, s.size, s.debug_info AS "debugInfo", s.uploaded_at AS "uploadedAt",
      (SELECT count(*) FROM crashes c WHERE c.project = s.project AND c.prefix IN (substr(s.build, 1, 16), substr(s.build, 1, 8))
        AND c.build = s.build) AS "crashes"
    FROM symbols s WHERE s.project = ${project} ${after}
    ORDER BY s.uploaded_at DESC, s.build DESC LIMIT ${start.limit + 1}`.execute(database);
  return pageOf(
    rows.map((row) => ({ ...row })),
    start,
    (row) => [row.uploadedAt, row.build],
  );
}

/** Builds that ran without symbols here: their crashes wait, and their logs cannot be read. */
export async function readMissing(
  database: Database,
  project: ProjectId,
  request: PageRequest,
): Promise<PageOf<MissingSymbolsRow>> {
  const start = readPage(request, [0, '']);
  const [crashes, build] = start.after ?? [];
  const after = start.after ? sql`HAVING (-sum(crashes), build) > (${-Number(crashes)}, ${build})` : sql``;
  const { rows } = await sql<MissingSymbolsRow>`
    SELECT build, max(version) AS "version", sum(crashes) AS "crashes", count(DISTINCT serial) AS "devices" FROM (
      SELECT b.build, b.version, b.serial, 0 AS crashes FROM boots b
      WHERE b.project = ${project} AND b.build IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM symbols s WHERE s.project = b.project AND s.build = b.build)
      UNION ALL
      SELECT coalesce(c.build, c.prefix), NULL, c.serial, 1 FROM crashes c
      LEFT JOIN symbols s ON s.project = c.project AND s.build = c.build
      WHERE c.project = ${project} AND s.build IS NULL) wanted
    GROUP BY build ${after} ORDER BY sum(crashes) DESC, build LIMIT ${start.limit + 1}`.execute(database);
  return pageOf(
    rows.map((row) => ({ ...row })),
    start,
    (row) => [row.crashes, row.build],
  );
}

type AnyBuild = BuildId | BuildPrefix;

export async function readDictionaries(
  database: Database,
  project: ProjectId,
  builds: readonly AnyBuild[],
): Promise<ReadonlyMap<AnyBuild, Uint8Array>> {
  if (builds.length === 0) return new Map();
  const { rows } = await sql<{ wanted: AnyBuild; dictionary: Uint8Array }>`
    SELECT k.build AS wanted, s.dictionary FROM builds k JOIN symbols s USING (project, build)
    WHERE k.project = ${project} AND k.build IN (${sql.join(builds)}) AND s.dictionary IS NOT NULL
    UNION ALL
    SELECT u.prefix, s.dictionary FROM (SELECT project, prefix, min(build) AS build FROM builds
      WHERE project = ${project} AND prefix IN (${sql.join(builds)}) GROUP BY project, prefix HAVING count(*) = 1) u
    JOIN symbols s USING (project, build) WHERE s.dictionary IS NOT NULL`.execute(database);
  return new Map(rows.map((row) => [row.wanted, row.dictionary]));
}
