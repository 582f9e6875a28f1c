// Runs a door for a time and watches it: an input over its processor time or memory is ended, tried again alone, and kept if it is so again.
import { Worker } from 'node:worker_threads';

/** Processor time one input may take. Not time by the clock: a busy machine is no find. */
export const MAX_INPUT_MS = 1000;
/** Resident memory that may be added while one input is worked on. */
export const MAX_INPUT_BYTES = 256 * 2 ** 20;
/** The heap of a worker: garbage of earlier inputs stays below, so that growth beyond is one input's. */
const MAX_HEAP_MB = 192;
const LOOK_EVERY_MS = 25;

/**
 * @param {{door: string, seed: number, seconds: number, from?: number}} options
 * @returns {Promise<{executions: number, seconds: number, finds: Find[]}>}
 * @typedef {{number: number, why: string, place: string, bytes: Uint8Array | undefined}} Find
 */
export async function watchDoor({ door, seed, seconds, from = 0 }) {
  const finds = new Map();
  let next = from;
  let left = seconds * 1000;
  while (left > 0) {
    const leg = await runLeg({ door, seed, from: next, until: Number.MAX_SAFE_INTEGER, ms: left });
    for (const find of leg.finds) if (!finds.has(find.place)) finds.set(find.place, find);
    next = leg.next;
    left -= leg.ms;
    if (leg.suspect === undefined) break;
    const alone = await runLeg({ door, seed, from: leg.suspect, until: leg.suspect + 1, ms: Number.POSITIVE_INFINITY });
    if (alone.why !== undefined && !finds.has(alone.why))
      finds.set(alone.why, { number: leg.suspect, why: alone.why, place: alone.why, bytes: undefined });
  }
  return { executions: next - from, seconds: seconds - left / 1000, finds: [...finds.values()] };
}

/** One worker's life: `ms` from its first input on, to `until`, or to the input that goes too far, which is then the suspect. */
function runLeg({ door, seed, from, until, ms }) {
  const shared = new SharedArrayBuffer(12);
  const state = new Int32Array(shared);
  state[0] = from;
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { door, seed, from, until, shared },
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 32 },
  });
  const finds = [];
  return new Promise((resolve, reject) => {
    const watcher = new Watcher(state);
    const finish = (outcome) => {
      clearInterval(timer);
      worker.removeAllListeners('exit');
      void worker.terminate().then(() => resolve({ finds, ms: watcher.ms, ...outcome }));
    };
    const timer = setInterval(() => {
      const why = watcher.look();
      if (why !== undefined) finish({ suspect: watcher.number, why, next: watcher.number + 1 });
      else if (watcher.ms >= ms) Atomics.store(state, 1, 1);
    }, LOOK_EVERY_MS);
    worker.on('message', (message) => {
      if (message === 'done') finish({ next: Atomics.load(state, 0) + 1 });
      else finds.push(message);
    });
    worker.on('error', (error) => {
      const number = Atomics.load(state, 0);
      const isInputs = watcher.ms > 0 && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (isInputs) finish({ suspect: number, why: 'needs too much heap', next: number + 1 });
      else {
        clearInterval(timer);
        reject(error);
      }
    });
  });
}

class Watcher {
  constructor(state) {
    this.state = state;
    this.number = -1;
    this.cpuAtStart = 0;
    this.memoryAtStart = undefined;
    this.began = undefined;
  }

  /** Since the first input began. */
  get ms() {
    return this.began === undefined ? 0 : performance.now() - this.began;
  }

  /** Why the input that is worked on goes too far; undefined while it does not. */
  look() {
    if (Atomics.load(this.state, 2) === 0) return undefined;
    this.memoryAtStart ??= process.memoryUsage.rss();
    this.began ??= performance.now();
    const number = Atomics.load(this.state, 0);
    if (number !== this.number) {
      this.number = number;
      this.cpuAtStart = cpuMs();
      return this.memory();
    }
    return cpuMs() - this.cpuAtStart > MAX_INPUT_MS ? `takes over ${MAX_INPUT_MS} ms` : this.memory();
  }

  memory() {
    const grown = process.memoryUsage.rss() - this.memoryAtStart;
    return grown > MAX_INPUT_BYTES ? `takes over ${MAX_INPUT_BYTES / 2 ** 20} MiB` : undefined;
  }
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
