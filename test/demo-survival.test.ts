/** `kill -9` of the server at random moments while the demo fleet reports: whatever was acknowledged is there afterwards. */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CrashSummary, type DeviceDetail, type Page, path } from '@noinit/api';
import { startDemo } from '@noinit/demo';
import type { Record as DeviceRecord } from '@noinit/model';
import { assembleMessages, scanChunk, scanMessage, splitChunks } from '@noinit/wire';
import { expect, it, onTestFinished } from 'vitest';
import { checkStoreElsewhere, KillableServer } from '../packages/server/test/survival/killable-server.ts';
import { type AcknowledgedBody, RecordingProxy } from './recording-proxy.ts';

const KILLS = 20;
/** Between a start and its kill, in milliseconds: from before the first post to well within the work on it. */
const KILL_WITHIN: [from: number, to: number] = [50, 900];
/** Faster boards report more often, so that a kill hits something. */
const SPEED = 60;

it('loses nothing that the demo fleet was told is durable', { timeout: 90_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'noinit-demo-kill-'));
  const server = new KillableServer();
  const proxy = new RecordingProxy();
  const demo = await startDemo({ server: await proxy.start(), key: 'key-of-demo', project: 'demo', speed: SPEED });
  onTestFinished(async () => {
    await demo.stop();
    await proxy.stop();
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });

  for (let kill = 0; kill < KILLS; kill++) {
    proxy.target = server.start(folder);
    await proxy.target;
    await sleep(randomInt(...KILL_WITHIN));
    await server.kill();
  }
  proxy.target = server.start(folder);
  await proxy.target;
  await demo.stop();
  // Stopping works off what waits; a look into the files then sees all of it.
  await server.stop();
  expect(checkStoreElsewhere(folder)).toEqual([]);

  const promised = recordsOf(proxy.acknowledged);
  expect(promised.length).toBeGreaterThan(2 * KILLS);
  const known = await readKnown(await server.start(folder));
  expect(promised.filter((name) => !known.has(name))).toEqual([]);
});

/** Names of the boot, reboot and crash records whose every byte was acknowledged. */
function recordsOf(bodies: readonly AcknowledgedBody[]): readonly string[] {
  const names = new Set<string>();
  for (const serial of new Set(bodies.map((body) => body.serial))) {
    const chunks = bodies.filter((body) => body.serial === serial).flatMap(({ body }) => chunksOf(body));
    for (const messageId of new Set(chunks.map((chunk) => chunk.messageId))) {
      const { messages } = assembleMessages(chunks.filter((chunk) => chunk.messageId === messageId));
      for (const message of messages) names.add(nameOf(serial, scanMessage(message).record));
    }
  }
  names.delete('');
  return [...names];
}

function chunksOf(body: Uint8Array) {
  const split = splitChunks(body);
  if (split.kind !== 'chunks') throw new Error('an acknowledged body cannot be split');
  return split.chunks.flatMap((bytes) => {
    const scan = scanChunk(bytes);
    return scan.kind === 'chunk' ? [scan.chunk] : [];
  });
}

function nameOf(serial: string, record: DeviceRecord | undefined): string {
  if (record?.kind !== 'boot' && record?.kind !== 'reboot' && record?.kind !== 'crash') return '';
  return `${serial} ${record.kind} ${record.key.lineage} ${record.key.boot}`;
}

async function readKnown(url: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const { serial } of await readAll<{ readonly serial: string }>(url, path.devices())) {
    const { bootList } = (await (await fetch(url + path.device(serial))).json()) as DeviceDetail;
    for (const { lineage, boot, ended, build } of bootList) {
      if (build !== null) names.add(`${serial} boot ${lineage} ${boot}`);
      if (ended !== null) names.add(`${serial} reboot ${lineage} ${boot}`);
    }
  }
  for (const { serial, lineage, boot } of await readAll<CrashSummary>(url, path.crashes()))
    names.add(`${serial} crash ${lineage} ${boot}`);
  return names;
}

async function readAll<Item>(url: string, list: string): Promise<readonly Item[]> {
  const page = (await (await fetch(`${url}${list}?limit=200`)).json()) as Page<Item>;
  expect(page.next).toBeNull();
  return page.items;
}
