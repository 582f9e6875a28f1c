/** What addresses of one image mean: read from the debug information, or from a symbol cache. */
import type { UnwindRow } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import type { CodeLookup } from './code/code-index.ts';
import type { SymbolIndex } from './symbol-index.ts';
import type { GlobalEntry } from './variables/globals.ts';

export interface ImageIndex {
  readonly debugInfo: 'full' | 'names-only';
  readonly symbols: SymbolIndex;
  readonly code: CodeLookup;
  readonly frames: { rowAt(pc: Address): UnwindRow | undefined };
  globals(): readonly GlobalEntry[];
}
