/** Log records, as messages or cut into chunks, become segments of lines. */
import { type BootKey, type BuildPrefix, type Damage, type LogRecord, milliseconds } from '@noinit/model';
import { assembleMessages, type Chunk, scanChunk, scanMessage, splitChunks } from '@noinit/wire';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { decodeLogEntries } from '../entries/decode-log-entries.ts';
import { makeGapLine } from '../entries/line-maker.ts';
import { uptimeAt } from '../entries/segment.ts';
import type { DecodedSegment, DictionaryFinder, LogRingDecoding } from '../ring/decoded-segment.ts';

export interface RecordScan {
  readonly records: readonly LogRecord[];
  readonly damage: readonly Damage[];
}

/** One message, its CRC-32 included. Undefined where it is none. */
export function scanRecordMessage(bytes: Uint8Array): RecordScan | undefined {
  const { record, damage } = scanMessage(bytes);
  if (record === undefined) return undefined;
  return { records: record.kind === 'log' ? [record] : [], damage };
}

/** A body of chunks as it is posted to a server. Undefined where it is none. */
export function scanRecordChunks(bytes: Uint8Array): RecordScan | undefined {
  const split = splitChunks(bytes);
  if (split.kind === 'damage' || split.chunks.length === 0) return undefined;
  const scans = split.chunks.map(scanChunk);
  const chunks = scans.flatMap((scan) => (scan.kind === 'chunk' ? [scan.chunk] : []));
  if (chunks.length * 2 < scans.length) return undefined;
  const assemblies = [...byMessage(chunks).values()].map(assembleMessages);
  const messages = assemblies.flatMap(({ messages }) => messages.map(scanMessage));
  const cut = assemblies.filter(({ partial }) => partial !== undefined).length;
  const damage = [
    ...scans.flatMap((scan) => (scan.kind === 'damage' ? [scan.damage] : [])),
    ...messages.flatMap((each) => each.damage),
  ];
  const missing: Damage = { offset: 0, why: 'missing-part', detail: `${cut} messages lack chunks` };
  return {
    records: messages.flatMap(({ record }) => (record?.kind === 'log' ? [record] : [])),
    damage: cut > 0 ? [...damage, missing] : damage,
  };
}

/** In the order of boots and entries; a record that came twice counts once. */
export function decodeRecords({ records, damage }: RecordScan, dictionaryOf: DictionaryFinder): LogRingDecoding {
  const sorted = [...new Map(records.map((record) => [keyText(record), record])).values()].sort(compareRecords);
  const problems = [...damage];
  const next = new Map<string, number>();
  const segments = sorted.map((record): DecodedSegment => {
    const ring = `${record.key.lineage}.${record.core}`;
    const found = dictionaryOf(record.build);
    const dictionary = found instanceof LogDictionary ? found : undefined;
    const { firstEntry, base, clock, core } = record;
    const decoded = decodeLogEntries(record.entries, { dictionary, firstEntry, base, clock, core });
    problems.push(...decoded.damage);
    const known = next.get(ring);
    next.set(ring, decoded.nextEntry);
    const lost = known === undefined ? record.dropped : firstEntry - known;
    const time = { number: firstEntry - 1, stamp: base, uptime: milliseconds(uptimeAt(clock, base)) };
    const gap = lost > 0 ? [{ ...makeGapLine(time, lost), ...(core > 0 ? { core } : {}) }] : [];
    return {
      start: { ...startKey(record), build: record.build, clock, number: firstEntry, core, tag: 0, isAfterDamage: false },
      whyUnknown: found instanceof LogDictionary ? undefined : found.unknown,
      lines: [...gap, ...withReason(decoded.lines, found)],
      open: 0,
    };
  });
  return { segments, damage: problems };
}

function withReason(
  lines: DecodedSegment['lines'],
  found: LogDictionary | { readonly unknown: string },
): DecodedSegment['lines'] {
  if (found instanceof LogDictionary) return lines;
  return lines.map((line) =>
    line.unknown === undefined || line.kind === 'foreign' ? line : { ...line, unknown: found.unknown },
  );
}

function byMessage(chunks: readonly Chunk[]): ReadonlyMap<number, Chunk[]> {
  const groups = new Map<number, Chunk[]>();
  for (const chunk of chunks) {
    const group = groups.get(chunk.messageId);
    if (group) group.push(chunk);
    else groups.set(chunk.messageId, [chunk]);
  }
  return groups;
}

function compareRecords(left: LogRecord, right: LogRecord): number {
  return (
    left.key.lineage - right.key.lineage ||
    left.key.boot - right.key.boot ||
    left.core - right.core ||
    left.firstEntry - right.firstEntry
  );
}

function startKey({ key }: { readonly key: BootKey; readonly build: BuildPrefix }): BootKey {
  return { lineage: key.lineage, boot: key.boot };
}

function keyText({ key }: LogRecord): string {
  return `${key.lineage}.${key.boot}.${key.sequence}`;
}
