/** The symbol cache of a build: made once, opened in a millisecond (docs/formats/symbol-cache.md). */
import { fromHex } from '@noinit/bytes';
import type { ElfFile } from '@noinit/elf';
import { symbolStrings } from '@noinit/elf';
import type { CodeLookup } from '../code/code-index.ts';
import { CodeTable } from '../code/code-table.ts';
import { openDebugInfo } from '../debug-sections.ts';
import { DwarfIndex } from '../dwarf-index.ts';
import type { ImageIndex } from '../image-index.ts';
import { SymbolIndex } from '../symbol-index.ts';
import type { GlobalEntry } from '../variables/globals.ts';
import { CacheDamage, type CacheSubject, readCacheFile, type UselessCache, writeCacheFile } from './cache-file.ts';
import { FrameIndex } from './frame-columns.ts';
import { globalEntries, type ImageColumns, listColumns, takeColumns } from './image-columns.ts';

/** The file's bytes. Throws what `loadSymbols` throws for a file that cannot be read. */
export function buildSymbolCache(elf: ElfFile): Uint8Array {
  const columns = new DwarfIndex(elf, openDebugInfo(elf)).columns();
  return writeCacheFile(subjectOf(elf), columns.hasDebugInfo ? HAS_DEBUG_INFO : 0, listColumns(columns));
}

/** A cache that was found to be whole and of this ELF file. */
export class CachedIndex implements ImageIndex {
  readonly debugInfo: 'full' | 'names-only';
  readonly symbols: SymbolIndex;
  readonly code: CodeLookup;
  readonly frames: FrameIndex;
  private readonly columns: ImageColumns;

  constructor(columns: ImageColumns, elf: ElfFile) {
    this.columns = columns;
    this.debugInfo = columns.hasDebugInfo ? 'full' : 'names-only';
    this.symbols = new SymbolIndex(columns.symbols, () => symbolStrings(elf));
    this.code = new CodeTable(columns.code);
    this.frames = new FrameIndex(columns.frames, elf.littleEndian);
  }

  globals(): readonly GlobalEntry[] {
    return globalEntries(this.columns.globals);
  }
}

/**
 * Opens the bytes of a cache file. A text says why they are of no use: another version, another file, damage. Then the
 * cache is built anew.
 */
export function openSymbolCache(bytes: Uint8Array, elf: ElfFile): CachedIndex | UselessCache {
  const content = readCacheFile(bytes, subjectOf(elf));
  if (typeof content === 'string') return content;
  try {
    return new CachedIndex(takeColumns(content.columns, (content.flags & HAS_DEBUG_INFO) !== 0), elf);
  } catch (error) {
    if (!(error instanceof CacheDamage)) throw error;
    return error.message;
  }
}

function subjectOf(elf: ElfFile): CacheSubject {
  return { buildId: elf.buildId === undefined ? new Uint8Array() : fromHex(elf.buildId), elfSize: elf.contents.size };
}

const HAS_DEBUG_INFO = 1;
