/**
 * `.ARM.exidx`: how functions are unwound for exceptions (EHABI, Arm IHI 0038, 6 and 7). Two words an entry, sorted by
 * function; an entry holds up to where the next begins.
 *
 *     prel31 of the function | 1                                  cannot be unwound, or nothing is known
 *                            | 1 000 0000 + 3 instructions        personality routine 0, inline
 *                            | prel31 of an entry in .ARM.extab
 */
import type { UnwindRow } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import { readExceptionInstructions } from './extab-entry.ts';
import { fromPrel31, type IndexSource } from './index-source.ts';
import { runExceptionInstructions } from './unwind-instructions.ts';

/** Entries of one section: one a function. */
export const MAX_INDEX_ENTRIES = 1_000_000;

const ENTRY_SIZE = 8;
const CANNOT_UNWIND = 1;

export interface IndexSection {
  readonly bytes: Uint8Array;
  /** Of the section in the target: entries count from their own place. */
  readonly address: Address;
}

export class ExidxTable {
  private readonly source: IndexSource;
  /** Start of each function, and where the second word of its entry stands in the target. */
  private readonly starts: Float64Array;
  private readonly places: Float64Array;
  private readonly contents: Uint32Array;

  constructor(sections: readonly IndexSection[], source: IndexSource) {
    this.source = source;
    const entries = sections.flatMap((section) => readEntries(section, source.littleEndian));
    entries.sort((left, right) => left.start - right.start);
    this.starts = Float64Array.from(entries, ({ start }) => start);
    this.places = Float64Array.from(entries, ({ place }) => place);
    this.contents = Uint32Array.from(entries, ({ content }) => content);
  }

  /** The row of the function's body: in its first and last instructions it is not yet, or no longer, true. */
  rowAt(pc: Address): UnwindRow | undefined {
    const index = this.indexOf(pc);
    const start = this.starts[index];
    const content = this.contents[index] ?? CANNOT_UNWIND;
    if (start === undefined || content === CANNOT_UNWIND || !this.source.isLive(address(start))) return undefined;
    const instructions = readExceptionInstructions(content, this.places[index] ?? 0, this.source);
    return instructions && runExceptionInstructions(instructions, address(start));
  }

  private indexOf(pc: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= pc) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

interface IndexEntry {
  readonly start: number;
  readonly place: number;
  readonly content: number;
}

function readEntries({ bytes, address: at }: IndexSection, littleEndian: boolean): IndexEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(Math.floor(bytes.length / ENTRY_SIZE), MAX_INDEX_ENTRIES);
  return Array.from({ length: count }, (_, index) => {
    const place = at + ENTRY_SIZE * index;
    // A function's address has its Thumb bit here in some toolchains.
    const start = (fromPrel31(view.getUint32(ENTRY_SIZE * index, littleEndian), place) & ~1) >>> 0;
    return { start, place: place + 4, content: view.getUint32(ENTRY_SIZE * index + 4, littleEndian) };
  });
}
