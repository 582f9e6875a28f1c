/** A ring of log blocks as a device leaves it in RAM (docs/formats/log-ring.md), written down apart from the device's own code. */
import { ByteWriter, concatBytes, crc16, crc32 } from '@noinit/bytes';
import { ENTRY, type LogArgument, makeLogBody, makeLogEntry, makeSegment, makeStamped, type SegmentFields } from './log-entry.ts';

const BLOCK = 128;
const START = 12;
const END = 126;
const HEADER = 88;
/** Bytes of an entry that does not cross the end of a block. */
const SHORT_MAX = 32;

export interface RingOptions {
  readonly blocks?: number;
  readonly address?: number;
  /** What the RAM held before: every byte. */
  readonly fill?: number;
}

interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Overwrites the oldest blocks, as the device does by default. */
export class MadeRing {
  private readonly blocks: readonly Block[];
  private readonly address: number;
  private readonly fill: number;
  private tail = 0;
  private head = -1;
  private used = 0;
  private place = END;
  private next = 0;
  private stamp = 0;
  private segment: Uint8Array = makeSegment({});
  /** Its running number. */
  private segmentNumber = 0;
  /** The segment start that each block begins with. */
  private readonly starts: (Uint8Array | undefined)[] = [];
  /** The last one that was overwritten. */
  private gone: Uint8Array = new Uint8Array(44);
  /** Every block that was sealed, in order: what a reader that keeps up gets. */
  private readonly sealed: Uint8Array[] = [];

  constructor({ blocks = 8, address = 0x2000_0000, fill = 0 }: RingOptions = {}) {
    this.address = address;
    this.fill = fill;
    this.blocks = Array.from({ length: blocks }, () => {
      const bytes = new Uint8Array(BLOCK).fill(fill);
      return { bytes, view: new DataView(bytes.buffer) };
    });
  }

  /** Number of the next entry. */
  get number(): number {
    return this.next;
  }

  /** Opens a block with a segment start: a start of the device. */
  boot(fields: SegmentFields = {}): this {
    this.stamp = fields.stamp ?? 0;
    this.endBlock();
    this.segmentNumber = (this.segmentNumber + 1) % 64;
    const flags = (fields.flags ?? 0) | (this.segmentNumber << 2);
    this.segment = makeSegment({ ...fields, flags, number: this.next });
    this.openBlock(1);
    this.starts[this.head] = this.segment;
    return this.append(ENTRY.segment, concatBytes([Uint8Array.of(0, 0), this.segment]), this.stamp);
  }

  /** `now` is the clock; the entry's own delta is counted from the entry before. */
  log(
    id: number,
    now: number,
    args: readonly LogArgument[] = [],
    { kind = ENTRY.log as number, marked = false, data = new Uint8Array(0) } = {},
  ): this {
    return this.append(kind, makeLogBody({ id, delta: now - this.stamp, marked, args, data }), now);
  }

  /** Any other kind. */
  entry(kind: number, now: number, body: Uint8Array): this {
    return this.append(kind, makeStamped(body, now - this.stamp), now);
  }

  text(now: number, text: string): this {
    return this.entry(ENTRY.text, now, new TextEncoder().encode(text));
  }

  gap(now: number, count: number): this {
    return this.entry(ENTRY.gap, now, new ByteWriter().uleb(count).toBytes());
  }

  /** Ends the block early: the next entry stands at the start of the next one. */
  endBlock(): this {
    if (this.place === END) return this;
    this.open.bytes[this.place] = 0xe0;
    this.place = END;
    return this;
  }

  /** As a dump of the whole region. */
  region(fields: { readonly released?: number; readonly lost?: number } = {}): Uint8Array {
    const { released = 0, lost = 0 } = fields;
    const length = HEADER + this.blocks.length * BLOCK;
    const geometry = new ByteWriter().u16(0).u16(HEADER).u32(this.address).u32(length).toBytes();
    const header = new ByteWriter().bytes([0x4e, 0x4c, 0x4f, 0x47]).bytes(geometry).u32(crc32(geometry));
    header.u32(placeWord(this.head * BLOCK + this.place)).u32(placeWord(this.tail * BLOCK + START));
    header.u32(placeWord(this.head * BLOCK + START));
    header.u32(released).u32(~released >>> 0);
    const low = (lost & 0xff) + ((lost >> 8) & 0xff) + ((lost >> 16) & 0xff);
    header.u32((lost | ((~low & 0xff) << 24)) >>> 0);
    header.bytes(this.gone);
    return concatBytes([header.toBytes(), ...this.blocks.map(({ bytes }) => bytes)]);
  }

  /** All blocks that were ever sealed, and the open one up to its last entry or its end. */
  stream(): Uint8Array {
    return concatBytes([...this.sealed, this.open.bytes.slice(0, this.place)]);
  }

  private get open(): Block {
    const block = this.blocks[this.head];
    if (block === undefined) throw new RangeError('no block is open: call boot() first');
    return block;
  }

  private append(kind: number, content: Uint8Array, now: number): this {
    let rest = makeLogEntry(content, kind);
    // A short entry stands in one block, and of a long one the head and the stamp.
    if (END - this.place < Math.min(rest.length, SHORT_MAX)) this.endBlock();
    if (this.place === END) this.openBlock(0);
    if (this.open.bytes[10] === 0) this.markFirst();
    this.next += 1;
    while (rest.length > 0) {
      if (this.place === END) this.openBlock(0);
      const part = rest.subarray(0, END - this.place);
      this.open.bytes.set(part, this.place);
      this.place += part.length;
      rest = rest.subarray(part.length);
    }
    this.stamp = now;
    this.check();
    return this;
  }

  /** The number of a block in which no entry begins is that of the next one. */
  private markFirst(): void {
    this.open.bytes[10] = this.place;
    this.open.view.setUint32(0, this.next, true);
    this.setTime();
  }

  /** The stamp of the entry before. */
  private setTime(): void {
    this.open.view.setUint32(4, this.stamp % 2 ** 32, true);
    this.open.view.setUint16(8, Math.floor(this.stamp / 2 ** 32) & 0xffff, true);
  }

  private openBlock(flags: number): void {
    if (this.head >= 0) this.seal();
    this.head = (this.head + 1) % this.blocks.length;
    if (this.used === this.blocks.length) {
      this.gone = this.starts[this.tail] ?? this.gone;
      this.tail = (this.tail + 1) % this.blocks.length;
    } else this.used += 1;
    this.starts[this.head] = undefined;
    const { bytes, view } = this.open;
    bytes.fill(this.fill);
    view.setUint32(0, this.next, true);
    view.setUint8(10, 0);
    view.setUint8(11, flags | (this.segmentNumber << 2));
    this.place = START;
    this.setTime();
  }

  /** Of the header, while the block is open. */
  private check(): void {
    const { view } = this.open;
    const sum = view.getUint32(0, true) ^ view.getUint32(4, true) ^ view.getUint32(8, true);
    view.setUint16(END, ~(sum ^ (sum >>> 16)) & 0xffff, true);
  }

  private seal(): void {
    const { bytes, view } = this.open;
    view.setUint16(END, crc16(bytes.subarray(0, END)), true);
    this.sealed.push(bytes.slice());
  }
}

function placeWord(offset: number): number {
  return ((offset & 0xffff) | ((~offset & 0xffff) << 16)) >>> 0;
}
