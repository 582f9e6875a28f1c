/** Header of a log ring in retained RAM, and where one is in a dump (docs/formats/log-ring.md). */
import { ByteReader, crc32 } from '@noinit/bytes';
import type { Damage } from '@noinit/model';
import { type LogSegmentStart, readSegment, SEGMENT_BYTES } from '../entries/segment.ts';
import { BLOCK_BYTES, PAYLOAD_END, PAYLOAD_START } from './block.ts';

export const HEADER_BYTES = 88;
export const MIN_BLOCKS = 4;
export const MAX_BLOCKS = 511;

/** Where a ring is and what its header says; a word that fails its own check is undefined. */
export interface RingHeader {
  /** Where it begins in the dump. */
  readonly offset: number;
  /** Where block 0 does. */
  readonly blocks: number;
  readonly blockCount: number;
  readonly head: Place | undefined;
  readonly tail: Place | undefined;
  readonly sealed: Place | undefined;
  /** Every entry below this number was read for good. */
  readonly released: number | undefined;
  /** Entries dropped that no gap entry tells of yet. */
  readonly lost: PendingCount | undefined;
  /** The last start that was overwritten: of the oldest entries, up to the first start. */
  readonly segment: LogSegmentStart | undefined;
  readonly damage: readonly Damage[];
}

export interface PendingCount {
  readonly count: number;
  /** Low bits of the number of the block whose first entry takes the count over. */
  readonly taken: number | undefined;
}

export interface Place {
  readonly block: number;
  /** Within the block. */
  readonly at: number;
}

/** Every ring of the dump: several cores have theirs one behind the other, and a dump may hold more than them. */
export function findRings(bytes: Uint8Array): readonly RingHeader[] {
  const found: RingHeader[] = [];
  for (let offset = 0; offset + HEADER_BYTES <= bytes.length; ) {
    const header = readRingHeader(bytes, offset);
    if (header) found.push(header);
    offset = header ? header.blocks + header.blockCount * BLOCK_BYTES : offset + WORD;
  }
  return found;
}

/** Undefined where magic or geometry are wrong. */
export function readRingHeader(bytes: Uint8Array, offset: number): RingHeader | undefined {
  if (bytes[offset] !== MAGIC[0] || MAGIC.some((byte, index) => bytes[offset + index] !== byte)) return undefined;
  if (offset + HEADER_BYTES > bytes.length) return undefined;
  const reader = new ByteReader(bytes, { offset: offset + MAGIC.length });
  const layout = reader.u16();
  const headerSize = reader.u16();
  reader.skip(4);
  const length = reader.u32();
  if (reader.u32() !== crc32(bytes.subarray(offset + 4, offset + 16)) || layout !== 0) return undefined;
  if (headerSize < HEADER_BYTES || headerSize % WORD !== 0) return undefined;
  const blockCount = Math.min(Math.floor((length - headerSize) / BLOCK_BYTES), MAX_BLOCKS);
  return blockCount < MIN_BLOCKS ? undefined : readWords(reader, { offset, blocks: offset + headerSize, blockCount });
}

/** A ring whose header is lost: what its blocks say themselves. */
export function headerless(bytes: Uint8Array, offset: number): RingHeader {
  const blocks = offset + HEADER_BYTES;
  const blockCount = Math.min(Math.floor((bytes.length - blocks) / BLOCK_BYTES), MAX_BLOCKS);
  const damage: Damage = { offset, why: 'malformed', detail: 'the header of the ring is damaged or missing' };
  const nothing = {
    head: undefined,
    tail: undefined,
    sealed: undefined,
    released: undefined,
    lost: undefined,
    segment: undefined,
  };
  return { offset, blocks, blockCount, ...nothing, damage: [damage] };
}

function readWords(reader: ByteReader, where: Pick<RingHeader, 'offset' | 'blocks' | 'blockCount'>): RingHeader {
  const damage: Damage[] = [];
  const checked = <Value>(what: string, value: Value | undefined, at: number): Value | undefined => {
    if (value === undefined) damage.push({ offset: at, why: 'checksum-mismatch', detail: `the ring’s ${what} is damaged` });
    return value;
  };
  const place = (what: string) => checked(`place of ${what}`, placeOf(reader.u32(), where.blockCount), reader.offset - WORD);
  const head = place('the newest entry');
  const tail = place('the oldest entry');
  const sealed = place('the first open block');
  const released = reader.u32();
  const isReleased = (released ^ reader.u32()) >>> 0 === 0xffff_ffff;
  const lost = lostOf(reader.u32());
  const bytes = reader.bytes.subarray(reader.offset, reader.offset + SEGMENT_BYTES);
  const segment = readSegment(bytes);
  return {
    ...where,
    head,
    tail,
    sealed,
    released: checked('mark of what was read', isReleased ? released : undefined, where.offset + 32),
    lost: checked('count of dropped entries', lost, where.offset + 40),
    segment: isBlank(bytes) ? undefined : checked('note of its oldest segment', segment, reader.offset),
    damage,
  };
}

/** Nothing was overwritten yet. */
function isBlank(segment: Uint8Array): boolean {
  return segment.every((byte) => byte === 0);
}

/** An offset from block 0 with its complement above it. */
function placeOf(word: number, blockCount: number): Place | undefined {
  const offset = word & 0xffff;
  if ((offset ^ (word >>> 16)) !== 0xffff) return undefined;
  const [block, at] = [Math.floor(offset / BLOCK_BYTES), offset % BLOCK_BYTES];
  return block < blockCount && at >= PAYLOAD_START && at <= PAYLOAD_END ? { block, at } : undefined;
}

function lostOf(word: number): PendingCount | undefined {
  const count = word & 0xff_ffff;
  const flip = ((word + (word >>> 8) + (word >>> 16)) & 0xff) ^ (word >>> 24);
  if (flip === 0xff) return { count, taken: undefined };
  return flip < 0x80 ? { count, taken: flip } : undefined;
}

const WORD = 4;
const MAGIC = [0x4e, 0x4c, 0x4f, 0x47];
