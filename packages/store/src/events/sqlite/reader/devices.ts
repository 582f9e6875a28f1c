/** Devices: the list, and one with its boots. */
import type { BuildId, Milliseconds, ProjectId, Serial, WallClock } from '@noinit/model';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { BootRow, BootStartRow, DeviceDetailRow, DeviceRow, PageOf, PageRequest } from '../../event-reader.ts';
import { shardOf } from '../../shard.ts';
import { readCrashesOfDevice } from './crashes.ts';
import { pageOf, readPage } from './cursor.ts';
import { loopBoots, newestLineage, sameDevice } from './fragments.ts';
import { type DeviceColumn, readDeviceLog } from './log-segments.ts';
import { joinReboot, REBOOT_COLUMNS, type RebootColumns, rebootOf } from './reboot.ts';

/** Boots and crashes that a device's answer carries. */
const MAX_DEVICE_ROWS = 100;

type Database = Kysely<unknown>;

export async function readDevices(
  database: Database,
  project: ProjectId,
  request: PageRequest & { readonly search?: string },
): Promise<PageOf<DeviceRow>> {
  const start = readPage(request, ['']);
  const after = start.after ? sql`AND d.serial > ${start.after[0]}` : sql``;
  const search = request.search ? sql`AND d.serial LIKE ${containing(request.search)} ESCAPE '\\'` : sql``;
  const rows = await selectDevices(database, sql`d.project = ${project} ${after} ${search}`, start.limit + 1);
  return pageOf(rows.map(deviceOf), start, (row) => [row.serial]);
}

export async function findDevice(database: Database, project: ProjectId, serial: Serial): Promise<DeviceDetailRow | undefined> {
  const device = { project, serial, shard: shardOf({ project, serial }) };
  const [row] = await selectDevices(
    database,
    sql`d.project = ${project} AND d.shard = ${device.shard} AND d.serial = ${serial}`,
    1,
  );
  if (!row) return undefined;
  return {
    ...deviceOf(row),
    firstSeen: row.firstSeen,
    bootList: await readBoots(database, device),
    crashList: await readCrashesOfDevice(database, device, MAX_DEVICE_ROWS),
    log: await readDeviceLog(database, device),
  };
}

interface DeviceColumns extends DeviceRow {
  readonly firstSeen: WallClock;
}

async function selectDevices(database: Database, which: RawBuilder<unknown>, limit: number): Promise<readonly DeviceColumns[]> {
  const ofDevice = (table: string) => sql.raw(`FROM ${table} x WHERE ${sameDevice('x', 'd')}`);
  const ofNewestBoot = (column: string) => sql`(SELECT ${sql.raw(`x.${column}`)} ${ofDevice('boots')}
    AND x.lineage = ${sql.raw(newestLineage('d'))} AND x.build IS NOT NULL ORDER BY x.boot DESC LIMIT 1)`;
  const { rows } = await sql<DeviceColumns>`
    SELECT d.serial, d.first_seen AS "firstSeen", d.last_seen AS "lastSeen",
      ${ofNewestBoot('version')} AS "version", ${ofNewestBoot('hardware')} AS "hardware",
      (SELECT count(*) ${ofDevice('boots')}) AS "boots", 
      (SELECT count(*) ${ofDevice('crashes')} AND x.kind <> 'snapshot') AS "crashes",
      (SELECT count(*) ${ofDevice('crashes')} AND x.kind = 'snapshot') AS "snapshots",
      (SELECT count(*) ${ofDevice('reboots')} AND x.unexpected = 1) AS "unexpectedReboots",
      ${loopBoots('d')} AS "loopBoots"
    FROM devices d WHERE ${which} ORDER BY d.serial LIMIT ${limit}`.execute(database);
  return rows;
}

function deviceOf(row: DeviceColumns): DeviceRow {
  const { firstSeen: _firstSeen, ...device } = row;
  return { ...device };
}

