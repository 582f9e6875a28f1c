/** What an upload leaves for the crashes that come after it, and that a large one holds up nobody. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CrashDetail, type CrashSummary, path } from '@noinit/api';
import { parseElf } from '@noinit/elf';
import { openSymbolCache } from '@noinit/symbols';
import { simulateDevice } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { crashIn } from './crashed-build.ts';
import { type RunningServer, readFixture, startServer } from './start.ts';

const ELF = 'm3-Og-dwarf5.elf';
const LARGE_BYTES = 160 * 2 ** 20;

async function explainOne(running: RunningServer): Promise<CrashDetail> {
  expect((await running.post('A-1', crashIn('main', await readFixture(ELF)).chunks)).status).toBe(202);
  await running.server.idle();
  const [crash] = await running.list<CrashSummary>(path.crashes());
  return running.get<CrashDetail>(path.crash(crash?.id ?? ''));
}

async function cachePath(running: RunningServer): Promise<string> {
  const [name, ...more] = (await readdir(join(running.folder, 'work'))).filter((file) => file.endsWith('.symbols'));
  if (name === undefined || more.length > 0) throw new Error(`${more.length + 1} symbol caches instead of one`);
  return join(running.folder, 'work', name);
}

describe('a symbol cache', () => {
  it('is written at the upload, beside the file', async () => {
    const running = await startServer();
    const file = await readFixture(ELF);
    expect((await running.upload(file)).status).toBe(201);
    const cache = await readFile(await cachePath(running));
    expect(typeof openSymbolCache(cache, parseElf(file))).toBe('object');
    expect((await explainOne(running)).trace?.threads[0]?.frames[0]).toMatchObject({ function: 'main' });
  });

  it.each<[string, (cache: string) => Promise<void>]>([
    ['is gone', (cache) => rm(cache)],
    ['is damaged', async (cache) => writeFile(cache, (await readFile(cache)).fill(0xa5, 500, 600))],
    ['is of another version', async (cache) => writeFile(cache, (await readFile(cache)).fill(9, 8, 9))],
    ['is empty', (cache) => writeFile(cache, '')],
  ])('that %s is built again, and the crash is explained the same', async (_how, spoil) => {
    const running = await startServer();
    const file = await readFixture(ELF);
    await running.upload(file);
    const cache = await cachePath(running);
    await spoil(cache);
    const crash = await explainOne(running);
    expect(crash.explained).toBe(true);
    expect(crash.trace?.threads[0]?.frames[0]).toMatchObject({ function: 'main', line: expect.any(Number) });
    expect(typeof openSymbolCache(await readFile(cache), parseElf(file))).toBe('object');
  });
});

it('a large ELF file holds up neither the devices nor the crashes of other builds', async () => {
  const running = await startServer();
  await running.upload(await readFixture(ELF));
  const large = new Uint8Array(LARGE_BYTES);
  large.set(await readFixture('m3-O2-dwarf4.elf'));
  const device = simulateDevice({ seed: 7 });
  let isDone = false;
  const upload = running.upload(large).finally(() => {
    isDone = true;
  });
  let slowest = 0;
  while (!isDone) {
    const startedAt = performance.now();
    expect((await running.post(device.serial, device.chunks.slice(0, 3))).status).toBe(202);
    slowest = Math.max(slowest, performance.now() - startedAt);
  }
  expect((await upload).status).toBe(201);
  expect(slowest).toBeLessThan(1_000);
  expect((await explainOne(running)).explained).toBe(true);
}, 60_000);
