/**
 * Linkers leave the debug information of dropped code at 0, or at its offset in what was dropped. Here are flash at 0, vectors
 * and live functions: nothing that was dropped may answer for them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { address } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildSymbolCache, loadSymbols, openSymbolCache, type Symbols } from '../src/index.ts';

const LAYOUT = `SECTIONS {
  . = 0;
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) }
  . = 0x20000000;
  .data : { *(.data*) }
  .bss : { *(.bss*) }
}
`;

/** All in one section: of what is dropped the second and third function begin at an offset from 0. */
const DROPPED = `
static const int table_dropped[40] = { 1, 2, 3 };
int state_dropped = 5;
int first_dropped(int value) { int sum = value; for (int i = 0; i < 30; i++) sum += table_dropped[i & 7] * i; return sum; }
int second_dropped(int value) { state_dropped += value; return first_dropped(value) * 3 + first_dropped(value + 1); }
int third_dropped(int value) { return second_dropped(value) * second_dropped(value - 3) + state_dropped; }
`;

/** Each function and variable in a section of its own: all that are dropped begin at 0. */
const KEPT = `
volatile int seen;
int lone_state_dropped = 4;
const char *const lone_text_dropped = "dropped";
static inline int twice(int value) { return value * 2 + seen; }
int lone_dropped(int value) { for (int i = 0; i < value; i++) seen += twice(i); return seen; }
__attribute__((noinline)) int inner(int value) { seen = twice(value) + 3; return seen * twice(seen); }
__attribute__((noinline)) int outer(int value) { int sum = 0; for (int i = 0; i < value; i++) sum += inner(i); return sum; }
int also_dropped(int value) { return value * seen + outer(value); }
void start(void) { for (;;) outer(7); }
`;

const VECTORS = `
extern void start(void);
__attribute__((section(".vectors"), used)) void (*const vectors[32])(void) = { 0, start, start };
`;

/** `_start` stands at 0, where dropped functions are put too, and has no entry of its own in some toolchains. */
const START_AT_0 = `
.section .vectors, "ax", @progbits
.globl _start
.type _start, @function
_start:
  li sp, 0x20001000
  call start
1: j 1b
.size _start, . - _start
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noinit-dropped-'));
  writeFileSync(join(folder, 'layout.ld'), LAYOUT);
  writeFileSync(join(folder, 'dropped.c'), DROPPED);
  writeFileSync(join(folder, 'kept.c'), KEPT);
  writeFileSync(join(folder, 'vectors.c'), VECTORS);
  writeFileSync(join(folder, 'start.S'), START_AT_0);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Named {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What binutils' nm says are functions. */
function functionsOf(nm: string, elf: string): readonly Named[] {
  const text = execFileSync(nm, ['-S', elf], { cwd: folder, encoding: 'utf8' });
  // nm calls everything in a code section a function.
  const found = [...text.matchAll(/^([0-9a-f]+) ([0-9a-f]+) [tT] (?!vectors)(\S+)$/gm)];
  return found.map(([, start = '', size = '', name = '']) => {
    const from = Number.parseInt(start, 16);
    return { name, start: from - (from % 2), end: from - (from % 2) + Number.parseInt(size, 16) };
  });
}

/** The same questions to the debug information and to its cache. */
function bothWays(name: string): readonly Symbols[] {
  const elf = parseElf(new Uint8Array(readFileSync(join(folder, name))));
  const cache = openSymbolCache(buildSymbolCache(elf), elf);
  if (typeof cache === 'string') throw new Error(cache);
  return [loadSymbols(elf), loadSymbols(elf, cache)];
}

function checkEveryAddress(name: string, functions: readonly Named[], codeEnd: number): void {
  expect(functions.length).toBeGreaterThan(2);
  for (const symbols of bothWays(name)) {
    for (let pc = 0; pc < codeEnd; pc++) {
      const truth = functions.find(({ start, end }) => pc >= start && pc < end);
      const scopes = symbols.locate(address(pc));
      expect([pc, scopes.at(-1)?.function]).toEqual([pc, truth?.name]);
      for (const scope of scopes) expect(`${scope.function} ${scope.file}`).not.toContain('dropped');
      const row = symbols.unwindRow(address(pc));
      if (row) expect([pc, row.start]).toEqual([pc, truth?.start]);
    }
    for (const pc of [0xffff_ffff, 0xffff_fffe, 0x1f_0000, 0x2000_0000]) expect(symbols.locate(address(pc))).toEqual([]);
    const globals = symbols.globals().map((global) => global.name);
    expect(globals.filter((global) => global.endsWith('dropped'))).toEqual([]);
    expect(globals).toContain('seen');
  }
}

describeWith(['arm-none-eabi-gcc'], 'dropped code before vectors at 0', () => {
  const build = (version: number, optimisation: string) => {
    const flags = ['-mcpu=cortex-m3', '-mthumb', `-gdwarf-${version}`, optimisation, '-c'];
    const gcc = (...parameters: string[]) => execFileSync('arm-none-eabi-gcc', parameters, { cwd: folder, stdio: 'pipe' });
    gcc(...flags, 'dropped.c', 'vectors.c');
    gcc(...flags, '-ffunction-sections', '-fdata-sections', 'kept.c');
    const link = ['-nostdlib', '-nostartfiles', '-Wl,--gc-sections', '-Wl,-T,layout.ld', '-Wl,-e,start'];
    gcc('-mcpu=cortex-m3', '-mthumb', ...link, 'dropped.o', 'kept.o', 'vectors.o', '-o', 'arm.elf');
  };

  it.each([
    [2, '-O2'],
    [3, '-Og'],
    [4, '-O0'],
    [4, '-O2'],
    [5, '-O0'],
    [5, '-Os'],
  ])('names no function of it in DWARF %i at %s', (version, optimisation) => {
    build(version, optimisation);
    checkEveryAddress('arm.elf', functionsOf('arm-none-eabi-nm', 'arm.elf'), 0x400);
    for (const symbols of bothWays('arm.elf')) expect(symbols.globals().map(({ name }) => name)).toContain('vectors');
  });
});

describeWith(['riscv64-unknown-elf-gcc'], 'dropped code where a function begins at 0', () => {
  it.each([4, 5])('leaves the function its name and lines in DWARF %i', (version) => {
    const flags = ['-march=rv32imac', '-mabi=ilp32', `-gdwarf-${version}`, '-O1', '-c'];
    const gcc = (...parameters: string[]) => execFileSync('riscv64-unknown-elf-gcc', parameters, { cwd: folder, stdio: 'pipe' });
    gcc(...flags, 'dropped.c', 'start.S');
    gcc(...flags, '-ffunction-sections', '-fdata-sections', 'kept.c');
    const link = ['-nostdlib', '-nostartfiles', '-Wl,--gc-sections', '-Wl,-T,layout.ld', '-Wl,-e,_start'];
    gcc('-march=rv32imac', '-mabi=ilp32', ...link, 'dropped.o', 'kept.o', 'start.o', '-o', 'riscv.elf');
    const functions = functionsOf('riscv64-unknown-elf-nm', 'riscv.elf');
    checkEveryAddress('riscv.elf', functions, Math.max(...functions.map(({ end }) => end)));
    for (const symbols of bothWays('riscv.elf')) {
      expect(symbols.locate(address(0))).toMatchObject([{ function: '_start', file: 'start.S', line: 6 }]);
    }
  });
});
