/** Blocks of a log ring (docs/formats/log-ring.md). */
import { crc16 } from '@noinit/bytes';
import { KIND } from '../entries/entry-cursor.ts';
import { type LogSegmentStart, readSegment, SEGMENT_BYTES } from '../entries/segment.ts';

export const BLOCK_BYTES = 128;
/** Where entries begin and end. */
export const PAYLOAD_START = 12;
export const PAYLOAD_END = 126;

export interface Block {
  /** The bytes it stands in, and where. */
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** Of the first entry that begins here, or in a block behind it. */
  readonly number: number;
  /** The low 48 bits of the stamp that the first entry's is a difference to. */
  readonly time: number;
  /** Offset of the first entry that begins here; 0: none. */
  readonly first: number;
  readonly isSegmentStart: boolean;
  /** Running number of the segment, modulo 64. */
  readonly tag: number;
  /** Said by the device: its entries were lost. */
  readonly isEmptied: boolean;
  readonly hasRightCrc: boolean;
  /** What stands there before the CRC: the check of the header alone. */
  readonly hasRightHeader: boolean;
}

/** Undefined where the bytes end before it does. */
export function readBlock(bytes: Uint8Array, offset: number): Block | undefined {
  return offset + BLOCK_BYTES <= bytes.length ? readHead(bytes, offset, hasRightCrc(bytes, offset)) : undefined;
}

/** One whose end may be missing: its CRC is not known. */
export function readOpenBlock(bytes: Uint8Array, offset: number): Block | undefined {
  return offset + PAYLOAD_START <= bytes.length ? readHead(bytes, offset, false) : undefined;
}

function readHead(bytes: Uint8Array, offset: number, rightCrc: boolean): Block {
  const flags = byteAt(bytes, offset + 11);
  const isPossible = mayBeFirst(byteAt(bytes, offset + 10));
  return {
    bytes,
    offset,
    number: u32(bytes, offset),
    time: u32(bytes, offset + 4) + u16(bytes, offset + 8) * 2 ** 32,
    first: byteAt(bytes, offset + 10),
    isSegmentStart: (flags & FLAG_SEGMENT) !== 0,
    isEmptied: (flags & FLAG_DAMAGED) !== 0,
    tag: flags >>> 2,
    hasRightCrc: rightCrc && isPossible,
    hasRightHeader: isPossible && u16(bytes, offset + PAYLOAD_END) === headerCheck(bytes, offset),
  };
}

/** The segment start that a block begins with. */
export function segmentOf({ bytes, offset, first, isSegmentStart }: Block): LogSegmentStart | undefined {
  if (!isSegmentStart || first !== PAYLOAD_START) return undefined;
  return readSegment(bytes.subarray(offset + SEGMENT_AT, offset + SEGMENT_AT + SEGMENT_BYTES));
}

/** Whether an open block looks like one that begins with a segment start: most of the bytes by which one is known are there. */
export function looksLikeStart({ bytes, offset }: Block): boolean {
  return START_SIGNS.filter(([at, value]) => byteAt(bytes, offset + at) === value).length >= 3;
}

function hasRightCrc(bytes: Uint8Array, offset: number): boolean {
  return u16(bytes, offset + PAYLOAD_END) === crc16(bytes.subarray(offset, offset + PAYLOAD_END));
}

function headerCheck(bytes: Uint8Array, offset: number): number {
  const [low, high] = [0, 2].map(
    (half) => u16(bytes, offset + half) ^ u16(bytes, offset + 4 + half) ^ u16(bytes, offset + 8 + half),
  );
  return ~((low ?? 0) ^ (high ?? 0)) & 0xffff;
}

function mayBeFirst(first: number): boolean {
  return first === 0 || (first >= PAYLOAD_START && first < PAYLOAD_END);
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) + u16(bytes, at + 2) * 2 ** 16;
}

function u16(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

const FLAG_SEGMENT = 1;
const FLAG_DAMAGED = 2;
/** Of the segment's fields, in the block. */
const SEGMENT_AT = 16;
/** Where the first entry is, its head with both bytes of length, its stamp, and a zero. */
const START_SIGNS: readonly (readonly [number, number])[] = [
  [10, PAYLOAD_START],
  [12, (KIND.segment << 5) | 31],
  [13, SEGMENT_BYTES + 2 - 31],
  [14, 0],
  [15, 0],
];
