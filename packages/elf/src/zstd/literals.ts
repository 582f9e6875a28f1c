/** The literals section of a block (RFC 8878, 3.1.1.3.1): bytes that no match copies. */
import type { ByteReader } from '@noinit/bytes';
import { decodeLiterals, type HuffmanTable, readHuffmanTable } from './huffman-table.ts';
import { MalformedZstdError } from './malformed.ts';

/** Bytes that one block may become. */
export const MAX_BLOCK_BYTES = 128 * 1024;

/** `known` is the Huffman table of an earlier block. */
export function readLiterals(reader: ByteReader, known: HuffmanTable | undefined) {
  const first = reader.u8();
  const kind = first & 3;
  const format = (first >> 2) & 3;
  if (kind === KIND.raw || kind === KIND.repeated) {
    const size = readPlainSize(reader, first, format);
    checkSize(size);
    const literals = kind === KIND.raw ? reader.take(size) : new Uint8Array(size).fill(reader.u8());
    return { literals, table: known };
  }
  const { size, packedSize } = readPackedSizes(reader, first, format);
  checkSize(size);
  const end = reader.offset + packedSize;
  if (packedSize > reader.remaining) throw new MalformedZstdError('literals end behind their block');
  const table = kind === KIND.compressed ? readHuffmanTable(reader) : known;
  if (!table) throw new MalformedZstdError('literals by a Huffman table that no block has');
  if (reader.offset > end) throw new MalformedZstdError('a Huffman table ends behind its literals');
  const literals = new Uint8Array(size);
  if (format === 0) decodeLiterals(table, reader.take(end - reader.offset), literals);
  else decodeFourStreams(table, reader, end, literals);
  return { literals, table };
}

function decodeFourStreams(table: HuffmanTable, reader: ByteReader, end: number, literals: Uint8Array): void {
  const sizes = [reader.u16(), reader.u16(), reader.u16()];
  const step = (literals.length + 3) >> 2;
  for (let index = 0; index < 4; index++) {
    const size = sizes[index] ?? end - reader.offset;
    if (size < 0 || reader.offset + size > end) throw new MalformedZstdError('a stream of literals ends behind its section');
    const part = index < 3 ? literals.subarray(index * step, (index + 1) * step) : literals.subarray(3 * step);
    decodeLiterals(table, reader.take(size), part);
  }
}

function readPlainSize(reader: ByteReader, first: number, format: number): number {
  if (format % 2 === 0) return first >> 3;
  if (format === 1) return (first >> 4) | (reader.u8() << 4);
  return (first >> 4) | (reader.u8() << 4) | (reader.u8() << 12);
}

/** Two sizes of 10, 10, 14 or 18 bits behind the four bits of kind and format. */
function readPackedSizes(reader: ByteReader, first: number, format: number) {
  const width = [10, 10, 14, 18][format] ?? 0;
  let value = first >> 4;
  for (let bits = 4; bits < 2 * width; bits += 8) value += reader.u8() * 2 ** bits;
  return { size: value % 2 ** width, packedSize: Math.floor(value / 2 ** width) };
}

function checkSize(size: number): void {
  if (size > MAX_BLOCK_BYTES) throw new MalformedZstdError(`a block of ${size} literals`);
}

const KIND = { raw: 0, repeated: 1, compressed: 2 } as const;
