/**
 * The blocks that the Consumer handed out, as a transport saved them (docs/formats/log-ring.md, a stream of blocks). It may begin
 * and end within a block; after a reset reading begins again at an entry that was read before.
 */
import { concatBytes, equalBytes } from '@noinit/bytes';
import { EntryCursor, FILLER, KIND } from '../entries/entry-cursor.ts';
import { BLOCK_BYTES, type Block, PAYLOAD_END, PAYLOAD_START, readBlock, readOpenBlock, segmentOf } from './block.ts';
import { BlockWalker } from './block-walker.ts';
import type { LogRingDecoding, RingOptions } from './decoded-segment.ts';
import { findBlocks, hasEntries, type StreamPart } from './find-blocks.ts';

/** Never throws. What was read twice comes once. */
export function decodeBlockStream(bytes: Uint8Array, options: RingOptions): LogRingDecoding {
  const walker = new BlockWalker(options);
  const parts = findBlocks(bytes);
  const stream = new StreamReader(bytes, parts, walker);
  for (const [index, part] of parts.entries()) stream.read(part, index);
  return walker.finish();
}

class StreamReader {
  private readonly bytes: Uint8Array;
  private readonly parts: readonly StreamPart[];
  private readonly walker: BlockWalker;
  /** CRC of the blocks of this ring by their number. */
  private readonly seen = new Map<string, number>();

  constructor(bytes: Uint8Array, parts: readonly StreamPart[], walker: BlockWalker) {
    this.bytes = bytes;
    this.parts = parts;
    this.walker = walker;
  }

  read(part: StreamPart, index: number): void {
    if (part.kind === 'block') this.readWhole(part.block);
    else this.readRest(part.start, part.end, index);
  }

  private readWhole(block: Block): void {
    const { walker } = this;
    const start = segmentOf(block);
    const { expected } = walker;
    // Not the start itself, but word of one that was overwritten: whose the entries behind it are.
    if (start && start.number !== block.number) {
      walker.lose('overwritten before they were read');
      walker.beginSegment(start);
      return;
    }
    if (block.isEmptied) {
      walker.addDamage(block.offset, 'missing-part', 'a block was found damaged by the device');
      walker.lose('lost to damage');
      return;
    }
    if (expected !== undefined && block.first !== 0 && block.number < expected && !this.isRepeated(block)) {
      // Another device, or a start of this one with an empty ring.
      this.beginAnew(start !== undefined);
    } else if (expected !== undefined && block.number < expected) walker.told = Math.max(walker.told, walker.next ?? 0);
    if (expected !== undefined && block.number > expected && block.first !== 0) walker.lose('overwritten before they were read');
    if (expected !== undefined && block.number < expected) walker.rewind();
    this.seen.set(keyOf(block), crcOf(block));
    walker.walk(block, { isSealed: true });
  }

  /** Bytes that are no whole block: the end of one at the start of the stream or behind a reset, the beginning of one before it. */
  private readRest(from: number, end: number, index: number): void {
    let start = from;
    for (let joined = this.joinHalves(start, end); joined; joined = this.joinHalves(start, end)) {
      this.readWhole(joined.block);
      start = joined.end;
    }
    if (start === end) return;
    const next = this.parts[index + 1];
    if (next?.kind === 'block' && this.readBefore(start, end, next.block)) return;
    if (next === undefined && this.readLast(start, end)) return;
    const anew = this.findStart(start + 1, end);
    // What was read up to a cold start: the newest block, not all of it.
    if (!this.readOpen(start, anew?.offset ?? end)) this.refuse(start, anew?.offset ?? end);
    if (anew === undefined) return;
    this.beginAnew(segmentOf(anew) !== undefined);
    this.walker.walk(anew, { isSealed: false, end: Math.min(end - anew.offset, PAYLOAD_END), isEndKnown: false });
  }

  /** The open block of a ring that begins anew. */
  private findStart(from: number, end: number): Block | undefined {
    for (let at = from; at + PAYLOAD_START < end; at++) {
      const block = readOpenBlock(this.bytes.subarray(0, end), at);
      if (block && segmentOf(block)) return block;
    }
    return undefined;
  }

