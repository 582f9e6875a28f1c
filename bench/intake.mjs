// How many chunks a second become durable, and how many records a second become rows. In process, without HTTP: `acceptChunks` as the
// server calls it, one 200-byte chunk a call, and the processor on the same thread. What is printed is this machine's disk and cores.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { acceptChunks, startProcessor } from '@noinit/ingest';
import { openStore } from '@noinit/store';
import { encodeChunks, encodeMessage } from '@noinit/wire/encode';

/** Of a log record: what it has where the device says nothing. */
const CLOCK = { base: 0, clock: { frequency: 1000, stamp: 0, uptime: 0 }, core: 0, abandoned: 0 };
const CALLERS = 64;
const CHUNKS = 100_000;
const RECORDS = 30_000;
const DEVICES = 200;
const BUILD = '00112233445566778899aabbccddeeff00112233';

await measureAppend();
await measureRows();

/** Every caller sends its next chunk when the one before is acknowledged, as devices on keep-alive connections do. */
async function measureAppend() {
  await withStore(async (store) => {
    const [chunk] = encodeChunks(new Uint8Array(195).fill(7), { messageId: 1, size: 200 });
    let next = 0;
    const waits = new Float64Array(CHUNKS);
    const caller = async () => {
      while (next < CHUNKS) {
        const at = next++;
        const start = performance.now();
        await acceptChunks(store.inbox, {
          project: 'bench',
          serial: `SN-${at % DEVICES}`,
          receivedAt: Date.now(),
          chunks: [chunk],
        });
        waits[at] = performance.now() - start;
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: CALLERS }, caller));
    const seconds = (performance.now() - start) / 1000;
    waits.sort();
    print(
      'durable chunks accepted',
      CHUNKS / seconds,
      `/s   p50 ${waits[CHUNKS / 2].toFixed(2)} ms, p99 ${waits[CHUNKS * 0.99].toFixed(2)} ms`,
    );
  });
}

/** From the inbox to rows that can be asked for: log records of one chunk each, from many devices. */
async function measureRows() {
  await withStore(async (store) => {
    const rows = Array.from({ length: RECORDS }, (_, index) => logChunk(index));
    for (let at = 0; at < rows.length; at += 1_000) await store.inbox.append(rows.slice(at, at + 1_000));
    const start = performance.now();
    const processor = startProcessor({
      store,
      explainer: { explain: async () => ({ kind: 'refused', code: 'none', detail: '' }) },
    });
    await processor.idle();
    const seconds = (performance.now() - start) / 1000;
    await processor.stop();
    const { ingest } = await store.reader.overview('bench');
    if (ingest.records !== RECORDS) throw new Error(`${ingest.records} of ${RECORDS} records are there`);
    print('records to rows', RECORDS / seconds, '/s   bar 15000');
  });
}

function logChunk(index) {
  const device = index % DEVICES;
  const sequence = Math.floor(index / DEVICES);
  const key = { lineage: device + 1, boot: 1, sequence };
  const entries = new Uint8Array(160).fill(index & 0xff);
  const message = encodeMessage({
    kind: 'log',
    key,
    build: BUILD.slice(0, 16),
    firstEntry: sequence * 20,
    dropped: 0,
    ...CLOCK,
    entries,
  });
  const [bytes] = encodeChunks(message, { messageId: sequence, size: 250 });
  return { project: 'bench', serial: `SN-${device}`, receivedAt: 1_800_000_000_000 + index, bytes };
}

async function withStore(measure) {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-bench-'));
  const store = await openStore({ folder });
  try {
    await measure(store);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

function print(what, perSecond, rest) {
  console.log(`${what.padEnd(26)} ${Math.round(perSecond).toString().padStart(8)} ${rest}`);
}
