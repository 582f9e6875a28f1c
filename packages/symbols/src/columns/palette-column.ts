/**
 * Numbers that repeat among their neighbours, a byte each: each chunk of 256 numbers has a palette of the distinct ones
 * in it, which can be no more than a byte counts.
 */
import { type Column, narrow } from './column.ts';

const CHUNK_BITS = 8;

export class PaletteColumn {
  /** For each chunk where its palette begins in `values`. */
  readonly palettes: Column;
  readonly values: Column;
  /** Which number of its chunk's palette each one is. */
  readonly picks: Uint8Array;

  constructor(palettes: Column, values: Column, picks: Uint8Array) {
    this.palettes = palettes;
    this.values = values;
    this.picks = picks;
  }

  static from(numbers: ArrayLike<number>): PaletteColumn {
    const palettes: number[] = [];
    const values: number[] = [];
    const picks = new Uint8Array(numbers.length);
    let palette = new Map<number, number>();
    for (let index = 0; index < numbers.length; index++) {
      if (index % (1 << CHUNK_BITS) === 0) {
        palettes.push(values.length);
        palette = new Map();
      }
      const number = numbers[index] ?? 0;
      let pick = palette.get(number);
      if (pick === undefined) {
        pick = palette.size;
        palette.set(number, pick);
        values.push(number);
      }
      picks[index] = pick;
    }
    return new PaletteColumn(narrow(palettes), narrow(values), picks);
  }

  get length(): number {
    return this.picks.length;
  }

  /** 0 where there is none. */
  at(index: number): number {
    const pick = this.picks[index];
    return pick === undefined ? 0 : (this.values[(this.palettes[index >> CHUNK_BITS] ?? 0) + pick] ?? 0);
  }
}
