/** Why devices restarted, over real HTTP: names from ELF files, places in the code, postcards, the log inside a crash. */
import { type CrashDetail, type CrashSummary, type DeviceDetail, type IssueSummary, type Overview, path } from '@noinit/api';
import { concatBytes } from '@noinit/bytes';
import { type BuildId, buildPrefix, milliseconds, type RebootRecord, type Record, shortBuildPrefix } from '@noinit/model';
import { ageSymbols } from '@noinit/store/contract';
import { loadSymbols } from '@noinit/symbols';
import {
  makeBoot,
  makeCrash,
  makeDump,
  makeElf,
  makeKey,
  makeLog,
  makeLogBody,
  makeLogEntry,
  makeLogSection,
  makeNote,
  makePostcard,
  makeReboot,
  type ReasonFields,
  type SiteFields,
} from '@noinit/testing';
import { type EncodableRecord, encodeChunks, encodeMessage } from '@noinit/wire/encode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { crashIn } from './crashed-build.ts';
import { launchServer, type RunningServer, readFixture, startServer } from './start.ts';

const SERIAL = 'A-1';
const FULL = 'm3-Og-dwarf5.elf';
const STUCK = { name: 'ValveStuck', help: 'The valve did not move.' };

/** An ELF file that names reasons and log sites, and its build id. */
function namingElf(first: number, descriptors: readonly (ReasonFields | SiteFields)[]) {
  const id = new Uint8Array(20).fill(first);
  const note = { name: '.note.gnu.build-id', type: 7, flags: 2, bytes: makeNote('GNU', 3, id) };
  const { bytes, ids } = makeLogSection(descriptors);
  const elf = makeElf({ machine: 40, sections: [note, { name: 'noinit_log', type: 1, bytes }] });
  return { elf, build: Buffer.from(id).toString('hex') as BuildId, ids };
}

let messageId = 1;

async function send(running: RunningServer, ...records: readonly EncodableRecord[]): Promise<void> {
  const chunks = records.flatMap((record) => encodeChunks(encodeMessage(record), { messageId: messageId++, size: 90 }));
  expect((await running.post(SERIAL, chunks)).status).toBe(202);
  await running.server.idle();
}

/** The two records of a boot. */
function endedBoot(boot: number, build: BuildId, fields: Partial<RebootRecord>): readonly (EncodableRecord & Record)[] {
  const { sequence } = makeReboot().key;
  return [makeBoot({ key: makeKey({ boot, sequence: 0 }), build }), makeReboot({ ...fields, key: makeKey({ boot, sequence }) })];
}

const device = (running: RunningServer) => running.get<DeviceDetail>(path.device(SERIAL));
const overview = (running: RunningServer) => running.get<Overview>(path.overview());

describe('a reason of the project’s own', () => {
  it('is called by its number until symbols of its build come, and then by the name in them', async () => {
    const running = await startServer();
    const { elf, build } = namingElf(0x11, [{ value: 0xc011, ...STUCK }]);
    await send(running, ...endedBoot(1, build, { reason: 0xc011, unexpected: true }));
    const before = (await device(running)).bootList[0]?.ended;
    expect(before?.reason).toMatchObject({ value: 0xc011, name: 'custom 0xc011', custom: true });
    await running.upload(elf);
    const ended = (await device(running)).bootList[0]?.ended;
    expect(ended?.reason).toEqual({ value: 0xc011, name: STUCK.name, sentence: STUCK.help, custom: true });
    expect(ended).toMatchObject({ expected: false });
  });

  it('is counted by its name, whatever number a build gives it', async () => {
    const running = await startServer();
    const older = namingElf(0x11, [
      { value: 0xc011, ...STUCK },
      { value: 0xc012, name: 'Tilted', help: '' },
    ]);
    const newer = namingElf(0x22, [
      { value: 0xc012, ...STUCK },
      { value: 0xc011, name: 'TooHot', help: '' },
    ]);
    await running.upload(older.elf);
    await send(running, ...endedBoot(1, older.build, { reason: 0xc011 }), ...endedBoot(2, newer.build, { reason: 0xc012 }));
    await send(running, ...endedBoot(3, newer.build, { reason: 0xc011 }), ...endedBoot(4, older.build, { reason: 0x4001 }));
    await running.upload(newer.elf);
    expect((await overview(running)).reasons.map(({ reason, count }) => [reason, count])).toEqual([
      [STUCK.name, 2],
      ['TooHot', 1],
      ['custom 0x4001', 1],
    ]);
  });

  it('comes out of ELF files that an older server took, without another upload', async () => {
    const running = await launchServer();
    const { elf, build } = namingElf(0x11, [{ value: 0xc011, ...STUCK }, { format: 'ready' }]);
    await running.upload(elf);
    await send(running, ...endedBoot(1, build, { reason: 0xc011 }));
    await running.server.close();
    ageSymbols(running.folder);
    const again = await launchServer({ folder: running.folder });
    onTestFinished(() => again.close());
    await again.server.idle();
    expect((await device(again)).bootList[0]?.ended?.reason.name).toBe(STUCK.name);
    expect((await overview(again)).reasons).toMatchObject([{ reason: STUCK.name }]);
    expect(again.events).toEqual([]);
  });
});

