/** What we conclude from what a device said. */
import type { FaultClass } from './trace.ts';

/** A crash in the words that list, group and title it. Versioned by `algorithm`. */
export interface CrashFacts {
  /** Version of the grouping rules. */
  readonly algorithm: 'g1';
  readonly class: FaultClass;
  /** SHA-256 of `tokens` as lower-case hex. Crashes with the same one belong to one issue. */
  readonly fingerprint: string;
  /** What went into the fingerprint, in order, for people who ask why two crashes are one issue. */
  readonly tokens: readonly string[];
  /** Of the issue: without numbers that differ from crash to crash. */
  readonly title: string;
  /** What happened this time, one sentence. */
  readonly sentence: string;
  /** Innermost place in the project's own code, where known. */
  readonly where?: { readonly function: string; readonly file?: string; readonly line?: number };
}
