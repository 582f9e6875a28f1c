/**
 * Finds the messages that a set of chunks can make. It grows prefixes from the front: each chunk that agrees with a prefix
 * and reaches beyond it makes a longer one. Prefixes of the same length and CRC-32 are one prefix, because no later byte can
 * tell them apart; so chunks that agree cost nothing extra, and only contradictions branch.
 */
import { compareBytes, concatBytes, crc32, toHex } from '@noinit/bytes';
import type { Chunk } from './chunk.ts';
import { MAX_MESSAGES_PER_ID, MAX_SEARCH_PREFIXES, MAX_SEARCH_WORK } from './limits.ts';
import { MESSAGE_CRC_BYTES } from './message.ts';

/** Bytes from a message's beginning on, as the chain of pieces that chunks added. */
export interface Prefix {
  readonly end: number;
  readonly crc: number;
  readonly before: Prefix | undefined;
  /** The bytes from the end of `before` to `end`. */
  readonly piece: Uint8Array;
}

export interface PrefixSearch {
  /** Messages with a right CRC-32, each once. */
  readonly messages: readonly Prefix[];
  /** The longest prefix that no last chunk has ended; of two equally long ones always the same. */
  readonly longest: Prefix;
  readonly gaveUp: boolean;
}

/** `chunks` must be sorted by `compareChunks`; then the result depends on nothing but their set. */
export function searchPrefixes(chunks: readonly Chunk[]): PrefixSearch {
  const search = new Search(chunks);
  const ends = [...new Set(chunks.map(chunkEnd))].sort((a, b) => a - b);
  for (const end of [0, ...ends]) {
    for (const prefix of search.prefixesAt(end)) search.grow(prefix);
  }
  return search.result();
}

/** By offset, then by bytes, then whether last: an order of the chunks themselves. */
export function compareChunks(left: Chunk, right: Chunk): number {
  return left.offset - right.offset || compareBytes(left.payload, right.payload) || Number(left.last) - Number(right.last);
}

export function chunkEnd(chunk: Chunk): number {
  return chunk.offset + chunk.payload.length;
}

export function prefixBytes(prefix: Prefix): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let node: Prefix | undefined = prefix; node; node = node.before) pieces.push(node.piece);
  return concatBytes(pieces.reverse());
}

function lastBytes(prefix: Prefix, count: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let node: Prefix | undefined = prefix; node && node.end > prefix.end - count; node = node.before) pieces.push(node.piece);
  return concatBytes(pieces.reverse()).slice(-count);
}

const EMPTY_PREFIX: Prefix = { end: 0, crc: 0, before: undefined, piece: new Uint8Array(0) };

class Search {
  private readonly chunks: readonly Chunk[];
  private readonly longestPayload: number;
  private readonly byEnd = new Map<number, Map<number, Prefix>>();
  private readonly messages = new Map<string, Prefix>();
  private longest = EMPTY_PREFIX;
  private alternatives = 0;
  private work = 0;
  private gaveUp = false;

  constructor(chunks: readonly Chunk[]) {
    this.chunks = chunks;
    this.longestPayload = chunks.reduce((longest, chunk) => Math.max(longest, chunk.payload.length), 0);
    this.keep(EMPTY_PREFIX);
  }

  prefixesAt(end: number): readonly Prefix[] {
    return [...(this.byEnd.get(end)?.values() ?? [])];
  }

  /** Adds every prefix that one more chunk makes of this one. */
  grow(prefix: Prefix): void {
    for (let index = this.firstBehind(prefix.end) - 1; index >= 0 && !this.isExhausted(); index--) {
      const chunk = this.chunks[index] as Chunk;
      if (chunk.offset + this.longestPayload <= prefix.end) return;
      this.work += 1;
      if (chunkEnd(chunk) > prefix.end && this.agrees(prefix, chunk)) this.extend(prefix, chunk);
    }
  }

  result(): PrefixSearch {
    return { messages: [...this.messages.values()], longest: this.longest, gaveUp: this.gaveUp };
  }

  private extend(prefix: Prefix, chunk: Chunk): void {
    const piece = chunk.payload.subarray(prefix.end - chunk.offset);
    this.work += piece.length;
    const longer = { end: chunkEnd(chunk), crc: crc32(piece, prefix.crc), before: prefix, piece };
    if (!chunk.last) this.keep(longer);
    else if (longer.crc === CRC_OF_MESSAGE_WITH_CRC) this.found(longer);
  }

  /** The same message may be found by several last chunks: its length and its own CRC-32 name it. */
  private found(message: Prefix): void {
    const name = `${message.end} ${toHex(lastBytes(message, MESSAGE_CRC_BYTES))}`;
    if (this.messages.has(name)) return;
    if (this.messages.size === MAX_MESSAGES_PER_ID) this.gaveUp = true;
    else this.messages.set(name, message);
  }

  private keep(prefix: Prefix): void {
    const others = this.byEnd.get(prefix.end) ?? new Map<number, Prefix>();
    if (others.has(prefix.crc)) return;
    if (others.size > 0) this.alternatives += 1;
    if (this.alternatives > MAX_SEARCH_PREFIXES) {
      this.gaveUp = true;
      return;
    }
    this.byEnd.set(prefix.end, others.set(prefix.crc, prefix));
    if (prefix.end > this.longest.end) this.longest = prefix;
  }

  /** Whether the chunk says the same as the prefix where both speak. */
  private agrees(prefix: Prefix, chunk: Chunk): boolean {
    for (let node = prefix; node.before && node.end > chunk.offset; node = node.before) {
      const start = Math.max(chunk.offset, node.before.end);
      const mine = node.piece.subarray(start - node.before.end);
      const theirs = chunk.payload.subarray(start - chunk.offset, node.end - chunk.offset);
      this.work += mine.length;
      if (compareBytes(mine, theirs) !== 0) return false;
    }
    return true;
  }

  /** Index of the first chunk that begins behind `end`. */
  private firstBehind(end: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle] as Chunk).offset <= end) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private isExhausted(): boolean {
    if (this.work > MAX_SEARCH_WORK) this.gaveUp = true;
    return this.work > MAX_SEARCH_WORK;
  }
}

/** CRC-32 of any message together with its own CRC-32, little endian: the residue of CRC-32/ISO-HDLC. */
const CRC_OF_MESSAGE_WITH_CRC = 0x2144df1c;
