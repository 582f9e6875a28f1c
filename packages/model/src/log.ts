/** Decoded log lines. */
import type { Milliseconds } from './units.ts';

export type LogLevel = 'error' | 'warning' | 'info' | 'debug';

export interface LogLine {
  /** Counts every entry ever written in this lineage's ring, from 0. */
  readonly number: number;
  readonly uptime: Milliseconds;
  /** What the device's clock showed, in its ticks. */
  readonly stamp?: number;
  readonly level: LogLevel;
  /** Module, or `module.instance`. */
  readonly source: string;
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
  /** Set where the text could not be made: the raw id and arguments stand in `text`. */
  readonly unknown?: string;
  /**
   * Absent: a message with its prefix. `text` is printed as it stands, without one; `hexdump` has `data` below its text;
   * at `gap` entries were lost; `foreign` is another logger's.
   */
  readonly kind?: 'text' | 'hexdump' | 'gap' | 'foreign';
  /** Name of the function, where the build asks to show it before the text. */
  readonly function?: string;
  /** The bytes of a hexdump or of a foreign entry, as hex. */
  readonly data?: string;
  /** How many entries were lost here; absent at a gap of which nobody knows. */
  readonly lost?: number;
  /** Whose ring; absent means 0. */
  readonly core?: number;
}

/** From stamps to uptime: at `stamp` ticks the device had run `uptime` milliseconds. */
export interface LogClock {
  /** Ticks a second. */
  readonly frequency: number;
  readonly stamp: number;
  readonly uptime: number;
}

/** Consecutive log entries of one core and one clock, as they left the device. */
export interface LogPiece {
  /** Number of the first entry in `entries`. */
  readonly firstEntry: number;
  /** Stamp that the first entry's is a difference to. */
  readonly base: number;
  readonly clock: LogClock;
  readonly core: number;
  /** Whole entries in ring layout (docs/formats/log-ring.md). */
  readonly entries: Uint8Array;
}
