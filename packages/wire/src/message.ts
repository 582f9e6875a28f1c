/** A message is one record: a CBOR sequence and a CRC-32 (docs/formats/record.md), or a postcard. */
import { ByteReader, crc32 } from '@noinit/bytes';
import type { Damage, MessageScan, Record } from '@noinit/model';
import { type CborItem, readItem } from './cbor.ts';
import { scanCrash } from './crash-record.ts';
import { type Head, KIND_BOOT, KIND_CRASH, KIND_LOG, KIND_REBOOT, readHead } from './head.ts';
import { MAX_ITEMS, MAX_MESSAGE_BYTES } from './limits.ts';
import { readLog } from './log-piece.ts';
import { damageOf, MalformedError } from './malformed.ts';
import { POSTCARD_MARK, readPostcard } from './postcard.ts';
import { readBoot, readReboot } from './reboot-records.ts';

export const MESSAGE_CRC_BYTES = 4;

/**
 * Reads a whole message, its CRC-32 included. With a wrong CRC-32 there is no record: what is left of a crash can
 * then be asked from `scanCutMessage`. Never throws for content.
 */
export function scanMessage(message: Uint8Array): MessageScan {
  if (message.length > MAX_MESSAGE_BYTES)
    return damaged({ offset: 0, why: 'too-large', detail: `a message of ${message.length} bytes` });
  const content = message.subarray(0, Math.max(0, message.length - MESSAGE_CRC_BYTES));
  if (!endsWithItsCrc(message))
    return damaged({ offset: content.length, why: 'checksum-mismatch', detail: 'the message’s CRC-32 is wrong' });
  try {
    if (content[0] === POSTCARD_MARK) return { record: readPostcard(content), damage: [] };
    const item = readItem(content, 0);
    const head = readHead(item);
    if (head.kind === KIND_CRASH) return scanCrash(head, content, item.end, 'whole');
    return { record: readRecord(head, readItems(content, item.end), content.length), damage: [] };
  } catch (error) {
    return damaged(damageOf(error));
  }
}

/**
 * Reads what there is of a crash whose end never came: the message's first bytes without a gap, CRC-32 missing or wrong.
 * Items count up to the first wrong one. Other kinds have no checks inside and give no record.
 */
export function scanCutMessage(bytes: Uint8Array): MessageScan {
  if (bytes[0] === POSTCARD_MARK)
    return damaged({ offset: bytes.length, why: 'truncated', detail: 'a cut postcard cannot be used' });
  try {
    const item = readItem(bytes.subarray(0, MAX_MESSAGE_BYTES), 0);
    const head = readHead(item);
    if (head.kind === KIND_CRASH) return scanCrash(head, bytes, item.end, 'cut');
    return damaged({ offset: bytes.length, why: 'truncated', detail: `a cut record of kind ${head.kind} cannot be used` });
  } catch (error) {
    return damaged(damageOf(error));
  }
}

/** Whether the last four bytes are the CRC-32 of all bytes before them. */
export function endsWithItsCrc(message: Uint8Array): boolean {
  const length = message.length - MESSAGE_CRC_BYTES;
  return length > 0 && new ByteReader(message, { offset: length }).u32() === crc32(message.subarray(0, length));
}

function readItems(content: Uint8Array, start: number): readonly CborItem[] {
  const items: CborItem[] = [];
  for (let offset = start; offset < content.length; ) {
    if (items.length >= MAX_ITEMS) throw new MalformedError(offset, 'too-large', `over ${MAX_ITEMS} items`);
    const item = readItem(content, offset);
    items.push(item);
    offset = item.end;
  }
  return items;
}

/** Items behind the one that a kind is known to have are a later version's and not looked at. */
function readRecord(head: Head, [item]: readonly CborItem[], end: number): Record {
  const read = READERS.get(head.kind);
  if (!read) return { kind: 'unknown', key: head.key, code: head.kind };
  if (!item) throw new MalformedError(end, 'missing-part', 'a head without a record');
  return read(head, item);
}

const READERS: ReadonlyMap<number, (head: Head, item: CborItem) => Record> = new Map<
  number,
  (head: Head, item: CborItem) => Record
>([
  [KIND_BOOT, readBoot],
  [KIND_REBOOT, readReboot],
  [KIND_LOG, readLog],
]);

function damaged(damage: Damage): MessageScan {
  return { damage: [damage] };
}