describe('how a boot ended', () => {
  it('names the places of both marks and of the last sign of life, where symbols of the boot’s build are here', async () => {
    const running = await startServer();
    const elf = await readFixture(FULL);
    const symbols = loadSymbols(elf);
    const main = symbols.symbolNamed('main');
    if (main === undefined || symbols.buildId === undefined) throw new Error('the fixture has no main or no build id');
    const inside = main.address - (main.address % 2) + 4;
    const alive = { interval: milliseconds(1_000), task: 0x2000_0040, pc: inside };
    // A call that is the last instruction of main returns behind main; bit 0 says Thumb.
    const behind = main.address - (main.address % 2) + main.size + 1;
    const marked = { reason: 0x8004, pc: inside, lr: behind, uptime: milliseconds(4_000) };
    await send(running, ...endedBoot(1, symbols.buildId, { reason: 0x8004, marked, uptime: milliseconds(5_000), alive }));
    const ended = async () => (await device(running)).bootList[0]?.ended;
    expect(await ended()).toMatchObject({
      exact: false,
      uptime: 5_000,
      alive: { interval: 1_000, task: '0x20000040', pc: { address: `0x${inside.toString(16).padStart(8, '0')}` } },
    });
    expect((await ended())?.alive?.pc).not.toHaveProperty('function');
    await running.upload(elf);
    await expect.poll(async () => (await ended())?.alive?.pc).toMatchObject({ function: 'main', line: expect.any(Number) });
    expect((await ended())?.marked).toMatchObject({ pc: { function: 'main' }, lr: { function: 'main' }, stale: false });
  });

  it('says which mark is stale, and is exact where a mark or a fault was the last that is known', async () => {
    const running = await startServer();
    const update = { reason: 0x0004, uptime: milliseconds(1_000) };
    const fault = { reason: 0x8001, uptime: milliseconds(61_001) };
    await send(
      running,
      ...endedBoot(1, namingElf(1, []).build, { reason: 0x8001, marked: update, later: fault, uptime: milliseconds(61_001) }),
      ...endedBoot(2, namingElf(1, []).build, {
        reason: 0x0004,
        unexpected: false,
        marked: update,
        uptime: milliseconds(61_000),
      }),
    );
    const [second, first] = (await device(running)).bootList;
    expect(first?.ended).toMatchObject({
      exact: true,
      expected: false,
      marked: { stale: true, reason: { name: 'FirmwareUpdate' }, pc: null },
      later: { stale: false, reason: { name: 'Fault' } },
    });
    expect(second?.ended).toMatchObject({ exact: false, expected: true, marked: { stale: false } });
  });

  it('is told as a boot loop by the count that the device keeps', async () => {
    const running = await startServer();
    const { build } = namingElf(1, []);
    const ends = [1, 2, 3].map((boot) => endedBoot(boot, build, { uptime: milliseconds(2_000) }));
    await send(running, ...ends.flat());
    await send(running, makeBoot({ key: makeKey({ boot: 4, sequence: 0 }), build, unexpectedSinceHealthy: 3 }));
    expect(await device(running)).toMatchObject({ bootLoop: true, loop: { boots: 3, uptime: 6_000 } });
    expect((await overview(running)).bootLoops).toEqual([{ serial: SERIAL, boots: 3 }]);
  });
});

