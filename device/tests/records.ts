/** From the chunks that a firmware sent to records, and from log records and ELF files to lines. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { toHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeLogEntries, type LogDictionary, readDictionary } from '@noinit/logs';
import type { CrashRecord, Damage, LogLine, LogRecord, PostcardRecord, RebootRecord, Record } from '@noinit/model';
import { assembleMessages, type Chunk, scanChunk, scanMessage } from '@noinit/wire';
import { encodeMessage } from '@noinit/wire/encode';

/** In the order the messages were begun. Only a crash may be cut. What is read can be written again. */
export function recordsOf(chunks: readonly Uint8Array[]): Record[] {
  const byMessage = new Map<number, Chunk[]>();
  for (const bytes of chunks) {
    const scan = scanChunk(bytes);
    if (scan.kind === 'damage') throw new Error(scan.damage.detail);
    byMessage.set(scan.chunk.messageId, [...(byMessage.get(scan.chunk.messageId) ?? []), scan.chunk]);
  }
  return [...byMessage.values()].map((parts) => {
    const [message] = assembleMessages(parts).messages;
    const { record, damage } = scanMessage(message ?? new Uint8Array());
    const [unexpected] = damage.filter((one) => record?.kind !== 'crash' || one.why !== 'truncated');
    if (unexpected !== undefined) throw new Error(unexpected.detail);
    if (record === undefined || message === undefined) throw new Error('a message that is no record');
    checkWrittenAgain(record, message);
    return record;
  });
}

/**
 * Our encoders write what the device wrote: boots, reboots and postcards byte for byte, but that a firmware with a clock of its own says
 * its frequency also where it is the default. Others may differ where that says nothing: a crash in the place of the crashed thread
 * among others and in words that are not known, a log in fields with their default.
 */
function checkWrittenAgain(record: Record, message: Uint8Array): void {
  if (record.kind === 'unknown') return;
  const again = encodeMessage(record);
  const saysDefault = record.kind === 'boot' && message.length === again.length + DEFAULT_FREQUENCY_BYTES;
  const isLoose = record.kind === 'crash' || record.kind === 'log' || saysDefault;
  const isSame = isLoose ? isDeepStrictEqual(scanMessage(again).record, record) : toHex(again) === toHex(message);
  if (!isSame) throw new Error(`a ${record.kind} record that we write otherwise: ${toHex(message)}, ours ${toHex(again)}`);
}

/** A key and 1,000 in CBOR. */
const DEFAULT_FREQUENCY_BYTES = 4;

export function logsOf(records: readonly Record[]): LogRecord[] {
  return records.filter((record) => record.kind === 'log');
}

export function crashOf(records: readonly Record[]): CrashRecord {
  const crash = records.find((record) => record.kind === 'crash');
  if (crash === undefined) throw new Error('no crash record');
  return crash;
}

/** In the order in which they were sent. */
export function postcardsOf(records: readonly Record[]): PostcardRecord[] {
  return records.filter((record) => record.kind === 'postcard');
}

export function postcardOf(records: readonly Record[]): PostcardRecord {
  const postcard = records.find((record) => record.kind === 'postcard');
  if (postcard === undefined) throw new Error('no postcard');
  return postcard;
}

/** How the first boot ended. */
export function rebootOf(records: readonly Record[]): RebootRecord {
  const reboot = records.find((record) => record.kind === 'reboot' && record.key.boot === 1);
  if (reboot?.kind !== 'reboot') throw new Error('no reboot record');
  return reboot;
}

export interface BootLine extends LogLine {
  readonly boot: number;
}

export interface DecodedLogs {
  readonly lines: readonly BootLine[];
  readonly damage: readonly Damage[];
}

/** Every line with the dictionary of the build that wrote it; a build that is not among `elves` shows ids. */
export function decodeLogs(records: readonly Record[], elves: readonly string[]): DecodedLogs {
  const dictionaries = new Map<string, LogDictionary>();
  for (const path of elves) {
    const elf = parseElf(readFileSync(path));
    if (elf.buildId !== undefined) dictionaries.set(elf.buildId.slice(0, 16), readDictionary(elf));
  }
  const decoded = logsOf(records).map((log) => {
    const { entries, firstEntry, base, clock, core } = log;
    const dictionary = dictionaries.get(log.build);
    const { lines, damage } = decodeLogEntries(entries, { dictionary, firstEntry, base, clock, core });
    return { lines: lines.map((line) => ({ ...line, boot: log.key.boot })), damage };
  });
  return { lines: decoded.flatMap(({ lines }) => lines), damage: decoded.flatMap(({ damage }) => damage) };
}
