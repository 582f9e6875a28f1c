/** The log entries that came inside a crash, as lines. */
import { decodeLogEntries, type LogDictionary, mergeCores } from '@noinit/logs';
import type { Damage, Dump, LogLine } from '@noinit/model';

export interface ExplainedLog {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  readonly damage: readonly Damage[];
}

/** Without the dictionary of their build lines show ids and arguments. */
export function explainLog({ log = [] }: Dump, dictionary: LogDictionary | undefined): ExplainedLog {
  const decoded = [...log]
    .sort((a, b) => a.core - b.core || a.firstEntry - b.firstEntry)
    .map(({ entries, ...piece }) => decodeLogEntries(entries, { ...piece, dictionary }));
  const lines = decoded.flatMap(({ lines }) => lines);
  return { lines: mergeCores(lines, () => ''), damage: decoded.flatMap(({ damage }) => damage) };
}
