import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { ByteWriter, concatBytes, fromHex } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';
import { makeElf, makeNote } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findSection,
  MAPPING_KIND,
  MAX_SECTION_BYTES,
  parseElf,
  readBuildAttributes,
  readSymbolTable,
  SHF,
  SHT,
  SYMBOL_KIND,
  sectionBytes,
} from './index.ts';

const FIXTURES = new URL('../../../fixtures/elf/', import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, FIXTURES)));
const BUILD_ID = '5db14aa9d98e61d8f2d0a2f92f03eb813971b99f';
/** By what names of files say; all others are for ARM. */
const MACHINES = [
  ['rv32', 'riscv'],
  ['x86-64', 'x86-64'],
  ['aarch64', 'aarch64'],
] as const;
const CONTENT = new TextEncoder().encode('the same words, the same words, the same words');

/** Everything a user of the package may ask of a file. */
function readAll(bytes: Uint8Array): void {
  const elf = parseElf(bytes);
  const symbols = readSymbolTable(elf);
  for (let index = 0; index < symbols.count; index++) symbols.name(index);
  for (const section of elf.sections) sectionBytes(elf, section);
}

/** The code of the refusal, or nothing where the file was read. Anything else thrown is a failure. */
function refusal(bytes: Uint8Array, read = readAll): string | undefined {
  try {
    read(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof NoinitError) return error.code;
    throw error;
  }
}

describe.each([4, 8] as const)('an ELF file with addresses of %i bytes', (addressSize) => {
  it.each([true, false])('is read in either byte order (little endian: %s)', (littleEndian) => {
    const note = makeNote('GNU', 3, fromHex(BUILD_ID), littleEndian);
    const elf = parseElf(
      makeElf({
        addressSize,
        littleEndian,
        machine: 243,
        segments: [{ type: 1, flags: 5, address: 0x1000, bytes: CONTENT }],
        sections: [
          { name: '.text', flags: SHF.alloc | SHF.execinstr, address: 0x1000, bytes: CONTENT },
          { name: '.note.gnu.build-id', type: 7, bytes: concatBytes([makeNote('other', 3, CONTENT, littleEndian), note]) },
        ],
        symbols: [
          { name: 'second', value: 0x1011, size: 6 },
          { name: 'first', value: 0x1001, size: 16, info: 0x11 },
        ],
      }),
    );
    expect(elf).toMatchObject({ addressSize, littleEndian, machine: 'riscv', type: 'executable', buildId: BUILD_ID });
    expect(elf.segments).toEqual([
      expect.objectContaining({ address: 0x1000, loadAddress: 0x1000, fileSize: CONTENT.length, flags: 5 }),
    ]);
    const text = findSection(elf, '.text');
    expect(text && sectionBytes(elf, text)).toEqual(CONTENT);
    const symbols = readSymbolTable(elf);
    expect([0, 1].map(symbols.name)).toEqual(['first', 'second']);
    expect([...symbols.addresses]).toEqual([0x1001, 0x1011]);
    expect([...symbols.sizes]).toEqual([16, 6]);
    expect([...symbols.kinds]).toEqual([SYMBOL_KIND.object, SYMBOL_KIND.function]);
    expect(symbols.find('second')).toBe(1);
    expect(symbols.find('econd')).toBeUndefined();
    expect(symbols.find('')).toBeUndefined();
  });
});

