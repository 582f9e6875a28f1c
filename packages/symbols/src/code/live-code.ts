/**
 * Which addresses hold code. Linkers drop functions but leave their debug information behind, with starts of 0, 1 or
 * all ones; flash at address 0 makes these look like places in the vector table.
 */
import { type ElfFile, type ElfSymbolTable, PF, PT, SHF, SYMBOL_KIND } from '@noinit/elf';
import { type Address, address } from '@noinit/model';

export class LiveCode {
  /** Executable ranges: start, end, start, end, … */
  private readonly ranges: readonly (readonly [number, number])[];
  private readonly functionStarts: ReadonlySet<number>;
  private readonly hasThumbBit: boolean;

  constructor(elf: ElfFile, symbols: ElfSymbolTable) {
    this.ranges = executableRanges(elf);
    this.hasThumbBit = elf.machine === 'arm';
    const starts = new Set<number>();
    symbols.kinds.forEach((kind, index) => {
      if (kind === SYMBOL_KIND.function) starts.add(symbols.addresses[index] ?? 0);
    });
    this.functionStarts = starts;
  }

  /**
   * Whether code that begins here is in the image: the start lies in an executable section, and if it is 0 or 1, where
   * dropped code is put, a function symbol begins exactly there.
   */
  isLive(start: Address): boolean {
    if (start <= 1 && !this.functionStarts.has(start)) return false;
    return this.ranges.some(([from, to]) => start >= from && start < to);
  }

  /** Where the code at a function's address stands: on ARM bit 0 says that it is Thumb code. */
  codeAddress(at: Address): Address {
    return this.hasThumbBit && at % 2 === 1 ? address(at - 1) : at;
  }

  startsFunction(start: Address): boolean {
    return this.functionStarts.has(start);
  }
}

/** From the sections; from the segments where there are no sections. */
function executableRanges(elf: ElfFile): (readonly [number, number])[] {
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
function merge(ranges: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
