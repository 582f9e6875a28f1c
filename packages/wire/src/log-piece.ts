/** Log entries on the wire: a log record (docs/formats/record.md), and the newest ones inside a crash. */
import type { LogClock, LogRecord } from '@noinit/model';
import type { CborItem } from './cbor.ts';
import { Fields, MAX_U32 } from './fields.ts';
import { type Head, requiredBuild } from './head.ts';
import { MAX_STRING_BYTES } from './limits.ts';

export const MAX_CORE = 0xff;
export const DEFAULT_FREQUENCY = 1000;
/** Of the elements of a clock: frequency, stamp, uptime. */
export const CLOCK_LIMITS: readonly number[] = [MAX_U32, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

export function readLog(head: Head, item: CborItem): LogRecord {
  const fields = new Fields(item, 'the log record');
  return {
    kind: 'log',
    key: head.key,
    build: requiredBuild(head),
    firstEntry: fields.uint(0),
    dropped: fields.uintOr(2, 0),
    base: fields.uintOr(3, 0),
    clock: clockOf(fields.has(4) ? fields.uints(4, CLOCK_LIMITS) : []),
    core: fields.uintOr(5, 0, MAX_CORE),
    abandoned: fields.uintOr(6, 0),
    entries: fields.bytes(1, { min: 0, max: MAX_STRING_BYTES }),
  };
}

/** A clock that stands still, or is not given, is taken for one of milliseconds. */
export function clockOf([frequency = 0, stamp = 0, uptime = 0]: readonly number[]): LogClock {
  return { frequency: frequency || DEFAULT_FREQUENCY, stamp, uptime };
}
