/**
 * Chunks put together again (docs/formats/chunk.md). Chunks come in any order, twice, cut at other places, and now and then a
 * message id comes round again, so that chunks of two messages contradict each other. What fits together is decided by the
 * CRC-32 at a message's end. The result depends on the set of chunks only.
 */
import { compareBytes, equalBytes } from '@noinit/bytes';
import type { Chunk } from './chunk.ts';
import { chunkEnd, compareChunks, type Prefix, prefixBytes, searchPrefixes } from './prefix-search.ts';

export interface Assembly {
  /** Whole messages, CRC-32 included and right; shortest first, then by their bytes. */
  readonly messages: readonly Uint8Array[];
  /** What the chunks say beyond the whole messages. */
  readonly partial?: PartialMessage;
  /** The chunks contradict each other in more places than were tried: more messages may be in them. */
  readonly gaveUp: boolean;
}

export interface PartialMessage {
  /** From the beginning up to the first gap; where chunks contradict each other, the longest that fits together. */
  readonly prefix: Uint8Array;
  /** Gaps between the chunks that are in no whole message, and up to `end`; in order. */
  readonly missing: readonly ByteRange[];
  /** Where the message ends, if its last chunk is there. */
  readonly end?: number;
}

export interface ByteRange {
  readonly start: number;
  /** First byte behind the range. */
  readonly end: number;
}

/**
 * Puts the chunks of one device and one message id together. More chunks never make a found message disappear, unless
 * `gaveUp`: who stores messages keeps those it has found.
 */
export function assembleMessages(chunks: readonly Chunk[]): Assembly {
  const distinct = distinctChunks(chunks);
  const search = searchPrefixes(distinct);
  const messages = search.messages.map(prefixBytes).sort((a, b) => a.length - b.length || compareBytes(a, b));
  const rest = distinct.filter((chunk) => !messages.some((message) => isPartOf(chunk, message)));
  if (rest.length === 0) return { messages, gaveUp: search.gaveUp };
  // Only among themselves: a prefix of chunks from here and there would be longer and say what nobody said.
  const restSearch = rest.length < distinct.length ? searchPrefixes(rest) : search;
  return { messages, partial: partialMessage(rest, restSearch.longest), gaveUp: search.gaveUp };
}

function partialMessage(rest: readonly Chunk[], longest: Prefix): PartialMessage {
  const ends = [...new Set(rest.filter((chunk) => chunk.last).map(chunkEnd))];
  const missing = gaps(rest, Math.max(0, ...ends));
  const [end] = ends;
  return { prefix: prefixBytes(longest), missing, ...(end !== undefined && ends.length === 1 ? { end } : {}) };
}

function gaps(sorted: readonly Chunk[], end: number): readonly ByteRange[] {
  const missing: ByteRange[] = [];
  let covered = 0;
  for (const chunk of sorted) {
    if (chunk.offset > covered) missing.push({ start: covered, end: chunk.offset });
    covered = Math.max(covered, chunkEnd(chunk));
  }
  if (end > covered) missing.push({ start: covered, end });
  return missing;
}

/** A last chunk ends the message; every other one ends before it. */
function isPartOf(chunk: Chunk, message: Uint8Array): boolean {
  const end = chunkEnd(chunk);
  if (chunk.last ? end !== message.length : end >= message.length) return false;
  return equalBytes(message.subarray(chunk.offset, end), chunk.payload);
}

/** Each chunk once, in an order that depends on nothing but the chunks. */
function distinctChunks(chunks: readonly Chunk[]): readonly Chunk[] {
  const sorted = [...chunks].sort(compareChunks);
  return sorted.filter((chunk, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareChunks(before, chunk) !== 0;
  });
}
