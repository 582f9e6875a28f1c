import { ByteWriter, concatBytes } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { type MadeLineProgram, makeLineProgram } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDamage, type LineOffset, readLineTable } from '../index.ts';
import { findDwarfSections } from '../sections.ts';

const FILES: Pick<MadeLineProgram, 'directories' | 'files'> = {
  directories: ['/build', 'src', '/usr/include'],
  files: [
    ['main.c', 0],
    ['main.c', 1],
    ['types.h', 2],
    ['/absolute.c', 1],
  ],
};
const OPERATIONS = {
  copy: [1],
  advancePc: (count: number) => [2, count],
  advanceLine: (count: number) => [3, count & 0x7f],
  setFile: (file: number) => [4, file],
  setColumn: (column: number) => [5, column],
  negateStatement: [6],
  constAddPc: [8],
  fixedAdvancePc: (bytes: number) => [9, bytes & 0xff, bytes >> 8],
  end: [0, 1, 1],
} as const;
const { copy, advancePc, advanceLine, setFile, setColumn, negateStatement, constAddPc, fixedAdvancePc, end } = OPERATIONS;

function setAddress(value: number): Uint8Array {
  return new ByteWriter().u8(0).uleb(5).u8(2).u32(value).toBytes();
}

/** Operation advance and line advance in one byte, with line base -5, line range 14 and opcode base 13. */
function special(operations: number, lines: number): number[] {
  return [lines + 5 + 14 * operations + 13];
}

function program(...operations: (Uint8Array | readonly number[])[]): Uint8Array {
  return concatBytes(operations.map((part) => Uint8Array.from(part)));
}

function table(line: Uint8Array, isLive: (start: Address) => boolean = () => true) {
  const sections = findDwarfSections((name) => (name === '.debug_line' ? line : undefined), true);
  return readLineTable(sections, 0 as LineOffset, 4, isLive);
}

function rows(operations: Uint8Array, overrides: Partial<MadeLineProgram> = {}) {
  return [...table(makeLineProgram({ ...FILES, ...overrides, operations })).rows()];
}

describe('a line program', () => {
  it('moves by standard, special and extended operations', () => {
    const operations = program(
      setAddress(0x100),
      setColumn(7),
      copy,
      special(1, 3),
      advancePc(2),
      advanceLine(-1),
      setFile(2),
      copy,
      constAddPc,
      copy,
      fixedAdvancePc(0x102),
      copy,
      advancePc(1),
      end,
    );
    expect(rows(operations)).toEqual([
      { address: 0x100, file: 1, line: 1, end: 0x102 },
      { address: 0x102, file: 1, line: 4, end: 0x106 },
      { address: 0x106, file: 2, line: 3, end: 0x128 },
      // DW_LNS_const_add_pc goes on by (255 - 13) / 14 = 17 operations of 2 bytes.
      { address: 0x128, file: 2, line: 3, end: 0x22a },
      { address: 0x22a, file: 2, line: 3, end: 0x22c },
    ]);
  });

  it('counts several operations an address where the machine has them', () => {
    const operations = program(setAddress(0x100), copy, special(2, 1), special(2, 1), advancePc(3), copy, constAddPc, copy, end);
    const found = rows(operations, { maximumOperations: 4, minimumInstructionLength: 8 });
    // After 2, 4, 7 and 24 operations of a quarter of 8 bytes; rows of one address are one.
    expect(found.map(({ address, line }) => [address, line])).toEqual([
      [0x100, 2],
      [0x108, 3],
      [0x130, 3],
    ]);
  });

  it('passes over operations of later versions', () => {
    const unknown = [0, 3, 0x80, 1, 2];
    const harmless = [7, 10, 11, 12, 5, 0, 2, 4, 9];
    expect(rows(program(setAddress(0x100), unknown, harmless, copy, advancePc(1), end)).length).toBe(1);
  });

  it('of DWARF 4 may define files', () => {
    // Name, directory, time and size.
    const named = new ByteWriter().u8(0).uleb(11).u8(3).cstring('more.c').bytes([1, 0, 0]).toBytes();
    const operations = program(setAddress(0x100), named, setFile(2), copy, advancePc(1), end);
    const found = table(makeLineProgram({ version: 4, directories: ['src'], files: [['main.c', 0]], operations }));
    expect(found.find(address(0x100))?.file).toBe('src/more.c');
  });

  it('keeps of one address the last row, whether or not it begins a statement', () => {
    const twice = program(setAddress(0x100), copy, special(0, 1), negateStatement, special(0, 4), advancePc(1), end);
    expect(rows(twice)).toEqual([{ address: 0x100, file: 1, line: 6, end: 0x102 }]);
    const none = program(setAddress(0x100), negateStatement, copy, special(0, 1), advancePc(1), end);
    expect(rows(none)).toEqual([{ address: 0x100, file: 1, line: 2, end: 0x102 }]);
  });

  it('keeps what it gave before it was damaged', () => {
    const sound = program(setAddress(0x100), copy, advancePc(1), end);
    expect(rows(program(sound, setAddress(0x200), copy, [0, 0x7f]))).toHaveLength(1);
  });

  it.each([2, 3, 4, 5])('of version %i finds file, line and column', (version) => {
    const operations = program(setAddress(0x100), setFile(2), setColumn(9), special(0, 4), advancePc(4), end);
    const files = version >= 5 ? FILES : { directories: ['src', '/usr/include'], files: FILES.files?.slice(1) ?? [] };
    const found = table(makeLineProgram({ ...files, version, operations }));
    expect(found.find(address(0x100))).toEqual({ file: '/usr/include/types.h', line: 5, column: 9 });
    expect(found.file(2)).toBe('/usr/include/types.h');
    expect(found.find(address(0x107))?.line).toBe(5);
    expect(found.find(address(0x108))).toBeUndefined();
    expect(found.find(address(0xff))).toBeUndefined();
  });

  it('joins files with include directories and leaves out the directory of the compilation', () => {
    const found = table(makeLineProgram({ ...FILES, operations: new Uint8Array() }));
    expect([0, 1, 2, 3, 9].map((file) => found.file(file))).toEqual([
      'main.c',
      'src/main.c',
      '/usr/include/types.h',
      '/absolute.c',
      undefined,
    ]);
  });

  it('says that no line made the code where the compiler says so', () => {
    const found = table(makeLineProgram({ ...FILES, operations: program(setAddress(0x100), special(0, -1), advancePc(1), end) }));
    expect(found.find(address(0x100))).toEqual({ file: 'src/main.c' });
  });
});

