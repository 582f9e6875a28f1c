/** Cuts a script behind every store, recovers, cuts that recovery behind every store too, and asks the model each time. */
import { type ImageEntry, type RingImage, readImage } from './image.ts';
import { type Done, RingModel, Wrong } from './model.ts';
import { bodyOf, encodeOp, type Op } from './script.ts';
import { REGION, WasmDevice } from './wasm.ts';

/** What a generator of operations may look at. */
export interface Situation {
  readonly step: number;
  readonly next: number;
  /** Whether the operation before was. */
  readonly taken: boolean;
  readonly image: RingImage | undefined;
}

export interface CutPlan {
  readonly module: WebAssembly.Module;
  readonly blocks: number;
  readonly steps: number;
  readonly choose: (situation: Situation) => Op;
  /** Cut recovery behind every n-th store of those of every m-th cut; 0: never. */
  readonly recoveryEvery: number;
  /** Cut every n-th store of an operation with more than `many` stores. */
  readonly many?: number;
  /** False: only plays the script and checks it whole. */
  readonly isCut?: boolean;
}

export interface CutTally {
  cuts: number;
  recoveryCuts: number;
  dropped: number;
  gaps: number;
  evicted: number;
  /** Stores of the longest operation. */
  longest: number;
  /** What ran, each with what may be there while it runs. */
  readonly steps: Step[];
}

export interface Step {
  readonly done: Done;
  readonly pending: RingModel;
}

/** The start after a cut, and the one after a cut of that. */
function bootAfter(pending: RingModel, boot: 900 | 901): Op {
  return { kind: 'start', lineage: 7, boot, stamp: 5, dropsNewest: pending.dropsNewest };
}

/** Where the words of an operation go in the module's memory: the top of its first pages, below REGION. */
const OP_AT = REGION - 64;

export function play(device: WasmDevice, op: Op): number {
  writeOp(device, op);
  return device.call('proof_step', OP_AT);
}

function writeOp(device: WasmDevice, op: Op): void {
  new Uint32Array(device.bytes.buffer, OP_AT, 6).set(encodeOp(op));
}

export function boot(module: WebAssembly.Module, retained: Uint8Array): WasmDevice {
  const device = new WasmDevice(module, retained);
  device.call('proof_place', REGION, retained.length);
  return device;
}

export function sizeOf(blocks: number): number {
  return 88 + blocks * 128;
}

/** What stands in memory before the first boot. */
export function noise(blocks: number): Uint8Array {
  return Uint8Array.from({ length: sizeOf(blocks) }, (_, i) => i * 37 + 11);
}

export function newTally(): CutTally {
  return { cuts: 0, recoveryCuts: 0, dropped: 0, gaps: 0, evicted: 0, longest: 0, steps: [] };
}

/** Runs the script once without cuts; each operation, before it runs for good, is cut in every place. */
export function cutEverywhere(plan: CutPlan): CutTally {
  const tally = newTally();
  let device = boot(plan.module, noise(plan.blocks));
  let model = new RingModel();
  let taken = true;
  for (let step = 0; step < plan.steps; step++) {
    const image = readImage(device.retained());
    const op = plan.choose({ step, next: model.next, taken, image });
    if (op.kind === 'start' && step > 0) device = boot(plan.module, device.retained());
    const before = device.bytes.slice();
    const stores = device.stores;
    taken = play(device, op) === (op.kind === 'start' ? 0 : 1);
    const done: Done = { op, taken, next: device.call('proof_number') };
    const total = device.stores - stores;
    const pending = model.pending(done);
    const every = plan.many !== undefined && total > plan.many ? Math.ceil(total / plan.many) : 1;
    try {
      if (plan.isCut !== false) for (let k = 0; k < total; k += every) cutOnce(plan, tally, before, k, op, pending);
      tally.steps.push({ done, pending });
      tally.longest = Math.max(tally.longest, total);
      model = settle(model, done, device, image, tally);
    } catch (error) {
      if (error instanceof Error) error.message = `step ${step}, ${JSON.stringify(op)}: ${error.message}`;
      throw error;
    }
  }
  return tally;
}

/** After the whole operation. */
function settle(model: RingModel, done: Done, device: WasmDevice, before: RingImage | undefined, tally: CutTally): RingModel {
  const lost = model.lost;
  const image = readImage(device.retained());
  if (image === undefined) throw new Wrong('no ring');
  model.apply(done, image);
  if (model.lost > lost) tally.dropped += 1;
  if (model.lost < lost) tally.gaps += 1;
  model.check(image);
  if (image.next !== done.next) throw new Wrong(`the image's next is ${image.next}, the state's ${done.next}`);
  if (before !== undefined && image.tail !== before.tail) {
    tally.evicted += image.tail - before.tail;
    if (image.used < image.blocks - 1) throw new Wrong(`evicted with ${image.used} of ${image.blocks} blocks in use`);
  }
  compareWalk(device, image);
  model.forget(image.tail);
  return model;
}

