/** Which addresses hold instructions, whether or not a name covers them: assembly often gives its functions no size. */
import { type ElfFile, MAPPING_KIND, SYMBOL_KIND } from '@noinit/elf';
import type { Address } from '@noinit/model';
import type { SymbolColumns } from '../symbol-index.ts';
import { executableRanges } from './live-code.ts';

/** Symbols that are looked at for one address: aliases, labels and functions without a size. */
const MAX_SYMBOLS_BACK = 64;

export class InstructionRanges {
  private readonly ranges: readonly (readonly [number, number])[];
  private readonly symbols: SymbolColumns;

  constructor(elf: ElfFile, symbols: SymbolColumns) {
    this.ranges = executableRanges(elf);
    this.symbols = symbols;
  }

  /** In executable memory, and neither in a literal pool nor in an object nor in what follows the last function. */
  has(at: Address): boolean {
    const range = this.ranges.find(([from, to]) => at >= from && at < to);
    return range !== undefined && this.isInstruction(at, range[0]);
  }

  private isInstruction(at: number, from: number): boolean {
    const mark = this.lastMark(at, from);
    // An instruction that an assembler was given as data begins its own mark; a literal pool is not jumped to.
    if (mark?.kind === MAPPING_KIND.data && (mark.address !== at || !this.isInSizedFunction(at))) return false;
    const { addresses, sizes, kinds } = this.symbols;
    const last = addresses.lastAtOrBelow(at);
    let hasLabel = false;
    for (let index = last; index >= 0 && index > last - MAX_SYMBOLS_BACK; index--) {
      const start = addresses.at(index);
      const size = sizes[index] ?? 0;
      if (start < from) return true;
      if (kinds[index] === SYMBOL_KIND.object && at < start + size) return false;
      if (kinds[index] === SYMBOL_KIND.other) hasLabel = true;
      if (kinds[index] !== SYMBOL_KIND.function) continue;
      if (size === 0 || at < start + size) return true;
      // Behind the end of a function a mark or a label says that there are instructions again: constants have none.
      return hasLabel || (mark !== undefined && mark.address > start);
    }
    return true;
  }

  private isInSizedFunction(at: number): boolean {
    const { addresses, sizes, kinds } = this.symbols;
    const last = addresses.lastAtOrBelow(at);
    for (let index = last; index >= 0 && index > last - MAX_SYMBOLS_BACK; index--) {
      if (kinds[index] === SYMBOL_KIND.function) return at < addresses.at(index) + (sizes[index] ?? 0);
    }
    return false;
  }

  /** A mapping symbol holds up to the next; one before this range says nothing about it (AAELF32, 5.5.5). */
  private lastMark(at: number, from: number): { readonly address: number; readonly kind: number | undefined } | undefined {
    const { addresses, kinds } = this.symbols.mapping;
    const index = addresses.lastAtOrBelow(at);
    const address = index < 0 ? -1 : addresses.at(index);
    return address >= from ? { address, kind: kinds[index] } : undefined;
  }
}
