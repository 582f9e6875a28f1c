import { describe, expect, it } from 'vitest';
import { LongNames, MAX_LONG_NAME_BYTES } from './long-names.ts';

const table = (text: string) => new TextEncoder().encode(text);

describe('names of a string table', () => {
  it('are read from any place of it, short and long', () => {
    const names = new LongNames();
    const long = 'n'.repeat(5000);
    const strings = table(`\0short\0größe\0${long}\0end`);
    expect([0, 1, 2, 7, 15, 15 + 4000, 15 + 5001, 99_999].map((offset) => names.read(strings, offset))).toEqual([
      '',
      'short',
      'hort',
      'größe',
      long,
      long.slice(4000),
      'end',
      '',
    ]);
    const wide = 'é'.repeat(1000);
    expect(names.read(table(`${wide}\0`), 0)).toBe(wide);
  });

  it('that are long are read once, and not without end', () => {
    const names = new LongNames();
    const strings = new Uint8Array(65_536).fill(0x61);
    const read = Array.from({ length: 20_000 }, (_, index) => names.read(strings, index));
    expect(read.reduce((sum, name) => sum + (name?.length ?? 0), 0)).toBeLessThan(MAX_LONG_NAME_BYTES + 65_536);
    expect(read.at(-1)).toBeUndefined();
    expect(names.read(strings, 0)).toHaveLength(65_536);
    expect(names.read(strings, 65_500)).toHaveLength(36);
  });
});
