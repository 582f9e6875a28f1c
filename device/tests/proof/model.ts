/**
 * What must be in a ring, told from the operations alone. It knows nothing of blocks: an entry that was closed must be there with its
 * number, its bytes and its stamp, unless it lies before the tail; nothing else may be there; what was dropped is counted exactly.
 */
import { gapCount, type ImageEntry, KIND, type RingImage } from './image.ts';
import { bodyOf, type Entry, NO_HOLD, type Op } from './script.ts';

interface Known {
  readonly kind: number;
  readonly body: Uint8Array;
  readonly stamp: number;
  readonly marked: boolean;
  /** Closed: must be there. Open: must be there as open, or closed if it may close in the operation that was cut. */
  state: 'open' | 'closing' | 'closed';
}

/** What an operation did when it was not cut. */
export interface Done {
  readonly op: Op;
  readonly taken: boolean;
  /** Number of the next entry, behind it. */
  readonly next: number;
}

export class Wrong extends Error {}

function wrong(what: string): never {
  throw new Wrong(what);
}

export class RingModel {
  readonly #entries: Map<number, Known>;
  readonly #slots: Map<number, number>;
  readonly #holds: Map<number, number>;
  #next: number;
  #lost: number;
  #dropsNewest: boolean;
  #released: number;
  /** Of the boot whose segment start is not written yet. */
  #boot: Op | undefined;

  constructor(from?: RingModel) {
    this.#entries = new Map(from === undefined ? [] : [...from.#entries].map(([number, known]) => [number, { ...known }]));
    this.#slots = new Map(from === undefined ? [] : from.#slots);
    this.#holds = new Map(from === undefined ? [] : from.#holds);
    this.#next = from === undefined ? 0 : from.#next;
    this.#lost = from === undefined ? 0 : from.#lost;
    this.#dropsNewest = from === undefined ? false : from.#dropsNewest;
    this.#released = from === undefined ? 0 : from.#released;
    this.#boot = from === undefined ? undefined : from.#boot;
  }

  get next(): number {
    return this.#next;
  }

  get lost(): number {
    return this.#lost;
  }

  get dropsNewest(): boolean {
    return this.#dropsNewest;
  }

  /** The operation ran to its end; the image only says which number went to a gap and which to a segment start. */
  apply(done: Done, image: RingImage): void {
    const { op } = done;
    if (op.kind === 'start') {
      this.#boot = op;
      this.#dropsNewest = op.dropsNewest;
    }
    this.#noteOthers(done, image);
    switch (op.kind) {
      case 'append':
        if (done.taken) this.#entries.set(done.next - 1, known(op.entry, 'closed'));
        break;
      case 'reserve':
        if (done.taken) {
          this.#entries.set(done.next - 1, known(op.entry, 'open'));
          this.#slots.set(op.slot, done.next - 1);
        }
        break;
      case 'close':
        this.#slot(op.slot).state = 'closed';
        break;
      case 'release':
        this.#released = op.number;
        break;
      case 'start':
        this.#slots.clear();
        this.#holds.clear();
        break;
      case 'hold':
        this.#holds.set(op.which, op.number);
        break;
      case 'fill':
        break;
    }
    this.#next = done.next;
  }

