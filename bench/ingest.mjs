// Durable ingest over HTTP: how many chunks of 200 bytes a second `noinit serve` acknowledges, each after its fsync, and how long it
// takes until all of them are rows. One chunk a request over keep-alive connections, as many devices do; then 50 a request, as a
// gateway does. The sender runs on the same cores as the server, so it takes its share of them.
//   node bench/ingest.mjs [--seconds 10] [--connections 64]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeChunks, encodeMessage, joinChunks } from '@noinit/wire/encode';

/** Of a log record: what it has where the device says nothing. */
const CLOCK = { base: 0, clock: { frequency: 1000, stamp: 0, uptime: 0 }, core: 0, abandoned: 0 };
const option = (name, fallback) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? fallback) || fallback;
const SECONDS = option('seconds', 10);
const CONNECTIONS = option('connections', 64);
const KEY = 'bench';
const CHUNK_BYTES = 200;
const BAR_CHUNKS = 40_000;
const BAR_RECORDS = 15_000;
/** More than any run here can send; made before the clock starts. */
const MOST_REQUESTS_A_SECOND = 60_000;
const MOST_A_SECOND = 240_000;
/** Seconds that may pass after the last answer until everything is a row. */
const MOST_DRAIN = 300;
const NOTHING = Buffer.alloc(0);
const ACCEPTED = 'HTTP/1.1 202';
const LENGTH_FIELD = '\r\ncontent-length: ';
const MESSAGE_IDS = 2 ** 24;
/** What is in the log does not matter here: it is decoded when somebody reads it. */
const ENTRIES = new Uint8Array(CHUNK_BYTES).fill(1);

const results = [];
for (const chunksARequest of [1, 50]) results.push(await measure(chunksARequest));
print(results);

async function measure(chunksARequest) {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-ingest-'));
  const server = await startServer(folder);
  try {
    const senders = Array.from({ length: CONNECTIONS }, (_, device) => makeSender(device, chunksARequest, server.port));
    const startedAt = performance.now();
    const sent = await Promise.all(senders.map((sender) => sender.run(startedAt + SECONDS * 1_000)));
    const took = (performance.now() - startedAt) / 1_000;
    const accepted = sent.reduce((sum, each) => sum + each.accepted, 0);
    const refused = sent.reduce((sum, each) => sum + each.refused, 0);
    const times = sent.flatMap((each) => each.times).sort((a, b) => a - b);
    const drained = await drain(server.port, accepted);
    const total = (performance.now() - startedAt) / 1_000;
    return { chunksARequest, accepted, refused, took, times, drained, total };
  } finally {
    server.process.removeAllListeners('exit').kill('SIGKILL');
    await once(server.process, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

function startServer(folder) {
  const words = ['apps/cli/bin/noinit.js', 'serve', '--data', folder, '--port', '0', '--key', KEY];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (text) => {
      said += text;
      const port = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port) resolve({ process: child, port: Number(port) });
    });
  });
}

// One device on one connection: the next request goes out when the answer of the one before it is there. Every byte of every request
// is made before the clock starts: what the sender takes of the cores while it runs is missing to the server.
function makeSender(device, chunksARequest, port) {
  const most = chunksARequest === 1 ? MOST_REQUESTS_A_SECOND : MOST_A_SECOND / chunksARequest;
  const count = Math.ceil((most * SECONDS) / CONNECTIONS);
  const requests = Array.from({ length: count }, (_, index) => makeRequest(device, index, chunksARequest, port));
  return { run: (until) => send(requests, port, until, chunksARequest) };
}

function makeRequest(device, index, chunksARequest, port) {
  const chunks = Array.from({ length: chunksARequest }, (_, at) => makeChunk(device, index * chunksARequest + at));
  const type = chunksARequest === 1 ? 'application/octet-stream' : 'application/vnd.noinit.chunks';
  const body = chunksARequest === 1 ? chunks[0] : joinChunks(chunks);
  const head = `POST /api/v1/devices/bench-${device}/chunks HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-noinit-key: ${KEY}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

// A log record whose message fills one chunk of exactly CHUNK_BYTES: every chunk becomes a record.
function makeChunk(device, number) {
  const key = { lineage: 0x1000 + device, boot: 1 + Math.floor(number / 1_000_000), sequence: number % 1_000_000 };
  const record = { kind: 'log', key, build: '0123456789abcdef', firstEntry: number, dropped: 0, ...CLOCK };
  const fixed = encodeMessage({ ...record, entries: ENTRIES.subarray(0, 128) }).length + 5 - 128;
  const message = encodeMessage({ ...record, entries: ENTRIES.subarray(0, CHUNK_BYTES - fixed) });
  return encodeChunks(message, { messageId: number % MESSAGE_IDS, size: CHUNK_BYTES })[0];
}

function send(requests, port, until, chunksARequest) {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const result = { accepted: 0, refused: 0, times: [] };
  return new Promise((resolve, reject) => {
    let next = 0;
    let sentAt = 0;
    let answer = NOTHING;
    const sendNext = () => {
      const request = requests[next++];
      sentAt = performance.now();
      if (request === undefined || sentAt > until) socket.end();
      else socket.write(request);
    };
    socket.on('data', (bytes) => {
      answer = answer.length === 0 ? bytes : Buffer.concat([answer, bytes]);
      if (!isWhole(answer)) return;
      if (answer.latin1Slice(0, ACCEPTED.length) === ACCEPTED) result.accepted += chunksARequest;
      else result.refused += chunksARequest;
      result.times.push(performance.now() - sentAt);
      answer = NOTHING;
      sendNext();
    });
    socket.on('connect', sendNext);
    socket.on('error', reject);
    socket.on('close', () => resolve(result));
  });
}

function isWhole(answer) {
  const end = answer.indexOf('\r\n\r\n');
  const field = answer.indexOf(LENGTH_FIELD);
  return (
    end > field &&
    field > 0 &&
    answer.length >= end + 4 + Number.parseInt(answer.latin1Slice(field + LENGTH_FIELD.length, end), 10)
  );
}

// Seconds until every accepted chunk is a row that a reader sees; undefined if that takes longer than MOST_DRAIN.
async function drain(port, accepted) {
  const startedAt = performance.now();
  while (performance.now() - startedAt < MOST_DRAIN * 1_000) {
    const { ingest } = await (await fetch(`http://127.0.0.1:${port}/api/v1/overview`)).json();
    if (ingest.records >= accepted) return (performance.now() - startedAt) / 1_000;
    await sleep(100);
  }
  return undefined;
}

function print(all) {
  console.log(
    `durable ingest, chunks of ${CHUNK_BYTES} bytes, ${CONNECTIONS} connections, ${SECONDS} s, ${cpus().length} cores with the sender, Node ${process.versions.node}`,
  );
  for (const { chunksARequest, accepted, refused, took, times, drained, total } of all) {
    const rate = Math.round(accepted / took);
    const at = (share) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`;
    console.log(
      `  ${chunksARequest} a request: ${rate} chunks/s accepted (bar ${BAR_CHUNKS}: ${rate >= BAR_CHUNKS ? 'met' : 'not met'}), answer p50 ${at(0.5)}, p99 ${at(0.99)}, ${refused} refused`,
    );
    if (drained === undefined) console.log(`    not drained after ${MOST_DRAIN} s more`);
    else {
      const records = Math.round(accepted / total);
      console.log(
        `    all rows ${drained.toFixed(1)} s later: ${records} records/s to rows (bar ${BAR_RECORDS}: ${records >= BAR_RECORDS ? 'met' : 'not met'})`,
      );
    }
  }
}
