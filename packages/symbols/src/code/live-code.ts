/**
 * What of the debug information is about code in the image. Linkers drop functions but leave their debug information
 * behind, with starts of 0, 1, all ones, all ones - 1, or 0 and an offset into what was dropped; flash at address 0
 * makes these look like places in the vector table or in the first functions.
 */
import { demangleFunction } from '@noinit/demangle';
import { type ElfFile, type ElfSection, PF, PT, SHF, SYMBOL_KIND } from '@noinit/elf';
import { type Address, address } from '@noinit/model';
import type { SymbolIndex } from '../symbol-index.ts';

export class LiveCode {
  /** Executable ranges, ascending, apart from each other. */
  private readonly executable: readonly Range[];
  private readonly functionStarts: ReadonlySet<number>;
  /** Below the first function there are vectors and constants; 0 without function symbols. */
  private readonly firstFunction: number;
  private readonly symbols: SymbolIndex;
  private readonly hasThumbBit: boolean;
  private readonly allocated: readonly ElfSection[];

  constructor(elf: ElfFile, symbols: SymbolIndex) {
    this.executable = executableRanges(elf);
    this.hasThumbBit = elf.machine === 'arm';
    this.allocated = elf.sections.filter(({ flags, size }) => flags & SHF.alloc && size > 0);
    this.symbols = symbols;
    const starts = new Set<number>();
    let first = Number.POSITIVE_INFINITY;
    const { kinds, addresses } = symbols.columns;
    for (let index = 0; index < kinds.length; index++) {
      if (kinds[index] !== SYMBOL_KIND.function) continue;
      const start = addresses.at(index);
      starts.add(start);
      // A function outside of all code is a constant that somebody gave the type of a function.
      if (start < first && this.isExecutable(start)) first = start;
    }
    this.functionStarts = starts;
    this.firstFunction = Number.isFinite(first) ? first : 0;
  }

  /**
   * Whether code that begins here may be in the image: the start lies in an executable section, and if it is 0 or 1,
   * where dropped code is put, a function symbol begins exactly there.
   */
  isLive(start: Address): boolean {
    if (start <= LAST_MARK && !this.functionStarts.has(start)) return false;
    return this.isExecutable(start);
  }

  /**
   * Whether a piece of a function begins here. Beside `isLive`: a start without a symbol of its own that lies in what a
   * symbol covers, or before all functions, is an offset into something that was dropped. `pieces` are the starts of
   * all pieces of the function: where its symbol covers several of them all are live.
   */
  isLiveFunction(start: Address, pieces: readonly Address[]): boolean {
    if (!this.isLive(start)) return false;
    if (this.functionStarts.has(start)) return true;
    if (start < this.firstFunction) return false;
    const around = this.symbols.at(start);
    return around === undefined || pieces.includes(around.address) || this.symbols.beginsAt(start);
  }

  /** Whether call frame information for this range is about code in the image. */
  isLiveFrame(begin: Address, end: Address): boolean {
    if (begin <= LAST_MARK && !this.symbols.all(begin).some(({ size }) => begin + size === end)) return false;
    return this.isLiveFunction(begin, [begin]);
  }

  /**
   * Whether a variable of one of these names may stand here: in an allocated section, at 0 and 1 only with its own symbol
   * there, for a vector table has one too. What lies inside of a function or of another constant is an offset into
   * something that was dropped.
   */
  isLiveVariable(at: Address, names: readonly (string | undefined)[]): boolean {
    const section = this.allocated.find(({ address: start, size }) => at >= start && at < start + size);
    if (!section) return false;
    if (at <= LAST_MARK) return this.isNamedAt(at, names);
    if (section.flags & SHF.write) return true;
    const around = this.symbols.at(at);
    return around === undefined || this.symbols.beginsAt(at);
  }

  /** Whether one of these names, without what compilers append to it, is that of a symbol that begins at `start`. */
  isNamedAt(start: Address, names: readonly (string | undefined)[]): boolean {
    return this.symbols.all(start).some(({ name }) => names.includes(name) || names.includes(name.split('.')[0] ?? name));
  }

  /** What stands around the function's own name in that of its symbol, `plant::` of `_ZN5plant4workEi`. Undefined for C. */
  aroundFunction(start: Address, own: string): string | undefined {
    for (const { kind, name } of this.symbols.all(start)) {
      const whole = kind === 'function' && MANGLED.test(name) ? demangleFunction(name) : undefined;
      if (whole?.endsWith(`::${own}`)) return whole.slice(0, -own.length);
    }
    return undefined;
  }

  /** Where the code at a function's address stands: on ARM bit 0 says that it is Thumb code. */
  codeAddress(at: Address): Address {
    return this.hasThumbBit && at % 2 === 1 ? address(at - 1) : at;
  }

  startsFunction(start: Address): boolean {
    return this.functionStarts.has(start);
  }

  /** Ends of the function symbols that begin at `start`. */
  functionEnds(start: Address): readonly number[] {
    return this.symbols.all(start).flatMap(({ kind, size }) => (kind === 'function' && size > 0 ? [start + size] : []));
  }

  private isExecutable(at: number): boolean {
    return this.executable.some(([from, to]) => at >= from && at < to);
  }
}

export type Range = readonly [start: number, end: number];

/** The largest start that linkers give to what they drop, beside those that lie in no section: 1 in range lists. */
export const LAST_MARK = 1;

/** From the sections; from the segments where there are no sections. */
export function executableRanges(elf: ElfFile): Range[] {
  const executable = SHF.alloc | SHF.execinstr;
  const sections = elf.sections
    .filter(({ flags, size }) => (flags & executable) === executable && size > 0)
    .map(({ address, size }) => [address, address + size] as const);
  if (elf.sections.length > 0) return merge(sections);
  return merge(
    elf.segments
      .filter(({ type, flags }) => type === PT.load && (flags & PF.execute) !== 0)
      .map(({ address, memorySize }) => [address, address + memorySize] as const),
  );
}

/** Neighbours and overlaps become one, so that a look-up passes a handful whatever the file has. */
function merge(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** C++ and Rust. */
const MANGLED = /^_[ZR]/;
