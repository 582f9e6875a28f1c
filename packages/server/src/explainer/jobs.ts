/** The jobs of the explainer's process and their answers. Plain data: it crosses a process boundary. */
import type { BuildId, Trace } from '@noinit/model';

export type ElfJob = InspectJob | ExplainMessageJob;

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
}

export interface ExplainMessageJob {
  readonly kind: 'explain';
  /** The whole crash message. */
  readonly message: Uint8Array;
  /** The build the crash names and the file that is said to be it. Absent: explain without symbols. */
  readonly symbols?: SymbolFiles;
}

export interface SymbolFiles {
  readonly build: BuildId;
  /** Paths. The cache may be missing: then it is written. */
  readonly elf: string;
  readonly cache: string;
}

export type ExplainedMessage = Trace;
