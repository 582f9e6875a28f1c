/** ELF symbols by address and by name. */
import { type ElfSymbolTable, SYMBOL_KIND } from '@noinit/elf';
import { type Address, address } from '@noinit/model';
import { lastAtOrBelow } from './code/binary-search.ts';
import type { ElfSymbol } from './symbols.ts';

/** Symbols that are looked at for one address: aliases and labels inside a function. */
const MAX_OVERLAPPING = 256;

export class SymbolIndex {
  private readonly table: ElfSymbolTable;

  constructor(table: ElfSymbolTable) {
    this.table = table;
  }

  /** The symbol that covers the address by its size: the nearest start, and there a function or object before others. */
  at(wanted: Address): ElfSymbol | undefined {
    const { addresses, sizes, kinds } = this.table;
    const last = lastAtOrBelow(addresses, wanted);
    let best = -1;
    for (let index = last; index >= 0 && index > last - MAX_OVERLAPPING; index--) {
      const start = addresses[index] ?? 0;
      if (best >= 0 && start < (addresses[best] ?? 0)) break;
      if (wanted >= start + (sizes[index] ?? 0) || this.table.name(index).startsWith('.L')) continue;
      // Of aliases the first in the file wins: the loop goes backwards, so that a later find replaces an earlier one.
      if (best < 0 || (kinds[index] ?? 0) > SYMBOL_KIND.other || kinds[best] === SYMBOL_KIND.other) best = index;
    }
    return best < 0 ? undefined : this.symbol(best);
  }

  named(name: string): ElfSymbol | undefined {
    const index = this.table.find(name);
    return index === undefined ? undefined : this.symbol(index);
  }

  private symbol(index: number): ElfSymbol {
    const { addresses, sizes, kinds, name } = this.table;
    return {
      name: name(index),
      address: address(addresses[index] ?? 0),
      size: sizes[index] ?? 0,
      kind: KIND_NAMES[kinds[index] ?? 0] ?? 'other',
    };
  }
}

const KIND_NAMES = ['other', 'object', 'function'] as const;