describe('sequences', () => {
  const sequence = (start: number) => program(setAddress(start), copy, advancePc(8), end);

  it('are dropped by their start', () => {
    const line = makeLineProgram({ ...FILES, operations: program(sequence(0), sequence(0x200), sequence(0x100)) });
    const found = table(line, (start) => start !== 0);
    expect([...found.rows()].map((row) => row.address)).toEqual([0x100, 0x200]);
    expect(found.find(address(4))).toBeUndefined();
  });

  it('are put in order where a damaged program goes back', () => {
    const back = program(setAddress(0x104), copy, setAddress(0x100), special(0, 1), setAddress(0x108), end);
    expect(rows(back).map((row) => row.address)).toEqual([0x100, 0x104]);
  });
});

describe('a header', () => {
  it('that divides by zero, has an unknown version or no end is refused', () => {
    const operations = new Uint8Array();
    expect(() => table(makeLineProgram({ ...FILES, lineRange: 0, operations }))).toThrow('divides by zero');
    expect(() => table(makeLineProgram({ ...FILES, version: 6, operations }))).toThrow('version 6');
    expect(() => table(makeLineProgram({ ...FILES, operations }).slice(0, -1))).toThrow('ends behind');
  });

  it('cannot claim files without end', () => {
    const whole = makeLineProgram({ version: 5, operations: new Uint8Array() });
    // No directory formats, then a count of directories that take no bytes: 2^35 of them.
    const header = whole.slice(0, 12 + 18);
    const claim = concatBytes([header, Uint8Array.of(0, 0x80, 0x80, 0x80, 0x80, 0x80, 1), new Uint8Array(20)]);
    new DataView(claim.buffer).setUint32(0, claim.length - 4, true);
    expect(() => table(claim)).toThrow('more than');
  });
});

it('gives rows or says what is damaged for any bytes, and never ends in another error', () => {
  const whole = makeLineProgram({ ...FILES, operations: program(setAddress(0x100), copy, special(1, 3), constAddPc, copy, end) });
  const survives = (bytes: Uint8Array) => {
    try {
      for (const row of table(bytes).rows()) expect(row.address).toBeGreaterThanOrEqual(0);
    } catch (error) {
      expect(isDamage(error)).toBe(true);
    }
  };
  for (let length = 0; length < whole.length; length++) survives(whole.subarray(0, length));
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bent = whole.slice();
    bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    survives(bent);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => survives(makeLineProgram({ ...FILES, operations: bytes }))));
});