describe('a postcard', () => {
  it('is a crash by itself, named by the function at its place, and becomes the whole one at the same address', async () => {
    const running = await startServer();
    const elf = await readFixture(FULL);
    await running.upload(elf);
    const crashed = crashIn('main', elf);
    const pc = makeDumpPc(elf);
    await send(
      running,
      makePostcard({ build: shortBuildPrefix(crashed.build), pc, lr: pc + 1, reason: 0x8003, cause: { kind: 'watchdog' } }),
    );
    const [summary, ...more] = await running.list<CrashSummary>(path.crashes());
    expect(more).toEqual([]);
    expect(summary).toMatchObject({ kind: 'postcard', explained: true, build: crashed.build, uptime: null });
    const postcard = await running.get<CrashDetail>(path.crash(summary?.id ?? ''));
    expect(postcard).toMatchObject({ issueTitle: 'Hang in main', reason: { name: 'Watchdog' } });
    expect(postcard.trace?.threads[0]?.frames[0]).toMatchObject({ function: 'main' });
    // What is downloaded is what the device sent.
    expect((await fetchDump(running, postcard.id)).length).toBe(32);

    expect((await running.post(SERIAL, crashed.chunks)).status).toBe(202);
    await running.server.idle();
    const whole = await running.get<CrashDetail>(path.crash(postcard.id));
    expect(whole).toMatchObject({ id: postcard.id, kind: 'crash', explained: true });
    expect(await running.list(path.crashes())).toHaveLength(1);
    expect((await running.list<IssueSummary>(path.issues())).map(({ id }) => id)).toEqual([whole.issue]);
    expect(whole.issue).not.toBe(postcard.issue);
  });

  it('without symbols is grouped by its place, and names no build that two begin with', async () => {
    const running = await startServer();
    const { build, elf } = namingElf(0x11, []);
    const [pc, lr] = [0x0800_1234, 0x0800_1201];
    await send(running, makePostcard({ build: shortBuildPrefix(build), pc, lr }));
    await send(
      running,
      makePostcard({ key: { ...makePostcard().key, boot: 2 }, build: shortBuildPrefix(build), pc, lr: lr + 8 }),
    );
    expect(await running.list<IssueSummary>(path.issues())).toMatchObject([
      { title: expect.stringContaining('at 0x08001234'), crashes: 2 },
    ]);
    await running.upload(elf);
    await running.server.idle();
    const twin = `${build.slice(0, 8)}${'ff'.repeat(16)}` as BuildId;
    await send(running, makeBoot({ key: makeKey({ boot: 9, sequence: 0 }), build: twin }));
    const crash = (await running.list<CrashSummary>(path.crashes()))[0];
    expect((await running.get<CrashDetail>(path.crash(crash?.id ?? ''))).waiting).toMatchObject({
      why: 'ambiguous-build',
      build: build.slice(0, 8),
    });
  });
});

describe('the log inside a crash', () => {
  it.each(['before', 'after'])('is shown once, where its entries come as log records %s', async (when) => {
    const running = await startServer();
    const { build, elf, ids } = namingElf(0x11, [{ format: 'step %u', types: ['u32'] }]);
    await running.upload(elf);
    const entry = (number: number) =>
      makeLogEntry(makeLogBody({ id: ids[0] ?? 0, delta: 10, args: [{ type: 'u32', value: number }] }));
    const entries = (from: number, to: number) =>
      concatBytes(Array.from({ length: to - from }, (_, index) => entry(from + index)));
    const piece = (from: number, to: number) => ({
      firstEntry: from,
      base: from * 10,
      clock: { frequency: 1000, stamp: 0, uptime: 0 },
      core: 0,
      entries: entries(from, to),
    });
    const log = (sequence: number, from: number, to: number) =>
      makeLog({ key: makeKey({ sequence }), build: buildPrefix(build), ...piece(from, to) });
    // Entry 5 was never sent as a log record; the crash has it.
    const logs = [log(2, 0, 3), log(3, 3, 5), log(4, 6, 8)];
    const dump = makeDump({ build: buildPrefix(build), log: [piece(2, 9)] });
    const crash = makeCrash({ key: makeKey({ sequence: 6 }), build: buildPrefix(build), dump });
    await send(running, ...(when === 'before' ? [...logs, crash] : [crash, ...logs.toReversed()]));
    const [summary] = await running.list<CrashSummary>(path.crashes());
    const detail = await running.get<CrashDetail>(path.crash(summary?.id ?? ''));
    expect(detail.log.map(({ text }) => text)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => `step ${number}`));
    expect(detail.log.map(({ uptime }) => uptime)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => number * 10));
    expect(detail.logDropped).toBe(0);
    expect((await device(running)).log).toHaveLength(9);
  });
});

function makeDumpPc(elf: Uint8Array): number {
  const main = loadSymbols(elf).symbolNamed('main');
  if (main === undefined) throw new Error('the fixture has no main');
  return main.address - (main.address % 2) + 4;
}

async function fetchDump(running: RunningServer, id: string): Promise<Uint8Array> {
  const answer = await fetch(running.url + path.dump(id), { headers: { 'x-noinit-project': 'demo' } });
  return new Uint8Array(await answer.arrayBuffer());
}
