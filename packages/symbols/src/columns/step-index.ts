/**
 * Ascending 32-bit addresses for many look-ups: decoded, with the number of the last one before each 64 bytes of code, so
 * that a look-up passes a handful of neighbours instead of halving the whole column.
 */

export class StepIndex {
  private readonly addresses: Uint32Array;
  /** By the high half of an address, one more than its page in `befores`; 0 for pages without an address. */
  private readonly pages: Uint16Array;
  /** Of each piece of a page the number of the last address below it, plus one. */
  private readonly befores: Uint32Array;

  /** Undefined where an address has more than 32 bits, is there twice or out of order, as in a damaged column. */
  static of(addresses: Float64Array): StepIndex | undefined {
    const pages = new Uint16Array(PAGES);
    let count = 0;
    let previous = -1;
    for (const address of addresses) {
      if (address <= previous || address > LARGEST) return undefined;
      const page = Math.floor(address / PAGE);
      if (pages[page] === 0) pages[page] = ++count;
      previous = address;
    }
    return new StepIndex(Uint32Array.from(addresses), pages, count);
  }

  private constructor(addresses: Uint32Array, pages: Uint16Array, pageCount: number) {
    this.addresses = addresses;
    this.pages = pages;
    this.befores = new Uint32Array(pageCount * PIECES);
    let number = 0;
    for (let page = 0, slot = 0; page < PAGES; page++) {
      if (pages[page] === 0) continue;
      for (let piece = 0; piece < PIECES; piece++) {
        const start = page * PAGE + piece * PIECE;
        while (number < addresses.length && (addresses[number] ?? 0) < start) number++;
        this.befores[slot++] = number;
      }
    }
  }

  /** Number of the last address that is not above `wanted`; -1 where all are. Undefined where the page has none. */
  lastAtOrBelow(wanted: number): number | undefined {
    const slot = (this.pages[wanted >>> PAGE_BITS] ?? 0) - 1;
    if (slot < 0 || wanted > LARGEST) return undefined;
    const { addresses } = this;
    let index = this.befores[slot * PIECES + ((wanted >>> PIECE_BITS) & (PIECES - 1))] ?? 0;
    while (index < addresses.length && (addresses[index] ?? 0) <= wanted) index++;
    return index - 1;
  }
}

const PAGE_BITS = 16;
const PAGE = 1 << PAGE_BITS;
const PAGES = 0x1_0000;
const PIECE_BITS = 6;
const PIECE = 1 << PIECE_BITS;
const PIECES = PAGE / PIECE;
const LARGEST = 0xffff_ffff;