describe('symbols for ARM', () => {
  const elf = parseElf(
    makeElf({
      sections: [
        { name: '.text', flags: SHF.alloc | SHF.execinstr, address: 0x100, bytes: new Uint8Array(0x20) },
        { name: '.debug_frame', bytes: CONTENT },
      ],
      symbols: [
        { name: '$d', value: 0x10c, info: 0, section: 2 },
        { name: 'thumb_function', value: 0x101, size: 8 },
        { name: 'odd_object', value: 0x201, info: 0x11 },
        { name: '$t', value: 0x100, info: 0 },
        { name: '$d.7', value: 0x108, info: 0 },
        { name: '$a', value: 0x110, info: 0 },
        { name: '$x.y', value: 0x118, info: 0 },
        { name: '$d', value: 0x104, info: 0, section: 2 },
        { name: '$total', value: 0x300, info: 0 },
        { name: 'undefined', value: 0, section: 0 },
        { name: 'file.c', value: 0, info: 4 },
        { name: 'descriptor', value: 0x102, size: 8, info: 0x11, section: 2 },
      ],
    }),
  );

  it('lose the Thumb bit where they are functions', () => {
    const symbols = readSymbolTable(elf);
    expect(Array.from({ length: symbols.count }, (_, index) => [symbols.name(index), symbols.addresses[index]])).toEqual([
      ['thumb_function', 0x100],
      ['odd_object', 0x201],
      ['$total', 0x300],
    ]);
  });

  it('leave out what stands in no memory: its values are offsets', () => {
    expect(readSymbolTable(elf).find('descriptor')).toBeUndefined();
  });

  it('keep mapping symbols of code apart, and leave out those of debug sections', () => {
    const { addresses, kinds } = readSymbolTable(elf).mapping;
    expect([...addresses]).toEqual([0x100, 0x108, 0x110, 0x118]);
    expect([...kinds]).toEqual([MAPPING_KIND.thumb, MAPPING_KIND.data, MAPPING_KIND.code, MAPPING_KIND.code]);
  });
});

it('takes the symbols of the dynamic linker where the others were stripped', () => {
  const sections = [{ name: '.text', flags: SHF.alloc, bytes: CONTENT }];
  const file = makeElf({ sections, symbols: [{ name: 'kept', value: 0x1000 }] });
  const elf = parseElf(file);
  const stripped = {
    ...elf,
    sections: elf.sections.map((section) => ({ ...section, type: section.type === SHT.symtab ? SHT.dynsym : section.type })),
  };
  expect(readSymbolTable(stripped).find('kept')).toBe(0);
});

describe('a compressed section', () => {
  const packed = deflateSync(CONTENT);
  const read = (section: { name: string; flags?: number; bytes: Uint8Array; type?: number }) => {
    const elf = parseElf(makeElf({ sections: [section] }));
    const found = findSection(elf, '.debug_info');
    return found && sectionBytes(elf, found);
  };
  const compressed = (kind: number, size: number, bytes: Uint8Array = packed) => ({
    name: '.debug_info',
    flags: SHF.compressed,
    bytes: concatBytes([new ByteWriter().u32(kind).u32(size).u32(1).toBytes(), bytes]),
  });
  const code = (section: ReturnType<typeof compressed>) => refusal(new Uint8Array(), () => read(section));

  it('is inflated', () => {
    expect(read(compressed(1, CONTENT.length))).toEqual(CONTENT);
  });

  it('is inflated where zstd compressed it', () => {
    // A frame of one block that is not compressed.
    const size = CONTENT.length;
    const frame = new ByteWriter()
      .u32(0xfd2f_b528)
      .u8(0x20)
      .u8(size)
      .u24((size << 3) | 1);
    expect(read(compressed(2, size, frame.bytes(CONTENT).toBytes()))).toEqual(CONTENT);
    expect(code(compressed(2, size - 1, frame.toBytes()))).toBe('unsupported-elf');
  });

  it('is inflated when it was compressed the older way', () => {
    const header = new ByteWriter({ littleEndian: false }).bytes([0x5a, 0x4c, 0x49, 0x42]).u64(CONTENT.length).toBytes();
    expect(read({ name: '.zdebug_info', bytes: concatBytes([header, packed]) })).toEqual(CONTENT);
  });

  it('is refused by name where it cannot be inflated', () => {
    expect(code(compressed(2, CONTENT.length, CONTENT))).toBe('unsupported-elf');
    expect(code(compressed(9, CONTENT.length))).toBe('unsupported-elf');
    expect(code(compressed(1, CONTENT.length, CONTENT))).toBe('unsupported-elf');
  });

  it('is refused where it does not give what it claims', () => {
    expect(code(compressed(1, CONTENT.length - 1))).toBe('unsupported-elf');
    expect(code(compressed(1, CONTENT.length + 1))).toBe('unsupported-elf');
    expect(code(compressed(1, MAX_SECTION_BYTES + 1))).toBe('parser-limit');
    expect(code(compressed(1, 2 ** 20))).toBe('unsupported-elf');
    expect(code(compressed(1, 2 ** 20 + 1))).toBe('parser-limit');
  });
});

