/**
 * Ascending addresses in two bytes each: the high part of an address is that of its page of 64 KiB, and an image has few
 * pages. The same for targets of 32 and of 64 bits.
 */
import type { Address } from '@noinit/model';
import { addressOrZero, type Column, narrow } from './column.ts';

export class AddressColumn {
  /** High parts, ascending: address / 65,536. */
  readonly pages: Column;
  /** For each page the index of its first address. */
  readonly firsts: Column;
  readonly lows: Uint16Array;
  /** Both again, in one kind of array whatever the file has: a search over arrays of several kinds is much slower. */
  private readonly searched: Float64Array;
  private readonly begins: Float64Array;

  constructor(pages: Column, firsts: Column, lows: Uint16Array) {
    this.searched = Float64Array.from(pages);
    this.begins = Float64Array.from(firsts);
    this.pages = pages;
    this.firsts = firsts;
    this.lows = lows;
  }

  static from(ascending: ArrayLike<number>): AddressColumn {
    const pages: number[] = [];
    const firsts: number[] = [];
    const lows = new Uint16Array(ascending.length);
    for (let index = 0; index < ascending.length; index++) {
      const address = ascending[index] ?? 0;
      const page = Math.floor(address / PAGE);
      if (page !== pages[pages.length - 1]) {
        pages.push(page);
        firsts.push(index);
      }
      lows[index] = address % PAGE;
    }
    return new AddressColumn(narrow(pages), narrow(firsts), lows);
  }

  get length(): number {
    return this.lows.length;
  }

  /** Index of the last address that is not above `wanted`; -1 where all are. */
  lastAtOrBelow(wanted: number): number {
    const wantedPage = Math.floor(wanted / PAGE);
    const page = lastOf(this.searched, wantedPage);
    if (page < 0) return -1;
    const { length } = this.lows;
    const end = Math.min(this.begins[page + 1] ?? length, length);
    if (this.searched[page] !== wantedPage) return end - 1;
    return lastLow(this.lows, wanted - wantedPage * PAGE, Math.min(this.begins[page] ?? 0, end), end);
  }

  /** As an address; 0 where a damaged column holds what no address can be. */
  addressAt(index: number): Address {
    return addressOrZero(this.at(index));
  }

  at(index: number): number {
    const page = lastOf(this.begins, index);
    return (this.searched[page] ?? 0) * PAGE + (this.lows[index] ?? 0);
  }
}

function lastOf(sorted: Float64Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The same over the low halves of one page: from `from`, before `to`. */
function lastLow(lows: Uint16Array, wanted: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lows[middle] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const PAGE = 0x1_0000;
