/** Huffman codes of literals (RFC 8878, 4.2). */
import { ByteReader } from '@noinit/bytes';
import { BackwardBits } from './backward-bits.ts';
import { FseState, readFseTable } from './fse-table.ts';
import { MalformedZstdError } from './malformed.ts';

/** Every `width` bits lead to a symbol and say how many of them are its code. */
export interface HuffmanTable {
  readonly width: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

export function readHuffmanTable(reader: ByteReader): HuffmanTable {
  const header = reader.u8();
  const weights = header < 128 ? readCodedWeights(reader.take(header)) : readPlainWeights(reader, header - 127);
  let sum = 0;
  for (const weight of weights) {
    if (weight > MAX_CODE_BITS) throw new MalformedZstdError(`a Huffman code of weight ${weight}`);
    sum += (1 << weight) >> 1;
  }
  if (sum === 0) throw new MalformedZstdError('a Huffman tree without leaves');
  // The last weight is what is missing to a power of two.
  const width = 32 - Math.clz32(sum);
  const missing = (1 << width) - sum;
  if (width > MAX_CODE_BITS || (missing & (missing - 1)) !== 0)
    throw new MalformedZstdError('a Huffman tree that is not complete');
  weights.push(32 - Math.clz32(missing));
  return makeTable(weights, width);
}

function makeTable(weights: readonly number[], width: number): HuffmanTable {
  const symbols = new Uint8Array(1 << width);
  const bits = new Uint8Array(1 << width);
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue;
      const end = at + (1 << (weight - 1));
      symbols.fill(symbol, at, end);
      bits.fill(width + 1 - weight, at, end);
      at = end;
    }
  }
  return { width, symbols, bits };
}

function readPlainWeights(reader: ByteReader, count: number): number[] {
  const bytes = reader.take((count + 1) >> 1);
  return Array.from({ length: count }, (_, index) => {
    const pair = bytes[index >> 1] ?? 0;
    return index % 2 === 0 ? pair >> 4 : pair & 0xf;
  });
}

/** Two states take turns; the end is where one of them asks for more bits than there are (4.2.1.2). */
function readCodedWeights(bytes: Uint8Array): number[] {
  const reader = new ByteReader(bytes);
  const table = readFseTable(reader, MAX_WEIGHT_ACCURACY, MAX_CODE_BITS + 1);
  const bits = new BackwardBits(bytes.subarray(reader.offset));
  let current = new FseState(table, bits);
  let other = new FseState(table, bits);
  const weights: number[] = [];
  if (bits.left < 0) throw new MalformedZstdError('Huffman weights without states');
  while (bits.left >= 0) {
    if (weights.length > MAX_WEIGHTS - 2) throw new MalformedZstdError('more Huffman weights than there are symbols');
    weights.push(current.symbol);
    current.advance(bits);
    [current, other] = [other, current];
  }
  weights.push(current.symbol);
  return weights;
}

/** Decodes as many literals as `target` has room for, which must take exactly the bits there are. */
export function decodeLiterals(table: HuffmanTable, stream: Uint8Array, target: Uint8Array): void {
  const { width, symbols } = table;
  const bits = new BackwardBits(stream);
  for (let index = 0; index < target.length; index++) {
    const code = bits.peek(width);
    target[index] = symbols[code] ?? 0;
    bits.left -= table.bits[code] ?? 0;
    if (bits.left < 0) break;
  }
  if (bits.left !== 0) throw new MalformedZstdError('literals that do not end with their bits');
}

const MAX_CODE_BITS = 11;
const MAX_WEIGHT_ACCURACY = 6;
/** The last symbol's weight is not written. */
const MAX_WEIGHTS = 255;
