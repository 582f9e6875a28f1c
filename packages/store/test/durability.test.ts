import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectId, serial, wallClock } from '@noinit/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobDisk, realDisk } from '../src/blobs/blob-disk.ts';
import { FolderBlobs } from '../src/blobs/folder-blobs.ts';
import { MAX_BATCH_ROWS, SqliteInbox } from '../src/inbox/sqlite-inbox.ts';
import { type InboxRow, openStore } from '../src/index.ts';
import { openDatabase } from '../src/sqlite/driver.ts';
import { openTempStore } from './temp-store.ts';

const PROJECT = known(projectId('acme'));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'noinit-durability-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the inbox file', () => {
  it.each([1, 40, 700])('holds every acknowledged row after kill -9 behind %i acknowledgements', async (count) => {
    const acknowledged = await appendUntilKilled(folder, count);
    expect(acknowledged.length).toBeGreaterThanOrEqual(count);
    const store = await openStore({ folder });
    const rows = await store.inbox.claim(1_000_000);
    const found = new Set(rows.map((each) => new DataView(each.bytes.buffer, each.bytes.byteOffset).getUint32(0)));
    expect(acknowledged.filter((number) => !found.has(number))).toEqual([]);
    await store.close();
  });

  it('shares commits between callers that come together', async () => {
    const inbox = await SqliteInbox.open({ file: join(folder, 'inbox.sqlite') });
    let order = 0;
    const finished = await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => inbox.append([row(index, 10)]).then(() => order++)),
    );
    expect(finished).toEqual(Array.from({ length: 2_000 }, (_, index) => index));
    expect(inbox.commits).toBeLessThanOrEqual(2_000 / MAX_BATCH_ROWS);
    await inbox.close();
  });

  it('refuses what it has no room for, and takes more once the disk caught up', async () => {
    const inbox = await SqliteInbox.open({ file: join(folder, 'inbox.sqlite'), waitingBytes: 10_000 });
    const first = inbox.append([row(0, 8_000)]);
    await expect(inbox.append([row(1, 8_000)])).rejects.toMatchObject({ code: 'overloaded' });
    await first;
    await inbox.append([row(2, 8_000)]);
    expect((await inbox.claim(9)).map(numberOf)).toEqual([0, 2]);
    await inbox.close();
  });
});

describe('a large blob', () => {
  it('is synced and named before the row that makes it findable', async () => {
    const database = openDatabase(join(folder, 'events.sqlite'));
    database.exec('CREATE TABLE blobs (project TEXT, digest TEXT, size INTEGER, bytes BLOB, PRIMARY KEY (project, digest))');
    const rows = () => (database.prepare('SELECT count(*) AS count FROM blobs').get() as { count: number }).count;
    const steps: string[] = [];
    const disk = watched((step) => {
      steps.push(step);
      expect(rows()).toBe(0);
    });
    await mkdir(join(folder, 'blobs'));
    const blobs = new FolderBlobs({ database, folder: join(folder, 'blobs'), disk });
    await blobs.put(PROJECT, new Uint8Array(100_000));
    expect(steps).toEqual(['makeFolder', 'writeSynced', 'rename', 'syncFolder', 'syncFolder', 'syncFolder']);
    expect(rows()).toBe(1);
    database.close();
  });

  it('is not findable, and can be put again, after a cut before its row', async () => {
    const database = openDatabase(join(folder, 'events.sqlite'));
    database.exec('CREATE TABLE blobs (project TEXT, digest TEXT, size INTEGER, bytes BLOB, PRIMARY KEY (project, digest))');
    const bytes = new Uint8Array(100_000).fill(3);
    await mkdir(join(folder, 'blobs'));
    for (const last of ['writeSynced', 'rename', 'syncFolder']) {
      const cut = watched((step) => {
        if (step === last) throw new Error('power');
      });
      const blobs = new FolderBlobs({ database, folder: join(folder, 'blobs'), disk: cut });
      await expect(blobs.put(PROJECT, bytes)).rejects.toThrow('power');
    }
    const blobs = new FolderBlobs({ database, folder: join(folder, 'blobs') });
    const digest = await blobs.put(PROJECT, bytes);
    expect((await blobs.find(PROJECT, digest))?.length).toBe(bytes.length);
    database.close();
  });
});

describe('a store folder', () => {
  it('is open in one server at a time', async () => {
    const temp = await openTempStore();
    await expect(openStore({ folder: temp.folder })).rejects.toMatchObject({ code: 'store-unsafe' });
    await temp.reopen();
    expect(existsSync(join(temp.folder, 'events.sqlite'))).toBe(true);
    await temp.dispose();
  });
});

/** The numbers a child process had acknowledged when it was killed. */
function appendUntilKilled(into: string, count: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('append-until-killed.mjs', import.meta.url)), into]);
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
    if (printed.split('\n').length > count) child.kill('SIGKILL');
  });
  child.stderr.pipe(process.stderr);
  return new Promise((resolve) => {
    // The last line may be cut by the kill; what is whole was acknowledged.
    child.on('close', () => resolve(printed.split('\n').slice(0, -1).map(Number)));
  });
}

function row(number: number, length: number): InboxRow {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint8(0, number & 0xff);
  return { project: PROJECT, serial: known(serial(`SN-${number}`)), receivedAt: wallClock(1), bytes };
}

function numberOf(each: InboxRow): number {
  return Number(each.serial.slice(3));
}

function watched(before: (step: keyof BlobDisk) => void): BlobDisk {
  const step = async (name: keyof BlobDisk) => before(name);
  return {
    makeFolder: (path) => step('makeFolder').then(() => realDisk.makeFolder(path)),
    read: (path) => step('read').then(() => realDisk.read(path)),
    writeSynced: (path, bytes) => step('writeSynced').then(() => realDisk.writeSynced(path, bytes)),
    rename: (from, to) => step('rename').then(() => realDisk.rename(from, to)),
    syncFolder: (path) => step('syncFolder').then(() => realDisk.syncFolder(path)),
  };
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('not an id');
  return value;
}
