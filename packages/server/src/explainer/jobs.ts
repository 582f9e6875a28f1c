/** The jobs of the explainer's process and their answers. Plain data: it crosses a process boundary. */
import type { BuildId, CustomReasons, Trace } from '@noinit/model';

export type ElfJob = InspectJob | ExplainMessageJob | LocateJob;

/** What is this file, and what of it does the store keep beside it? */
export interface InspectJob {
  readonly kind: 'inspect';
  /** Path of the file. */
  readonly elf: string;
  /** Path of the symbol cache that is written beside it. */
  readonly cache: string;
}

export interface Inspection {
  readonly build: BuildId;
  readonly debugInfo: 'full' | 'names-only';
  /** Serialised by @noinit/logs; absent where the ELF has no log sites. */
  readonly dictionary?: Uint8Array;
  /** Reboot reasons that the build names. */
  readonly reasons: CustomReasons;
}

export interface ExplainMessageJob {
  readonly kind: 'explain';
  /** The whole crash message, or a postcard. */
  readonly message: Uint8Array;
  /** The build the crash names and the file that is said to be it. Absent: explain without symbols. */
  readonly symbols?: SymbolFiles;
}

/** What is the code at these addresses called? Answered with a `CodePlace`, or null, for each. */
export interface LocateJob {
  readonly kind: 'locate';
  readonly addresses: readonly number[];
  readonly symbols: SymbolFiles;
}

export interface CodePlace {
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface SymbolFiles {
  readonly build: BuildId;
  /** Paths. The cache may be missing: then it is written. */
  readonly elf: string;
  readonly cache: string;
}

export type ExplainedMessage = Trace;