describe('a file that is refused', () => {
  const patched = (offset: number, bytes: readonly number[]) => {
    const file = makeElf({ sections: [{ name: '.text', bytes: CONTENT }] });
    file.set(bytes, offset);
    return file;
  };

  it('is empty, text or random bytes', () => {
    expect(refusal(new Uint8Array())).toBe('not-an-elf');
    expect(refusal(CONTENT)).toBe('not-an-elf');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusal(bytes)).toBe('not-an-elf');
        expect([undefined, 'unsupported-elf', 'parser-limit']).toContain(refusal(concatBytes([fromHex('7f454c46'), bytes])));
      }),
    );
  });

  it('has an unknown class or byte order', () => {
    expect(refusal(patched(4, [3]))).toBe('unsupported-elf');
    expect(refusal(patched(5, [0]))).toBe('unsupported-elf');
  });

  it('has its section table outside itself', () => {
    expect(refusal(patched(32, [0xff, 0xff, 0xff, 0x7f]))).toBe('unsupported-elf');
  });

  it('has its section outside itself', () => {
    expect(refusal(makeElf({ sections: [{ name: '.text', bytes: CONTENT, size: 0xf000_0000 }] }))).toBe('unsupported-elf');
  });

  it('claims four thousand million sections', () => {
    const file = makeElf({ sections: [{ name: '.text', bytes: CONTENT }] });
    const view = new DataView(file.buffer);
    view.setUint16(48, 0, true);
    view.setUint32(view.getUint32(32, true) + 20, 0xffff_ffff, true);
    expect(refusal(file)).toBe('parser-limit');
  });

  it('has an address beyond 2^53', () => {
    const file = makeElf({ addressSize: 8, segments: [{ type: 1, address: 2 ** 60, bytes: CONTENT }] });
    expect(refusal(file)).toBe('unsupported-elf');
  });
});

it('takes only a build id of 8 to 32 bytes', () => {
  const withId = (bytes: number) =>
    parseElf(makeElf({ segments: [{ type: 4, bytes: makeNote('GNU', 3, new Uint8Array(bytes).fill(1)) }] })).buildId;
  expect(withId(7)).toBeUndefined();
  expect(withId(8)).toBe('01'.repeat(8));
  expect(withId(32)).toBe('01'.repeat(32));
  expect(withId(33)).toBeUndefined();
});

describe('real files', () => {
  it('say for which processor they were built', () => {
    const attributes = (name: string) => readBuildAttributes(parseElf(fixture(name)));
    expect(attributes('m3-O2-dwarf5.elf')).toMatchObject({
      architecture: 'v7',
      profile: 'microcontroller',
      floatingPoint: 'none',
    });
    expect(attributes('m0-O2-dwarf5.elf')).toMatchObject({ architecture: 'v6S-M', profile: 'microcontroller' });
    expect(attributes('rv32-O2-gcc.elf')).toMatchObject({ architecture: expect.stringMatching(/^rv32i.*_c/), stackAlign: 16 });
    expect(attributes('x86-64-O2-gcc.elf')).toBeUndefined();
  });

  it('all have a build id, code and symbols', () => {
    const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.elf'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const elf = parseElf(fixture(name));
      expect(elf.buildId).toMatch(/^[0-9a-f]{40}$/);
      const machine = MACHINES.find(([part]) => name.includes(part))?.[1] ?? 'arm';
      expect(elf).toMatchObject({ machine, littleEndian: !name.includes('big-endian'), type: 'executable' });
      expect(elf.addressSize).toBe(machine === 'x86-64' || machine === 'aarch64' ? 8 : 4);
      const symbols = readSymbolTable(elf);
      const handler = symbols.find('reset_handler');
      expect(handler).toBeDefined();
      expect(symbols.addresses[handler ?? 0]).toBeLessThan(elf.addressSize === 4 ? 0x10000 : 0x500000);
      expect((symbols.addresses[handler ?? 0] ?? 1) % 2).toBe(0);
    }
  });

  const small = fixture('m3-O2-names-only.elf');

  it('are refused or read when cut at any length', () => {
    for (let length = 0; length < small.length; length++) refusal(small.subarray(0, length));
  });

  it('are refused or read with any bit of a header bent', () => {
    const headers = [0, 200, small.length - 900, small.length] as const;
    for (const [from, to] of [headers.slice(0, 2), headers.slice(2)]) {
      for (let bit = (from ?? 0) * 8; bit < (to ?? 0) * 8; bit++) {
        const bent = small.slice();
        bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        refusal(bent);
      }
    }
  });
});
