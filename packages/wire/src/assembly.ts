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
  const partial = rest.length > 0 ? { partial: partialMessage(rest, search.prefixes) } : {};
  return { messages, ...partial, gaveUp: search.gaveUp };
}

function partialMessage(rest: readonly Chunk[], prefixes: readonly Prefix[]): PartialMessage {
  const prefix = longestPrefixWith(new Set(rest), prefixes);
  const ends = new Set(rest.filter((chunk) => chunk.last).map(chunkEnd));
  const [end] = ends;
  const missing = gaps(rest, end);
  return {
    prefix: prefix ? prefixBytes(prefix) : new Uint8Array(0),
    missing,
    ...(end !== undefined && ends.size === 1 ? { end } : {}),
  };
}

/** Of the prefixes that at least one of `wanted` is in, the longest; of two equally long ones the one found first. */
function longestPrefixWith(wanted: ReadonlySet<Chunk>, prefixes: readonly Prefix[]): Prefix | undefined {
  const having = new Set<Prefix>();
  let longest: Prefix | undefined;
  for (const prefix of prefixes) {
    const inherits = prefix.before !== undefined && having.has(prefix.before);
    if (!inherits && !(prefix.chunk && wanted.has(prefix.chunk))) continue;
    having.add(prefix);
    if (longest === undefined || prefix.end > longest.end) longest = prefix;
  }
  return longest;
}

function gaps(sorted: readonly Chunk[], end = 0): readonly ByteRange[] {
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
