/** Log segments as the store keeps them, decoded with the dictionaries that are there now. */
import type { DeviceLogLine } from '@noinit/api';
import { decodeLogEntries, type LogDictionary, makeGapLine, mergeCores, parseDictionary } from '@noinit/logs';
import { milliseconds, type ProjectId } from '@noinit/model';
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
  const rings = new Map<string, Ring>();
  const lines: DeviceLogLine[] = [];
  for (const segment of segments) {
    const name = `${segment.lineage}.${segment.core}`;
    const ring = rings.get(name);
    const { lines: decoded, nextEntry } = linesOf(segment, dictionaries.get(segment.build), ring);
    rings.set(name, { nextEntry: Math.max(nextEntry, ring?.nextEntry ?? 0) });
    lines.push(...decoded);
  }
  const merged = mergeCores(lines, ({ lineage, boot }) => `${lineage}.${boot}`);
  return { lines: merged.slice(-newest), dropped: merged.reduce((sum, { lost = 0 }) => sum + lost, 0) };
}

interface Ring {
  /** Number of the first entry that no segment has held yet. */
  readonly nextEntry: number;
}

/** A segment's lines; before them, where entries are missing, the line that says so. */
function linesOf(segment: LogSegment, dictionary: LogDictionary | undefined, ring: Ring | undefined) {
  const { entries, firstEntry, lineage, boot, base, clock, core } = segment;
  const { lines, nextEntry } = decodeLogEntries(entries, { firstEntry, dictionary, base, clock, core });
  const missing = ring === undefined ? segment.dropped : firstEntry - ring.nextEntry;
  const first = lines[0];
  const time = { number: firstEntry - 1, uptime: first?.uptime ?? milliseconds(0), stamp: first?.stamp ?? base };
  const gap = missing > 0 ? [{ ...makeGapLine(time, missing), ...(core > 0 ? { core } : {}) }] : [];
  return { lines: [...gap, ...lines].map((line) => ({ ...line, lineage, boot })), nextEntry };
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
