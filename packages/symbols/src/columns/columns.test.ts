import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressColumn } from './address-column.ts';
import { narrow } from './column.ts';
import { PaletteColumn } from './palette-column.ts';
import { StepColumn } from './step-column.ts';
import { TextTableBuilder } from './text-table.ts';

/** Mostly close together, some far apart, some beyond 32 bits. */
const ascending = fc.array(fc.oneof(fc.nat(300), fc.nat(200_000), fc.nat(2 ** 31 - 1)), { maxLength: 400 }).map((steps) => {
  let at = 0;
  return steps.map((step) => {
    at += step + 1;
    return at;
  });
});

function lastOf(addresses: readonly number[], wanted: number): number {
  return addresses.filter((at) => at <= wanted).length - 1;
}

describe.each([
  ['AddressColumn', AddressColumn],
  ['StepColumn', StepColumn],
] as const)('%s', (_name, kind) => {
  it('finds the last address at or below another, as a plain search does', () => {
    fc.assert(
      fc.property(ascending, fc.nat(), (addresses, anywhere) => {
        const column = kind.from(addresses);
        const around = addresses.flatMap((at) => [at - 1, at, at + 1]);
        for (const wanted of [0, anywhere, 2 ** 53 - 1, ...around]) {
          expect(column.lastAtOrBelow(wanted)).toBe(lastOf(addresses, wanted));
        }
      }),
      { numRuns: 60 },
    );
  });
});

it('finds the same in a StepColumn that was asked so often that it made an index', () => {
  fc.assert(
    fc.property(ascending, fc.nat(), (addresses, anywhere) => {
      const column = StepColumn.from(addresses);
      for (let times = 0; times < 5000; times++) column.lastAtOrBelow(times);
      const around = addresses.flatMap((at) => [at - 1, at, at + 1]);
      for (const wanted of [0, anywhere, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, ...around]) {
        expect(column.lastAtOrBelow(wanted)).toBe(lastOf(addresses, wanted));
      }
    }),
    { numRuns: 60 },
  );
});

describe('AddressColumn', () => {
  it('gives the addresses back', () => {
    fc.assert(
      fc.property(ascending, (addresses) => {
        const column = AddressColumn.from(addresses);
        expect(addresses.map((_, index) => column.at(index))).toEqual(addresses);
      }),
    );
  });

  it('keeps addresses that repeat', () => {
    const column = AddressColumn.from([4, 4, 4, 0x1_0000, 0x1_0000]);
    expect([3, 4, 0xffff, 0x1_0000].map((at) => column.lastAtOrBelow(at))).toEqual([-1, 2, 2, 4]);
  });
});

describe('PaletteColumn', () => {
  it('gives the numbers back, and 0 where there is none', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)), { maxLength: 1200 }), (numbers) => {
        const column = PaletteColumn.from(numbers);
        expect(numbers.map((_, index) => column.at(index))).toEqual(numbers);
        expect([column.at(-1), column.at(numbers.length)]).toEqual([0, 0]);
      }),
    );
  });
});

describe('a text table', () => {
  it('keeps each text once, in any script', () => {
    const builder = new TextTableBuilder();
    const pairs = [
      ['src/', 'main.c'],
      ['src/', 'größe.c'],
      ['a::b::', 'main.c'],
      ['', 'src/main.c'],
    ] as const;
    const numbers = pairs.map(([head, tail]) => builder.add(head, tail));
    expect(pairs.map(([head, tail]) => builder.add(head, tail))).toEqual(numbers);
    const table = builder.finish();
    expect(numbers.map((number) => table.text(number))).toEqual(['src/main.c', 'src/größe.c', 'a::b::main.c', 'src/main.c']);
    expect([0, 99].map((number) => table.text(number))).toEqual([undefined, undefined]);
  });
});

it.each([
  [[], Uint8Array],
  [[255], Uint8Array],
  [[0, 256], Uint16Array],
  [[65_536], Uint32Array],
  [[2 ** 32], Float64Array],
])('%j takes the narrowest array', (numbers, kind) => {
  expect(narrow(numbers)).toEqual(new kind(numbers));
});
