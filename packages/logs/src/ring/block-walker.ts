/** Blocks in the order in which they were written become segments of lines. What is damaged is named and stepped over. */
import { concatBytes } from '@noinit/bytes';
import { type Damage, type DamageCode, type LogLine, milliseconds } from '@noinit/model';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { EntryCursor, FILLER, KIND } from '../entries/entry-cursor.ts';
import { type LineOrigin, makeGapLine, makeLine } from '../entries/line-maker.ts';
import { type LogSegmentStart, readSegment, SEGMENT_BYTES, uptimeAt } from '../entries/segment.ts';
import { type Block, looksLikeStart, PAYLOAD_END, PAYLOAD_START, segmentOf } from './block.ts';
import type { DecodedSegment, LogRingDecoding, RingOptions } from './decoded-segment.ts';

/** How entries came to be missing. */
export type Loss = 'overwritten before they were read' | 'lost to damage';

export interface WalkOptions {
  /** Its CRC covers it. */
  readonly isSealed: boolean;
  /** Of the entries: the end of the payload but in the newest block. */
  readonly end?: number | undefined;
  /** Where it is not known how far the newest block was written, the first thing that is no entry ends it. */
  readonly isEndKnown?: boolean;
}

export class BlockWalker {
  private readonly options: RingOptions;
  private readonly finished: DecodedSegment[] = [];
  private readonly damages: Damage[] = [];
  private segment: OpenSegment | undefined;
  /** The beginning of an entry that goes on in the next block. */
  private carried: Uint8Array | undefined;
  private stamp = 0;
  /** Number of the next entry, once one was seen. */
  next: number | undefined;
  /** Entries below this number were told already. */
  told = 0;
  private loss: Loss | undefined;

  constructor(options: RingOptions) {
    this.options = options;
  }

  /** Of the entries from here on; undefined: nobody knows, because of `why`. */
  beginSegment(start: LogSegmentStart | undefined, why = 'the log does not say which build wrote this'): void {
    const current = this.segment?.start;
    if (start && current && isSameStart(start, current)) return;
    this.endSegment();
    this.segment = openSegment(start, why, this.options);
    if (start) this.stamp = start.clock.stamp;
  }

  /** The number that a block behind the last one would have. */
  get expected(): number | undefined {
    return this.next === undefined || this.carried === undefined ? this.next : this.next + 1;
  }

  get currentStart(): LogSegmentStart | undefined {
    return this.segment?.start;
  }

  /** Behind this, numbers need not go on, and nothing was told. */
  restart(): void {
    this.carried = undefined;
    this.next = undefined;
    this.told = 0;
    this.loss = undefined;
  }

  /** What follows was read before: its numbers begin again. */
  rewind(): void {
    this.carried = undefined;
    this.next = undefined;
  }

  /** Something that should stand here is not there. */
  lose(loss: Loss): void {
    if (this.carried) this.addDamage(0, 'truncated', 'an entry goes on in a block that is damaged or missing');
    this.carried = undefined;
    this.loss = loss;
  }

  addDamage(offset: number, why: DamageCode, detail: string): void {
    this.damages.push({ offset, why, detail });
  }

  /** The entries of one block. False where it could not be read to its end. */
  walk(block: Block, { isSealed, end = PAYLOAD_END, isEndKnown = true }: WalkOptions): boolean {
    const isTrusted = isSealed || block.hasRightHeader;
    const limit = block.offset + end;
    const cursor = new EntryCursor(block.bytes);
    const begins = this.carried ? this.finishCarried(block, end, isTrusted) : this.ownFirst(block, isTrusted);
    // Behind an entry that goes on in this block, none may begin here.
    if (begins === undefined || (block.first === 0 && (begins >= limit || block.bytes[begins] === FILLER))) return true;
    let at = this.checkedFirst(block, begins, isTrusted);
    this.synchronise(block, isTrusted);
    if (!isSealed && at === block.offset + PAYLOAD_START && at < limit && looksLikeStart(block)) this.expectStart(block);
    while (at < limit && block.bytes[at] !== FILLER) {
      const step = cursor.step(at, limit);
      if (step === 'cut' && end === PAYLOAD_END) {
        this.carried = block.bytes.slice(at, limit);
        return true;
      }
      if (!isEndKnown && (step !== 'entry' || !cursor.isIntact)) return true;
      if (step !== 'entry' || !cursor.hasStamp) return this.stop(at, 'truncated', 'a log entry does not end where the log does');
      if (!cursor.isIntact && cursor.kind !== KIND.open) {
        if (!isSealed)
          return this.stop(at, 'checksum-mismatch', 'the check of a log entry is wrong: what follows in its block is not used');
        this.addDamage(at, 'checksum-mismatch', 'the check of a log entry is wrong');
        this.skip(cursor);
      } else this.take(cursor);
      at = cursor.end;
    }
    return true;
  }

