import { NoinitError } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { type FindSymbol, parseRanges } from './parse-ranges.ts';

const SYMBOLS: { readonly [name: string]: { readonly address: number; readonly size: number } } = {
  heap: { address: 0x2000_1000, size: 0x800 },
  _sdata: { address: 0x2000_0000, size: 0 },
  _ebss: { address: 0x2000_0400, size: 0 },
};
const find: FindSymbol = (name) => SYMBOLS[name];

describe('ranges', () => {
  it.each([
    ['0x20000000-0x20000100', [[0x2000_0000, 0x2000_0100]]],
    ['0x20000000+16', [[0x2000_0000, 0x2000_0010]]],
    ['536870912+0x10', [[0x2000_0000, 0x2000_0010]]],
    [
      '0x20000000+4K, 0x20100000+1m',
      [
        [0x2000_0000, 0x2000_1000],
        [0x2010_0000, 0x2020_0000],
      ],
    ],
    ['heap', [[0x2000_1000, 0x2000_1800]]],
    ['heap+4', [[0x2000_1000, 0x2000_1004]]],
    ['_sdata-_ebss', [[0x2000_0000, 0x2000_0400]]],
    ['0xffffff00-0xffffffff', [[0xffff_ff00, 0xffff_ffff]]],
    ['0xffffff00+256', [[0xffff_ff00, 0x1_0000_0000]]],
    ['', []],
  ] as const)('are written %j', (text, wanted) => {
    expect(parseRanges(text, find).map(({ start, end }) => [start, end])).toEqual(wanted);
  });

  it.each([
    ['nothing', 'the ELF file has no symbol nothing'],
    ['_sdata', 'it names no object of a known size'],
    ['0x20000000', 'it names no object of a known size'],
    ['0x10-0x10', 'it is empty or ends before it begins'],
    ['heap-_sdata', 'it is empty or ends before it begins'],
    ['heap+0', 'it is empty or ends before it begins'],
    ['0xffffffff+4', 'it ends beyond the 32-bit address space'],
    ['heap+5G', '5G is no size'],
    ['0xzz+4', '0xzz is no address'],
    ['a b', 'write START-END'],
    ['heap+', 'write START-END'],
    ['+4', 'write START-END'],
  ])('make no sense: %j', (text, why) => {
    expect(() => parseRanges(text, find)).toThrow(NoinitError);
    expect(() => parseRanges(text, find)).toThrow(why);
  });

  it('need the ELF file for names', () => {
    expect(() => parseRanges('heap+4', undefined)).toThrow('heap is a symbol: give --elf too');
  });
});
