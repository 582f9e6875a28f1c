/** Boot and reboot records: one map each (docs/formats/reboot.md). */
import { toHex } from '@noinit/bytes';
import {
  type BootRecord,
  type BuildId,
  type Milliseconds,
  milliseconds,
  type RebootMark,
  type RebootRecord,
  type SignOfLife,
} from '@noinit/model';
import type { CborItem } from './cbor.ts';
import { Fields, MAX_U16, MAX_U32 } from './fields.ts';
import type { Head } from './head.ts';
import { DEFAULT_FREQUENCY } from './log-piece.ts';
import { placeOf } from './place.ts';

const BUILD_ID_BYTES = { min: 8, max: 32 };
const MAX_TEXT = 64;
const WORD = 2 ** 32;

export function readBoot(head: Head, item: CborItem): BootRecord {
  const fields = new Fields(item, 'the boot record');
  const hardware = fields.text(11, MAX_TEXT);
  return {
    kind: 'boot',
    key: head.key,
    build: toHex(fields.bytes(9, BUILD_ID_BYTES)) as BuildId,
    version: fields.text(10, MAX_TEXT),
    ...(hardware === '' ? {} : { hardware }),
    rawResetCause: readWord(fields, 0),
    ramSurvived: readFlag(fields, 1),
    unexpectedReboots: readWord(fields, 2),
    lineageUnexpectedReboots: readWord(fields, 3),
    unexpectedSinceHealthy: readWord(fields, 4),
    operatingTime: readTime(fields, 5),
    layout: readWord(fields, 7),
    stampFrequency: readWord(fields, 8) || DEFAULT_FREQUENCY,
  };
}

export function readReboot(head: Head, item: CborItem): RebootRecord {
  const fields = new Fields(item, 'the reboot record');
  const uptime = readTime(fields, 12);
  const marked = readMark(fields, 4, uptime);
  const later = readMark(fields, 8, uptime);
  const alive = readAlive(fields);
  return {
    kind: 'reboot',
    key: head.key,
    reason: fields.uint(0, MAX_U16),
    unexpected: readFlag(fields, 3),
    ...(marked && { marked }),
    ...(later && { later }),
    hardware: { reason: fields.uint(1, MAX_U16), raw: readWord(fields, 2) },
    uptime,
    ...(alive && { alive }),
  };
}

/** A mark is four words; one without a reason is none. */
function readMark(fields: Fields, key: number, last: Milliseconds): RebootMark | undefined {
  const reason = fields.uintOr(key, 0, MAX_U16);
  if (reason === 0) return undefined;
  const place = placeOf(readWord(fields, key + 1), readWord(fields, key + 2));
  return { reason, ...place, uptime: markUptime(readWord(fields, key + 3), last) };
}

/** Only the low word comes. A mark is never younger than the last uptime, so that one tells the high word. */
function markUptime(low: number, last: Milliseconds): Milliseconds {
  const inSameTurn = last - (last % WORD) + low;
  return milliseconds(inSameTurn > last && inSameTurn >= WORD ? inSameTurn - WORD : inSameTurn);
}

function readAlive(fields: Fields): SignOfLife | undefined {
  const [interval, task, pc] = [readWord(fields, 14), readWord(fields, 15), readWord(fields, 16)];
  if (interval === 0 && task === 0 && pc === 0) return undefined;
  return { interval: milliseconds(interval), ...(task === 0 ? {} : { task }), ...(pc === 0 ? {} : { pc }) };
}

/** The device leaves out what is 0. */
function readWord(fields: Fields, key: number): number {
  return fields.uintOr(key, 0, MAX_U32);
}

function readFlag(fields: Fields, key: number): boolean {
  return fields.uintOr(key, 0, 1) === 1;
}

/** Low word, and high word under the next key. Beyond 2^53 no device has run. */
function readTime(fields: Fields, key: number): Milliseconds {
  return milliseconds(readWord(fields, key) + fields.uintOr(key + 1, 0, MAX_HIGH) * WORD);
}

const MAX_HIGH = 2 ** 21 - 1;
