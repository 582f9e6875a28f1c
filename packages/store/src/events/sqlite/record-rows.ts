/** What records say, as rows. One identity is one record: where two messages claim it, the better one has the rows. */
import type { BootRecord, LogRecord, RebootRecord, Record, RecordKey, WallClock } from '@noinit/model';
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/driver.ts';
import { storableBytes, storableText } from '../../sqlite/storable.ts';
import type { FinishedMessage } from '../event-writer.ts';
import type { CrashRows } from './crash-rows.ts';
import type { DeviceColumns } from './device-rows.ts';

/** `loser` is the digest of the message that gave the identity up, or did not get it. */
export type Claim = { readonly kind: 'new' } | { readonly kind: 'replaced' | 'kept'; readonly loser: string };

export class RecordRows {
  private readonly crashes: CrashRows;
  private readonly selectRecord: SqliteStatement;
  private readonly upsertRecord: SqliteStatement;
  private readonly insertBoot: SqliteStatement;
  private readonly updateBoot: SqliteStatement;
  private readonly clearBoot: SqliteStatement;
  private readonly upsertReboot: SqliteStatement;
  private readonly deleteReboot: SqliteStatement;
  private readonly insertLog: SqliteStatement;
  private readonly deleteLog: SqliteStatement;
  /** Boots that this transaction has made sure of: a device sends many records of one boot. */
  private readonly boots = new Set<string>();

