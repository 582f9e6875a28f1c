/** The sequences section of a block (RFC 8878, 3.1.1.3.2): how many literals to take, and what to copy behind them. */
import { ByteReader } from '@noinit/bytes';
import { BackwardBits } from './backward-bits.ts';
import { FseState, type FseTable, makeFseTable, readFseTable, repeatedSymbol } from './fse-table.ts';
import { MalformedZstdError } from './malformed.ts';

/** The tables of a block, kept for later blocks that repeat them. */
export interface SequenceTables {
  readonly literals?: FseTable;
  readonly offsets?: FseTable;
  readonly matches?: FseTable;
}

/** Receives each sequence: literals to take, bytes to copy, and the offset as coded (3.1.1.5). */
export type SequenceSink = (literals: number, match: number, offset: number) => void;

/** Reads the section, which is all that `bytes` holds. */
export function readSequences(bytes: Uint8Array, known: SequenceTables, sink: SequenceSink): SequenceTables {
  const reader = new ByteReader(bytes);
  const count = readCount(reader);
  if (count === 0) {
    if (!reader.atEnd) throw new MalformedZstdError('bytes behind a block without sequences');
    return known;
  }
  const modes = reader.u8();
  if (modes & 3) throw new MalformedZstdError('sequences of a mode that is not defined');
  const literals = readTable(reader, modes >> 6, LITERALS, known.literals);
  const offsets = readTable(reader, (modes >> 4) & 3, OFFSETS, known.offsets);
  const matches = readTable(reader, (modes >> 2) & 3, MATCHES, known.matches);
  const tables = { literals, offsets, matches };
  decode(new BackwardBits(bytes.subarray(reader.offset)), count, tables, sink);
  return tables;
}

function decode(bits: BackwardBits, count: number, tables: Required<SequenceTables>, sink: SequenceSink): void {
  const literals = new FseState(tables.literals, bits);
  const offsets = new FseState(tables.offsets, bits);
  const matches = new FseState(tables.matches, bits);
  for (let index = 0; index < count; index++) {
    const offset = 2 ** offsets.symbol + bits.readWide(offsets.symbol);
    const match = (MATCHES.bases[matches.symbol] ?? 0) + bits.read(MATCHES.bits[matches.symbol] ?? 0);
    const length = (LITERALS.bases[literals.symbol] ?? 0) + bits.read(LITERALS.bits[literals.symbol] ?? 0);
    if (index + 1 < count) {
      literals.advance(bits);
      matches.advance(bits);
      offsets.advance(bits);
    }
    if (bits.left < 0) break;
    sink(length, match, offset);
  }
  if (bits.left !== 0) throw new MalformedZstdError('sequences that do not end with their bits');
}

function readCount(reader: ByteReader): number {
  const first = reader.u8();
  if (first < 128) return first;
  if (first < 255) return ((first - 128) << 8) + reader.u8();
  return reader.u16() + 0x7f00;
}

interface Code {
  /** Used where the block says so. */
  readonly usual: FseTable;
  readonly maxAccuracy: number;
  /** What a symbol stands for: a base, and so many more bits. */
  readonly bases: readonly number[];
  readonly bits: readonly number[];
}

function readTable(reader: ByteReader, mode: number, code: Code, known: FseTable | undefined): FseTable {
  const maxSymbol = code.bits.length - 1;
  if (mode === 0) return code.usual;
  if (mode === 2) return readFseTable(reader, code.maxAccuracy, maxSymbol);
  if (mode === 1) {
    const symbol = reader.u8();
    if (symbol > maxSymbol) throw new MalformedZstdError(`sequences by a symbol ${symbol}`);
    return repeatedSymbol(symbol);
  }
  if (!known) throw new MalformedZstdError('sequences by a table that no block has');
  return known;
}

/** Bases follow from the numbers of bits: each symbol begins where the one before it ends. */
function makeCode(
  first: number,
  bits: readonly number[],
  maxAccuracy: number,
  accuracy: number,
  counts: readonly number[],
): Code {
  let base = first;
  const bases = bits.map((width) => {
    const own = base;
    base += 2 ** width;
    return own;
  });
  return { usual: makeFseTable(accuracy, counts), maxAccuracy, bases, bits };
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** 3.1.1.3.2.1.1 and, for the counts, 3.1.1.3.2.2. */
const LITERALS = makeCode(
  0,
  [...zeros(16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  9,
  6,
  [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
);
const MATCHES = makeCode(3, [...zeros(32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 9, 6, [
  1,
  4,
  3,
  2,
  2,
  2,
  2,
  2,
  2,
  ...new Array<number>(37).fill(1),
  -1,
  -1,
  -1,
  -1,
  -1,
  -1,
  -1,
]);
const OFFSETS = makeCode(
  1,
  Array.from({ length: 32 }, (_, symbol) => symbol),
  8,
  5,
  [1, 1, 1, 1, 1, 1, 2, 2, 2, ...new Array<number>(15).fill(1), -1, -1, -1, -1, -1],
);
