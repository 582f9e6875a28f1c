/** Boot, reboot and log records: one map each (docs/formats/reboot.md, record.md). */
import { toHex } from '@noinit/bytes';
import { type BootRecord, type BuildId, type LogClock, type LogRecord, milliseconds, type RebootRecord } from '@noinit/model';
import type { CborItem } from './cbor.ts';
import { Fields, MAX_U16, MAX_U32 } from './fields.ts';
import { type Head, requiredBuild } from './head.ts';
import { MAX_STRING_BYTES } from './limits.ts';

const BUILD_ID_BYTES = { min: 8, max: 32 };
const MAX_VERSION = 64;
const MAX_U8 = 0xff;
const DEFAULT_FREQUENCY = 1000;

export function readBoot(head: Head, item: CborItem): BootRecord {
  const fields = new Fields(item, 'the boot record');
  return {
    kind: 'boot',
    key: head.key,
    build: toHex(fields.bytes(0, BUILD_ID_BYTES)) as BuildId,
    version: fields.text(1, MAX_VERSION),
    ...(fields.has(5) ? { hardware: fields.text(5, MAX_VERSION) } : {}),
    rawResetCause: fields.uint(2, MAX_U32),
    ramSurvived: fields.bool(3),
    unexpectedReboots: fields.uint(4),
  };
}

export function readReboot(head: Head, item: CborItem): RebootRecord {
  const fields = new Fields(item, 'the reboot record');
  const [reason = 0, raw = 0] = fields.uints(1, [MAX_U16, MAX_U32]);
  return {
    kind: 'reboot',
    key: head.key,
    reason: fields.uint(0, MAX_U16),
    ...(fields.has(3) ? { marked: readMarked(fields) } : {}),
    hardware: { reason, raw },
    uptime: milliseconds(fields.uint(2)),
  };
}

export function readLog(head: Head, item: CborItem): LogRecord {
  const fields = new Fields(item, 'the log record');
  return {
    kind: 'log',
    key: head.key,
    build: requiredBuild(head),
    firstEntry: fields.uint(0),
    dropped: fields.has(2) ? fields.uint(2) : 0,
    base: fields.has(3) ? fields.uint(3) : 0,
    clock: readClock(fields),
    core: fields.has(5) ? fields.uint(5, MAX_U8) : 0,
    abandoned: fields.has(6) ? fields.uint(6) : 0,
    entries: fields.bytes(1, { min: 0, max: MAX_STRING_BYTES }),
  };
}

/** A clock that stands still, or is not given, is taken for one of milliseconds. */
function readClock(fields: Fields): LogClock {
  if (!fields.has(4)) return { frequency: DEFAULT_FREQUENCY, stamp: 0, uptime: 0 };
  const limits = [MAX_U32, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const [frequency = 0, stamp = 0, uptime = 0] = fields.uints(4, limits);
  return { frequency: frequency || DEFAULT_FREQUENCY, stamp, uptime };
}

function readMarked(fields: Fields): { readonly reason: number; readonly pc: number; readonly lr: number } {
  const [reason = 0, pc = 0, lr = 0] = fields.uints(3, [MAX_U16, MAX_U32, MAX_U32]);
  return { reason, pc, lr };
}
