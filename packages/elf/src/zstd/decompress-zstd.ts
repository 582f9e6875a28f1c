/**
 * Zstandard frames (RFC 8878), because Node 20 has none. Dictionaries are refused; content checksums are passed over:
 * nothing else in an ELF file has one.
 */
import { ByteReader, OverlongError, TruncatedError } from '@noinit/bytes';
import type { HuffmanTable } from './huffman-table.ts';
import { MAX_BLOCK_BYTES, readLiterals } from './literals.ts';
import { MalformedZstdError } from './malformed.ts';
import { Output } from './output.ts';
import { readSequences, type SequenceTables } from './sequences.ts';

/** All frames of `packed`, one behind the other; at most `limit` bytes. Throws MalformedZstdError. */
export function decompressZstd(packed: Uint8Array, limit: number): Uint8Array {
  const output = new Output(limit);
  const reader = new ByteReader(packed);
  try {
    while (!reader.atEnd) readFrame(reader, output);
  } catch (error) {
    if (!(error instanceof TruncatedError || error instanceof OverlongError)) throw error;
    throw new MalformedZstdError(`it is cut short: ${error.message}`);
  }
  return output.toBytes();
}

function readFrame(reader: ByteReader, output: Output): void {
  const magic = reader.u32();
  if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
    reader.skip(reader.u32());
    return;
  }
  if (magic !== MAGIC) throw new MalformedZstdError('no frame begins with its magic number');
  const { contentSize, hasChecksum } = readFrameHeader(reader);
  const start = output.length;
  output.beginFrame();
  const blocks = new Blocks(output);
  while (!blocks.read(reader));
  if (contentSize !== undefined && contentSize !== output.length - start)
    throw new MalformedZstdError(`a frame of ${output.length - start} bytes claims ${contentSize}`);
  if (hasChecksum) reader.skip(4);
}

/** 3.1.1.1. The window's size tells a decoder how much to remember; here all of the output is at hand. */
function readFrameHeader(reader: ByteReader) {
  const descriptor = reader.u8();
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (descriptor & 0x08) throw new MalformedZstdError('a frame of a kind that is not defined');
  if (!isSingleSegment) reader.skip(1);
  for (const byte of reader.take([0, 1, 2, 4][descriptor & 3] ?? 0)) {
    if (byte !== 0) throw new MalformedZstdError('it needs a dictionary');
  }
  const hasChecksum = (descriptor & 0x04) !== 0;
  return { contentSize: readContentSize(reader, descriptor >> 6, isSingleSegment), hasChecksum };
}

function readContentSize(reader: ByteReader, flag: number, isSingleSegment: boolean): number | undefined {
  if (flag === 0) return isSingleSegment ? reader.u8() : undefined;
  if (flag === 1) return reader.u16() + 256;
  return flag === 2 ? reader.u32() : reader.u64();
}

/** The blocks of one frame, and what a block takes from those before it. */
class Blocks {
  private readonly output: Output;
  private huffman: HuffmanTable | undefined;
  private tables: SequenceTables = {};

  constructor(output: Output) {
    this.output = output;
  }

  /** Reads one block; whether it was the last. */
  read(reader: ByteReader): boolean {
    const header = reader.u24();
    const size = header >> 3;
    const kind = (header >> 1) & 3;
    if (size > MAX_BLOCK_BYTES) throw new MalformedZstdError(`a block of ${size} bytes`);
    if (kind === BLOCK.raw) this.output.append(reader.take(size));
    else if (kind === BLOCK.repeated) this.output.repeat(reader.u8(), size);
    else if (kind === BLOCK.compressed) this.readCompressed(reader.take(size));
    else throw new MalformedZstdError('a block of a kind that is not defined');
    return (header & 1) !== 0;
  }

  private readCompressed(bytes: Uint8Array): void {
    const { output } = this;
    const reader = new ByteReader(bytes);
    const { literals, table } = readLiterals(reader, this.huffman);
    this.huffman = table;
    const end = output.length + MAX_BLOCK_BYTES;
    let used = 0;
    this.tables = readSequences(bytes.subarray(reader.offset), this.tables, (length, match, offset) => {
      if (used + length > literals.length) throw new MalformedZstdError('sequences of more literals than there are');
      output.appendFrom(literals, used, length);
      used += length;
      output.copy(offset, match, length === 0);
      if (output.length > end) throw new MalformedZstdError('a block becomes too long');
    });
    output.append(literals.subarray(used));
    if (output.length > end) throw new MalformedZstdError('a block becomes too long');
  }
}

const MAGIC = 0xfd2f_b528;
const SKIPPABLE = 0x184d_2a50;
const BLOCK = { raw: 0, repeated: 1, compressed: 2 } as const;
