/** What is read from a ring: the lines of each start of the device by themselves. */
import type { BuildPrefix, Damage, LogLine } from '@noinit/model';
import type { LogDictionary } from '../dictionary/log-dictionary.ts';
import type { LogSegmentStart } from '../entries/segment.ts';

/** The dictionary of a build, or why there is none. */
export type DictionaryFinder = (build: BuildPrefix) => LogDictionary | { readonly unknown: string };

export interface DecodedSegment {
  /** Undefined: nobody knows whose the lines are. */
  readonly start: LogSegmentStart | undefined;
  /** Why its lines have no text, where that is so. */
  readonly whyUnknown: string | undefined;
  /** In the order of their numbers; lines of kind `gap` stand where entries are missing. */
  readonly lines: readonly LogLine[];
  /** Entries that were begun and never closed: the device stopped within them. */
  readonly open: number;
}

export interface LogRingDecoding {
  /** In the order in which they were written. */
  readonly segments: readonly DecodedSegment[];
  readonly damage: readonly Damage[];
}

export interface RingOptions {
  readonly dictionaryOf: DictionaryFinder;
  /**
   * Whether lines behind missing entries are taken for the same build's. Where the start of another build may be among the
   * missing, they are otherwise raw and unknown.
   */
  readonly trustsGaps?: boolean;
}
