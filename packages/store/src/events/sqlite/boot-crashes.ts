/**
 * Which row is the crash that ended a boot (docs/design/one-crash-a-boot.md). A boot ends in one crash at most: the crash record with
 * the lowest sequence, or the postcard as long as there is none. That row has the id of the boot, whichever of them came first.
 */
import {
  type BootKey,
  type CrashFacts,
  type CrashId,
  type CrashRecord,
  POSTCARD_SEQUENCE,
  type PostcardRecord,
  type ProjectId,
  type RecordKey,
  type Serial,
  type ShortBuildPrefix,
  type WallClock,
} from '@noinit/model';
import type { Digest } from '../../blobs/blob-store.ts';
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/driver.ts';
import { crashId, snapshotId } from '../derived-ids.ts';
import type { CrashRows, NamedCrash } from './crash-rows.ts';
import type { DeviceColumns } from './device-rows.ts';

/** What comes with a record: the facts that need no symbols, and the message. */
export interface CrashMessage {
  readonly facts: CrashFacts;
  readonly digest: Digest;
  readonly receivedAt: WallClock;
}

export class BootCrashes {
  private readonly crashes: CrashRows;
  private readonly insertPostcard: SqliteStatement;
  private readonly selectPostcard: SqliteStatement;
  private readonly deletePostcard: SqliteStatement;

  constructor(database: SqliteDatabase, crashes: CrashRows) {
    const ofBoot = 'project = ? AND shard = ? AND serial = ? AND lineage = ? AND boot = ?';
    this.crashes = crashes;
    this.insertPostcard = database.prepare(
      `INSERT INTO postcards (project, shard, serial, lineage, boot, digest, prefix, reason, facts, received_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.selectPostcard = database.prepare(`SELECT digest, prefix, reason, facts, received_at FROM postcards WHERE ${ofBoot}`);
    this.deletePostcard = database.prepare(`DELETE FROM postcards WHERE ${ofBoot}`);
  }

  /** Gives the id of the row that holds the record. */
  saveCrash(device: DeviceColumns, record: CrashRecord, message: CrashMessage): CrashId {
    const { key, build, dump } = record;
    const kind = endsBoot(record) ? 'crash' : 'snapshot';
    const said = { prefix: build, reason: dump.cause.reason ?? null, uptime: dump.uptime ?? null };
    this.crashes.insert(device, { id: ownId(device, key), key, kind, ...said, ...message });
    this.settle(device, key);
    return this.idOf(device, key);
  }

  savePostcard(device: DeviceColumns, record: PostcardRecord, message: CrashMessage): CrashId {
    const { key, build, reason } = record;
    const { digest, facts, receivedAt } = message;
    this.insertPostcard.run(...device, key.lineage, key.boot, digest, build, reason, JSON.stringify(facts), receivedAt);
    this.settle(device, key);
    return bootId(device, key);
  }

  delete(device: DeviceColumns, key: RecordKey): void {
    if (key.sequence === POSTCARD_SEQUENCE) this.deletePostcard.run(...device, key.lineage, key.boot);
    this.crashes.delete(device, key);
    this.settle(device, key);
  }

  /** Makes the rows of a boot what all its records say, in whatever order they came. */
  private settle(device: DeviceColumns, boot: BootKey): void {
    const rows = this.crashes.ofBoot(device, boot).filter(({ kind }) => kind !== 'snapshot');
    const [first, ...others] = rows.filter(({ kind }) => kind === 'crash');
    const postcard = rows.find(({ kind }) => kind === 'postcard');
    if (first === undefined) {
      if (postcard === undefined) this.showPostcard(device, boot);
      return;
    }
    if (postcard !== undefined) this.crashes.delete(device, keyOf(boot, postcard));
    // No two rows have one id at any moment.
    for (const other of others) this.name(device, boot, other, ownId(device, keyOf(boot, other)));
    this.name(device, boot, first, bootId(device, boot));
  }

  private showPostcard(device: DeviceColumns, boot: BootKey): void {
    const row = this.selectPostcard.get(...device, boot.lineage, boot.boot) as PostcardColumns | undefined;
    if (row === undefined) return;
    this.crashes.insert(device, {
      id: bootId(device, boot),
      key: { lineage: boot.lineage, boot: boot.boot, sequence: POSTCARD_SEQUENCE },
      kind: 'postcard',
      prefix: row.prefix,
      reason: row.reason,
      uptime: null,
      facts: JSON.parse(row.facts) as CrashFacts,
      digest: row.digest,
      receivedAt: row.received_at,
    });
  }

  private name(device: DeviceColumns, boot: BootKey, crash: NamedCrash, id: CrashId): void {
    if (crash.id !== id) this.crashes.rename(device, keyOf(boot, crash), id);
  }

  private idOf(device: DeviceColumns, key: RecordKey): CrashId {
    return this.crashes.ofBoot(device, key).find(({ sequence }) => sequence === key.sequence)?.id ?? ownId(device, key);
  }
}

interface PostcardColumns {
  readonly digest: Digest;
  readonly prefix: ShortBuildPrefix;
  readonly reason: number;
  /** JSON of `CrashFacts`. */
  readonly facts: string;
  readonly received_at: WallClock;
}

/** A snapshot leaves the boot running, and so does whoever stops the target with a debugger to take a dump. */
function endsBoot({ dump }: CrashRecord): boolean {
  return dump.cause.kind !== 'snapshot' && dump.cause.kind !== 'stopped';
}

function bootId([project, , serial]: DeviceColumns, boot: BootKey): CrashId {
  return crashId(project as ProjectId, serial as Serial, boot);
}

function ownId([project, , serial]: DeviceColumns, key: RecordKey): CrashId {
  return snapshotId(project as ProjectId, serial as Serial, key);
}

function keyOf({ lineage, boot }: BootKey, { sequence }: { readonly sequence: number }): RecordKey {
  return { lineage, boot, sequence };
}
