/** Records as messages (docs/formats/record.md, reboot.md), byte for byte as the device writes them. */
import { ByteWriter, crc32, fromHex } from '@noinit/bytes';
import type { BootRecord, BuildPrefix, CrashRecord, LogRecord, RebootRecord, RecordKey } from '@noinit/model';
import { KIND_BOOT, KIND_CRASH, KIND_LOG, KIND_REBOOT } from '../head.ts';
import { CborWriter } from './cbor-writer.ts';
import { writeCrashItems } from './crash.ts';

export type EncodableRecord = BootRecord | RebootRecord | CrashRecord | LogRecord;

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
  writer.map(record.hardware === undefined ? 5 : 6);
  writer.uint(0).byteString(fromHex(record.build));
  writer.uint(1).text(record.version);
  writer.uint(2).uint(record.rawResetCause);
  writer.uint(3).bool(record.ramSurvived);
  writer.uint(4).uint(record.unexpectedReboots);
  if (record.hardware !== undefined) writer.uint(5).text(record.hardware);
}

function writeReboot(writer: CborWriter, record: RebootRecord): void {
  const { hardware, marked } = record;
  writer.map(marked ? 4 : 3);
  writer.uint(0).uint(record.reason);
  writer.uint(1).array(2).uint(hardware.reason).uint(hardware.raw);
  writer.uint(2).uint(record.uptime);
  if (marked) writer.uint(3).array(3).uint(marked.reason).uint(marked.pc).uint(marked.lr);
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
