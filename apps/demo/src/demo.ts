/** The demo: a fleet of emulated boards in two worker threads, and what happens to them. */
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { firmwareFile, type Version } from './firmware.ts';
import { FLEET, type Scenario, scenes } from './fleet.ts';
import { pause } from './gateway.ts';
import { uploadSymbols } from './upload-symbols.ts';
import type { WorkerOrder, WorkerReport, WorkerSettings } from './worker-messages.ts';

const THREADS = 2;
/** Board seconds a wall-clock second. The console line says so. */
const DEFAULT_SPEED = 20;
/** 1.4.0's symbols come so long after the start: its first crash waits for them a moment, as it does where a build is slow. */
const LATE_SYMBOLS_MS = 7_000;

export interface DemoOptions {
  /** Where the server listens. */
  readonly server: string | URL;
  /** The project's ingest key. */
  readonly key: string;
  readonly project: string;
  readonly log?: (line: string) => void;
  /** Board seconds a wall-clock second; 20 if not given. */
  readonly speed?: number;
}

export interface DemoDevice {
  readonly serial: string;
  /** At power-on; the device of scenario `update` gets 1.4.0 on the way. */
  readonly version: Version;
  readonly scenario: Scenario;
  /** The random numbers this device got, one a start, oldest first. Grows. */
  readonly numbers: readonly number[];
}

export interface Demo {
  readonly devices: readonly DemoDevice[];
  /** Switches all boards off. What they had not sent is lost, as with a power cut. */
  stop(): Promise<void>;
}

/** Powers the fleet on and returns; what happens to it happens by itself until `stop`. */
export async function startDemo({
  server,
  key,
  project,
  log = () => undefined,
  speed = DEFAULT_SPEED,
}: DemoOptions): Promise<Demo> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const url = String(server);
  const [oldElf, newElf] = await Promise.all([readFile(firmwareFile('1.3.2')), readFile(firmwareFile('1.4.0'))]);
  const numbers = new Map(FLEET.map(({ serial }) => [serial, [] as number[]]));
  const report = (message: WorkerReport) => {
    if (message.kind === 'session') numbers.get(message.serial)?.push(message.number);
  };
  const workers = Array.from({ length: THREADS }, (_, thread) => {
    const devices = FLEET.filter((_member, index) => index % THREADS === thread);
    return startWorker({ server: url, key, speed, devices }, report, log);
  });
  log(`demo: ${FLEET.length} emulated RP2040 boards, ${speed} s of their time in 1 s`);
  const upload = { server: url, project, signal };
  void uploadSymbols({ ...upload, version: '1.3.2', elf: oldElf }, log);
  void pause(LATE_SYMBOLS_MS, signal).then(() => uploadSymbols({ ...upload, version: '1.4.0', elf: newElf }, log));
  void play(workers, signal);
  return {
    devices: FLEET.map(({ serial, version, scenario }) => ({ serial, version, scenario, numbers: numbers.get(serial) ?? [] })),
    stop: async () => {
      stopped.abort();
      await Promise.all(workers.map(stopWorker));
    },
  };
}

async function play(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  for (const { after, room, stimulus } of scenes()) {
    await pause(after * 1_000, signal);
    if (signal.aborted) return;
    const index = FLEET.findIndex((member) => member.room === room);
    const order: WorkerOrder = { kind: 'stimulus', serial: FLEET[index]?.serial ?? '', stimulus };
    workers[index % THREADS]?.postMessage(order);
  }
}

function startWorker(settings: WorkerSettings, report: (message: WorkerReport) => void, log: (line: string) => void): Worker {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: settings });
  worker.on('message', report);
  worker.on('error', (error) => log(`demo: a worker thread stopped: ${error.message}`));
  return worker;
}

async function stopWorker(worker: Worker): Promise<void> {
  const order: WorkerOrder = { kind: 'stop' };
  worker.postMessage(order);
  await worker.terminate();
}
