/** Pieces of SQL that several questions share. */
import { type RawBuilder, sql } from 'kysely';

/**
 * The full build id that a row with a build prefix names: what its own boot says, else the one known build with the prefix.
 * NULL where it is unknown or ambiguous.
 */
export function namedBuild(row: string): RawBuilder<string | null> {
  return sql.raw(`coalesce(
    (SELECT nb.build FROM boots nb WHERE ${sameBoot('nb', row)} AND substr(nb.build, 1, 16) = ${row}.prefix),
    (SELECT CASE WHEN count(*) = 1 THEN min(nk.build) END FROM builds nk
      WHERE nk.project = ${row}.project AND nk.prefix = ${row}.prefix))`);
}

/** The version that a crash's boot says, else the one that others said who run its build. */
export function versionOf(crash: string): RawBuilder<string | null> {
  return sql.raw(`coalesce(
    (SELECT vb.version FROM boots vb WHERE ${sameBoot('vb', crash)}),
    (SELECT max(vv.version) FROM boots vv WHERE vv.project = ${crash}.project AND vv.build = ${crash}.build))`);
}

export function sameDevice(left: string, right: string): string {
  return ['project', 'shard', 'serial'].map((column) => `${left}.${column} = ${right}.${column}`).join(' AND ');
}

export function sameBoot(left: string, right: string): string {
  return `${sameDevice(left, right)} AND ${left}.lineage = ${right}.lineage AND ${left}.boot = ${right}.boot`;
}

/** The lineage of a device that began last: lineages are ordered by the arrival of their first record. */
export function newestLineage(device: string): string {
  return `(SELECT nl.lineage FROM boots nl WHERE ${sameDevice('nl', device)}
    GROUP BY nl.lineage ORDER BY min(nl.first_seen) DESC, nl.lineage DESC LIMIT 1)`;
}

/**
 * How many boots of the newest lineage ended unexpectedly since one ended as it should. Both bounds are the device's own, so
 * that they are looked up once and the key does the rest: a device in a boot loop has many of these rows.
 */
function unexpectedInRow(device: string): RawBuilder<number> {
  const lineage = newestLineage(device);
  return sql.raw(`(SELECT count(*) FROM reboots ur WHERE ${sameDevice('ur', device)} AND ur.lineage = ${lineage}
    AND ur.boot > coalesce((SELECT max(ex.boot) FROM reboots ex WHERE ${sameDevice('ex', device)}
      AND ex.lineage = ${lineage} AND ex.unexpected = 0), 0)
    AND ur.unexpected = 1)`);
}

/**
 * The count that the device itself keeps, as its newest boot record says it. 0 there is also what a firmware says that does not
 * count: then the ends in a row tell.
 */
export function loopBoots(device: string): RawBuilder<number> {
  return sql`coalesce(nullif(${sql.raw(`(SELECT lb.unexpected_since_healthy FROM boots lb WHERE ${sameDevice('lb', device)}
    AND lb.lineage = ${newestLineage(device)} AND lb.build IS NOT NULL ORDER BY lb.boot DESC LIMIT 1)`)}, 0), ${unexpectedInRow(device)})`;
}
