/** The builds of the corpus cover what they claim to. */
import { describe, expect, it } from 'vitest';
import { coverPairs, type Parameter } from './covering-array.ts';
import { chooseBuilds, nameOf } from './parameters.ts';

const COLOURS: Parameter = { name: 'colour', values: ['red', 'green', 'blue'] };
const SIZES: Parameter = { name: 'size', values: ['small', 'large'] };
const SHAPES: Parameter = { name: 'shape', values: ['round', 'square', 'long', 'flat'] };

describe('a cover of pairs', () => {
  it('has every two values in a row together', () => {
    const rows = coverPairs([COLOURS, SIZES, SHAPES], () => true, []);
    for (const [a, b] of [[COLOURS, SIZES] as const, [COLOURS, SHAPES] as const, [SIZES, SHAPES] as const]) {
      for (const x of a.values) {
        for (const y of b.values) expect(rows.some((row) => row[a.name] === x && row[b.name] === y)).toBe(true);
      }
    }
    expect(rows.length).toBeLessThan(COLOURS.values.length * SIZES.values.length * SHAPES.values.length);
  });

  it('keeps to what may stand together', () => {
    const isAllowed = ({ colour, size }: { colour?: string; size?: string }) =>
      colour !== 'red' || size === undefined || size === 'small';
    const rows = coverPairs([COLOURS, SIZES, SHAPES], isAllowed, []);
    expect(rows.filter(({ colour, size }) => colour === 'red' && size === 'large')).toEqual([]);
    expect(rows.some(({ colour, shape }) => colour === 'red' && shape === 'flat')).toBe(true);
  });

  it('has the combinations that are wanted besides', () => {
    const wanted = { colour: 'blue', size: 'large', shape: 'flat' };
    expect(coverPairs([COLOURS, SIZES, SHAPES], () => true, [wanted])).toContainEqual(wanted);
  });
});

describe('the builds of the corpus', () => {
  it('are the same each time, differ by name, and are at most 400', () => {
    const names = chooseBuilds().map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThanOrEqual(400);
    expect(chooseBuilds().map(nameOf)).toEqual(names);
  });
});
