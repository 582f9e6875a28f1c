/** Log segments as the store keeps them, decoded with the dictionaries that are there now. */
import type { DeviceLogLine } from '@noinit/api';
import { decodeLogEntries, type LogDictionary, parseDictionary } from '@noinit/logs';
import type { ProjectId } from '@noinit/model';
import type { EventReader, LogSegment } from '@noinit/store';

export interface DecodedLog {
  /** Oldest first. */
  readonly lines: readonly DeviceLogLine[];
  /** Entries known to be lost within these lines. */
  readonly dropped: number;
}

export async function readLogLines(
  reader: EventReader,
  project: ProjectId,
  segments: readonly LogSegment[],
  newest: number,
): Promise<DecodedLog> {
  const dictionaries = await readDictionaries(reader, project, segments);
  const lines = segments.flatMap((segment) => linesOf(segment, dictionaries.get(segment.build)));
  return { lines: lines.slice(-newest), dropped: segments.reduce((sum, { dropped }) => sum + dropped, 0) };
}

function linesOf({ entries, firstEntry, lineage, boot }: LogSegment, dictionary: LogDictionary | undefined): DeviceLogLine[] {
  return decodeLogEntries(entries, { firstEntry, dictionary }).lines.map((line) => ({ ...line, lineage, boot }));
}

async function readDictionaries(
  reader: EventReader,
  project: ProjectId,
  segments: readonly LogSegment[],
): Promise<ReadonlyMap<LogSegment['build'], LogDictionary>> {
  if (segments.length === 0) return new Map();
  const stored = await reader.dictionaries(project, [...new Set(segments.map(({ build }) => build))]);
  return new Map([...stored].map(([build, bytes]) => [build, parseDictionary(bytes)]));
}
