/** The log of a crash, as lines: entries that came inside it, else the log's own region where memory was captured with it. */
import { type DecodedSegment, decodeLogEntries, decodeLogRing, type LogDictionary, mergeCores } from '@noinit/logs';
import { address, type Damage, type Dump, type LogLine } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { Memory } from '@noinit/unwind';

export interface ExplainedLog {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  readonly damage: readonly Damage[];
}

/** What the dump is read with. */
export interface LogSource {
  readonly memory: Memory;
  readonly symbols: Symbols | undefined;
  readonly dictionary: LogDictionary | undefined;
}

/** Without the dictionary of their build lines show ids and arguments. */
export function explainLog(dump: Dump, source: LogSource): ExplainedLog {
  const { log = [] } = dump;
  if (log.length === 0) return explainRing(dump, source);
  const { dictionary } = source;
  const decoded = [...log]
    .sort((a, b) => a.core - b.core || a.firstEntry - b.firstEntry)
    .map(({ entries, ...piece }) => decodeLogEntries(entries, { ...piece, dictionary }));
  const lines = decoded.flatMap(({ lines }) => lines);
  return { lines: mergeCores(lines, () => ''), damage: decoded.flatMap(({ damage }) => damage) };
}

/** Lines of a ring that are shown: the newest. All of them are shown by `noinit logs`. */
const MAX_RING_LINES = 100;
const NOTHING: ExplainedLog = { lines: [], damage: [] };

/** The newest lines of the boot that the dump is of. What is damaged in a ring is told by who reads it as a log. */
function explainRing({ build, key }: Dump, { memory, symbols, dictionary }: LogSource): ExplainedLog {
  const [start, end] = ['__noinit_log_start', '__noinit_log_end'].map((name) => symbols?.symbolNamed(name)?.address);
  if (start === undefined || end === undefined || end <= start) return NOTHING;
  const bytes = memory.read(address(start), end - start);
  if (bytes === undefined) return NOTHING;
  const unknown = { unknown: 'the build of the line is not the one of the dump' };
  const { segments } = decodeLogRing(bytes, { dictionaryOf: (wanted) => (wanted === build && dictionary) || unknown });
  const isOwn = ({ start }: DecodedSegment) => start?.lineage === key?.lineage && start?.boot === key?.boot;
  const lines = segments.filter(isOwn).flatMap((segment) => segment.lines);
  return { lines: mergeCores(lines, () => '').slice(-MAX_RING_LINES), damage: [] };
}