interface BootColumns extends RebootColumns {
  readonly lineage: number;
  readonly boot: number;
  readonly version: string | null;
  readonly build: BuildId | null;
  readonly first_seen: WallClock;
  /** Null where the boot record is not here. */
  readonly ram_survived: number | null;
  readonly raw_reset_cause: number;
  readonly hardware: string | null;
  readonly unexpected_reboots: number;
  readonly lineage_unexpected_reboots: number | null;
  readonly unexpected_since_healthy: number | null;
  readonly operating_time: Milliseconds | null;
  readonly layout: number | null;
  readonly stamp_frequency: number | null;
}

async function readBoots(database: Database, device: DeviceColumn): Promise<readonly BootRow[]> {
  const { rows } = await sql<BootColumns>`
    SELECT b.lineage, b.boot, b.version, b.build, b.first_seen, b.ram_survived, b.raw_reset_cause, b.hardware, b.unexpected_reboots,
      b.lineage_unexpected_reboots, b.unexpected_since_healthy, b.operating_time, b.layout, b.stamp_frequency,
      ${sql.raw(REBOOT_COLUMNS)}
    FROM boots b
    JOIN (SELECT lineage, min(first_seen) AS born FROM boots
      WHERE project = ${device.project} AND shard = ${device.shard} AND serial = ${device.serial} GROUP BY lineage) a
      ON a.lineage = b.lineage
    ${sql.raw(joinReboot('b'))}
    WHERE b.project = ${device.project} AND b.shard = ${device.shard} AND b.serial = ${device.serial}
    ORDER BY a.born DESC, b.lineage DESC, b.boot DESC LIMIT ${MAX_DEVICE_ROWS}`.execute(database);
  const crashes = await readCrashesOfBoots(database, device, rows);
  return rows.map((row) => bootOf(row, crashes.get(`${row.lineage} ${row.boot}`) ?? []));
}

/** By lineage and boot. */
async function readCrashesOfBoots(
  database: Database,
  device: DeviceColumn,
  boots: readonly BootColumns[],
): Promise<ReadonlyMap<string, BootRow['crashes']>> {
  if (boots.length === 0) return new Map();
  const listed = boots.map(({ lineage, boot }) => sql`(${lineage}, ${boot})`);
  const { rows } = await sql<{ lineage: number; boot: number } & BootRow['crashes'][number]>`
    SELECT lineage, boot, id, kind FROM crashes
    WHERE project = ${device.project} AND shard = ${device.shard} AND serial = ${device.serial}
      AND (lineage, boot) IN (VALUES ${sql.join(listed)})
    ORDER BY lineage, boot, sequence`.execute(database);
  const found = new Map<string, BootRow['crashes']>();
  for (const { lineage, boot, id, kind } of rows) {
    const key = `${lineage} ${boot}`;
    found.set(key, [...(found.get(key) ?? []), { id, kind }]);
  }
  return found;
}

function bootOf(row: BootColumns, crashes: BootRow['crashes']): BootRow {
  return {
    lineage: row.lineage,
    boot: row.boot,
    version: row.version,
    build: row.build,
    receivedAt: row.first_seen,
    start: startOf(row),
    ended: rebootOf(row),
    crashes,
  };
}

function startOf(row: BootColumns): BootStartRow | null {
  if (row.ram_survived === null) return null;
  return {
    ramSurvived: row.ram_survived === 1,
    rawResetCause: row.raw_reset_cause,
    hardware: row.hardware,
    unexpectedReboots: row.unexpected_reboots,
    lineageUnexpectedReboots: row.lineage_unexpected_reboots,
    unexpectedSinceHealthy: row.unexpected_since_healthy,
    operatingTime: row.operating_time,
    layout: row.layout,
    stampFrequency: row.stamp_frequency,
  };
}

/** A LIKE pattern for any text that contains `part`, taken literally. */
function containing(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}
