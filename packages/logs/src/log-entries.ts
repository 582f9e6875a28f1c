/** Entries of a log ring, as they stand in a log record or an assertion (docs/formats/log-ring.md). */
import { ByteReader, OverlongError, TruncatedError } from '@noinit/bytes';
import type { Damage, LogLine } from '@noinit/model';
import type { LogDictionary } from './dictionary.ts';
import { decodeLine } from './log-body.ts';

/** Bytes of one entry's body. */
export const MAX_BODY_BYTES = 4_095;

export interface LogEntry {
  /** Where its head stands. */
  readonly offset: number;
  readonly kind: number;
  readonly body: Uint8Array;
  /** Whether head and body are as they were written. */
  readonly intact: boolean;
}

export interface LogEntryScan {
  readonly entries: readonly LogEntry[];
  /** Why the walk ended before the end of the bytes. */
  readonly damage: readonly Damage[];
}

export interface LogDecoding {
  readonly lines: readonly LogLine[];
  readonly damage: readonly Damage[];
}

export interface LogOptions {
  /** Of the build that wrote the entries; without it lines show ids and raw arguments. */
  readonly dictionary?: LogDictionary | undefined;
  /** Number of the first entry in its ring. */
  readonly firstEntry: number;
}

/** Log lines of whole entries. A broken entry costs its line, keeps its number, and is named in `damage`. */
export function decodeLogEntries(bytes: Uint8Array, { dictionary, firstEntry }: LogOptions): LogDecoding {
  const scan = scanLogEntries(bytes);
  const lines: LogLine[] = [];
  const damage: Damage[] = [];
  for (const [index, entry] of scan.entries.entries()) {
    const problem = entryProblem(entry);
    if (problem) damage.push(problem);
    // A segment start has a number and no text: whose the entries are stands in the record.
    if (problem || entry.kind === SEGMENT_START) continue;
    const line = decodeLine(entry.body, firstEntry + index, dictionary);
    if (line) lines.push(line);
    else damage.push({ offset: entry.offset, why: 'malformed', detail: 'a log entry without id and uptime' });
  }
  return { lines, damage: [...damage, ...scan.damage] };
}

/** Splits the bytes into entries by their lengths. A wrong check is left to the reader of the entry. */
export function scanLogEntries(bytes: Uint8Array): LogEntryScan {
  const reader = new ByteReader(bytes);
  const entries: LogEntry[] = [];
  try {
    while (!reader.atEnd) entries.push(readEntry(reader));
  } catch (error) {
    // The length that should lead to the next entry is gone or wrong: nothing behind it can be found.
    if (error instanceof TruncatedError)
      return stopped(entries, { offset: error.offset, why: 'truncated', detail: error.message });
    if (error instanceof OverlongError)
      return stopped(entries, { offset: error.offset, why: 'too-large', detail: error.message });
    throw error;
  }
  return { entries, damage: [] };
}

function readEntry(reader: ByteReader): LogEntry {
  const offset = reader.offset;
  const head = reader.u8();
  const short = head & SHORT_LENGTH;
  const length = short < SHORT_LENGTH ? short : SHORT_LENGTH + reader.varint(LENGTH_BYTES);
  if (length > MAX_BODY_BYTES) throw new OverlongError(offset, `a log entry of ${length} bytes`);
  const bodyStart = reader.offset;
  const body = reader.take(length);
  const expected = checkOf(reader.bytes, { offset, bodyStart, bodyEnd: reader.offset });
  return { offset, kind: head >>> 5, body, intact: reader.u8() === expected };
}

function entryProblem({ offset, kind, intact }: LogEntry): Damage | undefined {
  if (!intact) return { offset, why: 'checksum-mismatch', detail: 'the check of a log entry is wrong' };
  return kind === LOG || kind === SEGMENT_START
    ? undefined
    : { offset, why: 'unknown-kind', detail: `log entry of kind ${kind}` };
}

/** The device sums while it writes: the body first, then the head, which it knows last. */
function checkOf(
  bytes: Uint8Array,
  at: { readonly offset: number; readonly bodyStart: number; readonly bodyEnd: number },
): number {
  const sum = summed(bytes, at.offset, at.bodyStart, summed(bytes, at.bodyStart, at.bodyEnd, CHECK_START));
  return (sum + (sum >>> 8) + (sum >>> 16) + (sum >>> 24)) & 0xff;
}

/** Rotate left, then add; the sum stays within 32 bits and may look negative. By index: a view of every head would cost more. */
function summed(bytes: Uint8Array, start: number, end: number, before: number): number {
  let sum = before;
  for (let at = start; at < end; at++) sum = (((sum << 1) | (sum >>> 31)) + (bytes[at] as number)) | 0;
  return sum;
}

function stopped(entries: readonly LogEntry[], damage: Damage): LogEntryScan {
  return { entries, damage: [damage] };
}

const LOG = 0;
const SEGMENT_START = 3;
const SHORT_LENGTH = 31;
const LENGTH_BYTES = 2;
const CHECK_START = 0xa5;