  private beginAnew(hasStart: boolean): void {
    const { walker } = this;
    walker.lose('lost to damage');
    walker.restart();
    this.seen.clear();
    if (!hasStart) walker.beginSegment(undefined, 'its numbers go back: nobody knows which build wrote it');
  }

  /** What stands before a block: told already, or the end of the block before it. */
  private readBefore(start: number, end: number, next: Block): boolean {
    return this.isRepetition(start, end, next.offset) || (end - start < BLOCK_BYTES && this.readEnd(start, end, next));
  }

  /** The newest block, which more will be written into, and perhaps something before it. */
  private readLast(start: number, end: number): boolean {
    for (let at = start; at + PAYLOAD_START < end && at - start < 2 * BLOCK_BYTES; at++) {
      const block = readOpenBlock(this.bytes.subarray(0, end), at);
      if (!block || end - at >= BLOCK_BYTES || !this.mayBeNext(block)) continue;
      if (at > start && (!beginsWithEntry(block, end) || !this.readBefore(start, at, block))) continue;
      return this.readOpen(at, end);
    }
    return false;
  }

  private readOpen(start: number, end: number): boolean {
    const block = readOpenBlock(this.bytes.subarray(0, end), start);
    if (!block || end - start > BLOCK_BYTES || !this.mayBeNext(block)) return false;
    // Where no number is expected any header would do.
    if (this.walker.expected === undefined && !beginsWithEntry(block, end)) return false;
    return this.walker.walk(block, { isSealed: false, end: Math.min(end - start, PAYLOAD_END) });
  }

  private mayBeNext({ number, first }: Block): boolean {
    const { expected } = this.walker;
    return (expected === undefined || number === expected) && (first === 0 || (first >= PAYLOAD_START && first < PAYLOAD_END));
  }

  private refuse(start: number, end: number): void {
    this.walker.addDamage(start, 'malformed', `${end - start} bytes that are no block of a log`);
    this.walker.lose('lost to damage');
  }

  /** What was read of a block before a reset, and what was read of it after: together they are the block that is expected here. */
  private joinHalves(start: number, end: number): { readonly block: Block; readonly end: number } | undefined {
    if (end - start <= BLOCK_BYTES) return undefined;
    for (let again = start + 1; again < Math.min(start + BLOCK_BYTES, end); again++) {
      for (let from = 1; from <= again - start; from++) {
        const stop = again + BLOCK_BYTES - from;
        if (stop > end || !this.maySeal(stop, start, from, again)) continue;
        const whole = concatBytes([this.bytes.subarray(start, start + from), this.bytes.subarray(again, stop)]);
        const block = readBlock(whole, 0);
        if (block?.hasRightCrc && this.mayBeNext(block) && hasEntries(block)) return { block, end: stop };
      }
    }
    return undefined;
  }

  /** Whether both readings agree where they overlap: cheap, and almost never by chance. */
  private maySeal(stop: number, start: number, from: number, again: number): boolean {
    const overlap = Math.min(again - start - from, stop - again);
    for (let at = 0; at < overlap; at++) if (this.bytes[start + from + at] !== this.bytes[again + at]) return false;
    return true;
  }

  /** The end of a block that was read whole before, behind the beginning of one that comes whole at `behind` or later. */
  private isRepetition(start: number, end: number, behind: number): boolean {
    const blocks = this.parts.flatMap((part) => (part.kind === 'block' ? [part.block.offset] : []));
    const isSame = (from: number, to: number, at: number) =>
      equalBytes(this.bytes.subarray(from, to), this.bytes.subarray(at, at + to - from));
    const before = blocks.filter((offset) => offset < start).slice(-MAX_BLOCKS_BACK);
    const later = [behind, ...blocks.filter((offset) => offset > behind).slice(0, MAX_BLOCKS_BACK)];
    for (
      let split = Math.max(start, end - BLOCK_BYTES + 1);
      split <= end - MIN_END_BYTES && split - start <= BLOCK_BYTES;
      split++
    ) {
      const knownEnd = before.some((offset) => isSame(split, end, offset + BLOCK_BYTES - (end - split)));
      if (knownEnd && (split === start || later.some((offset) => isSame(start, split, offset)))) return true;
    }
    return false;
  }