  /** Entries that were dropped and not told in the ring yet. */
  addDropped(count: number): void {
    if (count === 0) return;
    const line = makeGapLine(this.time(this.next ?? 0), count, 'dropped: there was no room');
    this.openedSegment().lines.push(this.withCore(line));
  }

  finish(): LogRingDecoding {
    this.endSegment();
    return { segments: this.finished, damage: this.damages };
  }

  private stop(at: number, why: DamageCode, detail: string): boolean {
    this.addDamage(at, why, detail);
    this.loss = 'lost to damage';
    return false;
  }

  /** Where the next entry begins; undefined where the entry goes on, or where nothing behind it is known. */
  private finishCarried(block: Block, end: number, isTrusted: boolean): number | undefined {
    const carried = this.carried ?? new Uint8Array(0);
    const whole = concatBytes([carried, block.bytes.subarray(block.offset + PAYLOAD_START, block.offset + end)]);
    const cursor = new EntryCursor(whole);
    const step = cursor.step(0, whole.length);
    if (step === 'cut' && end === PAYLOAD_END && (block.first === 0 || !isTrusted)) {
      this.carried = whole;
      return undefined;
    }
    this.carried = undefined;
    if (step === 'entry' && cursor.hasStamp && (cursor.isIntact || cursor.kind === KIND.open)) {
      this.take(cursor);
      return block.offset + PAYLOAD_START + cursor.end - carried.length;
    }
    this.addDamage(block.offset, 'checksum-mismatch', 'an entry that goes on in this block is broken');
    this.loss = 'lost to damage';
    return block.first === 0 ? undefined : block.offset + block.first;
  }

  /** Nothing covers the kind of an entry that stands open: a start that does not look like one any more must not be stepped over. */
  private expectStart(block: Block): void {
    const start = segmentOf(block);
    // It says its number itself, and has a CRC of its own.
    if (start) this.next = start.number;
    this.beginSegment(start, 'the start of the segment is damaged');
  }

  /** Behind an entry that ended with its block the next one stands at the start of the block. */
  private ownFirst({ offset, first }: Block, isTrusted: boolean): number | undefined {
    if (!isTrusted && this.next !== undefined && this.loss === undefined) return offset + PAYLOAD_START;
    return first === 0 ? undefined : offset + first;
  }

  /** What the entries say, and what the block says: where its CRC is right, the block. */
  private checkedFirst({ offset, first }: Block, begins: number, isTrusted: boolean): number {
    if (begins === offset + first) return begins;
    this.addDamage(offset, 'malformed', 'a block says that its first entry begins elsewhere than the one before it ends');
    return isTrusted && first !== 0 ? offset + first : begins;
  }

  /** A block says itself what its first entry's number is, and the time before it. Where nothing covers that, it must follow. */
  private synchronise(block: Block, isTrusted: boolean): void {
    const { offset, number, isSegmentStart, tag } = block;
    const stamp = extended(block.time, this.stamp);
    if (!isTrusted && this.next !== undefined && this.loss === undefined) {
      if (number !== this.next || (stamp !== this.stamp && !isSegmentStart))
        this.addDamage(offset, 'malformed', 'number and time of a block that is not sealed do not follow');
      return;
    }
    if (this.next === undefined && this.loss === 'lost to damage') this.addGap(undefined);
    if (this.next !== undefined && number > this.next) this.addGap(number - this.next);
    if (this.next !== undefined && number < this.next)
      this.addDamage(offset, 'conflict', `the numbers go back from ${this.next} to ${number}`);
    this.loss = undefined;
    this.next = number;
    this.stamp = stamp;
    const current = this.segment?.start;
    if (isTrusted && current && !isSegmentStart && tag !== current.tag && !this.options.trustsGaps)
      this.beginSegment(undefined, 'the start that says which build wrote it is lost');
  }

