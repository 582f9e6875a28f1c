/** What records say, as rows. One identity is one record: where two messages claim it, the better one has the rows. */
import type {
  BootRecord,
  BuildPrefix,
  CrashFacts,
  CrashId,
  CrashRecord,
  LogPiece,
  LogRecord,
  Record,
  RecordKey,
  WallClock,
} from '@noinit/model';
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/driver.ts';
import { storableBytes } from '../../sqlite/storable.ts';
import type { FinishedMessage } from '../event-writer.ts';
import { BOOT_COLUMNS, bootColumns } from './boot-columns.ts';
import { BootCrashes } from './boot-crashes.ts';
import type { CrashRows } from './crash-rows.ts';
import type { DeviceColumns } from './device-rows.ts';
import { rebootColumns, UPSERT_REBOOT } from './reboot-columns.ts';

/** `loser` is the digest of the message that gave the identity up, or did not get it. */
export type Claim = { readonly kind: 'new' } | { readonly kind: 'replaced' | 'kept'; readonly loser: string };

/** `crash` is the row that the record is now, or is part of. */
export type SavedRecord = Claim & { readonly crash?: CrashId };

export class RecordRows {
  private readonly crashes: CrashRows;
  private readonly bootCrashes: BootCrashes;
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
    this.bootCrashes = new BootCrashes(database, crashes);
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
      `UPDATE boots SET ${BOOT_COLUMNS.map((name) => `${name} = ?`).join(', ')} WHERE ${ofBoot}`,
    );
    this.clearBoot = database.prepare(
      `UPDATE boots SET ${BOOT_COLUMNS.map((name) => `${name} = NULL`).join(', ')} WHERE ${ofBoot}`,
    );
    this.upsertReboot = database.prepare(UPSERT_REBOOT);
    this.deleteReboot = database.prepare(`DELETE FROM reboots WHERE ${ofBoot} AND sequence = ?`);
    this.insertLog = database.prepare(
      `INSERT INTO log_segments (project, shard, serial, lineage, boot, sequence, part, prefix, first_entry, dropped, received_at,
         entries, core, clock)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.deleteLog = database.prepare(`DELETE FROM log_segments WHERE ${ofBoot} AND sequence = ?`);
  }

  /** Forgets what was made sure of: a transaction begins. */
  begin(): void {
    this.boots.clear();
  }

  /** Writes the record's rows, unless a better message has its identity. `new` where nothing had it. */
  save(device: DeviceColumns, record: Record, message: FinishedMessage, at: WallClock): SavedRecord {
    const claim = this.claim(device, record, message);
    if (claim.kind === 'kept') return claim;
    if (claim.kind === 'replaced') this.deleteRows(device, record.key);
    const { lineage, boot } = record.key;
    this.addBoot(device, lineage, boot, at);
    const crash = this.saveRows(device, record, message, at);
    return crash === undefined ? claim : { ...claim, crash };
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

  private saveRows(device: DeviceColumns, record: Record, message: FinishedMessage, at: WallClock): CrashId | undefined {
    const said = () => ({ facts: factsOf(message), digest: message.digest, receivedAt: at });
    switch (record.kind) {
      case 'boot':
        this.saveBoot(device, record);
        return undefined;
      case 'reboot':
        this.upsertReboot.run(...device, record.key.lineage, record.key.boot, ...rebootColumns(record));
        return undefined;
      case 'log':
        this.saveLog(device, { ...record, part: 0, at });
        return undefined;
      case 'crash':
        this.saveCrashLog(device, record, at);
        return this.bootCrashes.saveCrash(device, record, said());
      case 'postcard':
        return this.bootCrashes.savePostcard(device, record, said());
      case 'unknown':
        return undefined;
    }
  }

  private saveBoot(device: DeviceColumns, record: BootRecord): void {
    // Only the record with sequence 0 opens a boot (docs/formats/reboot.md); another one would make the row depend on order.
    if (record.key.sequence !== 0) return;
    const { key, build } = record;
    this.updateBoot.run(...bootColumns(record), ...device, key.lineage, key.boot);
    this.crashes.bootNamed(device, key, build);
  }

  /** What a crash record brings of the log may come as log records too: readers show each entry once. */
  private saveCrashLog(device: DeviceColumns, { key, build, dump }: CrashRecord, at: WallClock): void {
    for (const [index, piece] of (dump.log ?? []).entries()) {
      this.saveLog(device, { ...piece, key, build, dropped: 0, part: index + 1, at });
    }
  }

  private saveLog(device: DeviceColumns, log: StoredLog): void {
    const { key, part, build, firstEntry, dropped, entries, core, at } = log;
    const columns = [part, build, firstEntry, dropped, at, storableBytes(entries), core, clockColumn(log)] as const;
    this.insertLog.run(...device, ...keyColumns(key), ...columns);
  }

  private deleteRows(device: DeviceColumns, key: RecordKey): void {
    const identity = [...device, ...keyColumns(key)] as const;
    this.bootCrashes.delete(device, key);
    this.deleteLog.run(...identity);
    this.deleteReboot.run(...identity);
    if (key.sequence === 0) this.clearBoot.run(...device, key.lineage, key.boot);
  }
}

type StoredLog = LogPiece &
  Pick<LogRecord, 'key' | 'dropped'> & { readonly part: number; readonly build: BuildPrefix; readonly at: WallClock };

function factsOf({ facts, record }: FinishedMessage): CrashFacts {
  if (facts === undefined) throw new TypeError(`a ${record?.kind} record without facts`);
  return facts;
}

function clockColumn({ base, clock }: LogPiece): string {
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
