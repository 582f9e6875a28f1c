/** Which builds a project has symbols for. The ELF file itself is a blob. */
import type { BuildId, CustomReasons, ProjectId, WallClock } from '@noinit/model';
import type { Digest } from '../blobs/blob-store.ts';

export interface SymbolEntry {
  readonly build: BuildId;
  /** The ELF file in the blob store. */
  readonly elf: Digest;
  /** Bytes of the ELF file. */
  readonly size: number;
  readonly debugInfo: 'full' | 'names-only';
  /** The build's log dictionary, serialised by @noinit/logs; absent where the ELF has no log sites. */
  readonly dictionary?: Uint8Array;
  /** The reboot reasons that the build names. Kept in a table of their own: `findSymbols` gives an entry without them. */
  readonly reasons?: CustomReasons;
  readonly uploadedAt: WallClock;
  /** Version of what read the dictionary and the reasons out of the file; counts up. */
  readonly reader: number;
}

/** A file that an older version has read. */
export interface OutdatedSymbols {
  readonly project: ProjectId;
  readonly entry: SymbolEntry;
}

export interface SymbolStore {
  /**
   * Keeps the symbols of one build. `created` is false where the build had symbols already; then the better ones stay:
   * `full` over `names-only`, else those that were there; of the very same file, what was read of it is kept anew. Crashes of the build that wait, or failed to be explained, become
   * due (see `EventWriter.crashesToExplain`); `waiting` says how many.
   */
  saveSymbols(project: ProjectId, entry: SymbolEntry): Promise<{ readonly created: boolean; readonly waiting: number }>;
  /** Entries that a reader before this version made, at most `limit`. Saving the same file again refreshes one. */
  symbolsReadBefore(reader: number, limit: number): Promise<readonly OutdatedSymbols[]>;
  findSymbols(project: ProjectId, build: BuildId): Promise<SymbolEntry | undefined>;
}
