/** The row of each device, and the counters on it. */
import type { WallClock } from '@noinit/model';
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/driver.ts';
import type { DeviceKey } from '../event-writer.ts';
import { shardOf } from '../shard.ts';

/** The first columns of every key that belongs to a device. */
export type DeviceColumns = readonly [project: string, shard: number, serial: string];

export function deviceColumns(device: DeviceKey): DeviceColumns {
  return [device.project, shardOf(device), device.serial];
}

export interface DeviceCounts {
  readonly chunks?: number;
  readonly damaged?: number;
  readonly records?: number;
}

export class DeviceRows {
  private readonly upsert: SqliteStatement;

  constructor(database: SqliteDatabase) {
    this.upsert = database.prepare(`
      INSERT INTO devices (project, shard, serial, first_seen, last_seen, chunks, damaged, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
        chunks = chunks + excluded.chunks, damaged = damaged + excluded.damaged, records = records + excluded.records`);
  }

  /** Notes that something arrived from the device, and counts what was new. */
  saw(device: DeviceColumns, at: WallClock, counts: DeviceCounts): void {
    this.upsert.run(...device, at, at, counts.chunks ?? 0, counts.damaged ?? 0, counts.records ?? 0);
  }
}
