/** ELF symbols by address and by name, in columns: a firmware has thousands and most are never looked at. */
import { stringAt } from '@noinit/bytes';
import { type ElfSymbolTable, SYMBOL_KIND } from '@noinit/elf';
import type { Address } from '@noinit/model';
import { AddressColumn } from './columns/address-column.ts';
import { type Column, narrow } from './columns/column.ts';
import type { ElfSymbol } from './symbols.ts';

/** Symbols that are looked at for one address: aliases and labels inside a function. */
const MAX_OVERLAPPING = 256;

/** By address, ascending; symbols of equal address in the file's order. */
export interface SymbolColumns {
  readonly addresses: AddressColumn;
  readonly sizes: Column;
  /** One of SYMBOL_KIND. */
  readonly kinds: Uint8Array;
  /** Where each name begins in the file's string table. */
  readonly names: Column;
  /** Where ARM code turns into Thumb code or data: kinds are MAPPING_KIND. */
  readonly mapping: { readonly addresses: AddressColumn; readonly kinds: Uint8Array };
}

export function symbolColumns({ addresses, sizes, kinds, nameOffsets, mapping }: ElfSymbolTable): SymbolColumns {
  return {
    addresses: AddressColumn.from(addresses),
    sizes: narrow(sizes.map((size) => Math.min(size, MAX_SIZE))),
    kinds,
    names: narrow(nameOffsets),
    mapping: { addresses: AddressColumn.from(mapping.addresses), kinds: mapping.kinds },
  };
}

export class SymbolIndex {
  readonly columns: SymbolColumns;
  private readonly findStrings: () => Uint8Array;
  private lazyStrings: Uint8Array | undefined;
  private lazyReaches: Float64Array | undefined;
  private readonly found = new Map<string, ElfSymbol | undefined>();

  /** `strings` is asked once, when the first name is. */
  constructor(columns: SymbolColumns, strings: () => Uint8Array) {
    this.columns = columns;
    this.findStrings = strings;
  }

  /** The symbol that covers the address by its size: the nearest start, and there a function or object before others. */
  at(wanted: Address): ElfSymbol | undefined {
    const { addresses, sizes, kinds } = this.columns;
    const { reaches } = this;
    const last = addresses.lastAtOrBelow(wanted);
    let best = -1;
    for (let index = last; index >= 0 && index > last - MAX_OVERLAPPING; index--) {
      if (wanted >= (reaches[index] ?? 0)) break;
      const start = addresses.at(index);
      if (best >= 0 && start < addresses.at(best)) break;
      if (wanted >= start + (sizes[index] ?? 0) || this.isLocalLabel(index)) continue;
      // Of aliases the first in the file wins: the loop goes backwards, so that a later find replaces an earlier one.
      if (best < 0 || (kinds[index] ?? 0) > SYMBOL_KIND.other || kinds[best] === SYMBOL_KIND.other) best = index;
    }
    return best < 0 ? undefined : this.symbol(best);
  }

  /**
   * The function that begins nearest below and has no size, as assembly often leaves it; nothing where one with a size
   * ends between. Its size is up to the next, or 0 where there is none near. `labels`: a plain label in code counts as a function (assembly for RISC-V seldom says which is one).
   */
  unsizedAt(wanted: Address, labels: boolean): ElfSymbol | undefined {
    const { addresses, sizes, kinds } = this.columns;
    const last = addresses.lastAtOrBelow(wanted);
    for (let index = last; index >= 0 && index > last - MAX_OVERLAPPING; index--) {
      if (wanted - addresses.at(index) > MAX_UNSIZED_BYTES) return undefined;
      const isLabel = kinds[index] === SYMBOL_KIND.other;
      if (this.isLocalLabel(index) || (isLabel && !labels)) continue;
      if ((sizes[index] ?? 0) > 0 || kinds[index] === SYMBOL_KIND.object) return undefined;
      const size = this.nextStart(last + 1, labels) - addresses.at(index);
      return { ...this.symbol(this.firstFunctionAt(index)), kind: 'function', size: size <= MAX_UNSIZED_BYTES ? size : 0 };
    }
    return undefined;
  }

