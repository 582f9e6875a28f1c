/** Decoded log lines. */
import type { Milliseconds } from './units.ts';

export type LogLevel = 'error' | 'warning' | 'info' | 'debug';

export interface LogLine {
  /** Counts every entry ever written in this lineage's ring, from 0; gaps are entries that were lost. */
  readonly number: number;
  readonly uptime: Milliseconds;
  readonly level: LogLevel;
  /** Module, or `module.instance`. */
  readonly source: string;
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
  /** Set where the text could not be made: the raw id and arguments stand in `text`. */
  readonly unknown?: string;
}
