import { readdirSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type ElfFile, parseElf } from '@noinit/elf';
import { address } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { buildSymbolCache, type CachedIndex, loadSymbols, openSymbolCache, type Symbols } from '../index.ts';

const FIXTURES = new URL('../../../../fixtures/elf/', import.meta.url);
const NAMES = readdirSync(FIXTURES).filter((name) => name.endsWith('.elf'));
const open = (name: string) => parseElf(new Uint8Array(readFileSync(new URL(name, FIXTURES))));
const CODE_END = 0x640;
const HEADER_BYTES = 72;

function openWhole(cache: Uint8Array, elf: ElfFile): CachedIndex {
  const opened = openSymbolCache(cache, elf);
  if (typeof opened === 'string') throw new Error(opened);
  return opened;
}

function askAll(symbols: Symbols) {
  const answers = [];
  for (let pc = 0; pc < CODE_END; pc++) {
    const at = address(pc);
    answers.push([symbols.locate(at), symbols.unwindRow(at), symbols.symbolAt(at), symbols.isCode(at)]);
  }
  return answers;
}

/** Some questions of each kind. */
function ask(index: CachedIndex): void {
  for (let pc = 0x40; pc < CODE_END; pc += 0x5f) {
    index.code.locate(address(pc));
    index.frames.rowAt(address(pc));
    index.symbols.at(address(pc));
  }
  index.code.locate(address(2 ** 53 - 1));
  index.frames.rowAt(address(2 ** 53 - 1));
  index.symbols.named('main');
  index.globals();
}

/** A check sum proves that nothing was bent by accident; whoever writes a cache can have a right one. */
function resealed(cache: Uint8Array): Uint8Array {
  new DataView(cache.buffer).setUint32(12, crc32(cache.subarray(16)), true);
  return cache;
}

describe.each(NAMES)('the cache of %s', (name) => {
  const elf = open(name);
  const cached = loadSymbols(elf, openWhole(buildSymbolCache(elf), elf));
  const plain = loadSymbols(elf);

  it('gives the same answers for every address as the debug information', () => {
    expect(cached.debugInfo).toBe(plain.debugInfo);
    expect(askAll(cached)).toEqual(askAll(plain));
  });

  it('finds the same symbols by name', () => {
    for (const known of ['main', '__stack_top', 'sensor_table', 'no_such_name', '']) {
      expect(cached.symbolNamed(known)).toEqual(plain.symbolNamed(known));
    }
  });

  it('leads to the same variables', () => {
    const variables = (symbols: Symbols) => {
      const of = (pc: number) =>
        symbols
          .locate(address(pc))
          .map((scope) => symbols.variables(scope, address(pc)).map(({ name: of, type, place }) => [of, type.name, place.kind]));
      return Array.from({ length: CODE_END / 16 }, (_, index) => of(index * 16));
    };
    expect(variables(cached)).toEqual(variables(plain));
    const globals = (symbols: Symbols) => symbols.globals().map(({ name: of, type, place }) => [of, type.name, place.kind]);
    expect(globals(cached)).toEqual(globals(plain));
  });
});

describe('a cache that is not as it was written', () => {
  const elf = open('m3-O2-dwarf5.elf');
  const cache = buildSymbolCache(elf);

  it('is of no use with any bit bent', () => {
    for (let bit = 0; bit < cache.length * 8; bit++) {
      const bent = cache.slice();
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const opened = openSymbolCache(bent, elf);
      // The bytes behind the build id are for nothing, but the check sum covers them.
      expect(typeof opened).toBe('string');
    }
  });

  it('is of no use when it is cut at any length, or longer', () => {
    for (let length = 0; length < cache.length; length++) {
      expect(typeof openSymbolCache(cache.subarray(0, length), elf)).toBe('string');
    }
    expect(typeof openSymbolCache(Uint8Array.of(...cache, 0), elf)).toBe('string');
  });

  it('says why', () => {
    const other = cache.slice();
    new DataView(other.buffer).setUint32(8, 7, true);
    expect(openSymbolCache(other, elf)).toBe('it has version 7, not 0');
    expect(openSymbolCache(cache, open('m3-O2-dwarf4.elf'))).toBe('it is of another file');
    expect(openSymbolCache(new Uint8Array(200), elf)).toBe('it is no symbol cache');
  });

  it('answers or is refused, and never throws, with any bit bent under a right check sum', () => {
    for (let bit = HEADER_BYTES * 8; bit < cache.length * 8; bit++) {
      const bent = cache.slice();
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const opened = openSymbolCache(resealed(bent), elf);
      if (typeof opened !== 'string') ask(opened);
    }
  }, 60_000);

  it('does so with all of a column set', () => {
    const columns = new DataView(cache.buffer).getUint32(20, true);
    for (let column = 0; column < columns; column++) {
      const bent = cache.slice();
      const entry = new DataView(bent.buffer, HEADER_BYTES + column * 12, 12);
      const bytes = entry.getUint32(4, true) * entry.getUint32(8, true);
      bent.fill(0xff, entry.getUint32(0, true), entry.getUint32(0, true) + bytes);
      const opened = openSymbolCache(resealed(bent), elf);
      if (typeof opened !== 'string') ask(opened);
    }
  });
});

it('works from memory that threads share, and from bytes at odd places', () => {
  const elf = open('m3-O2-dwarf5.elf');
  const cache = buildSymbolCache(elf);
  const shared = new Uint8Array(new SharedArrayBuffer(cache.length + 3), 3);
  shared.set(cache);
  const aligned = new Uint8Array(new SharedArrayBuffer(cache.length));
  aligned.set(cache);
  const main = loadSymbols(elf).symbolNamed('main')?.address ?? address(0);
  const plain = loadSymbols(elf).locate(main);
  expect(plain.length).toBeGreaterThan(0);
  for (const bytes of [shared, aligned]) expect(openWhole(bytes, elf).code.locate(main)).toEqual(plain);
});

it('holds an image without debug information, without symbols, or without both', () => {
  const elf = open('m3-O2-names-only.elf');
  const bare = { ...elf, sections: elf.sections.filter(({ name }) => name !== '.symtab') };
  for (const file of [elf, bare]) {
    const index = openWhole(buildSymbolCache(file), file);
    expect(index.debugInfo).toBe('names-only');
    ask(index);
  }
});
