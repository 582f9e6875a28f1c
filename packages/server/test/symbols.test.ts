/** Symbols by their door: late ones, wrong ones, hostile ones. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { type ApiError, type CrashDetail, type CrashSummary, type MissingSymbols, path, type SymbolUpload } from '@noinit/api';
import { ByteWriter } from '@noinit/bytes';
import { makeElf, makeNote, Random, simulateDevice } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainMessage, readBuild } from '../src/explain/index.ts';
import { type CrashedBuild, crashIn } from './crashed-build.ts';
import { launchServer, type RunningServer, readFixture, sendRaw, startServer } from './start.ts';

const FULL = 'm3-Og-dwarf5.elf';
const ANOTHER = 'm3-O2-dwarf4.elf';

async function onlyCrash(running: RunningServer): Promise<CrashDetail> {
  await running.server.idle();
  const [crash, ...more] = await running.list<CrashSummary>(path.crashes());
  if (crash === undefined || more.length > 0) throw new Error(`${more.length + 1} crashes instead of one`);
  return running.get<CrashDetail>(path.crash(crash.id));
}

async function crashedIn(running: RunningServer, file: string): Promise<CrashedBuild> {
  const crashed = crashIn('main', await readFixture(file));
  expect((await running.post('A-1', crashed.chunks)).status).toBe(202);
  return crashed;
}

describe('a late ELF file', () => {
  it('explains the crash that waited for it, at the same URL', async () => {
    const running = await startServer();
    const crashed = await crashedIn(running, FULL);
    const before = await onlyCrash(running);
    expect(before).toMatchObject({ explained: false, waiting: { build: crashed.build, why: 'missing-symbols' } });
    expect(before.waiting?.command).toContain(`noinit symbols upload --server ${running.url} --project demo`);
    expect(before.trace?.build).toEqual({ symbols: 'none', wanted: crashed.build.slice(0, 16) });
    expect(await running.list<MissingSymbols>(`${path.missingSymbols()}`)).toMatchObject([
      { build: crashed.build, crashes: 1, devices: 1 },
    ]);

    const answer = await running.upload(await readFixture(FULL));
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ build: crashed.build, created: true, debugInfo: 'full', waiting: 1 });

    const after = await onlyCrash(running);
    expect(after).toMatchObject({ id: before.id, explained: true, waiting: null });
    expect(after.trace?.threads[0]?.frames[0]).toMatchObject({ function: 'main', line: expect.any(Number) });
    expect(await running.list(path.missingSymbols())).toEqual([]);
    // The issue of the raw crash is gone, the one of the explained crash is there.
    expect(await running.status(path.issue(after.issue))).toBe(200);
  });

  it('gives the trace that the same engine gives without a server', async () => {
    const running = await startServer();
    const crashed = await crashedIn(running, FULL);
    const elf = await readFixture(FULL);
    const raw = await onlyCrash(running);
    expect(raw.trace).toEqual(JSON.parse(JSON.stringify(explainMessage(crashed.dump, undefined))));
    await running.upload(elf);
    const { trace } = await onlyCrash(running);
    expect(trace).toEqual(JSON.parse(JSON.stringify(explainMessage(crashed.dump, readBuild(elf)))));
  });

  it('is not used for another build', async () => {
    const running = await startServer();
    const crashed = await crashedIn(running, FULL);
    const upload = (await (await running.upload(await readFixture(ANOTHER))).json()) as SymbolUpload;
    expect(upload).toMatchObject({ created: true, waiting: 0 });
    expect(upload.build).not.toBe(crashed.build);
    const crash = await onlyCrash(running);
    expect(crash).toMatchObject({ explained: false, waiting: { why: 'missing-symbols' } });
    expect(crash.trace?.build).toMatchObject({ symbols: 'none' });
  });

  it('of another project is not used either, and not told of', async () => {
    const running = await startServer();
    await running.addProject('other', 'key-of-other');
    await crashedIn(running, FULL);
    expect((await running.upload(await readFixture(FULL), 'other')).status).toBe(201);
    expect(await onlyCrash(running)).toMatchObject({ explained: false, waiting: { why: 'missing-symbols' } });
    // New here, although the other project has it.
    expect((await running.upload(await readFixture(FULL))).status).toBe(201);
    expect(await onlyCrash(running)).toMatchObject({ explained: true });
  });

  it('is known the second time', async () => {
    const running = await startServer();
    expect((await running.upload(await readFixture(FULL))).status).toBe(201);
    const again = await running.upload(await readFixture(FULL));
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ created: false });
  });

  it('cannot be replaced by another file of the same build id', async () => {
    const running = await startServer();
    const crashed = await crashedIn(running, FULL);
    const elf = await readFixture(FULL);
    await running.upload(elf);
    const forged = await running.upload(new Uint8Array([...elf, 0]));
    expect(forged.status).toBe(409);
    expect(await forged.json()).toMatchObject({ error: { code: 'symbols-conflict' } });
    const { trace } = await onlyCrash(running);
    expect(trace?.build).toEqual({ id: crashed.build, symbols: 'full' });
  });
});

describe('a hostile ELF file', () => {
  let running: RunningServer;
  beforeAll(async () => {
    running = await launchServer({ explainer: { memory: 250 * 2 ** 20, deadline: 5_000 } });
  });
  afterAll(() => running.close());

  it.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['random bytes', () => new Random(1).bytes(10_000), 'not-an-elf'],
    [
      'random bytes behind an ELF magic',
      () => new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, ...new Random(2).bytes(5_000)]),
      'unsupported-elf',
    ],
    ['nothing', () => new Uint8Array(), 'not-an-elf'],
    ['an ELF file without build id', () => makeElf({ machine: 40 }), 'no-build-id'],
    ['a section that claims 10 GB', () => elfClaiming(10 * 2 ** 30, deflateSync(new Uint8Array(1000))), 'parser-limit'],
    ['half an ELF file', async () => halfOf(await readFixture(FULL)), 'unsupported-elf'],
  ])(
    'of %s is refused',
    async (_name, make, code) => {
      const answer = await running.upload(await make());
      const { error } = (await answer.json()) as ApiError;
      expect([answer.status, error.code]).toEqual([422, code]);
      expect(await running.list(path.symbols())).toEqual([]);
    },
    30_000,
  );

  it('is killed for the memory it takes, and never holds up the devices', async () => {
    const device = simulateDevice({ seed: 5 });
    let isDone = false;
    const upload = running.upload(greedyElf()).finally(() => {
      isDone = true;
    });
    let slowest = 0;
    while (!isDone) {
      const startedAt = performance.now();
      expect((await running.post(device.serial, device.chunks.slice(0, 3))).status).toBe(202);
      slowest = Math.max(slowest, performance.now() - startedAt);
    }
    expect(await (await upload).json()).toMatchObject({ error: { code: 'parser-limit' } });
    expect(running.events[0]).toContain('needed more than 250 MiB of memory');
    expect(running.events).toHaveLength(2);
    expect(slowest).toBeLessThan(1_000);
  }, 30_000);

  it('that is too large is refused before it is sent', async () => {
    const answer = await sendRaw(running.url + path.symbols(), {
      method: 'PUT',
      headers: { 'content-length': String(300 * 2 ** 20) },
      body: new Uint8Array(8),
    });
    expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([413, 'too-large']);
  });

  it('of 300 MB without a length is refused while it comes, and never holds up the devices', async () => {
    const device = simulateDevice({ seed: 6 });
    const all = { method: 'PUT', headers: { 'transfer-encoding': 'chunked' }, body: new Uint8Array(300 * 2 ** 20) };
    let isDone = false;
    const upload = sendRaw(running.url + path.symbols(), all).finally(() => {
      isDone = true;
    });
    let slowest = 0;
    while (!isDone) {
      const startedAt = performance.now();
      expect((await running.post(device.serial, device.chunks.slice(0, 3))).status).toBe(202);
      slowest = Math.max(slowest, performance.now() - startedAt);
    }
    expect((await upload).status).toBe(413);
    expect(slowest).toBeLessThan(1_000);
    await expect.poll(() => readdir(join(running.folder, 'work'))).toEqual([]);
  }, 30_000);

  it('whose sender goes away in the middle leaves no file and no complaint', async () => {
    const told = running.events.length;
    const headers = { 'content-length': '100000' };
    const cut = sendRaw(running.url + path.symbols(), { method: 'PUT', headers, body: new Uint8Array(5_000), cut: true });
    await expect(cut).rejects.toThrow('cut');
    await expect.poll(() => readdir(join(running.folder, 'work'))).toEqual([]);
    expect(running.events.slice(told)).toEqual([]);
  });

  it('spoils nothing for the next one', async () => {
    expect((await running.upload(await readFixture(FULL))).status).toBe(201);
  });
});

function halfOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length / 2);
}

/** Debug information that claims to decompress to `size` bytes. */
function elfClaiming(size: number, packed: Uint8Array): Uint8Array {
  const header = new ByteWriter().u32(1).u32(Math.min(size, 0xffff_ffff)).u32(1).toBytes();
  const bytes = new Uint8Array([...header, ...packed]);
  const names = ['.debug_info', '.debug_abbrev', '.debug_line', '.debug_str', '.debug_loclists', '.debug_rnglists'];
  const sections = names.map((name) => ({ name, type: 1, flags: 0x800, bytes }));
  return makeElf({ machine: 40, sections: [makeNoteSection(), ...sections] });
}

/** Debug information that really decompresses to six times 200 MB of zeros. */
function greedyElf(): Uint8Array {
  const size = 200 * 2 ** 20;
  return elfClaiming(size, deflateSync(new Uint8Array(size), { level: 1 }));
}

function makeNoteSection() {
  return { name: '.note.gnu.build-id', type: 7, flags: 2, bytes: makeNote('GNU', 3, new Random(9).bytes(20)) };
}
