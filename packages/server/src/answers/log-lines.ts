/**
 * Log segments as the store keeps them, decoded with the dictionaries that are there now. A crash record brings entries that log
 * records may bring too: by lineage, core and number each is shown once.
 */
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
    const ring = rings.get(name) ?? { nextEntry: undefined, seen: new Set(), newest: -1 };
    rings.set(name, ring);
    const { lines: decoded, nextEntry } = linesOf(segment, dictionaries.get(segment.build), ring.nextEntry);
    ring.nextEntry = Math.max(nextEntry, ring.nextEntry ?? 0);
    for (const line of decoded) if (isNew(line, ring)) addLine(lines, line, ring);
  }
  const merged = mergeCores(lines, ({ lineage, boot }) => `${lineage}.${boot}`);
  return { lines: merged.slice(-newest), dropped: merged.reduce((sum, { lost = 0 }) => sum + lost, 0) };
}

interface Ring {
  /** Number of the first entry that no segment has held yet; undefined before the first segment. */
  nextEntry: number | undefined;
  /** What is shown already. A gap has the number of the entry before it. */
  readonly seen: Set<string>;
  /** Highest number that is shown. */
  newest: number;
}

function isNew({ number, kind }: DeviceLogLine, { seen }: Ring): boolean {
  const name = `${number}${kind === 'gap' ? ' gap' : ''}`;
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

/** At the end; but behind the line of its ring with the next lower number where a crash knows an entry that its log record left out. */
function addLine(lines: DeviceLogLine[], line: DeviceLogLine, ring: Ring): void {
  if (line.number >= ring.newest) {
    ring.newest = line.number;
    lines.push(line);
    return;
  }
  const isOfRing = (other: DeviceLogLine) => other.lineage === line.lineage && (other.core ?? 0) === (line.core ?? 0);
  lines.splice(
    lines.findIndex((other) => isOfRing(other) && other.number > line.number),
    0,
    line,
  );
}

/** A segment's lines; before them, where entries are missing, the line that says so. */
function linesOf(segment: LogSegment, dictionary: LogDictionary | undefined, known: number | undefined) {
  const { entries, firstEntry, lineage, boot, base, clock, core } = segment;
  const { lines, nextEntry } = decodeLogEntries(entries, { firstEntry, dictionary, base, clock, core });
  const missing = known === undefined ? segment.dropped : firstEntry - known;
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
