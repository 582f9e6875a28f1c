/** Which lines are shown. */
import type { LogLevel, LogLine } from '@noinit/model';

export const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];

export interface LogFilter {
  /** The least severe that is shown. */
  readonly level?: LogLevel | undefined;
  /** Modules and instances; a module stands for its instances too. */
  readonly sources: readonly string[];
}

/** What was lost is always shown. */
export function isShown({ kind, level, source }: LogLine, filter: LogFilter): boolean {
  if (kind === 'gap') return true;
  if (filter.level !== undefined && kind !== 'text' && LEVELS.indexOf(level) > LEVELS.indexOf(filter.level)) return false;
  return filter.sources.length === 0 || filter.sources.some((name) => source === name || source.startsWith(`${name}.`));
}
