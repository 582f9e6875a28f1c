/** Finite state entropy tables (RFC 8878, 4.1.1): a state gives a symbol and, with some more bits, the next state. */
import type { ByteReader } from '@noinit/bytes';
import type { BackwardBits } from './backward-bits.ts';
import { MalformedZstdError } from './malformed.ts';

export interface FseTable {
  /** Bits of a state. */
  readonly accuracy: number;
  /** By state. */
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** A table from a section: its accuracy, then how often each symbol stands in it. */
export function readFseTable(reader: ByteReader, maxAccuracy: number, maxSymbol: number): FseTable {
  const bits = new ForwardBits(reader);
  const accuracy = bits.read(4) + 5;
  if (accuracy > maxAccuracy) throw new MalformedZstdError(`a table of accuracy ${accuracy}`);
  const counts: number[] = [];
  for (let left = 1 << accuracy; left > 0; ) {
    const count = readCount(bits, left);
    // -1 stands for less than one: such a symbol has one state.
    left -= Math.abs(count);
    counts.push(count);
    if (count === 0) {
      let repeat: number;
      do {
        repeat = bits.read(2);
        for (let index = 0; index < repeat; index++) counts.push(0);
      } while (repeat === 3 && counts.length <= maxSymbol);
    }
    if (counts.length > maxSymbol + 1 || left < 0) throw new MalformedZstdError('a table of symbols that do not exist');
  }
  bits.align();
  return makeFseTable(accuracy, counts);
}

/** A count takes as many bits as the largest that still fits, one less where it is small. */
function readCount(bits: ForwardBits, left: number): number {
  const width = 32 - Math.clz32(left + 1);
  const small = (1 << width) - 2 - left;
  const low = bits.read(width - 1);
  if (low < small) return low - 1;
  const value = low + (bits.read(1) << (width - 1));
  return (value >= 1 << (width - 1) ? value - small : value) - 1;
}

/** Spreads the symbols over the states (4.1.1). */
export function makeFseTable(accuracy: number, counts: readonly number[]): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[--high] = symbol;
    next[symbol] = Math.abs(count);
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  counts.forEach((count, symbol) => {
    for (let index = 0; index < count; index++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position >= high);
    }
  });
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  symbols.forEach((symbol, state) => {
    const number = next[symbol] ?? 0;
    next[symbol] = number + 1;
    const width = accuracy - (31 - Math.clz32(number));
    bits[state] = width;
    bases[state] = (number << width) - size;
  });
  return { accuracy, symbols, bits, bases };
}

/** The table of one symbol alone, which takes no bits. */
export function repeatedSymbol(symbol: number): FseTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/** A state of a table while symbols are decoded. */
export class FseState {
  private readonly table: FseTable;
  private state: number;

  constructor(table: FseTable, bits: BackwardBits) {
    this.table = table;
    this.state = bits.read(table.accuracy);
  }

  get symbol(): number {
    return this.table.symbols[this.state] ?? 0;
  }

  advance(bits: BackwardBits): void {
    const { table, state } = this;
    this.state = (table.bases[state] ?? 0) + bits.read(table.bits[state] ?? 0);
  }
}

/** Bits from the lowest of the first byte on. */
class ForwardBits {
  private readonly reader: ByteReader;
  private byte = 0;
  private left = 0;

  constructor(reader: ByteReader) {
    this.reader = reader;
  }

  read(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      if (this.left === 0) {
        this.byte = this.reader.u8();
        this.left = 8;
      }
      value |= ((this.byte >> (8 - this.left)) & 1) << index;
      this.left--;
    }
    return value;
  }

  align(): void {
    this.left = 0;
  }
}