  private take(cursor: EntryCursor): void {
    const number = this.next ?? 0;
    this.next = number + 1;
    this.stamp += cursor.delta;
    if (number < this.told) return;
    if (cursor.kind === KIND.segment) {
      this.takeSegment(cursor);
      return;
    }
    const segment = this.openedSegment();
    if (cursor.kind === KIND.open) segment.open += 1;
    const line = makeLine(cursor, number, this.stamp, segment.origin);
    if (line) segment.lines.push(line);
  }

  private skip(cursor: EntryCursor): void {
    this.next = (this.next ?? 0) + 1;
    this.stamp += cursor.hasStamp ? cursor.delta : 0;
  }

  private takeSegment(cursor: EntryCursor): void {
    const fields = cursor.bytes.subarray(cursor.body + 1, cursor.body + 1 + SEGMENT_BYTES);
    const start = readSegment(fields);
    if (!start) this.addDamage(cursor.start, 'checksum-mismatch', 'a segment start is damaged');
    this.beginSegment(start, 'the start of the segment is damaged');
    if (start?.isAfterDamage)
      this.openedSegment().lines.push(this.withCore(makeGapLine(this.time(start.number), undefined, 'lost to damage')));
  }

  private addGap(lost: number | undefined): void {
    const line = makeGapLine(this.time(this.next ?? 0), lost, this.loss ?? 'overwritten before they were read');
    this.openedSegment().lines.push(this.withCore(line));
  }

  private time(number: number) {
    const { clock } = this.openedSegment().origin;
    return { number, stamp: this.stamp, uptime: milliseconds(uptimeAt(clock, this.stamp)) };
  }

  private withCore(line: LogLine): LogLine {
    const { core } = this.openedSegment().origin;
    return core ? { ...line, core } : line;
  }

  private openedSegment(): OpenSegment {
    this.segment ??= openSegment(undefined, 'the log does not say which build wrote this', this.options);
    return this.segment;
  }

  private endSegment(): void {
    const { segment } = this;
    this.segment = undefined;
    if (!segment || (segment.lines.length === 0 && segment.open === 0 && !segment.start)) return;
    const { start, origin, lines, open } = segment;
    this.finished.push({ start, whyUnknown: origin.dictionary ? undefined : origin.whyUnknown, lines, open });
  }
}

interface OpenSegment {
  readonly start: LogSegmentStart | undefined;
  readonly origin: LineOrigin;
  readonly lines: LogLine[];
  open: number;
}

function openSegment(start: LogSegmentStart | undefined, why: string, { dictionaryOf }: RingOptions): OpenSegment {
  const found = start ? dictionaryOf(start.build) : { unknown: why };
  const known = found instanceof LogDictionary;
  const origin: LineOrigin = {
    dictionary: known ? found : undefined,
    whyUnknown: known ? undefined : found.unknown,
    clock: start?.clock ?? UNKNOWN_CLOCK,
    core: start?.core,
  };
  return { start, origin, lines: [], open: 0 };
}

function isSameStart(left: LogSegmentStart, right: LogSegmentStart): boolean {
  return left.lineage === right.lineage && left.boot === right.boot && left.number === right.number && left.core === right.core;
}

/** The stamp of which only the low 48 bits are known, near one that is known whole. */
function extended(low: number, near: number): number {
  const stamp = Math.floor(near / WRAP) * WRAP + low;
  if (stamp < near - WRAP / 2) return stamp + WRAP;
  return stamp > near + WRAP / 2 && stamp >= WRAP ? stamp - WRAP : stamp;
}

const WRAP = 2 ** 48;
const UNKNOWN_CLOCK = { frequency: 1000, stamp: 0, uptime: 0 };