  /** Entries up to the end of a block whose beginning is not there: numbers and times follow from the block behind it. */
  private readEnd(start: number, end: number, next: Block): boolean {
    const payloadEnd = end - (BLOCK_BYTES - PAYLOAD_END);
    const counted = countEntries(this.bytes, start, payloadEnd, next);
    if (counted === undefined) return false;
    const { walker } = this;
    const first = next.number - counted.entries;
    const time = next.isSegmentStart ? 0 : Math.max(next.time - counted.ticks, 0);
    if (walker.next !== undefined && first !== walker.next) walker.lose('overwritten before they were read');
    const block: Block = {
      bytes: this.bytes,
      offset: end - BLOCK_BYTES,
      number: first,
      time,
      first: start - (end - BLOCK_BYTES),
      isSegmentStart: false,
      tag: next.isSegmentStart ? (next.tag + 63) % 64 : next.tag,
      isEmptied: false,
      hasRightCrc: true,
      hasRightHeader: false,
    };
    if (walker.next === undefined)
      walker.beginSegment(undefined, 'the log begins behind the start that says which build wrote it');
    if (next.isSegmentStart) walker.addDamage(start, 'missing-part', 'the times of the first entries are not known');
    walker.walk(block, { isSealed: true });
    return true;
  }

  /** The same block again, or one whose entries are among those that were told. */
  private isRepeated(block: Block): boolean {
    return this.seen.get(keyOf(block)) === crcOf(block);
  }
}

/** How far around a break repetitions are looked for: more than a reader holds back before it releases. */
const MAX_BLOCKS_BACK = 64;
/** A shorter one may be equal by chance: it holds an entry and a CRC. */
const MIN_END_BYTES = 5;

/** Nothing covers the header of an open block: its first entry must at least be one. */
function beginsWithEntry({ bytes, offset, first }: Block, end: number): boolean {
  const cursor = new EntryCursor(bytes);
  return first !== 0 && cursor.step(offset + first, end) === 'entry' && cursor.isIntact;
}

/** How many entries begin between the two, and how many ticks they take; undefined where they do not lead to the end. */
function countEntries(bytes: Uint8Array, start: number, end: number, next: Block) {
  const cursor = new EntryCursor(bytes);
  let [entries, ticks] = [0, 0];
  for (let at = start; at < end; at = cursor.end) {
    if (bytes[at] === FILLER) return { entries, ticks };
    const step = cursor.step(at, end);
    if (step === 'overlong') return undefined;
    if (step === 'cut') {
      const rest = continued(bytes, at, end, next);
      return rest === undefined ? undefined : { entries: entries + 1, ticks: ticks + rest };
    }
    if (!cursor.hasStamp || (!cursor.isIntact && cursor.kind !== KIND.open)) return undefined;
    entries += 1;
    ticks += cursor.delta;
  }
  return { entries, ticks };
}

/** Ticks of an entry that goes on in the next block, where it ends there. */
function continued(bytes: Uint8Array, at: number, end: number, next: Block): number | undefined {
  const rest = next.bytes.subarray(next.offset + 12, next.offset + PAYLOAD_END);
  const whole = Uint8Array.from([...bytes.subarray(at, end), ...rest]);
  const cursor = new EntryCursor(whole);
  return cursor.step(0, whole.length) === 'entry' && cursor.isIntact ? cursor.delta : undefined;
}

function keyOf({ number, first }: Block): string {
  return `${number}.${first === 0}`;
}

function crcOf({ bytes, offset }: Block): number {
  return (bytes[offset + PAYLOAD_END] ?? 0) | ((bytes[offset + PAYLOAD_END + 1] ?? 0) << 8);
}
