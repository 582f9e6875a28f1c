/**
 * A second reader of docs/formats/log-ring.md, for the proof alone: it shares no line with the SDK's or the host's, trusts the bytes (no
 * damage, only cuts) and says everything that is not as the page has it.
 */
import { crc16, crc32 } from '@noinit/bytes';

const HEADER = 88;
const BLOCK = 128;
const FIRST = 12;
const END = 126;
export const KIND = { log: 0, text: 1, hexdump: 2, segment: 3, gap: 4, defmt: 5, zephyr: 6, open: 7 } as const;

export interface ImageEntry {
  readonly number: number;
  readonly kind: number;
  /** Behind the stamp. */
  readonly body: Uint8Array;
  readonly stamp: number;
  readonly marked: boolean;
  /** Block in which it begins. */
  readonly block: number;
  /** Offset of its first byte, from block 0. */
  readonly offset: number;
  readonly isSealed: boolean;
}

export interface RingImage {
  readonly entries: readonly ImageEntry[];
  /** Number of the entry that comes next. */
  readonly next: number;
  /** Number at the tail. */
  readonly tail: number;
  readonly released: number;
  /** Not between the two stores of a release. */
  readonly isReleasedSure: boolean;
  readonly lost: number;
  readonly blocks: number;
  /** Blocks from the tail's to the head's. */
  readonly used: number;
  /** Of the blocks that are flagged damaged, how many. */
  readonly damaged: number;
  /** Blocks from the tail's on that are sealed. */
  readonly sealed: number;
  /** The segment that the header keeps. */
  readonly segment: Uint8Array;
}

export class NotAsThePageSays extends Error {}

function refuse(what: string): never {
  throw new NotAsThePageSays(what);
}

/** Of a gap entry. */
export function gapCount(entry: Pick<ImageEntry, 'body'>): number {
  return entry.body.reduceRight((value, byte) => value * 128 + (byte & 127), 0);
}

interface Position {
  block: number;
  at: number;
}

/** undefined where there is no ring. */
export function readImage(bytes: Uint8Array): RingImage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (at: number): number => view.getUint32(at, true);
  if (word(0) !== 0x474f4c4e) return undefined;
  if (word(4) !== HEADER << 16) refuse(`layout ${word(4).toString(16)}`);
  if (word(12) !== bytes.length) refuse(`length ${word(12)} of ${bytes.length}`);
  if (word(16) !== crc32(bytes.subarray(4, 16))) refuse('geometry crc');
  return new Walk(bytes, view).all();
}

class Walk {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #blocks: number;
  readonly #head: Position;
  readonly #tail: Position;
  readonly #sealed: Position;
  #at: Position;
  #number = 0;
  #stamp = 0;
  #damaged = 0;

  constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
    this.#blocks = Math.floor((bytes.length - HEADER) / BLOCK);
    this.#head = this.#place(20, 'head');
    this.#tail = this.#place(24, 'tail');
    this.#sealed = this.#place(28, 'sealed');
    this.#at = { ...this.#tail };
  }

  all(): RingImage {
    this.#startBlock();
    const entries: ImageEntry[] = [];
    let tail = -1;
    while (!this.#isAtHead()) {
      if (this.#at.at === END) {
        this.#nextBlock();
        continue;
      }
      if (this.#peek() === 0xe0) {
        this.#at.at = END;
        continue;
      }
      if (tail < 0) tail = this.#number;
      entries.push(this.#entry());
    }
    const released = this.#view.getUint32(32, true);
    return {
      entries,
      next: this.#number,
      tail: tail < 0 ? this.#number : tail,
      released,
      isReleasedSure: (released ^ this.#view.getUint32(36, true)) >>> 0 === 0xffffffff,
      lost: this.#lost(),
      blocks: this.#blocks,
      used: this.#distance(this.#head.block) + 1,
      sealed: this.#distance(this.#sealed.block),
      damaged: this.#damaged,
      segment: this.#bytes.slice(44, 88),
    };
  }

  #place(at: number, name: string): Position {
    const word = this.#view.getUint32(at, true);
    const place = word & 0xffff;
    if (word >>> 16 !== (~place & 0xffff)) refuse(`${name} without its complement`);
    const position = { block: Math.floor(place / BLOCK), at: place % BLOCK };
    if (position.block >= this.#blocks || position.at < FIRST || position.at > END) refuse(`${name} at ${place}`);
    return position;
  }

  #lost(): number {
    const word = this.#view.getUint32(40, true);
    const sum = (word & 0xff) + ((word >>> 8) & 0xff) + ((word >>> 16) & 0xff);
    // Flipped by a block's number instead: its gap entry is being written there, and stands once the head is behind it.
    const flip = (word >>> 24) ^ (sum & 0xff);
    if (flip === 0xff) return word & 0xffffff;
    if (flip === this.#head.block % 128) return this.#head.at > FIRST ? 0 : word & 0xffffff;
    if (flip !== ((this.#head.block + 1) % this.#blocks) % 128) refuse('lost without its check');
    return word & 0xffffff;
  }

  #distance(block: number): number {
    return (block - this.#tail.block + this.#blocks) % this.#blocks;
  }

  #isAtHead(): boolean {
    return this.#at.block === this.#head.block && this.#at.at === this.#head.at;
  }

  #address(position: Position): number {
    return HEADER + position.block * BLOCK + position.at;
  }

  #peek(): number {
    return this.#bytes[this.#address(this.#at)] ?? refuse('outside');
  }

  #take(): number {
    if (this.#at.at === END) this.#nextBlock();
    if (this.#isAtHead()) refuse('an entry goes on behind the head');
    const byte = this.#peek();
    this.#at.at += 1;
    return byte;
  }

  /** What goes on in the tail's block from one before it is gone with that. */
  #startBlock(): void {
    if (this.#tail.at !== FIRST || this.#sealed.at !== FIRST) refuse('tail or sealed is not the start of a block');
    this.#checkSealed(this.#at.block);
    if ((this.#flags() & 2) !== 0) this.#damaged += 1;
    while (this.#first() === 0 && this.#at.block !== this.#head.block) this.#nextBlock();
    const block = this.#at.block;
    const first = this.#first();
    this.#number = this.#view.getUint32(this.#address({ block, at: 0 }), true);
    this.#at.at = first === 0 ? END : first;
    this.#stamp = this.#time(block);
  }

  #time(block: number): number {
    const at = this.#address({ block, at: 0 });
    return this.#view.getUint32(at + 4, true) + this.#view.getUint16(at + 8, true) * 2 ** 32;
  }

  #nextBlock(): void {
    if (this.#at.block === this.#head.block) refuse('walked past the head');
    this.#at = { block: (this.#at.block + 1) % this.#blocks, at: FIRST };
    this.#checkSealed(this.#at.block);
    const first = this.#bytes[this.#address({ ...this.#at, at: 10 })] ?? 0;
    if ((this.#flags() & 2) !== 0) this.#damaged += 1;
    if (first > END) refuse(`first ${first}`);
  }

  #first(): number {
    return this.#bytes[this.#address({ block: this.#at.block, at: 10 })] ?? 0;
  }

  #flags(): number {
    return this.#bytes[this.#address({ block: this.#at.block, at: 11 })] ?? 0;
  }

  #checkSealed(block: number): void {
    if (this.#distance(block) >= this.#distance(this.#sealed.block)) return;
    const at = this.#address({ block, at: 0 });
    if (crc16(this.#bytes.subarray(at, at + END)) !== this.#view.getUint16(at + END, true))
      refuse(`crc of sealed block ${block}`);
  }

  #entry(): ImageEntry {
    const start = { ...this.#at };
    const block = start.block;
    const isFirst = (this.#bytes[this.#address({ block, at: 10 })] ?? 0) === start.at;
    if (isFirst) this.#checkBlockHeader(block);
    const bytes: number[] = [this.#take()];
    const head = bytes[0] ?? 0;
    let length = head & 31;
    if (length === 31) length += this.#varint(bytes);
    const from = bytes.length;
    const doubled = this.#varint(bytes);
    const stampSize = bytes.length - from;
    while (bytes.length < from + length) bytes.push(this.#take());
    if (bytes.length > from + length) refuse(`a stamp longer than its entry ${this.#number}`);
    const check = this.#take();
    const kind = head >> 5;
    if (kind !== KIND.open && check !== checkOf([...bytes.slice(from), ...bytes.slice(0, from)]))
      refuse(`check of entry ${this.#number}`);
    this.#stamp += Math.floor(doubled / 2);
    const entry = {
      number: this.#number,
      kind,
      body: Uint8Array.from(bytes.slice(from + stampSize)),
      stamp: this.#stamp,
      marked: doubled % 2 === 1,
      block,
      offset: block * BLOCK + start.at,
      isSealed: this.#distance(block) < this.#distance(this.#sealed.block),
    };
    if (kind === KIND.segment) this.#checkSegment(entry);
    this.#number = (this.#number + 1) >>> 0;
    return entry;
  }

  #checkBlockHeader(block: number): void {
    const number = this.#view.getUint32(this.#address({ block, at: 0 }), true);
    if (number !== this.#number)
      this.#number = number > this.#number ? number : refuse(`block says ${number}, counted ${this.#number}`);
    this.#stamp = this.#time(block);
  }

  #checkSegment(entry: ImageEntry): void {
    const view = new DataView(entry.body.buffer);
    const isFirst = entry.offset % BLOCK === FIRST;
    const flags = this.#bytes[HEADER + entry.block * BLOCK + 11] ?? 0;
    if (!isFirst || (flags & 1) === 0) refuse(`segment start ${entry.number} is not the first of its block`);
    if (entry.body.length !== 45) refuse(`segment start of ${entry.body.length} bytes`);
    if (view.getUint32(1 + 36, true) !== entry.number) refuse(`segment start ${entry.number} says it is another`);
    if (crc16(entry.body.subarray(1, 43)) !== view.getUint16(43, true)) refuse('crc of a segment start');
  }

  #varint(bytes: number[]): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.#take();
      bytes.push(byte);
      value += (byte & 127) * weight;
      if (byte < 128) return value;
      if (weight > 2 ** 63) refuse('a varint without end');
    }
  }
}

/** Over what stands behind the head, then the head with the kind that it has when closed. */
export function checkOf(bytes: readonly number[]): number {
  let sum = 0xa5;
  for (const byte of bytes) sum = (((sum << 1) | (sum >>> 31)) + byte) >>> 0;
  return ((sum & 0xff) + ((sum >>> 8) & 0xff) + ((sum >>> 16) & 0xff) + (sum >>> 24)) & 0xff;
}
