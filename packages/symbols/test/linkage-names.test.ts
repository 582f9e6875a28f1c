/** What stands around a function, where only its linkage name tells: DWARF 2 has no namespaces, lambdas have no names. */
import { ByteWriter } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { address } from '@noinit/model';
import { makeAbbreviations, makeElf, makeUnit } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { loadSymbols } from '../src/index.ts';

const COMPILE_UNIT = 0x11;
const SUBPROGRAM = 0x2e;
const NAMESPACE = 0x39;
const [NAME, LOW_PC, HIGH_PC, LINKAGE_NAME, MIPS_LINKAGE_NAME] = [0x03, 0x11, 0x12, 0x6e, 0x2007];
const [ADDR, STRING] = [0x01, 0x08];
const [START, SIZE] = [0x1000, 0x20];

/** One function of DWARF 3 at START, in namespace `around` where that is given. */
function functionNamed(name: string, linkage: string, options: { attribute?: number; around?: string } = {}): string | undefined {
  const { attribute = MIPS_LINKAGE_NAME, around } = options;
  const abbreviations = makeAbbreviations([
    { code: 1, tag: COMPILE_UNIT, children: true, attributes: [[NAME, STRING]] },
    {
      code: 2,
      tag: SUBPROGRAM,
      attributes: [
        [NAME, STRING],
        [attribute, STRING],
        [LOW_PC, ADDR],
        [HIGH_PC, ADDR],
      ],
    },
    { code: 3, tag: NAMESPACE, children: true, attributes: [[NAME, STRING]] },
  ]);
  const text = (value: string) => new TextEncoder().encode(`${value}\0`);
  const entries = new ByteWriter().u8(1).bytes(text('program.cpp'));
  if (around !== undefined) entries.u8(3).bytes(text(around));
  entries
    .u8(2)
    .bytes(text(name))
    .bytes(text(linkage))
    .u32(START)
    .u32(START + SIZE);
  if (around !== undefined) entries.u8(0);
  const info = makeUnit({ version: 3, entries: entries.u8(0).toBytes() });
  const elf = makeElf({
    sections: [
      { name: '.text', flags: 6, address: START, bytes: new Uint8Array(SIZE) },
      { name: '.debug_info', bytes: info },
      { name: '.debug_abbrev', bytes: abbreviations },
    ],
    symbols: [{ name: linkage, value: START, size: SIZE }],
  });
  return loadSymbols(parseElf(elf)).locate(address(START))[0]?.function;
}

describe('a function that DWARF describes outside of everything', () => {
  it('is named with what its linkage name has around it', () => {
    expect(functionNamed('strike', '_ZN5plant6strikeEiPKc')).toBe('plant::strike');
    expect(functionNamed('strike', '_ZN5plant6strikeEiPKc', { attribute: LINKAGE_NAME })).toBe('plant::strike');
    expect(functionNamed('descend', '_ZN5plant12_GLOBAL__N_17descendEiy')).toBe('plant::(anonymous namespace)::descend');
    expect(functionNamed('operator()', '_ZZ4mainENKUliE_clEi')).toBe("main::'lambda'(int)::operator()");
  });

  it('keeps its name where the linkage name says another', () => {
    expect(functionNamed('strike', '_ZN5plant4workEv')).toBe('strike');
    expect(functionNamed('strike', 'strike')).toBe('strike');
    expect(functionNamed('setup', '_Z5setupv')).toBe('setup');
    expect(functionNamed('strike', '_ZN5plant6strike')).toBe('strike');
  });
});

it('a function without a linkage name is named by the symbol at its entry', () => {
  const none = { attribute: 0x3ffe };
  expect(functionNamed('hidden', '_ZN5plant12_GLOBAL__N_16hiddenEi', none)).toBe('plant::(anonymous namespace)::hidden');
  expect(functionNamed('strike', '_ZN5plant4workEv', none)).toBe('strike');
  expect(functionNamed('strike', 'strike', none)).toBe('strike');
});

it('a function in a namespace is named by it', () => {
  expect(functionNamed('strike', '_ZN5other6strikeEv', { around: 'plant' })).toBe('plant::strike');
});
