/** Entries of a log record (docs/formats/record.md). */
import type { Damage, LogClock, LogLine } from '@noinit/model';
import type { LogDictionary } from '../dictionary/log-dictionary.ts';
import { EntryCursor, type Step } from './entry-cursor.ts';
import { makeLine } from './line-maker.ts';

export interface LogDecoding {
  readonly lines: readonly LogLine[];
  readonly damage: readonly Damage[];
  /** Number of the entry behind the last one that was found. */
  readonly nextEntry: number;
}

export interface LogOptions {
  /** Of the build that wrote the entries; without it lines show ids and raw arguments. */
  readonly dictionary?: LogDictionary | undefined;
  /** Number of the first entry in its ring. */
  readonly firstEntry: number;
  /** Stamp that the first entry's is a difference to. */
  readonly base?: number | undefined;
  /** Absent: milliseconds since the start. */
  readonly clock?: LogClock | undefined;
  readonly core?: number | undefined;
}

/**
 * Log lines of whole entries. A broken entry costs its line, keeps its number, and is named in `damage`; so do the times
 * behind it, which are then too early. Entries that only a back end wanted have no line.
 */
export function decodeLogEntries(bytes: Uint8Array, options: LogOptions): LogDecoding {
  const { dictionary, clock = DEFAULT_CLOCK, core } = options;
  const origin = { dictionary, clock, core };
  const lines: LogLine[] = [];
  const damage: Damage[] = [];
  const cursor = new EntryCursor(bytes);
  let number = options.firstEntry;
  let stamp = options.base ?? 0;
  for (let at = 0; at < bytes.length; at = cursor.end, number++) {
    const step = cursor.step(at, bytes.length);
    // The length that should lead to the next entry is gone or wrong: nothing behind it can be found.
    if (step !== 'entry') return { lines, damage: [...damage, stepDamage(step, at)], nextEntry: number };
    if (!cursor.isIntact) {
      damage.push({ offset: at, why: 'checksum-mismatch', detail: 'the check of a log entry is wrong' });
      continue;
    }
    stamp += cursor.delta;
    const line = makeLine(cursor, number, stamp, origin);
    if (line) lines.push(line);
  }
  return { lines, damage, nextEntry: number };
}

export function stepDamage(step: Exclude<Step, 'entry'>, offset: number): Damage {
  return step === 'cut'
    ? { offset, why: 'truncated', detail: 'a log entry ends behind the last byte' }
    : { offset, why: 'too-large', detail: 'a log entry says that it is longer than any can be' };
}

const DEFAULT_CLOCK: LogClock = { frequency: 1000, stamp: 0, uptime: 0 };
