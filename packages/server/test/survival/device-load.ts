/** Twelve devices that send as long as they are let, and remember what was acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type BootSummary, CHUNKS_TYPE, type CrashSummary, KEY_HEADER, type Page, path } from '@noinit/api';
import { makeBoot, makeCrash, makeDump, makeKey, Random, TEST_BUILD_PREFIX } from '@noinit/testing';
import { scanAcks } from '@noinit/wire';
import { encodeChunks, encodeMessage, joinChunks } from '@noinit/wire/encode';

export const DEVICES = 12;
/** The device page lists the newest 100 boots: a device takes a new serial before that. */
const BOOTS_A_SERIAL = 90;
/** Every so many boots one crash. */
const BOOTS_A_CRASH = 3;
/** Every so many one whose bytes are too many for the database, and become a file. */
const BOOTS_A_LARGE_CRASH = 2 * BOOTS_A_CRASH;
const LARGE_REGION = 80_000;

export interface Acknowledged {
  /** `serial boot` of every boot record whose bytes were all acknowledged. */
  readonly boots: Set<string>;
  /** The same of crashes. */
  readonly crashes: Set<string>;
}

export interface RunningLoad {
  /** Grows while the devices send. */
  readonly acknowledged: Acknowledged;
  /** Lets every device finish what it is about, or give it up. */
  stop(): Promise<void>;
}

/** Devices that send; `url` is asked again after every failure, as a device does. */
export function startLoad(fleet: string, url: () => Promise<string>): RunningLoad {
  const acknowledged: Acknowledged = { boots: new Set(), crashes: new Set() };
  let isOver = false;
  const load = { fleet, url, acknowledged, isOver: () => isOver };
  const devices = Promise.all(Array.from({ length: DEVICES }, (_, device) => runDevice(device, load)));
  const stop = async () => {
    isOver = true;
    await devices;
  };
  return { acknowledged, stop };
}

interface Load {
  /** Begins the serials: another fleet has other ones, so that nothing of it is a repeat. */
  readonly fleet: string;
  readonly url: () => Promise<string>;
  readonly isOver: () => boolean;
  readonly acknowledged: Acknowledged;
}

async function runDevice(device: number, load: Load): Promise<void> {
  const random = new Random(device);
  for (let count = 0; !load.isOver(); count++) {
    const serial = `${load.fleet}-${device}-${Math.floor(count / BOOTS_A_SERIAL)}`;
    const boot = 1 + (count % BOOTS_A_SERIAL);
    const messages = [encodeMessage(makeBoot({ key: makeKey({ boot, sequence: 0 }) }))];
    if (boot % BOOTS_A_CRASH === 0) messages.push(makeCrashMessage(boot, random));
    const isWhole = await sendUntilAcknowledged(serial, messages, boot, load);
    if (isWhole) load.acknowledged.boots.add(`${serial} ${boot}`);
    if (isWhole && messages.length > 1) load.acknowledged.crashes.add(`${serial} ${boot}`);
  }
}

function makeCrashMessage(boot: number, random: Random): Uint8Array {
  const [region] = makeDump().regions;
  const bytes = random.bytes(boot % BOOTS_A_LARGE_CRASH === 0 ? LARGE_REGION : 400);
  const regions = region === undefined ? [] : [{ ...region, bytes }];
  return encodeMessage(makeCrash({ key: makeKey({ boot, sequence: 1 }), build: TEST_BUILD_PREFIX, dump: makeDump({ regions }) }));
}

/** True once every byte is acknowledged; false if the load ended before. Chunks go in small requests, so that a kill falls between. */
async function sendUntilAcknowledged(
  serial: string,
  messages: readonly Uint8Array[],
  boot: number,
  load: Load,
): Promise<boolean> {
  for (const [index, message] of messages.entries()) {
    const messageId = (boot * 4 + index) % 2 ** 24;
    const chunks = encodeChunks(message, { messageId, size: message.length > 10_000 ? 8_000 : 48, crc: true });
    for (let at = 0; at < chunks.length; at += 4) {
      const body = chunks.slice(at, at + 4);
      while (!(await send(serial, body, load))) {
        if (load.isOver()) return false;
        await sleep(5);
      }
    }
  }
  return true;
}

async function send(serial: string, chunks: readonly Uint8Array[], { url }: Load): Promise<boolean> {
  try {
    const headers = { [KEY_HEADER]: 'key-of-demo', 'content-type': CHUNKS_TYPE };
    const answer = await fetch((await url()) + path.chunks(serial), { method: 'POST', headers, body: joinChunks(chunks) });
    const acks = scanAcks(new Uint8Array(await answer.arrayBuffer()));
    return answer.status === 202 && acks.damage.length === 0 && acks.acks.length === 1;
  } catch {
    // The server is gone: what was not acknowledged is sent again.
    return false;
  }
}

/** What a server knows, in the words of `Acknowledged`. */
export async function readKnown(url: string, serials: Iterable<string>): Promise<Acknowledged> {
  const known: Acknowledged = { boots: new Set(), crashes: new Set() };
  for (const serial of new Set(serials)) {
    const answer = await fetch(url + path.device(serial));
    if (answer.status !== 200) continue;
    const { bootList } = (await answer.json()) as { readonly bootList: readonly BootSummary[] };
    for (const { boot } of bootList) known.boots.add(`${serial} ${boot}`);
  }
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '?limit=200' : `?limit=200&cursor=${encodeURIComponent(cursor)}`;
    const page = (await (await fetch(url + path.crashes() + query)).json()) as Page<CrashSummary>;
    for (const { id, serial, boot } of page.items) {
      // A large dump is a file of its own: the row alone does not say that it is there.
      const isThere = boot % BOOTS_A_LARGE_CRASH > 0 || (await readDumpSize(url, id)) > LARGE_REGION;
      if (isThere) known.crashes.add(`${serial} ${boot}`);
    }
    cursor = page.next;
  }
  return known;
}

async function readDumpSize(url: string, crash: string): Promise<number> {
  const answer = await fetch(url + path.dump(crash));
  return answer.ok ? (await answer.arrayBuffer()).byteLength : 0;
}

/** What was acknowledged and is not known. */
export function missing(acknowledged: Acknowledged, known: Acknowledged): readonly string[] {
  const lost = (kind: keyof Acknowledged) =>
    [...acknowledged[kind]].filter((name) => !known[kind].has(name)).map((name) => `${kind} ${name}`);
  return [...lost('boots'), ...lost('crashes')];
}

export function serialsOf({ boots }: Acknowledged): readonly string[] {
  return [...boots].map((name) => name.split(' ', 1)[0] ?? '');
}
