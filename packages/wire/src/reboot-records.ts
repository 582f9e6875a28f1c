/** Boot and reboot records: one map each (docs/formats/reboot.md). */
import { toHex } from '@noinit/bytes';
import { type BootRecord, type BuildId, milliseconds, type RebootMark, type RebootRecord, type SignOfLife } from '@noinit/model';
import type { CborItem } from './cbor.ts';
import { Fields, MAX_U16, MAX_U32 } from './fields.ts';
import type { Head } from './head.ts';
import { DEFAULT_FREQUENCY } from './log-piece.ts';
import { placeOf } from './place.ts';

const BUILD_ID_BYTES = { min: 8, max: 32 };
const MAX_VERSION = 64;
const MAX_MS = Number.MAX_SAFE_INTEGER;

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
    layout: fields.uintOr(6, 0),
    // A clock that stands still is taken for one of milliseconds.
    stampFrequency: fields.uintOr(7, 0, MAX_U32) || DEFAULT_FREQUENCY,
    operatingSeconds: fields.uintOr(8, 0),
    lineageUnexpectedReboots: fields.uintOr(9, 0),
    unexpectedSinceHealthy: fields.uintOr(10, 0),
  };
}

export function readReboot(head: Head, item: CborItem): RebootRecord {
  const fields = new Fields(item, 'the reboot record');
  const [reason = 0, raw = 0] = fields.uints(1, [MAX_U16, MAX_U32]);
  return {
    kind: 'reboot',
    key: head.key,
    reason: fields.uint(0, MAX_U16),
    unexpected: fields.bool(5),
    ...(fields.has(3) ? { marked: readMark(fields, 3) } : {}),
    ...(fields.has(4) ? { later: readMark(fields, 4) } : {}),
    hardware: { reason, raw },
    uptime: milliseconds(fields.uint(2)),
    ...(fields.has(6) ? { alive: readAlive(fields) } : {}),
  };
}

function readMark(fields: Fields, key: number): RebootMark {
  const [reason = 0, pc = 0, lr = 0, uptime = 0] = fields.uints(key, [MAX_U16, MAX_U32, MAX_U32, MAX_MS]);
  return { reason, ...placeOf(pc, lr), uptime: milliseconds(uptime) };
}

function readAlive(fields: Fields): SignOfLife {
  const [interval = 0, task = 0, pc = 0] = fields.uints(6, [MAX_MS, MAX_U32, MAX_U32]);
  return { interval: milliseconds(interval), ...(task === 0 ? {} : { task }), ...(pc === 0 ? {} : { pc }) };
}
