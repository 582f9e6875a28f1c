/** Answers from the debug information itself; what one question needs is decoded when it is asked. */
import { type DebugInfo, FrameTable } from '@noinit/dwarf';
import { type ElfFile, readSymbolTable, symbolStrings } from '@noinit/elf';
import { frameColumns } from './cache/frame-columns.ts';
import { globalColumns, type ImageColumns } from './cache/image-columns.ts';
import { CodeIndex } from './code/code-index.ts';
import { LiveCode } from './code/live-code.ts';
import { frameSections } from './debug-sections.ts';
import type { ImageIndex } from './image-index.ts';
import { SymbolIndex, symbolColumns } from './symbol-index.ts';
import { findGlobals, type GlobalEntry } from './variables/globals.ts';

export class DwarfIndex implements ImageIndex {
  readonly debugInfo: 'full' | 'names-only';
  readonly symbols: SymbolIndex;
  readonly code: CodeIndex;
  readonly frames: FrameTable;
  private readonly live: LiveCode;
  private readonly info: DebugInfo;

  constructor(elf: ElfFile, info: DebugInfo) {
    this.info = info;
    this.debugInfo = info.units.length > 0 ? 'full' : 'names-only';
    this.symbols = new SymbolIndex(symbolColumns(readSymbolTable(elf)), () => symbolStrings(elf));
    this.live = new LiveCode(elf, this.symbols);
    this.code = new CodeIndex(info, this.live);
    this.frames = new FrameTable(frameSections(elf), (begin, end) => this.live.isLiveFrame(begin, end));
  }

  /** All answers at once, for a symbol cache. */
  columns(): ImageColumns {
    return {
      hasDebugInfo: this.debugInfo === 'full',
      code: this.code.wholeTable().columns,
      frames: frameColumns(this.frames),
      symbols: this.symbols.columns,
      globals: globalColumns(this.globals()),
    };
  }

  globals(): readonly GlobalEntry[] {
    return findGlobals(this.info, (at, names) => this.live.isLiveVariable(at, names));
  }
}