/** The device as it was, and the operation with `k` stores. */
function cutOnce(plan: CutPlan, tally: CutTally, before: Uint8Array, k: number, op: Op, pending: RingModel): void {
  const device = new WasmDevice(plan.module, before.subarray(REGION, REGION + sizeOf(plan.blocks)));
  device.bytes.set(before);
  writeOp(device, op);
  if (device.callCut(k, 'proof_step', OP_AT)) throw new Wrong(`not cut at ${k}`);
  tally.cuts += 1;
  const torn = device.retained();
  explain(`cut before store ${k}`, () => recoverAndCheck(plan, tally, torn, pending));
}

/** What a reset at this moment leaves, and what a recovery makes of it. */
export function recoverAndCheck(plan: CutPlan, tally: CutTally, torn: Uint8Array, pending: RingModel): void {
  const raw = readImage(torn);
  if (raw !== undefined) pending.check(raw);
  const device = boot(plan.module, torn);
  const stores = device.stores;
  const first = bootAfter(pending, 900);
  if (play(device, first) !== 0) throw new Wrong('recovery refuses');
  const total = device.stores - stores;
  const image = check(device, pending, [first]);
  if (!pending.dropsNewest) goOn(device, image);
  if (plan.recoveryEvery === 0 || tally.cuts % plan.recoveryEvery !== 0) return;
  for (let k = 0; k < total; k++) {
    tally.recoveryCuts += 1;
    explain(`recovery cut before store ${k} of ${total}`, () => cutRecovery(plan, torn, k, pending));
  }
}

function cutRecovery(plan: CutPlan, torn: Uint8Array, k: number, pending: RingModel): void {
  const device = boot(plan.module, torn);
  const [first, second] = [bootAfter(pending, 900), bootAfter(pending, 901)];
  writeOp(device, first);
  if (device.callCut(k, 'proof_step', OP_AT)) throw new Wrong(`not cut at ${k}`);
  const again = boot(plan.module, device.retained());
  if (play(again, second) !== 0) throw new Wrong('the second recovery refuses');
  check(again, pending, [first, second]);
}

function check(device: WasmDevice, pending: RingModel, boots: readonly Op[]): RingImage {
  const image = readImage(device.retained());
  if (image === undefined) throw new Wrong('no ring');
  pending.check(image, boots);
  if (!image.isReleasedSure) throw new Wrong('released without its complement');
  if (image.damaged > 0) throw new Wrong('a block is called damaged');
  compareWalk(device, image);
  return image;
}

/** The ring works on, and what was there stays. */
function goOn(device: WasmDevice, before: RingImage): void {
  const entry = { kind: 1, length: 20, seed: 99, stamp: 9, marked: false };
  if (play(device, { kind: 'append', entry }) !== 1) throw new Wrong('the recovered ring takes nothing');
  const image = readImage(device.retained());
  if (image === undefined) throw new Wrong('no ring');
  const last = image.entries.at(-1);
  if (last === undefined || !isSame(last, { number: image.next - 1, kind: 1, body: bodyOf(entry), stamp: 9 }))
    throw new Wrong('the entry after recovery is not there');
  const kept = new Map(image.entries.map((one) => [one.number, one]));
  for (const old of before.entries) {
    const now = kept.get(old.number);
    if (old.number < image.tail) continue;
    if (now === undefined || !isSame(now, old)) throw new Wrong(`entry ${old.number} did not outlive an append`);
  }
}

function isSame(a: ImageEntry, b: Pick<ImageEntry, 'number' | 'kind' | 'body' | 'stamp'>): boolean {
  return a.number === b.number && a.kind === b.kind && a.stamp === b.stamp && Buffer.compare(a.body, b.body) === 0;
}

const WALK_AT = 0x30000;

/** The ring's own reader finds the same entries from `released` on, up to one that is being written. */
export function compareWalk(device: WasmDevice, image: RingImage): void {
  const count = device.call('proof_walk', WALK_AT, 2000);
  const words = new Uint32Array(device.bytes.buffer, WALK_AT, count * 7);
  const bootNumber = device.call('proof_boot_number') >>> 0;
  const unread = image.entries.filter((entry) => entry.number >= image.released);
  const end = unread.findIndex((entry) => entry.kind === 7 && entry.number >= bootNumber);
  const found = Array.from({ length: count }, (_, i) => shownWords([...words.subarray(i * 7, i * 7 + 7)]));
  const shown = unread
    .slice(0, end < 0 ? undefined : end)
    .map((entry) =>
      shownWords([
        ...[entry.number, entry.kind | (entry.marked ? 0x100 : 0) | 0x200, entry.body.length, sumOf(entry.body)],
        ...[entry.stamp % 2 ** 32, Math.floor(entry.stamp / 2 ** 32), entry.offset],
      ]),
    );
  if (found.join('\n') !== shown.join('\n'))
    throw new Wrong(`the ring's reader finds\n${found.join('\n')}\nthe page's\n${shown.join('\n')}`);
}

/** Of an entry that was never closed only number and place count. */
function shownWords(words: readonly number[]): string {
  return ((words[1] ?? 0) & 7) === 7 ? `${words[0]} open at ${words[6]}` : words.join(' ');
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 0);
}

function explain(where: string, code: () => void): void {
  try {
    code();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}
