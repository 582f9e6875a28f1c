/**
 * Crashes, their issues and their traces. A crash is `due` until its best trace has been made with what is here, then
 * `explained`, or it is `waiting` for symbols, or explaining it `failed`. Which build it names is decided anew whenever
 * a build becomes known, because a prefix names a build only if exactly one known build has it.
 */
import {
  type BootKey,
  type BuildId,
  type BuildPrefix,
  buildPrefix,
  type CrashFacts,
  type CrashId,
  type Milliseconds,
  type ProjectId,
  type RecordKey,
  type ShortBuildPrefix,
  shortBuildPrefix,
  type WallClock,
} from '@noinit/model';
import type { Digest } from '../../blobs/blob-store.ts';
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/driver.ts';
import { storableText } from '../../sqlite/storable.ts';
import { issueId } from '../derived-ids.ts';
import type { CrashKind } from '../event-reader.ts';
import type { CrashExplanation } from '../event-writer.ts';
import type { DeviceColumns } from './device-rows.ts';

export interface NewCrash {
  readonly id: CrashId;
  readonly key: RecordKey;
  readonly kind: CrashKind;
  readonly prefix: BuildPrefix | ShortBuildPrefix;
  readonly reason: number | null;
  readonly uptime: Milliseconds | null;
  readonly facts: CrashFacts;
  readonly digest: Digest;
  readonly receivedAt: WallClock;
}

export interface NamedCrash {
  readonly sequence: number;
  readonly id: CrashId;
  readonly kind: CrashKind;
}

export interface DueRow {
  readonly project: ProjectId;
  readonly id: CrashId;
  readonly digest: Digest;
  readonly prefix: BuildPrefix | ShortBuildPrefix;
  readonly build: BuildId | null;
  readonly bytes: Uint8Array | null;
}

/** A trace as it is stored: in the row, or as a blob. */
export type StoredTrace = { readonly text: string } | { readonly blob: Digest };

const OF_SAME_BOOT = `b.project = crashes.project AND b.shard = crashes.shard AND b.serial = crashes.serial
  AND b.lineage = crashes.lineage AND b.boot = crashes.boot`;

/**
 * What the boot itself says outranks what the prefix alone can tell. The four bytes of a postcard are so few that both must agree:
 * one known build begins so, and the boot record, where it is here, names that one. Behind all hex digits comes `g`.
 */
const NAMED_BUILD = `CASE WHEN kind = 'postcard' THEN
  (SELECT one.build FROM (SELECT CASE WHEN count(*) = 1 THEN min(k.build) END AS build FROM builds k
    WHERE k.project = crashes.project AND k.build >= crashes.prefix AND k.build < crashes.prefix || 'g') one
    WHERE NOT EXISTS (SELECT 1 FROM boots b WHERE ${OF_SAME_BOOT} AND b.build <> one.build))
  ELSE coalesce(
    (SELECT b.build FROM boots b WHERE ${OF_SAME_BOOT} AND substr(b.build, 1, 16) = crashes.prefix),
    (SELECT CASE WHEN count(*) = 1 THEN min(k.build) END FROM builds k WHERE k.project = crashes.project AND k.prefix = crashes.prefix))
  END`;

const BECOMES_DUE = `(
  (state = 'waiting' AND EXISTS (SELECT 1 FROM symbols s WHERE s.project = crashes.project AND s.build = crashes.build))
  OR (state IN ('explained', 'failed') AND tried_build IS NOT build))`;

const OF_PREFIX = 'project = ? AND prefix IN (?, ?)';
const OF_BOOT = 'project = ? AND shard = ? AND serial = ? AND lineage = ? AND boot = ?';
const OF_RECORD = `${OF_BOOT} AND sequence = ?`;

