/** The items of a crash (docs/formats/crash.md). */
import { ByteWriter, crc16 } from '@noinit/bytes';
import type { CrashCause, Dump, MemoryRegion } from '@noinit/model';
import { ITEM_CAUSE, ITEM_END, ITEM_REGION, ITEM_REGISTERS, MACHINES, REGION_KINDS } from '../crash-codes.ts';
import { type RegisterSet, registerSets } from '../register-sets.ts';
import { CborWriter } from './cbor-writer.ts';

/** Appends the items to a message that so far has only its head. */
export function writeCrashItems(message: CborWriter, dump: Dump): void {
  appendItem(message, causeItem(dump), message.toBytes());
  for (const set of registerSets(dump.machine)) {
    const item = registersItem(dump, set);
    if (item) appendItem(message, item);
  }
  for (const region of dump.regions) appendItem(message, regionItem(region));
  if (!dump.damage.some((damage) => damage.why === 'truncated')) appendItem(message, new CborWriter().array(2).uint(ITEM_END));
}

/** `covered` are bytes before the item that its CRC covers as well: the head's, for the cause. */
function appendItem(message: CborWriter, item: CborWriter, covered: Uint8Array = new Uint8Array(0)): void {
  const bytes = item.toBytes();
  message.raw(bytes).wideU16(crc16(bytes, crc16(covered)));
}

function causeItem(dump: Dump): CborWriter {
  const { code, exception, entry } = causeFields(dump.cause);
  const item = new CborWriter().array(3).uint(ITEM_CAUSE);
  item.map(3 + (exception === undefined ? 0 : 1) + (entry === undefined ? 0 : 1));
  item.uint(0).uint(code);
  item.uint(1).uint(dump.uptime ?? 0);
  item.uint(2).uint(codeOf(MACHINES, dump.machine));
  if (exception !== undefined) item.uint(3).uint(exception);
  if (entry !== undefined) item.uint(4).byteString(entry);
  return item;
}

function causeFields(cause: CrashCause): { readonly code: number; readonly exception?: number; readonly entry?: Uint8Array } {
  switch (cause.kind) {
    case 'fault':
      return { code: 1, exception: cause.exception };
    case 'assert':
      return cause.entry ? { code: 2, entry: cause.entry } : { code: 2 };
    case 'stack-overflow':
      return { code: 3 };
    case 'watchdog':
      return { code: 4 };
    case 'snapshot':
      return { code: 5 };
    case 'stopped':
      throw new RangeError('no device sends a crash without its cause');
    case 'unknown':
      return { code: cause.code };
  }
}

/** The words of the set, those that are not known as 0 with their bit clear; nothing where none is known. */
function registersItem(dump: Dump, set: RegisterSet): CborWriter | undefined {
  const values = set.system ? dump.system : dump.threads[0]?.registers;
  const words = set.names.map((name) => values?.[name]);
  const knownWords = words.findLastIndex((word) => word !== undefined) + 1;
  if (knownWords === 0) return undefined;
  const known =
    words.slice(0, 32).reduce<number>((bits, word, index) => (word === undefined ? bits : bits | (1 << index)), 0) >>> 0;
  const bytes = new ByteWriter();
  // A core that lacks the later system registers, ARMv6-M, leaves them out.
  for (const word of set.system ? words.slice(0, knownWords) : words) bytes.u32(word ?? 0);
  return new CborWriter().array(5).uint(ITEM_REGISTERS).uint(set.code).uint(known).byteString(bytes.toBytes());
}

function regionItem(region: MemoryRegion): CborWriter {
  const item = new CborWriter().array(5).uint(ITEM_REGION).uint(codeOf(REGION_KINDS, region.kind));
  return item.uint(region.address).byteString(region.bytes);
}

function codeOf<Value>(codes: ReadonlyMap<number, Value>, value: Value): number {
  for (const [code, each] of codes) if (each === value) return code;
  throw new RangeError(`${String(value)} has no code`);
}