  /** The operation was cut somewhere: what it would have written may be there, whole, or not. */
  pending(done: Done): RingModel {
    const model = new RingModel(this);
    if (done.op.kind === 'hold') model.#holds.delete(done.op.which);
    if (done.op.kind === 'close') model.#slot(done.op.slot).state = 'closing';
    if (isEntry(done.op) && done.taken)
      model.#maybe.set(done.next - 1, known(done.op.entry, done.op.kind === 'append' ? 'closing' : 'open'));
    const boot = done.op.kind === 'start' ? done.op : this.#boot;
    for (let number = this.#next; boot !== undefined && number < done.next; number++)
      model.#maybeBoot.set(number, segment(boot, number));
    if (isEntry(done.op) && !done.taken) model.#mayLose = 1;
    model.#last = Math.max(done.next, this.#next);
    return model;
  }

  /** Of a cut operation: entries that may be there under a number from `next` on. */
  readonly #maybe = new Map<number, Known>();
  readonly #maybeBoot = new Map<number, Known>();
  #mayLose = 0;
  #last = 0;

  /** Forgets what lies before the tail; for speed. */
  forget(tail: number): void {
    for (const number of this.#entries.keys()) if (number < tail) this.#entries.delete(number);
  }

  /** `boots`: segment starts that recoveries after the cut added. Throws Wrong where something is not as it must be. */
  check(image: RingImage, boots: readonly Op[] = []): void {
    const seen = new Map(image.entries.map((entry) => [entry.number, entry]));
    let gaps = 0;
    let segments = 0;
    /** A segment start that was cut stands open for ever. */
    let cutStarts = boots.length;
    for (const entry of image.entries) {
      const expected = this.#entries.get(entry.number);
      if (expected !== undefined) compare(entry, expected);
      else if (entry.kind === KIND.gap && entry.number >= this.#next) gaps += gapCount(entry);
      else if (entry.kind === KIND.segment && segments < boots.length && entry.number >= this.#next)
        segments += this.#checkBoot(entry, boots.slice(segments));
      else if (entry.kind === KIND.open && entry.number >= this.#last && cutStarts > 0) cutStarts -= 1;
      else this.#checkMaybe(entry);
    }
    for (const [number, { state }] of this.#entries)
      if (number >= image.tail && !seen.has(number)) wrong(`entry ${number} (${state}) is missing; the tail is ${image.tail}`);
    if (this.#dropsNewest && image.tail > Math.max(this.#released, image.released))
      wrong(`entries from ${image.released} on were overwritten up to ${image.tail}`);
    for (const held of boots.length === 0 ? this.#holds.values() : [])
      if (held !== NO_HOLD && image.tail > held) wrong(`entry ${held} is held, the tail is ${image.tail}`);
    if (image.next < this.#next) wrong(`next is ${image.next}, was ${this.#next}`);
    const lost = gaps + image.lost;
    if (lost < this.#lost || lost > this.#lost + this.#mayLose)
      wrong(`${lost} lost, of ${this.#lost} to ${this.#lost + this.#mayLose}`);
    this.#checkHeaderSegment(image);
  }

  /** A gap and a pending segment start may be written before the entry itself. */
  #noteOthers(done: Done, image: RingImage): void {
    const own = done.taken && isEntry(done.op) ? 1 : 0;
    for (let number = this.#next; number < done.next - own; number++) {
      const entry = image.entries.find((one) => one.number === number) ?? wrong(`number ${number} of ${done.op.kind} is nowhere`);
      if (entry.kind === KIND.gap && this.#lost > 0 && gapCount(entry) === this.#lost) {
        this.#entries.set(number, { kind: KIND.gap, body: varint(this.#lost), stamp: -1, marked: false, state: 'closed' });
        this.#lost = 0;
      } else if (entry.kind === KIND.segment && this.#boot !== undefined) {
        this.#entries.set(number, segment(this.#boot, number));
        this.#boot = undefined;
      } else wrong(`number ${number} went to an entry of kind ${entry.kind}, ${this.#lost} were lost before`);
    }
    if (done.next < this.#next + own) wrong('an entry without a number');
    if (isEntry(done.op) && !done.taken) this.#lost += 1;
  }

  #slot(slot: number): Known {
    return this.#entries.get(this.#slots.get(slot) ?? -1) ?? wrong(`slot ${slot} is not open`);
  }

  #checkMaybe(entry: ImageEntry): void {
    if (entry.kind === KIND.open && entry.number >= this.#next && entry.number < this.#last) return;
    const expected = (entry.kind === KIND.segment ? this.#maybeBoot : this.#maybe).get(entry.number);
    if (expected === undefined) wrong(`entry ${entry.number} of kind ${entry.kind} was never written`);
    compare(entry, expected);
  }

  #checkBoot(entry: ImageEntry, boots: readonly Op[]): number {
    const index = boots.findIndex(
      (op) =>
        op.kind === 'start' &&
        same(segment(op, entry.number).body.subarray(0, SEGMENT_KNOWN), entry.body.subarray(0, SEGMENT_KNOWN)),
    );
    if (index < 0) this.#checkMaybe(entry);
    return index + 1;
  }

  /** Of the oldest entry, unless that is a segment start itself. */
  #checkHeaderSegment(image: RingImage): void {
    const first = image.entries[0];
    if (first === undefined || first.kind === KIND.segment || first.number !== image.tail) return;
    const starts = [...this.#starts].filter((number) => number < first.number);
    const number = new DataView(image.segment.buffer).getUint32(36, true);
    if (starts.length > 0 && number !== starts.at(-1))
      wrong(`the header keeps segment ${number}, the tail is of ${starts.at(-1)}`);
  }

  get #starts(): Set<number> {
    return new Set([...this.#entries].filter(([, { kind }]) => kind === KIND.segment).map(([number]) => number));
  }
}

export function isEntry(op: Op): op is Op & { readonly kind: 'append' | 'reserve'; readonly entry: Entry } {
  return op.kind === 'append' || op.kind === 'reserve';
}

function known(entry: Entry, state: Known['state']): Known {
  return { kind: entry.kind, body: bodyOf(entry), stamp: entry.stamp, marked: entry.marked, state };
}

/** Bytes of a segment start's body up to its flags; the CRC was looked at by the reader. */
const SEGMENT_KNOWN = 42;

function segment(op: Op, number: number): Known {
  if (op.kind !== 'start') wrong(`${op.kind} is no start`);
  const body = new Uint8Array(45);
  const view = new DataView(body.buffer, 1);
  view.setUint32(0, op.lineage, true);
  view.setUint32(4, op.boot, true);
  body.set([1, 2, 3, 4, 5, 6, 7, 8], 9);
  view.setUint32(16, op.stamp, true);
  view.setUint32(24, op.stamp, true);
  view.setUint32(32, 1000, true);
  view.setUint32(36, number, true);
  return { kind: KIND.segment, body, stamp: op.stamp, marked: false, state: 'closed' };
}

function compare(entry: ImageEntry, expected: Known): void {
  if (entry.kind === KIND.segment && ((entry.body[SEGMENT_KNOWN] ?? 1) & 1) !== 0)
    wrong(`segment start ${entry.number} tells of damage`);
  if (entry.kind === KIND.open && expected.state !== 'closed') return;
  if (entry.kind === KIND.open) wrong(`entry ${entry.number} was closed and is open`);
  if (entry.kind !== KIND.open && expected.state === 'open')
    wrong(`entry ${entry.number} is open and shows as kind ${entry.kind}`);
  if (entry.kind !== expected.kind) wrong(`entry ${entry.number} is of kind ${entry.kind}, not ${expected.kind}`);
  if (entry.kind === KIND.gap) {
    const count = gapCount({ body: expected.body });
    if (gapCount(entry) !== count) wrong(`gap ${entry.number} counts ${gapCount(entry)}, not ${count}`);
    return;
  }
  const size = entry.kind === KIND.segment ? SEGMENT_KNOWN : expected.body.length;
  if (entry.kind !== KIND.segment && entry.body.length !== size)
    wrong(`entry ${entry.number} has ${entry.body.length} bytes, not ${size}`);
  if (!same(entry.body.subarray(0, size), expected.body.subarray(0, size))) wrong(`entry ${entry.number} has other bytes`);
  if (expected.stamp >= 0 && entry.stamp !== expected.stamp)
    wrong(`entry ${entry.number} has stamp ${entry.stamp}, not ${expected.stamp}`);
  if (entry.marked !== expected.marked) wrong(`entry ${entry.number} has the wrong mark`);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return Uint8Array.from([...bytes, value]);
}