export class CrashRows {
  private readonly insertCrash: SqliteStatement;
  private readonly insertIssue: SqliteStatement;
  private readonly deleteEmptyIssue: SqliteStatement;
  private readonly selectByRecord: SqliteStatement;
  private readonly selectOfBoot: SqliteStatement;
  private readonly renameCrash: SqliteStatement;
  private readonly deleteCrash: SqliteStatement;
  private readonly deleteTrace: SqliteStatement;
  private readonly insertTrace: SqliteStatement;
  private readonly insertBuild: SqliteStatement;
  private readonly nameByPrefix: readonly SqliteStatement[];
  private readonly nameByBoot: readonly SqliteStatement[];
  private readonly selectDue: SqliteStatement;
  private readonly selectById: SqliteStatement;
  private readonly updateExplained: SqliteStatement;

  constructor(database: SqliteDatabase) {
    this.insertCrash = database.prepare(
      `INSERT INTO crashes (project, shard, serial, lineage, boot, sequence, id, kind, digest, prefix, reason, uptime,
         received_at, state, issue, class, title, sentence, where_function, where_file, where_line)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due', ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.insertIssue = database.prepare(
      'INSERT INTO issues (project, id, algorithm, fingerprint, tokens) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.deleteEmptyIssue = database.prepare(
      `DELETE FROM issues WHERE project = ? AND id = ?
       AND NOT EXISTS (SELECT 1 FROM crashes c WHERE c.project = issues.project AND c.issue = issues.id)`,
    );
    this.selectByRecord = database.prepare(`SELECT issue FROM crashes WHERE ${OF_RECORD}`);
    this.selectOfBoot = database.prepare(`SELECT sequence, id, kind FROM crashes WHERE ${OF_BOOT} ORDER BY sequence`);
    this.renameCrash = database.prepare(`UPDATE crashes SET id = ? WHERE ${OF_RECORD}`);
    this.deleteCrash = database.prepare(`DELETE FROM crashes WHERE ${OF_RECORD}`);
    this.deleteTrace = database.prepare(`DELETE FROM traces WHERE ${OF_RECORD}`);
    this.insertTrace = database.prepare(
      'INSERT INTO traces (project, shard, serial, lineage, boot, sequence, blob, trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.insertBuild = database.prepare('INSERT INTO builds (project, build, prefix) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    const naming = (where: string) => [
      database.prepare(`UPDATE crashes SET build = ${NAMED_BUILD} WHERE ${where}`),
      database.prepare(`UPDATE crashes SET state = 'due' WHERE ${where} AND ${BECOMES_DUE}`),
    ];
    this.nameByPrefix = naming(OF_PREFIX);
    this.nameByBoot = naming(OF_BOOT);
    this.selectDue = database.prepare(
      `SELECT c.project, c.id, c.digest, c.prefix, s.build, m.bytes FROM crashes c
       JOIN messages m USING (project, shard, serial, digest)
       LEFT JOIN symbols s ON s.project = c.project AND s.build = c.build
       WHERE c.state = 'due' LIMIT ?`,
    );
    this.selectById = database.prepare(
      `SELECT c.shard, c.serial, c.lineage, c.boot, c.sequence, c.digest, c.issue, s.build FROM crashes c
       LEFT JOIN symbols s ON s.project = c.project AND s.build = c.build WHERE c.project = ? AND c.id = ?`,
    );
    this.updateExplained = database.prepare(
      `UPDATE crashes SET state = ?, tried_build = ?, failure_code = ?, failure_detail = ?,
         issue = ?, class = ?, title = ?, sentence = ?, where_function = ?, where_file = ?, where_line = ?
       WHERE ${OF_RECORD}`,
    );
  }

  insert(device: DeviceColumns, crash: NewCrash): void {
    const { id, key, kind, prefix, reason, uptime, facts, digest, receivedAt } = crash;
    const identity = [...device, key.lineage, key.boot, key.sequence] as const;
    const said = [id, kind, digest, prefix, reason, uptime, receivedAt] as const;
    this.insertCrash.run(...identity, ...said, this.openIssue(device[0] as ProjectId, facts), ...factColumns(facts));
    this.nameByBoot[0]?.run(...device, key.lineage, key.boot);
  }

  /** Crashes and snapshots of one boot in the order in which the device made them; its postcard is the last. */
  ofBoot(device: DeviceColumns, { lineage, boot }: BootKey): readonly NamedCrash[] {
    return this.selectOfBoot.all(...device, lineage, boot) as NamedCrash[];
  }

  rename(device: DeviceColumns, key: RecordKey, id: CrashId): void {
    this.renameCrash.run(id, ...device, key.lineage, key.boot, key.sequence);
  }

  delete(device: DeviceColumns, key: RecordKey): void {
    const identity = [...device, key.lineage, key.boot, key.sequence] as const;
    const row = this.selectByRecord.get(...identity) as { readonly issue: string } | undefined;
    if (!row) return;
    this.deleteTrace.run(...identity);
    this.deleteCrash.run(...identity);
    this.deleteEmptyIssue.run(device[0], row.issue);
  }

  /** A boot record has said which build the boot ran: all crashes that this decides are decided again. */
  bootNamed(device: DeviceColumns, key: BootKey, build: BuildId): void {
    this.buildKnown(device[0] as ProjectId, build);
    for (const statement of this.nameByBoot) statement.run(...device, key.lineage, key.boot);
  }

  /** A second build with a known prefix makes the prefix ambiguous, a first one gives it a name. */
  buildKnown(project: ProjectId, build: BuildId): void {
    const prefix = buildPrefix(build);
    if (Number(this.insertBuild.run(project, build, prefix).changes) === 0) return;
    this.symbolsChanged(project, build);
  }

  /** Crashes with a prefix of `build` whose naming or symbols changed become due. */
  symbolsChanged(project: ProjectId, build: BuildId): void {
    for (const statement of this.nameByPrefix) statement.run(project, buildPrefix(build), shortBuildPrefix(build));
  }

  due(limit: number): readonly DueRow[] {
    return this.selectDue.all(limit) as DueRow[];
  }

  /** False where the crash, its build or its symbols are not those that were explained any more; it stays due then. */
  explained(explanation: CrashExplanation, trace: StoredTrace | undefined): boolean {
    const { project, id, digest, build, facts, failure } = explanation;
    const row = this.selectById.get(project, id) as ExplainedRow | undefined;
    if (!row || row.digest !== digest || row.build !== (build ?? null)) return false;
    const identity = [project, row.shard, row.serial, row.lineage, row.boot, row.sequence] as const;
    const state = build === undefined ? 'waiting' : failure ? 'failed' : 'explained';
    const outcome = [state, build ?? null, failure?.code ?? null, failure ? storableText(failure.detail) : null] as const;
    this.updateExplained.run(...outcome, this.openIssue(project, facts), ...factColumns(facts), ...identity);
    this.deleteEmptyIssue.run(project, row.issue);
    this.deleteTrace.run(...identity);
    if (trace) this.insertTrace.run(...identity, 'blob' in trace ? trace.blob : null, 'text' in trace ? trace.text : null);
    return true;
  }

  private openIssue(project: ProjectId, facts: CrashFacts): string {
    const id = issueId(project, facts.fingerprint);
    this.insertIssue.run(project, id, facts.algorithm, facts.fingerprint, JSON.stringify(facts.tokens));
    return id;
  }
}

interface ExplainedRow {
  readonly shard: number;
  readonly serial: string;
  readonly lineage: number;
  readonly boot: number;
  readonly sequence: number;
  readonly digest: string;
  readonly issue: string;
  readonly build: string | null;
}

function factColumns(facts: CrashFacts) {
  const { where } = facts;
  const texts = [storableText(facts.title), storableText(facts.sentence)] as const;
  return [facts.class, ...texts, where?.function ?? null, where?.file ?? null, where?.line ?? null] as const;
}
