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

interface Sighting {
  readonly device: DeviceColumns;
  firstSeen: WallClock;
  lastSeen: WallClock;
  chunks: number;
  damaged: number;
  records: number;
}

/** Gathers what a transaction has to say about each device, so that each row is written once. */
export class DeviceRows {
  private readonly upsert: SqliteStatement;
  private readonly sightings = new Map<string, Sighting>();

  constructor(database: SqliteDatabase) {
    this.upsert = database.prepare(`
      INSERT INTO devices (project, shard, serial, first_seen, last_seen, chunks, damaged, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
        chunks = chunks + excluded.chunks, damaged = damaged + excluded.damaged, records = records + excluded.records`);
  }

  /** Forgets what was gathered: a transaction begins. */
  begin(): void {
    this.sightings.clear();
  }

  /** Notes that something arrived from the device, and counts what was new. */
  saw(device: DeviceColumns, at: WallClock, counts: DeviceCounts): void {
    const name = `${device[0]}\0${device[2]}`;
    const sighting = this.sightings.get(name) ?? { device, firstSeen: at, lastSeen: at, chunks: 0, damaged: 0, records: 0 };
    if (at < sighting.firstSeen) sighting.firstSeen = at;
    if (at > sighting.lastSeen) sighting.lastSeen = at;
    sighting.chunks += counts.chunks ?? 0;
    sighting.damaged += counts.damaged ?? 0;
    sighting.records += counts.records ?? 0;
    this.sightings.set(name, sighting);
  }

  /** Writes what was gathered. */
  flush(): void {
    for (const { device, firstSeen, lastSeen, chunks, damaged, records } of this.sightings.values()) {
      this.upsert.run(...device, firstSeen, lastSeen, chunks, damaged, records);
    }
  }
}
