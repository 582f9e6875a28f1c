/** What a viewer saves of the RTT channel `noinit`: frames in COBS, each with a CRC of its own (docs/formats/log-rtt.md). */
import { ByteReader, crc16 } from '@noinit/bytes';
import type { Damage, LogLine } from '@noinit/model';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { EntryCursor, KIND } from '../entries/entry-cursor.ts';
import { type LineOrigin, makeLine } from '../entries/line-maker.ts';
import { type LogSegmentStart, readSegment } from '../entries/segment.ts';
import type { DecodedSegment, LogRingDecoding, RingOptions } from '../ring/decoded-segment.ts';

/** Core, kind, number and stamp before the body, a CRC behind it. */
const HEAD_BYTES = 14;
const CRC_BYTES = 2;
const KIND_MASK = 0x7f;

/** Never throws. What stands before the first whole frame is the rest of one; what is wrong later is damage. */
export function decodeRttStream(bytes: Uint8Array, options: RingOptions): LogRingDecoding {
  const cores = new Map<number, CoreLines>();
  const damage: Damage[] = [];
  const finished: DecodedSegment[] = [];
  for (const { start, end } of splitFrames(bytes)) {
    const frame = readFrame(bytes.subarray(start, end));
    if (frame === undefined) {
      // A viewer that comes late, or is stopped, has a piece of a frame.
      if (start > 0 && end < bytes.length) damage.push({ offset: start, why: 'checksum-mismatch', detail: 'a frame is damaged' });
      continue;
    }
    const core = cores.get(frame.core) ?? new CoreLines(options, finished);
    cores.set(frame.core, core);
    core.take(frame);
  }
  return { segments: finished.filter(({ start, lines }) => start !== undefined || lines.length > 0), damage };
}

/** How many whole frames are in the bytes: to know the form by. */
export function countRttFrames(bytes: Uint8Array): number {
  return splitFrames(bytes).filter(({ start, end }) => readFrame(bytes.subarray(start, end)) !== undefined).length;
}

interface Frame {
  readonly core: number;
  readonly kind: number;
  readonly number: number;
  readonly stamp: number;
  readonly bytes: Uint8Array;
}

/** The lines of one core, whose starts come again and again. */
class CoreLines {
  private readonly options: RingOptions;
  private readonly finished: DecodedSegment[];
  private current: LogSegmentStart | undefined;
  private lines: LogLine[] | undefined;
  private origin: LineOrigin | undefined;

  constructor(options: RingOptions, finished: DecodedSegment[]) {
    this.options = options;
    this.finished = finished;
  }

  take({ kind, number, stamp, bytes }: Frame): void {
    const cursor = new EntryCursor(bytes);
    cursor.kind = kind;
    cursor.body = HEAD_BYTES;
    cursor.check = bytes.length - CRC_BYTES;
    if (kind === KIND.segment) {
      const start = readSegment(bytes.subarray(HEAD_BYTES, cursor.check));
      if (this.lines && start?.lineage === this.current?.lineage && start?.boot === this.current?.boot) return;
      this.begin(start);
      return;
    }
    const { lines, origin } = this.opened();
    const line = makeLine(cursor, number, stamp, origin);
    if (line) lines.push(line);
  }

  private opened(): { readonly lines: LogLine[]; readonly origin: LineOrigin } {
    return this.lines && this.origin ? { lines: this.lines, origin: this.origin } : this.begin(undefined);
  }

  private begin(start: LogSegmentStart | undefined): { readonly lines: LogLine[]; readonly origin: LineOrigin } {
    const found = start
      ? this.options.dictionaryOf(start.build)
      : { unknown: 'the start that says which build wrote it has not come yet' };
    const isKnown = found instanceof LogDictionary;
    const whyUnknown = isKnown ? undefined : found.unknown;
    const clock = start?.clock ?? { frequency: 1000, stamp: 0, uptime: 0 };
    const opened = { lines: [], origin: { dictionary: isKnown ? found : undefined, whyUnknown, clock, core: start?.core } };
    this.current = start;
    this.lines = opened.lines;
    this.origin = opened.origin;
    this.finished.push({ start, whyUnknown, lines: opened.lines, open: 0 });
    return opened;
  }
}

/** Between the zeros. */
function splitFrames(bytes: Uint8Array): readonly { readonly start: number; readonly end: number }[] {
  const frames: { readonly start: number; readonly end: number }[] = [];
  for (let start = 0; start < bytes.length; ) {
    const zero = bytes.indexOf(0, start);
    const end = zero < 0 ? bytes.length : zero;
    if (end > start) frames.push({ start, end });
    start = end + 1;
  }
  return frames;
}

function readFrame(encoded: Uint8Array): Frame | undefined {
  const bytes = uncobs(encoded);
  if (bytes === undefined || bytes.length < HEAD_BYTES + CRC_BYTES) return undefined;
  const covered = bytes.subarray(0, bytes.length - CRC_BYTES);
  if (new ByteReader(bytes, { offset: covered.length }).u16() !== crc16(covered)) return undefined;
  const reader = new ByteReader(bytes);
  const [core, kind] = [reader.u8(), reader.u8() & KIND_MASK];
  return { core, kind, number: reader.u32(), stamp: Number(reader.u64Big()), bytes };
}

/** Consistent overhead byte stuffing, undone: each code byte says how far the next zero is. */
function uncobs(encoded: Uint8Array): Uint8Array | undefined {
  const decoded = new Uint8Array(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; ) {
    const code = encoded[at] as number;
    const next = at + code;
    if (code === 0 || next > encoded.length) return undefined;
    decoded.set(encoded.subarray(at + 1, next), length);
    length += code - 1;
    if (code < 0xff && next < encoded.length) decoded[length++] = 0;
    at = next;
  }
  return decoded.subarray(0, length);
}
