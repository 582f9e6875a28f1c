/** The items of a crash (docs/formats/crash.md). */
import { ByteWriter, crc16 } from '@noinit/bytes';
import type { CrashCause, Dump, DumpThread, LogPiece, MemoryRegion, RegisterValues } from '@noinit/model';
import {
  CAUSES,
  codeOf,
  ITEM_CAUSE,
  ITEM_END,
  ITEM_LOG,
  ITEM_REGION,
  ITEM_REGISTERS,
  ITEM_THREAD,
  MACHINES,
  REGION_KINDS,
  THREAD_RUNNING,
} from '../crash-codes.ts';
import { type RegisterSet, registerSets } from '../register-sets.ts';
import { CborWriter } from './cbor-writer.ts';

/**
 * Appends the items to a message that so far has only its head: registers and stacks of what crashed, the threads with
 * theirs, other memory, the log, the end.
 */
export function writeCrashItems(message: CborWriter, dump: Dump): void {
  appendItem(message, causeItem(dump), message.toBytes());
  const [crashed, ...others] = dump.threads;
  const stacks = dump.regions.filter(({ kind }) => kind === 'stack');
  const stacksOf = (thread: DumpThread) => stacks.filter((region) => holdsStack(region, thread));
  for (const set of registerSets(dump.machine)) appendRegisters(message, set, set.system ? dump.system : crashed?.registers);
  appendRegions(
    message,
    stacks.filter((region) => !others.some((thread) => holdsStack(region, thread))),
  );
  if (crashed?.id !== undefined) appendItem(message, threadItem(crashed));
  for (const thread of others) {
    appendItem(message, threadItem(thread));
    for (const set of registerSets(dump.machine)) if (!set.system) appendRegisters(message, set, thread.registers);
    appendRegions(message, stacksOf(thread));
  }
  appendRegions(
    message,
    dump.regions.filter(({ kind }) => kind !== 'stack'),
  );
  for (const piece of dump.log ?? []) appendItem(message, logItem(piece));
  if (!dump.damage.some((damage) => damage.why === 'truncated')) appendItem(message, new CborWriter().array(2).uint(ITEM_END));
}

/** A thread that waits has its stack captured from its pointer on. */
function holdsStack({ address }: MemoryRegion, { registers }: DumpThread): boolean {
  const { sp } = registers;
  return sp !== undefined && (sp & ~3) >>> 0 === address;
}

function appendRegions(message: CborWriter, regions: readonly MemoryRegion[]): void {
  for (const region of regions) appendItem(message, regionItem(region));
}

/** `covered` are bytes before the item that its CRC covers as well: the head's, for the cause. */
function appendItem(message: CborWriter, item: CborWriter, covered: Uint8Array = new Uint8Array(0)): void {
  const bytes = item.toBytes();
  message.raw(bytes).wideU16(crc16(bytes, crc16(covered)));
}

function causeItem(dump: Dump): CborWriter {
  const { cause } = dump;
  const code = cause.kind === 'unknown' ? cause.code : codeOf(CAUSES, cause.kind);
  const text = textOf(cause);
  const entry = cause.kind === 'assert' ? cause.entry : undefined;
  const size = cause.kind === 'out-of-memory' ? cause.size : undefined;
  const refused = cause.kind === 'snapshot' ? cause.refused : undefined;
  // Only a debugger does not know the uptime.
  const uptime = dump.uptime ?? (cause.kind === 'stopped' ? undefined : 0);
  const optional = [uptime, cause.exception, entry, cause.reason, size, text, refused].filter((each) => each !== undefined);
  const item = new CborWriter().array(3).uint(ITEM_CAUSE);
  item.map(2 + optional.length);
  item.uint(0).uint(code);
  if (uptime !== undefined) item.uint(1).uint(uptime);
  item.uint(2).uint(codeOf(MACHINES, dump.machine));
  if (cause.exception !== undefined) item.uint(3).uint(cause.exception);
  if (entry !== undefined) item.uint(4).byteString(entry);
  if (cause.reason !== undefined) item.uint(5).uint(cause.reason);
  if (size !== undefined) item.uint(6).uint(size);
  if (text !== undefined) item.uint(7).byteString(new TextEncoder().encode(text));
  if (refused !== undefined) item.uint(8).uint(refused);
  return item;
}

function textOf(cause: CrashCause): string | undefined {
  if (cause.kind === 'stack-overflow') return cause.thread;
  return cause.kind === 'panic' ? cause.text : undefined;
}

/** The words of the set, those that are not known as 0 with their bit clear; nothing where none is known. */
function appendRegisters(message: CborWriter, set: RegisterSet, values: RegisterValues | undefined): void {
  const words = set.names.map((name) => values?.[name]);
  const knownWords = words.findLastIndex((word) => word !== undefined) + 1;
  if (knownWords === 0) return;
  const known =
    words.slice(0, 32).reduce<number>((bits, word, index) => (word === undefined ? bits : bits | (1 << index)), 0) >>> 0;
  const bytes = new ByteWriter();
  for (const word of words.slice(0, Math.max(set.always ?? words.length, knownWords))) bytes.u32(word ?? 0);
  appendItem(message, new CborWriter().array(5).uint(ITEM_REGISTERS).uint(set.code).uint(known).byteString(bytes.toBytes()));
}

function threadItem({ id = 0, name = '', stack, crashed }: DumpThread): CborWriter {
  const item = new CborWriter().array(7).uint(ITEM_THREAD).uint(id);
  item.uint(crashed ? THREAD_RUNNING : 0).byteString(new TextEncoder().encode(name));
  return item.uint(stack?.low ?? 0).uint(stack?.size ?? 0);
}

function logItem({ firstEntry, base, clock, core, entries }: LogPiece): CborWriter {
  const item = new CborWriter().array(7).uint(ITEM_LOG).uint(firstEntry).uint(base);
  item.array(3).uint(clock.frequency).uint(clock.stamp).uint(clock.uptime);
  return item.uint(core).byteString(entries);
}

function regionItem(region: MemoryRegion): CborWriter {
  const item = new CborWriter().array(5).uint(ITEM_REGION).uint(codeOf(REGION_KINDS, region.kind));
  return item.uint(region.address).byteString(region.bytes);
}