  /** All symbols at exactly this address, in the file's order. */
  all(at: Address): readonly ElfSymbol[] {
    const found: ElfSymbol[] = [];
    const { addresses } = this.columns;
    const last = addresses.lastAtOrBelow(at);
    for (let index = last; index > last - MAX_OVERLAPPING && index >= 0 && addresses.at(index) === at; index--) {
      if (!this.isLocalLabel(index)) found.unshift(this.symbol(index));
    }
    return found;
  }

  beginsAt(at: Address): boolean {
    return this.all(at).length > 0;
  }

  /** Remembered: every crash asks for the same few names of kernels and start-up code, most of which are not there. */
  named(name: string): ElfSymbol | undefined {
    if (this.found.has(name)) return this.found.get(name);
    const index = this.find(name);
    const symbol = index === undefined ? undefined : this.symbol(index);
    if (this.found.size >= MAX_REMEMBERED) this.found.clear();
    this.found.set(name, symbol);
    return symbol;
  }

  /** Looks for the name's bytes in the string table: no name is decoded, and no index of all names is kept. */
  private find(name: string): number | undefined {
    const { strings } = this;
    const wanted = Buffer.from(`${name}\0`);
    const table = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
    const places = new Set<number>();
    for (let at = table.indexOf(wanted); at >= 0 && places.size < MAX_PLACES; at = table.indexOf(wanted, at + 1)) places.add(at);
    if (name === '' || places.size === 0) return undefined;
    const index = this.columns.names.findIndex((offset) => places.has(offset));
    return index < 0 ? undefined : index;
  }

  /** Where the next function or object begins, from a symbol on; infinitely far if there is none. */
  private nextStart(from: number, labels: boolean): number {
    const { addresses, kinds } = this.columns;
    for (let index = from; index < kinds.length && index < from + MAX_OVERLAPPING; index++) {
      if (!this.isLocalLabel(index) && (labels || kinds[index] !== SYMBOL_KIND.other)) return addresses.at(index);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Of the symbols at the place of one, the first function, else itself. */
  private firstFunctionAt(index: number): number {
    const { addresses, kinds } = this.columns;
    const at = addresses.at(index);
    let found = index;
    for (let other = index; other >= 0 && other > index - MAX_OVERLAPPING && addresses.at(other) === at; other--) {
      if (kinds[other] === SYMBOL_KIND.function) found = other;
    }
    return found;
  }

  /** Labels of compilers inside of functions: never the name of anything. */
  private isLocalLabel(index: number): boolean {
    const { strings } = this;
    const offset = this.columns.names[index] ?? 0;
    return strings[offset] === DOT && strings[offset + 1] === CAPITAL_L;
  }

  private symbol(index: number): ElfSymbol {
    const { addresses, sizes, kinds, names } = this.columns;
    return {
      name: stringAt(this.strings, names[index] ?? this.strings.length),
      address: addresses.addressAt(index),
      size: sizes[index] ?? 0,
      kind: KIND_NAMES[kinds[index] ?? 0] ?? 'other',
    };
  }

  /** For each symbol the farthest end of it and those before: most words that may be pointers lead to no symbol at all. */
  private get reaches(): Float64Array {
    this.lazyReaches ??= this.findReaches();
    return this.lazyReaches;
  }

  private findReaches(): Float64Array {
    const { addresses, sizes } = this.columns;
    const reaches = new Float64Array(addresses.length);
    let farthest = 0;
    for (let index = 0; index < reaches.length; index++) {
      farthest = Math.max(farthest, addresses.at(index) + (sizes[index] ?? 0));
      reaches[index] = farthest;
    }
    return reaches;
  }

  private get strings(): Uint8Array {
    this.lazyStrings ??= this.findStrings();
    return this.lazyStrings;
  }
}

/** A function without a size is not taken to be longer. */
const MAX_UNSIZED_BYTES = 0x10000;
/** Of one symbol, in bytes. */
const MAX_SIZE = 0xffff_ffff;
const KIND_NAMES = ['other', 'object', 'function'] as const;
/** Ends of longer names that are looked at for one name. */
const MAX_PLACES = 100_000;
/** Answers to questions for names that are kept. */
const MAX_REMEMBERED = 1024;
const DOT = 0x2e;
const CAPITAL_L = 0x4c;
