import { NoinitError } from '@noinit/model';
import { type MadeElf, makeElf, makeNote } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { readProgram } from './program.ts';

const ID = 'c0ffee00112233445566778899aabbccddeeff00';
const note = makeNote('GNU', 3, new Uint8Array(Buffer.from(ID, 'hex')));
const NOTE = { name: '.note.gnu.build-id', type: 7, flags: 2, address: 0x0800_0100, bytes: note };
const BSS = { name: '.bss', type: 1, flags: 3, address: 0x2000_0000, bytes: new Uint8Array(0x1000) };
const OBJECT = 0x11;

const read = (made: Partial<MadeElf>) => readProgram(makeElf({ sections: [NOTE, BSS], ...made }));
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof NoinitError ? error.code : String(error);
  }
};

describe('a program', () => {
  it('says its build, where that stands in memory, and what is RAM', () => {
    expect(read({})).toMatchObject({
      machine: 'cortex-m',
      buildId: ID,
      noteAddress: 0x0800_0100,
      writable: [{ name: '.bss', start: 0x2000_0000, end: 0x2000_1000 }],
      secrets: [],
    });
    expect(read({ machine: 243 }).machine).toBe('riscv32');
  });

  it('may have its build id at a symbol', () => {
    const symbols = [{ name: '__noinit_build_id', value: 0x0800_0400, section: 1 }];
    expect(read({ symbols }).noteAddress).toBe(0x0800_0400);
  });

  it('whose linker script dropped the note has it nowhere in memory', () => {
    expect(read({ sections: [{ ...NOTE, flags: 0 }, BSS] }).noteAddress).toBeUndefined();
  });

  it('has secrets between two symbols, or in a section that the linker made for them', () => {
    const symbols = [
      { name: '__noinit_secret_start', value: 0x2000_0010, section: 2 },
      { name: '__noinit_secret_end', value: 0x2000_0020, section: 2 },
    ];
    expect(read({ symbols }).secrets).toEqual([{ start: 0x2000_0010, end: 0x2000_0020 }]);
    const orphan = { ...BSS, name: '.bss.noinit_secret', address: 0x2000_2000, bytes: new Uint8Array(32) };
    expect(read({ sections: [NOTE, BSS, orphan] }).secrets).toEqual([{ start: 0x2000_2000, end: 0x2000_2020 }]);
  });

  it('says where the log is, which is in no section', () => {
    const symbols = [
      { name: '__noinit_log_start', value: 0x2000_f000, section: 0xfff1 },
      { name: '__noinit_log_end', value: 0x2000_f800, section: 0xfff1 },
    ];
    expect(read({ symbols }).log).toEqual({ start: 0x2000_f000, end: 0x2000_f800 });
    expect(read({}).log).toBeUndefined();
  });

  it('knows where a stack ends: with its object, at the linker’s symbol, or with its section', () => {
    const symbols = [
      { name: 'task_stack', value: 0x2000_0100, size: 0x200, info: OBJECT, section: 2 },
      { name: '_estack', value: 0x2000_4000, section: 2 },
    ];
    const { stackEnd } = read({ symbols });
    expect(stackEnd(0x2000_0180)).toBe(0x2000_0300);
    expect(stackEnd(0x2000_3f00)).toBe(0x2000_4000);
    expect(stackEnd(0x2000_0800)).toBe(0x2000_1000);
    expect(stackEnd(0x2010_0000)).toBeUndefined();
    expect(stackEnd(0)).toBeUndefined();
  });

  it('of another kind is refused', () => {
    expect(codeOf(() => readProgram(new Uint8Array([1, 2, 3])))).toBe('not-an-elf');
    expect(codeOf(() => read({ machine: 62 }))).toBe('unsupported-elf');
    expect(codeOf(() => read({ littleEndian: false, sections: [] }))).toBe('unsupported-elf');
    expect(codeOf(() => read({ addressSize: 8 }))).toBe('unsupported-elf');
    expect(codeOf(() => read({ sections: [BSS] }))).toBe('no-build-id');
  });
});
