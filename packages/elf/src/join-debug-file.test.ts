import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter, concatBytes, crc32 } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';
import { describeWith, type MadeSection, makeElf, makeNote } from '@noinit/testing';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ElfFile,
  findDebugLink,
  findSection,
  joinDebugFile,
  parseElf,
  readSymbolTable,
  SHF,
  SHT,
  sectionBytes,
} from './index.ts';

const FIXTURES = new URL('../../../fixtures/elf/', import.meta.url);
const CODE = new TextEncoder().encode('code of the program');
const INFO = new TextEncoder().encode('debug information');
const TEXT = { name: '.text', flags: SHF.alloc | SHF.execinstr, address: 0x8000 };
const text = { ...TEXT, bytes: CODE };
const emptied = { ...TEXT, type: SHT.nobits, size: CODE.length };
const info = { name: '.debug_info', bytes: INFO };
const symbols = [{ name: 'main', value: 0x8000, size: 4 }];

function identified(byte: number): MadeSection {
  return { name: '.note', type: SHT.note, flags: SHF.alloc, bytes: makeNote('GNU', 3, new Uint8Array(20).fill(byte)) };
}

function linkTo(debug: Uint8Array): MadeSection {
  const writer = new ByteWriter().cstring('app.debug').bytes([0, 0]).u32(crc32(debug));
  return { name: '.gnu_debuglink', bytes: writer.toBytes() };
}

function contents(elf: ElfFile, name: string): Uint8Array | undefined {
  const section = findSection(elf, name);
  return section && sectionBytes(elf, section);
}

function refusal(main: Uint8Array, debug: Uint8Array): string | undefined {
  try {
    joinDebugFile(parseElf(main), parseElf(debug));
    return undefined;
  } catch (error) {
    if (error instanceof NoinitError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('a program and its debug file', () => {
  const debug = makeElf({ sections: [identified(1), emptied, info], symbols });

  it('answer as one file', () => {
    const main = makeElf({ sections: [identified(1), text, { name: '.logs', bytes: INFO }] });
    const joined = joinDebugFile(parseElf(main), parseElf(debug));
    expect(contents(joined, '.text')).toEqual(CODE);
    expect(contents(joined, '.debug_info')).toEqual(INFO);
    expect(contents(joined, '.logs')).toEqual(INFO);
    expect(readSymbolTable(joined).find('main')).toBe(0);
    expect(joined.sections.map(({ index }) => index)).toEqual(joined.sections.map((_, index) => index));
    expect(joined.buildId).toBe('01'.repeat(20));
  });

  it('answer as one file where only the program has symbols', () => {
    const named = makeElf({ sections: [identified(1), text], symbols });
    const joined = joinDebugFile(parseElf(named), parseElf(makeElf({ sections: [identified(1), emptied, info] })));
    expect(readSymbolTable(joined).find('main')).toBe(0);
    expect(contents(joined, '.debug_info')).toEqual(INFO);
  });

  it('answer as one file where the program has lost its section headers', () => {
    const header = makeElf({
      segments: [
        { type: 1, address: 0x7ff0, bytes: concatBytes([new Uint8Array(16), CODE]) },
        { type: 4, bytes: makeNote('GNU', 3, new Uint8Array(20).fill(1)) },
      ],
    });
    new DataView(header.buffer).setUint32(32, 0, true);
    const joined = joinDebugFile(parseElf(header), parseElf(debug));
    expect(contents(joined, '.text')).toEqual(CODE);
    expect(contents(joined, '.debug_info')).toEqual(INFO);
  });

  it('leave empty what no file has: RAM', () => {
    const bss = { name: '.bss', type: SHT.nobits, flags: SHF.alloc, address: 0x2000_0000, size: 100 };
    const main = makeElf({ sections: [identified(1), text, bss] });
    const joined = joinDebugFile(parseElf(main), parseElf(makeElf({ sections: [identified(1), emptied, bss, info] })));
    expect(contents(joined, '.bss')).toEqual(new Uint8Array());
  });

  it('are bound by the checksum where they have no build id', () => {
    const plain = makeElf({ sections: [emptied, info] });
    const main = makeElf({ sections: [text, linkTo(plain)] });
    expect(findDebugLink(parseElf(main))).toEqual({ file: 'app.debug', checksum: crc32(plain) });
    expect(refusal(main, plain)).toBeUndefined();
    const bent = plain.slice();
    bent[plain.length - 1] = 0xff;
    expect(refusal(main, bent)).toContain('wrong-symbols: the debug file does not have the checksum');
  });

  it('are bound by where their sections stand where they have neither', () => {
    expect(refusal(makeElf({ sections: [text] }), makeElf({ sections: [emptied, info] }))).toBeUndefined();
    expect(refusal(makeElf({ sections: [text] }), makeElf({ sections: [{ ...emptied, address: 0x9000 }, info] }))).toBe(
      'wrong-symbols: the debug file has no .text where the program has it',
    );
    expect(refusal(makeElf({}), makeElf({ sections: [info] }))).toContain('wrong-symbols: neither build id nor link');
  });

  it('are refused with different build ids or machines', () => {
    const main = (byte: number, machine = 40) => makeElf({ machine, sections: [identified(byte), text] });
    expect(refusal(main(2), debug)).toBe(
      `wrong-symbols: the debug file has build id ${'01'.repeat(20)}, the program ${'02'.repeat(20)}`,
    );
    expect(refusal(main(1, 243), debug)).toBe('wrong-symbols: the debug file is for arm, the program for riscv');
  });

  it('are refused where the link is cut short', () => {
    const main = makeElf({ sections: [text, { name: '.gnu_debuglink', bytes: INFO }] });
    expect(refusal(main, makeElf({ sections: [emptied] }))).toContain('unsupported-elf');
  });
});

describeWith(['arm-none-eabi-objcopy'], 'files that objcopy took apart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-elf-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const whole = new URL('m3-O2-dwarf5.elf', FIXTURES).pathname;
  const [debug, main] = [join(folder, 'app.debug'), join(folder, 'app.elf')];
  const objcopy = (...options: string[]) => execFileSync('arm-none-eabi-objcopy', options, { cwd: folder });

  it('are what they were when joined', () => {
    objcopy('--only-keep-debug', whole, debug);
    objcopy('--strip-all', '--add-gnu-debuglink=app.debug', whole, main);
    const read = (path: string) => parseElf(new Uint8Array(readFileSync(path)));
    const [before, joined] = [read(whole), joinDebugFile(read(main), read(debug))];
    expect(readSymbolTable(read(main)).count).toBe(0);
    for (const section of before.sections) {
      if (section.type === SHT.null || ['.shstrtab', '.symtab', '.strtab'].includes(section.name)) continue;
      expect([section.name, contents(joined, section.name)]).toEqual([section.name, sectionBytes(before, section)]);
    }
    const [all, kept] = [readSymbolTable(before), readSymbolTable(joined)];
    expect([kept.count, kept.find('reset_handler')]).toEqual([all.count, all.find('reset_handler')]);
  });

  it('keep where code stands in the debug file alone', () => {
    const alone = parseElf(new Uint8Array(readFileSync(debug)));
    const code = findSection(alone, '.text');
    expect(code && [code.type, code.flags & SHF.execinstr, sectionBytes(alone, code).length]).toEqual([
      SHT.nobits,
      SHF.execinstr,
      0,
    ]);
    expect(readSymbolTable(alone).find('reset_handler')).toBeDefined();
  });
});
