/** Values that live in several places (DW_OP_piece and DW_OP_bit_piece; DWARF 5, 2.6.1.2). */
import type { Location, Piece } from '@noinit/dwarf';
import { type Hole, readStorage, type Storage } from './storage.ts';
import type { TargetMemory } from './target.ts';

/** Largest value that is put together from pieces, in bytes. */
const MAX_PIECES_BYTES = 1 << 16;

export interface PieceReading {
  readonly littleEndian: boolean;
  readonly memory: TargetMemory;
  /** The storage of a value of `size` bytes at a piece's location. */
  readonly readPiece: (location: Location, size: number) => Storage;
}

/** A piece that is unknown becomes a hole, and so does what the pieces leave of the type's `size`. */
export function joinPieces(pieces: readonly Piece[], size: number, reading: PieceReading): Storage {
  const bits = pieces.reduce((sum, piece) => sum + piece.bitSize, 0);
  const length = Math.max(Math.ceil(bits / 8), size);
  if (length > MAX_PIECES_BYTES)
    return { kind: 'unknown', unknown: { why: 'too-large', detail: `a value in pieces of ${length} bytes` } };
  const bytes = new Uint8Array(length);
  const holes: Hole[] = [];
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.bitSize;
    const read = readBits(piece, reading);
    if (read.kind === 'bits') copyBits(read, { bytes, start: at }, piece.bitSize, reading.littleEndian);
    else holes.push({ start: Math.floor(at / 8), end: Math.ceil(end / 8), unknown: read.unknown });
    at = end;
  }
  const rest = Math.ceil(at / 8);
  if (rest < length) holes.push({ start: rest, end: length, unknown: NOT_DESCRIBED });
  return { kind: 'bytes', bytes, holes };
}

interface Bits {
  readonly bytes: Uint8Array;
  /** Of the first bit, counted from the least significant bit of byte 0; on big-endian targets from the most significant. */
  readonly start: number;
}

function readBits({ location, bitSize, bitOffset }: Piece, { littleEndian, memory, readPiece }: PieceReading) {
  const length = Math.ceil((bitOffset + bitSize) / 8);
  if (length > MAX_PIECES_BYTES) return { kind: 'unknown', unknown: NOT_DESCRIBED } as const;
  const read = readStorage(readPiece(location, length), length, memory);
  if (read.kind === 'unknown') return read;
  // In registers and computed numbers the offset counts from the least significant bit, in memory from its beginning.
  const isNumber = location.kind === 'register' || location.kind === 'value';
  const start = isNumber && !littleEndian ? 8 * length - bitOffset - bitSize : bitOffset;
  return { kind: 'bits', bytes: read.bytes, start } as const;
}

function copyBits(from: Bits, to: Bits, count: number, littleEndian: boolean): void {
  if (from.start % 8 === 0 && to.start % 8 === 0 && count % 8 === 0) {
    to.bytes.set(from.bytes.subarray(from.start / 8, (from.start + count) / 8), to.start / 8);
    return;
  }
  for (let index = 0; index < count; index++) {
    const source = from.start + index;
    if (((from.bytes[source >> 3] ?? 0) & mask(source, littleEndian)) === 0) continue;
    const target = to.start + index;
    to.bytes[target >> 3] = (to.bytes[target >> 3] ?? 0) | mask(target, littleEndian);
  }
}

function mask(bit: number, littleEndian: boolean): number {
  return littleEndian ? 1 << (bit & 7) : 0x80 >> (bit & 7);
}

const NOT_DESCRIBED = { why: 'optimized-out', detail: 'the compiler keeps no value of this part' } as const;
