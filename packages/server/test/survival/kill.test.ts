/** `kill -9` at random moments under load: what was acknowledged is there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '@noinit/testing';
import { expect, it, onTestFinished } from 'vitest';
import { missing, readKnown, serialsOf, startLoad } from './device-load.ts';
import { checkStoreElsewhere, KillableServer } from './killable-server.ts';

const KILLS = 20;
/** After the server listens, at most, in milliseconds. */
const LATEST_KILL = 300;

it('loses nothing acknowledged when the server is killed at 20 random moments', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'noinit-kill-'));
  const server = new KillableServer();
  onTestFinished(async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });
  const seed = Date.now() % 2 ** 32;
  const random = new Random(seed);
  const load = startLoad('kill', () => server.url);
  for (let kill = 0; kill < KILLS; kill++) {
    await server.start(folder);
    await sleep(random.below(LATEST_KILL));
    await server.kill();
    // Looking opens the files and so mends them; every other time the server has to do that itself.
    if (kill % 2 === 1) expect(checkStoreElsewhere(folder), `after kill ${kill} of seed ${seed}`).toEqual([]);
  }
  await server.start(folder);
  await load.stop();
  const { acknowledged } = load;
  // Enough was going on for a kill to hit something.
  expect(acknowledged.boots.size).toBeGreaterThan(10 * KILLS);
  expect(acknowledged.crashes.size).toBeGreaterThan(KILLS);
  // Stopping works everything off.
  await server.stop();
  expect(checkStoreElsewhere(folder)).toEqual([]);
  const known = await readKnown(await server.start(folder), serialsOf(acknowledged));
  expect(missing(acknowledged, known), `seed ${seed}`).toEqual([]);
}, 60_000);
