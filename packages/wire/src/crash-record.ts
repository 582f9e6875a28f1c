/**
 * A crash: items that each carry the CRC of their own bytes, written one after the other by the fault handler
 * (docs/formats/crash.md). What is cut or wrong costs that item, not the record.
 */
import { crc16 } from '@noinit/bytes';
import type { CrashRecord, Damage, UnknownRecord } from '@noinit/model';
import { type CborItem, type CborValue, readItem } from './cbor.ts';
import { readCause } from './crash-cause.ts';
import { codeText, ITEM_END } from './crash-codes.ts';
import { CrashDump } from './crash-dump.ts';
import { type Head, requiredBuild } from './head.ts';
import { MAX_ITEMS } from './limits.ts';
import { damageOf, MalformedError } from './malformed.ts';

export interface CrashScan {
  readonly record?: CrashRecord | UnknownRecord;
  readonly damage: readonly Damage[];
}

/** Whether the message's CRC-32 was right. Where it was not, the first wrong item ends what can be believed. */
export type Trust = 'whole' | 'cut';

/** Reads the items of a crash from `start` up to the end of `bytes`, which has no CRC-32 any more. */
export function scanCrash(head: Head, bytes: Uint8Array, start: number, trust: Trust): CrashScan {
  const build = requiredBuild(head);
  const causeItem = readItem(bytes, start);
  // The head has no check of its own: the cause's begins at byte 0 and covers both.
  const cause = readCause(checkedElements(bytes, causeItem, 0));
  if (cause.machine === undefined) {
    const detail = `machine ${cause.machineCode} is not known`;
    const unknown: UnknownRecord = { kind: 'unknown', key: head.key, code: head.kind };
    return { record: unknown, damage: [{ offset: start, why: 'unknown-kind', detail }] };
  }
  const dump = new CrashDump(cause.machine);
  scanItems(bytes, causeItem.end, trust, dump);
  const { machine: _machine, machineCode: _code, ...facts } = cause;
  const known = build === UNKNOWN_BUILD ? {} : { build };
  const record: CrashRecord = { kind: 'crash', key: head.key, build, dump: dump.finish({ key: head.key, ...known, ...facts }) };
  return { record, damage: record.dump.damage };
}

/** Registers, threads, regions and log up to the end item, or to where nothing can be believed any more. */
function scanItems(bytes: Uint8Array, start: number, trust: Trust, dump: CrashDump): void {
  let offset = start;
  try {
    for (let count = 1; offset < bytes.length; count++) {
      if (count >= MAX_ITEMS) throw new MalformedError(offset, 'too-large', `over ${MAX_ITEMS} items`);
      const item = readItem(bytes, offset);
      if (scanItem(bytes, item, trust, dump) === 'end') return;
      offset = item.end;
    }
    dump.addDamage({ offset, why: 'truncated', detail: 'the crash was cut: its end was never written' });
  } catch (error) {
    // Where one item does not show its end, the next one's beginning is unknown.
    dump.addDamage(damageOf(error));
  }
}

function scanItem(bytes: Uint8Array, item: CborItem, trust: Trust, dump: CrashDump): 'end' | 'more' {
  try {
    const elements = checkedElements(bytes, item, item.start);
    if (elements[0] === ITEM_END) return 'end';
    dump.addItem(item.start, elements);
  } catch (error) {
    if (trust === 'cut') throw error;
    dump.addDamage(damageOf(error));
    dump.skipItem(Array.isArray(item.value) ? item.value : []);
  }
  return 'more';
}

/** The elements of an item whose CRC, its last element, is right for the bytes from `covered` on. */
function checkedElements(bytes: Uint8Array, item: CborItem, covered: number): readonly CborValue[] {
  const { value, start, end } = item;
  const crcAt = end - CRC_BYTES;
  if (!Array.isArray(value) || value.length < 2 || bytes[crcAt] !== CRC_HEAD) {
    throw new MalformedError(start, 'malformed', 'not an item of a crash');
  }
  if (value.at(-1) !== crc16(bytes.subarray(covered, crcAt))) {
    throw new MalformedError(start, 'checksum-mismatch', `the CRC-16 of item ${codeText(value[0])} is wrong`);
  }
  return value;
}

/** Of a live target whose program nobody named. */
const UNKNOWN_BUILD = '00'.repeat(8);
/** The CRC as CBOR: one head byte, two bytes of number. */
const CRC_HEAD = 0x19;
const CRC_BYTES = 3;
