/** A power cut: only what was synced survives, then the server starts on that. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, Random } from '@noinit/testing';
import { expect, it, onTestFinished } from 'vitest';
import { type Acknowledged, missing, readKnown, serialsOf, startLoad } from './device-load.ts';
import { checkStoreElsewhere, KillableServer } from './killable-server.ts';
import { buildShim, cutPower, shadowed, startShadow } from './shadow-folder.ts';

/** Power cuts of each kind. */
const CUTS = 3;
/** Boots that are acknowledged before a cut: enough for large crashes among them. */
const LEAST_BOOTS = 80;

describeWith(['gcc'], 'a power cut', () => {
  it('leaves of plain files what was synced, and no more', () => {
    const { base, shim, data, shadow } = makeFolders();
    const script = `
      const fs = require('node:fs');
      const put = (name, text, sync) => {
        const fd = fs.openSync(name, 'w');
        fs.writeSync(fd, text);
        if (sync) fs.fsyncSync(fd);
        fs.closeSync(fd);
      };
      const syncFolder = () => { const fd = fs.openSync('.', 'r'); fs.fsyncSync(fd); fs.closeSync(fd); };
      put('synced', 'kept', true);
      put('unsynced', 'lost', false);
      put('renamed-before', 'kept too', true);
      fs.renameSync('renamed-before', 'renamed-after');
      syncFolder();
      put('nameless', 'content without a name', true);
      fs.appendFileSync('synced', ' and lost');
      fs.renameSync('renamed-after', 'renamed-again');
      process.kill(process.pid, 'SIGKILL');
    `;
    const env = { PATH: process.env['PATH'] ?? '', ...shadowed(shim, data, shadow) };
    expect(spawnSync(process.execPath, ['-e', script], { cwd: data, env }).signal).toBe('SIGKILL');
    const survivor = join(base, 'survivor');
    cutPower({ data, shadow, survivor });
    const left = readdirSync(survivor)
      .sort()
      .map((name) => [name, readFileSync(join(survivor, name), 'utf8')]);
    expect(left).toEqual([
      ['renamed-after', 'kept too'],
      ['synced', 'kept'],
      ['unsynced', ''],
    ]);
  });

  it.each([
    ['nothing that was not synced', false],
    ['by chance some pages that were not synced', true],
  ])(
    'that leaves %s loses nothing acknowledged',
    async (_name, keepsSome) => {
      const seed = Date.now() % 2 ** 32;
      const random = new Random(seed);
      const folders = makeFolders();
      const { base, shim } = folders;
      let { data } = folders;
      const sent: Acknowledged[] = [];
      for (let cut = 0; cut < CUTS; cut++) {
        const shadow = join(base, `shadow-${cut}`);
        const survivor = join(base, `survivor-${cut}`);
        mkdirSync(shadow);
        startShadow(data, shadow);
        const environment = shadowed(shim, data, shadow);
        sent.push(await loadUntilCut({ fleet: `cut${cut}`, data, environment, duration: random.below(500) }));
        cutPower({ data, shadow, survivor, ...(keepsSome ? { random } : {}) });
        expect(checkStoreElsewhere(survivor), `after cut ${cut} of seed ${seed}`).toEqual([]);
        data = survivor;
      }
      const server = new KillableServer();
      onTestFinished(() => server.kill());
      await server.start(data);
      // Stopping works everything off.
      await server.stop();
      const url = await server.start(data);
      for (const acknowledged of sent) {
        const known = await readKnown(url, serialsOf(acknowledged));
        expect(missing(acknowledged, known), `seed ${seed}`).toEqual([]);
      }
      await server.stop();
      expect(checkStoreElsewhere(data)).toEqual([]);
    },
    60_000,
  );
});

function makeFolders() {
  const base = mkdtempSync(join(tmpdir(), 'noinit-cut-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const [data, shadow] = [join(base, 'data'), join(base, 'shadow')];
  mkdirSync(data);
  mkdirSync(shadow);
  return { base, shim: buildShim(base), data, shadow };
}

interface LoadUntilCut {
  readonly fleet: string;
  readonly data: string;
  readonly environment: Record<string, string>;
  readonly duration: number;
}

/** Runs a server under load until the power goes. */
async function loadUntilCut({ fleet, data, environment, duration }: LoadUntilCut): Promise<Acknowledged> {
  const server = new KillableServer(environment);
  onTestFinished(() => server.kill());
  await server.start(data);
  const { acknowledged, stop } = startLoad(fleet, () => server.url);
  while (acknowledged.boots.size <= LEAST_BOOTS) await sleep(10);
  await sleep(duration);
  await server.kill();
  await stop();
  return acknowledged;
}
