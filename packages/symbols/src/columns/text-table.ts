/**
 * Texts by number, each kept once and in two parts: paths share their folders, names of C++ and Rust what stands around
 * them. Number 0 is no text.
 */
import { type Column, narrow } from './column.ts';

export class TextTable {
  /** Of each text its two parts, as numbers of strings. */
  readonly heads: Column;
  readonly tails: Column;
  /** Where each string begins in `bytes`; it ends where the next one begins. */
  readonly offsets: Column;
  readonly bytes: Uint8Array;
  private readonly known: (string | undefined)[] = [];

  constructor(heads: Column, tails: Column, offsets: Column, bytes: Uint8Array) {
    this.heads = heads;
    this.tails = tails;
    this.offsets = offsets;
    this.bytes = bytes;
  }

  /** Undefined for 0 and for numbers that are not there. */
  text(index: number): string | undefined {
    if (index === 0 || index >= this.heads.length) return undefined;
    const known = this.known[index];
    if (known !== undefined) return known;
    const text = this.string(this.heads[index] ?? 0) + this.string(this.tails[index] ?? 0);
    this.known[index] = text;
    return text;
  }

  private string(index: number): string {
    const start = this.offsets[index] ?? 0;
    const end = Math.min(this.offsets[index + 1] ?? start, start + MAX_STRING_BYTES, this.bytes.length);
    // A string of a damaged table may begin behind its end: then it is empty.
    return end > start ? Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString('utf8') : '';
  }
}

/** Collects texts; the same text gets the same number. */
export class TextTableBuilder {
  private readonly byParts = new Map<string, Map<string, number>>();
  private readonly strings = new Map<string, number>();
  private readonly heads: number[] = [0];
  private readonly tails: number[] = [0];

  /** The number of `head` and `tail` together. */
  add(head: string, tail: string): number {
    let byTail = this.byParts.get(head);
    if (!byTail) {
      byTail = new Map();
      this.byParts.set(head, byTail);
    }
    const known = byTail.get(tail);
    if (known !== undefined) return known;
    const index = this.heads.length;
    byTail.set(tail, index);
    this.heads.push(this.stringIndex(head));
    this.tails.push(this.stringIndex(tail));
    return index;
  }

  finish(): TextTable {
    const encoder = new TextEncoder();
    const encoded = [...this.strings.keys()].map((text) => encoder.encode(text).subarray(0, MAX_STRING_BYTES));
    const offsets: number[] = [];
    let end = 0;
    for (const { length } of encoded) {
      offsets.push(end);
      end += length;
    }
    offsets.push(end);
    const bytes = new Uint8Array(end);
    encoded.forEach((text, index) => {
      bytes.set(text, offsets[index] ?? 0);
    });
    return new TextTable(narrow(this.heads), narrow(this.tails), narrow(offsets), bytes);
  }

  private stringIndex(text: string): number {
    const known = this.strings.get(text);
    if (known !== undefined) return known;
    const index = this.strings.size;
    this.strings.set(text, index);
    return index;
  }
}

/** Bytes of one part of a name; names of C++ and Rust run to some thousands. */
const MAX_STRING_BYTES = 65_536;
