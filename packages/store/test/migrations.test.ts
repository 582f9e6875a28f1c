/** Databases that older versions left open and keep what is in them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPrefix, type CrashId, wallClock } from '@noinit/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeBuild, makeChange, makeCrash, makeMessage, makeProject, makeSerial } from '../src/contract/makers.ts';
import { shardOf } from '../src/events/shard.ts';
import { openStore } from '../src/index.ts';
import { openDatabase } from '../src/sqlite/driver.ts';
import { kyselyOver } from '../src/sqlite/kysely-database.ts';
import { migrateUpTo } from '../src/sqlite/migrations/index.ts';

const PROJECT = makeProject('acme');
const SERIAL = makeSerial('SN-0001');
const BUILD = makeBuild('aa');
const OF_DEVICE = `'${PROJECT}', ${shardOf({ project: PROJECT, serial: SERIAL })}, '${SERIAL}'`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'noinit-migrations-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What version 2 of the tables held of a device that crashed, made a snapshot, and was updated. */
const STATEMENTS = [
  `INSERT INTO devices VALUES (${OF_DEVICE}, 1, 2, 5, 0, 5)`,
  `INSERT INTO boots VALUES (${OF_DEVICE}, 7, 1, '${BUILD}', '1.0.0', NULL, 4, 1, 2, 1)`,
  `INSERT INTO boots VALUES (${OF_DEVICE}, 7, 2, NULL, NULL, NULL, NULL, NULL, NULL, 2)`,
  `INSERT INTO reboots VALUES (${OF_DEVICE}, 7, 1, 9, 32769, 3, 4, 32769, 0, 0, 5000)`,
  `INSERT INTO reboots VALUES (${OF_DEVICE}, 7, 2, 9, 4, 3, 4, 4, 256, 512, 6000)`,
  `INSERT INTO log_segments (project, shard, serial, lineage, boot, sequence, prefix, first_entry, dropped, received_at, entries, core, clock)
   VALUES (${OF_DEVICE}, 7, 1, 1, '${buildPrefix(BUILD)}', 40, 2, 1, x'0102', 1, '[5,32768,6,7]')`,
  ...['fault', 'snapshot'].map(
    (
      kind,
      index,
    ) => `INSERT INTO crashes VALUES (${OF_DEVICE}, 7, 1, ${index + 2}, 'id-${kind}', 'digest', '${buildPrefix(BUILD)}', 4000, 1,
     '${BUILD}', 'waiting', NULL, NULL, NULL, 'issue-${kind}', '${kind}', 'A title', 'A sentence.', 'f', 'f.c', 3)`,
  ),
  `INSERT INTO builds VALUES ('${PROJECT}', '${BUILD}', '${buildPrefix(BUILD)}')`,
  `INSERT INTO symbols VALUES ('${PROJECT}', '${BUILD}', 'elf', 3, 'full', 1, x'09')`,
];

async function openOlder(version: string, statements: readonly string[]) {
  await mkdir(join(folder, 'blobs'));
  const database = openDatabase(join(folder, 'events.sqlite'));
  await migrateUpTo(kyselyOver(database), version);
  for (const statement of statements) database.exec(statement);
  database.close();
  return openStore({ folder });
}

describe('a database of the version before', () => {
  it('keeps boots, reboots, crashes under their addresses, snapshots and logs; what it never knew is not known', async () => {
    const store = await openOlder('0002-log-clock', STATEMENTS);
    const device = await store.reader.findDevice(PROJECT, SERIAL);
    expect(device?.bootList).toMatchObject([
      { boot: 2, start: null, ended: { expected: true, marked: { pc: 256, lr: 512, uptime: null }, later: null, alive: null } },
      {
        boot: 1,
        start: { ramSurvived: true, unexpectedReboots: 2, layout: null, unexpectedSinceHealthy: null, operatingTime: null },
        ended: { reason: { value: 0x8001, own: null }, expected: false, marked: { pc: null, lr: null }, uptime: 5_000 },
      },
    ]);
    expect(device?.log).toMatchObject([{ firstEntry: 40, dropped: 2, core: 1, base: 5, entries: Uint8Array.of(1, 2) }]);
    expect(device).toMatchObject({ crashes: 1, snapshots: 1, unexpectedReboots: 1 });
    expect(await store.reader.findCrash(PROJECT, 'id-fault' as CrashId)).toMatchObject({ kind: 'crash', reason: null });
    expect(await store.reader.findCrash(PROJECT, 'id-snapshot' as CrashId)).toMatchObject({ kind: 'snapshot' });
    expect(await store.reader.overview(PROJECT)).toMatchObject({ crashes: 1, unexpectedReboots: 1, expectedReboots: 1 });
    await store.close();
  });

  it('has its ELF files read again, because their dictionaries are of another format', async () => {
    const store = await openOlder('0002-log-clock', STATEMENTS);
    const [outdated] = await store.symbols.symbolsReadBefore(1, 9);
    expect(outdated).toMatchObject({ project: PROJECT, entry: { build: BUILD, reader: 0 } });
    expect(outdated?.entry).not.toHaveProperty('dictionary');
    await store.close();
  });

  it('takes new records beside the old ones', async () => {
    const store = await openOlder('0002-log-clock', STATEMENTS);
    const crash = makeMessage(makeCrash({ lineage: 7, boot: 2, sequence: 5 }));
    const at = wallClock(9);
    await store.events.write({ messages: [makeChange(crash, { project: PROJECT, serial: SERIAL, at })], damaged: [] });
    expect((await store.reader.overview(PROJECT)).crashes).toBe(2);
    await store.close();
  });

  it('opens from the very first tables too', async () => {
    const store = await openOlder('0001-first', []);
    expect((await store.reader.overview(PROJECT)).devices).toBe(0);
    await store.close();
  });
});
