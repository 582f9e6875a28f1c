/** Records as messages (docs/formats/record.md, reboot.md), byte for byte as the device writes them. */
import { ByteWriter, crc32, fromHex } from '@noinit/bytes';
import type {
  BootRecord,
  BuildPrefix,
  CrashRecord,
  LogRecord,
  PostcardRecord,
  RebootMark,
  RebootRecord,
  RecordKey,
} from '@noinit/model';
import { CAUSES, codeOf, MACHINES } from '../crash-codes.ts';
import { KIND_BOOT, KIND_CRASH, KIND_LOG, KIND_REBOOT } from '../head.ts';
import { POSTCARD_MARK } from '../postcard.ts';
import { CborWriter } from './cbor-writer.ts';
import { writeCrashItems } from './crash.ts';

export type EncodableRecord = BootRecord | RebootRecord | CrashRecord | PostcardRecord | LogRecord;

/** A whole message, CRC-32 included. A crash whose dump says `truncated` is written without its end. */
export function encodeMessage(record: EncodableRecord): Uint8Array {
  const writer = new CborWriter();
  switch (record.kind) {
    case 'boot':
      writeHead(writer, KIND_BOOT, record.key);
      writeBoot(writer, record);
      break;
    case 'reboot':
      writeHead(writer, KIND_REBOOT, record.key);
      writeReboot(writer, record);
      break;
    case 'crash':
      writeHead(writer, KIND_CRASH, record.key, record.build);
      writeCrashItems(writer, record.dump);
      break;
    case 'log':
      writeHead(writer, KIND_LOG, record.key, record.build);
      writeLog(writer, record);
      break;
    case 'postcard':
      return sealMessage(postcardBytes(record));
  }
  return sealMessage(writer.toBytes());
}

/** Any bytes with their CRC-32 behind them. */
export function sealMessage(content: Uint8Array): Uint8Array {
  return new ByteWriter({ capacity: content.length + 4 }).bytes(content).u32(crc32(content)).toBytes();
}

function writeHead(writer: CborWriter, kind: number, key: RecordKey, build?: BuildPrefix): void {
  writer.map(build === undefined ? 4 : 5);
  writer.uint(0).uint(kind);
  writer.uint(1).uint(key.lineage);
  writer.uint(2).uint(key.boot);
  writer.uint(3).uint(key.sequence);
  if (build !== undefined) writer.uint(4).byteString(fromHex(build));
}

function writeBoot(writer: CborWriter, record: BootRecord): void {
  const { stampFrequency, operatingTime } = record;
  writeWords(
    writer,
    [
      record.rawResetCause,
      record.ramSurvived ? 1 : 0,
      record.unexpectedReboots,
      record.lineageUnexpectedReboots,
      record.unexpectedSinceHealthy,
      ...timeWords(operatingTime),
      record.layout,
      stampFrequency === 1000 ? 0 : stampFrequency,
    ],
    3,
  );
  writer.uint(9).byteString(fromHex(record.build));
  writer.uint(10).text(record.version);
  writer.uint(11).text(record.hardware ?? '');
}

function writeReboot(writer: CborWriter, record: RebootRecord): void {
  const { hardware, alive } = record;
  writeWords(
    writer,
    [
      record.reason,
      hardware.reason,
      hardware.raw,
      record.unexpected ? 1 : 0,
      ...markWords(record.marked),
      ...markWords(record.later),
      ...timeWords(record.uptime),
      ...[alive?.interval ?? 0, alive?.task ?? 0, alive?.pc ?? 0],
    ],
    0,
  );
}

/** A map of words by their place; those that are 0 are left out. Beside them `others` keys follow. */
function writeWords(writer: CborWriter, words: readonly number[], others: number): void {
  const present = [...words.entries()].filter(([, word]) => word !== 0);
  writer.map(present.length + others);
  for (const [key, word] of present) writer.uint(key).uint(word);
}

function markWords(mark: RebootMark | undefined): readonly number[] {
  return mark ? [mark.reason, mark.pc ?? 0, mark.lr ?? 0, mark.uptime % WORD] : [0, 0, 0, 0];
}

function timeWords(time: number): readonly number[] {
  return [time % WORD, Math.floor(time / WORD)];
}

const WORD = 2 ** 32;

function postcardBytes(record: PostcardRecord): Uint8Array {
  const { key, cause, machine, pc = 0, lr = 0 } = record;
  const code = cause.kind === 'unknown' ? cause.code : codeOf(CAUSES, cause.kind);
  const writer = new ByteWriter().u8(POSTCARD_MARK).u8((codeOf(MACHINES, machine) << 4) | code);
  writer.u16(record.reason).u32(key.lineage).u32(key.boot).bytes(fromHex(record.build));
  return writer.u32(pc).u32(lr).u32(record.faultBits).toBytes();
}

/**
 * The entries last: the device knows how many bytes they take only when it has walked them. What has its default is left out,
 * but for the number of the dropped.
 */
function writeLog(writer: CborWriter, record: LogRecord): void {
  const { base, clock, core, abandoned } = record;
  const hasClock = clock.frequency !== 1000 || clock.stamp !== 0 || clock.uptime !== 0;
  writer.map(3 + [base !== 0, hasClock, core !== 0, abandoned !== 0].filter(Boolean).length);
  writer.uint(0).uint(record.firstEntry);
  writer.uint(2).uint(record.dropped);
  if (base !== 0) writer.uint(3).uint(base);
  if (hasClock) writer.uint(4).array(3).uint(clock.frequency).uint(clock.stamp).uint(clock.uptime);
  if (core !== 0) writer.uint(5).uint(core);
  if (abandoned !== 0) writer.uint(6).uint(abandoned);
  writer.uint(1).byteString(record.entries);
}
