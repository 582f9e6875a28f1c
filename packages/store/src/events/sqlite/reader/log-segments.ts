/** Log segments, undecoded, in the order of their entries. */
import type { BuildId, BuildPrefix, ProjectId, Serial } from '@noinit/model';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type LogSegment, MAX_LOG_SEGMENTS } from '../../event-reader.ts';
import { namedBuild, sameDevice } from './fragments.ts';

export interface DeviceColumn {
  readonly project: ProjectId;
  readonly shard: number;
  readonly serial: Serial;
}

/** The newest segments of one boot, oldest first. */
export function readBootLog(
  database: Kysely<unknown>,
  boot: DeviceColumn & { readonly lineage: number; readonly boot: number },
): Promise<readonly LogSegment[]> {
  return readSegments(database, boot, sql`AND l.lineage = ${boot.lineage} AND l.boot = ${boot.boot}`);
}

/** The newest segments of the device, oldest first. */
export function readDeviceLog(database: Kysely<unknown>, device: DeviceColumn): Promise<readonly LogSegment[]> {
  return readSegments(database, device, sql``);
}

interface SegmentColumns extends Omit<LogSegment, 'build' | 'base' | 'clock'> {
  /** JSON. */
  readonly clock: string;
  readonly build: BuildId | null;
  readonly prefix: BuildPrefix;
}

async function readSegments(
  database: Kysely<unknown>,
  device: DeviceColumn,
  which: RawBuilder<unknown>,
): Promise<readonly LogSegment[]> {
  const { rows } = await sql<SegmentColumns>`
    SELECT l.lineage, l.boot, l.prefix, ${namedBuild('l')} AS build, l.first_entry AS "firstEntry", l.dropped,
      l.core, l.clock, l.entries
    FROM log_segments l
    JOIN (SELECT b.project, b.shard, b.serial, b.lineage, min(b.first_seen) AS born FROM boots b
      WHERE b.project = ${device.project} AND b.shard = ${device.shard} AND b.serial = ${device.serial}
      GROUP BY b.project, b.shard, b.serial, b.lineage) a ON ${sql.raw(sameDevice('a', 'l'))} AND a.lineage = l.lineage
    WHERE l.project = ${device.project} AND l.shard = ${device.shard} AND l.serial = ${device.serial} ${which}
    ORDER BY a.born DESC, l.lineage DESC, l.boot DESC, l.first_entry DESC, l.sequence DESC, l.part DESC LIMIT ${MAX_LOG_SEGMENTS}`.execute(
    database,
  );
  return rows.reverse().map(({ prefix, build, lineage, boot, firstEntry, dropped, core, clock, entries }) => ({
    lineage,
    boot,
    build: build ?? prefix,
    firstEntry,
    dropped,
    core,
    ...readClock(clock),
    entries,
  }));
}

function readClock(column: string): Pick<LogSegment, 'base' | 'clock'> {
  const [base, frequency, stamp, uptime] = JSON.parse(column) as [number, number, number, number];
  return { base, clock: { frequency, stamp, uptime } };
}
