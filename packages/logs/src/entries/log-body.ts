/** The stamp and body of one entry, as a failed assertion leaves them in a crash (docs/formats/crash.md). */
import { type LogLine, milliseconds } from '@noinit/model';
import type { LogDictionary } from '../dictionary/log-dictionary.ts';
import { BodyReader } from './body-reader.ts';
import { siteLine } from './line-maker.ts';

/** A line that does not know its number in the ring. */
export type LogText = Omit<LogLine, 'number'>;

const CLOCK = { frequency: 1000, stamp: 0, uptime: 0 };

/**
 * Undefined where not even stamp and id can be read. What cannot be turned into text is shown raw and marked unknown. The
 * uptime is right only for the default clock.
 */
export function decodeLogBody(content: Uint8Array, dictionary?: LogDictionary): LogText | undefined {
  const reader = new BodyReader(content, 0, content.length, dictionary);
  const stamp = Math.floor(reader.varint() / 2);
  if (reader.isBroken || reader.at === reader.end) return undefined;
  const time = { number: 0, uptime: milliseconds(stamp), stamp };
  const { number: _number, ...text } = siteLine(reader, time, { dictionary, clock: CLOCK }, false);
  return text;
}