  constructor(database: SqliteDatabase, crashes: CrashRows) {
    this.crashes = crashes;
    const ofBoot = 'project = ? AND shard = ? AND serial = ? AND lineage = ? AND boot = ?';
    this.selectRecord = database.prepare(`SELECT digest, whole, size FROM records WHERE ${ofBoot} AND sequence = ?`);
    this.upsertRecord = database.prepare(
      `INSERT INTO records (project, shard, serial, lineage, boot, sequence, kind, digest, whole, size)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET kind = excluded.kind, digest = excluded.digest, whole = excluded.whole, size = excluded.size`,
    );
    this.insertBoot = database.prepare(
      `INSERT INTO boots (project, shard, serial, lineage, boot, first_seen) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.updateBoot = database.prepare(
      `UPDATE boots SET build = ?, version = ?, hardware = ?, raw_reset_cause = ?, ram_survived = ?, unexpected_reboots = ?
       WHERE ${ofBoot}`,
    );
    this.clearBoot = database.prepare(
      `UPDATE boots SET build = NULL, version = NULL, hardware = NULL, raw_reset_cause = NULL, ram_survived = NULL,
       unexpected_reboots = NULL WHERE ${ofBoot}`,
    );
    // A boot ends once. Should a device say it twice, the first it said counts, whichever arrived first.
    this.upsertReboot = database.prepare(
      `INSERT INTO reboots (project, shard, serial, lineage, boot, sequence, reason, hardware_reason, hardware_raw,
         marked_reason, marked_pc, marked_lr, uptime) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET sequence = excluded.sequence, reason = excluded.reason,
         hardware_reason = excluded.hardware_reason, hardware_raw = excluded.hardware_raw,
         marked_reason = excluded.marked_reason, marked_pc = excluded.marked_pc, marked_lr = excluded.marked_lr,
         uptime = excluded.uptime
       WHERE excluded.sequence < sequence`,
    );
    this.deleteReboot = database.prepare(`DELETE FROM reboots WHERE ${ofBoot} AND sequence = ?`);
    this.insertLog = database.prepare(
      `INSERT INTO log_segments (project, shard, serial, lineage, boot, sequence, prefix, first_entry, dropped, received_at,
         entries, core, clock)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.deleteLog = database.prepare(`DELETE FROM log_segments WHERE ${ofBoot} AND sequence = ?`);
  }

  /** Forgets what was made sure of: a transaction begins. */
  begin(): void {
    this.boots.clear();
  }

  /** Writes the record's rows, unless a better message has its identity. `new` where nothing had it. */
  save(device: DeviceColumns, record: Record, message: FinishedMessage, at: WallClock): Claim {
    const claim = this.claim(device, record, message);
    if (claim.kind === 'kept') return claim;
    if (claim.kind === 'replaced') this.deleteRows(device, record.key);
    const { lineage, boot } = record.key;
    this.addBoot(device, lineage, boot, at);
    this.saveRows(device, record, message, at);
    return claim;
  }

  private claim(device: DeviceColumns, record: Record, message: FinishedMessage): Claim {
    const identity = [...device, ...keyColumns(record.key)] as const;
    const held = this.selectRecord.get(...identity) as HeldRecord | undefined;
    const offered: HeldRecord = { digest: message.digest, whole: message.whole ? 1 : 0, size: message.bytes.length };
    if (held && !isBetter(offered, held)) return { kind: 'kept', loser: offered.digest };
    this.upsertRecord.run(...identity, record.kind, offered.digest, offered.whole, offered.size);
    return held ? { kind: 'replaced', loser: held.digest } : { kind: 'new' };
  }

  private addBoot(device: DeviceColumns, lineage: number, boot: number, at: WallClock): void {
    // Neither a project id nor a serial holds a control character.
    const name = `${device[0]}\0${device[2]}\0${lineage}\0${boot}`;
    if (this.boots.has(name)) return;
    this.insertBoot.run(...device, lineage, boot, at);
    this.boots.add(name);
  }

  private saveRows(device: DeviceColumns, record: Record, message: FinishedMessage, at: WallClock): void {
    if (record.kind === 'boot') this.saveBoot(device, record);
    else if (record.kind === 'reboot') this.saveReboot(device, record);
    else if (record.kind === 'log') this.saveLog(device, record, at);
    else if (record.kind === 'crash') {
      if (message.facts === undefined) throw new TypeError('a crash record without facts');
      this.crashes.insert(device, { record, facts: message.facts, digest: message.digest, receivedAt: at });
    }
  }

  private saveBoot(device: DeviceColumns, record: BootRecord): void {
    // Only the record with sequence 0 opens a boot (docs/formats/reboot.md); another one would make the row depend on order.
    if (record.key.sequence !== 0) return;
    const { build, version, hardware, rawResetCause, ramSurvived, unexpectedReboots, key } = record;
    const texts = [storableText(version), hardware === undefined ? null : storableText(hardware)] as const;
    const columns = [build, ...texts, rawResetCause, ramSurvived ? 1 : 0, unexpectedReboots] as const;
    this.updateBoot.run(...columns, ...device, key.lineage, key.boot);
    this.crashes.bootNamed(device, key, build);
  }

  private saveReboot(device: DeviceColumns, record: RebootRecord): void {
    const { reason, hardware, marked, uptime } = record;
    const columns = [
      reason,
      hardware.reason,
      hardware.raw,
      marked?.reason ?? null,
      marked?.pc ?? null,
      marked?.lr ?? null,
    ] as const;
    this.upsertReboot.run(...device, ...keyColumns(record.key), ...columns, uptime);
  }

  private saveLog(device: DeviceColumns, record: LogRecord, at: WallClock): void {
    const { build, firstEntry, dropped, entries, core } = record;
    const columns = [build, firstEntry, dropped, at, storableBytes(entries), core, clockColumn(record)] as const;
    this.insertLog.run(...device, ...keyColumns(record.key), ...columns);
  }

  private deleteRows(device: DeviceColumns, key: RecordKey): void {
    const identity = [...device, ...keyColumns(key)] as const;
    this.crashes.delete(device, key);
    this.deleteLog.run(...identity);
    this.deleteReboot.run(...identity);
    if (key.sequence === 0) this.clearBoot.run(...device, key.lineage, key.boot);
  }
}

function clockColumn({ base, clock }: LogRecord): string {
  return JSON.stringify([base, clock.frequency, clock.stamp, clock.uptime]);
}

interface HeldRecord {
  readonly digest: string;
  readonly whole: number;
  readonly size: number;
}

export function keyColumns(key: RecordKey): [lineage: number, boot: number, sequence: number] {
  return [key.lineage, key.boot, key.sequence];
}

/** A whole message over a cut one, then the longer, then the smaller digest: any order of arrival ends with the same one. */
function isBetter(offered: HeldRecord, held: HeldRecord): boolean {
  if (offered.whole !== held.whole) return offered.whole > held.whole;
  if (offered.size !== held.size) return offered.size > held.size;
  return offered.digest < held.digest;
}
