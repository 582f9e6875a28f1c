/** A project's own reasons: what the compiler takes and refuses, what they cost, and that the host finds their names. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, WARNINGS } from './firmware.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-reasons-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MINUTE = 60_000;
const INCLUDES = ['include', 'tests/native'].map((name) => `-I${join(DEVICE, name)}`);
const C = ['-std=c11', ...WARNINGS];
const CPP = ['-std=c++17', ...WARNINGS.filter((flag) => !/prototypes$/.test(flag))];

function write(name: string, ...lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** What the compiler says; nothing where it takes the file. */
function complaints(compiler: string, flags: readonly string[], file: string): string {
  const run = spawnSync(compiler, ['-c', '-Werror', ...flags, ...INCLUDES, file, '-o', join(folder, 'out.o')], {
    encoding: 'utf8',
  });
  return run.error === undefined ? run.stderr : String(run.error);
}

const USE = [
  '#include "reasons.h"',
  'void use(void);',
  'void use(void) { NOINIT_REBOOT_MARK(ValveStuck); noinit_reboot(NOINIT_REASON_Calibrated); }',
];

describeWith(['gcc', 'g++', 'clang-14'], "a project's own reasons", () => {
  it.each([
    ['gcc', C, 'use.c'],
    ['clang-14', C, 'use.c'],
    ['g++', CPP, 'use.cpp'],
    ['clang-14', CPP, 'use.cpp'],
  ] as const)('are silent under all warnings: %s %s', (compiler, flags, name) => {
    expect(complaints(compiler, flags, write(name, ...USE))).toBe('');
  });

  it('may be 255', () => {
    const all = Array.from(
      { length: 255 },
      (_, i) => `NOINIT_REASON(${i % 2 === 0 ? 'EXPECTED' : 'UNEXPECTED'}, ${i + 1}, Number${i + 1}, "help");`,
    );
    const checks = [1, 2, 255].map(
      (n) => `_Static_assert(NOINIT_REASON_Number${n} == ${n % 2 === 0 ? 0xc000 + n : 0x4000 + n}, "value");`,
    );
    expect(complaints('gcc', C, write('all.c', '#include <noinit/noinit.h>', ...all, ...checks))).toBe('');
  });

  it.each([
    ['17, Other, ""', /noinit_reason_number_17_is_taken/],
    ['2, ValveStuck, ""', /NOINIT_REASON_ValveStuck/],
    ['0, Zero, ""', /1 to 255/],
    ['256, Large, ""', /1 to 255/],
    ['017, Octal, ""', /in decimal/],
    ['0x11, Hexadecimal, ""', /x11/],
  ] as const)('do not compile where one more is %s', (more, why) => {
    for (const [compiler, flags, name] of [
      ['gcc', C, 'more.c'],
      ['g++', CPP, 'more.cpp'],
    ] as const) {
      expect(complaints(compiler, flags, write(name, ...USE, `NOINIT_REASON(EXPECTED, ${more});`))).toMatch(why);
    }
  });
});

describeWith(['arm-none-eabi-gcc'], "a project's own reasons in a firmware", () => {
  const main = ['#include "board.h"', '#include <noinit/noinit.h>', '#ifdef REASONS', '#include "reasons.h"', '#endif'];
  const sources = [
    write('main.c', ...main, 'int main(void) { return noinit_init() == NOINIT_OK ? 0 : 1; }'),
    write('other.c', ...main, 'void other(void); void other(void) {}'),
  ];
  const build = (name: string, ...more: readonly string[]) =>
    parseElf(
      readFileSync(
        buildFirmware({ board: 'mps2-an385', sources, cflags: [INCLUDES[1] ?? '', ...more], out: join(folder, `${name}.elf`) }),
      ),
    );
  const loaded = (elf: ReturnType<typeof parseElf>) =>
    elf.sections.filter(({ flags }) => (flags & 2) !== 0).map(({ name, size }) => [name, size]);

  it(
    'cost no byte of flash or RAM',
    () => {
      expect(loaded(build('with', '-DREASONS'))).toEqual(loaded(build('without')));
    },
    MINUTE,
  );

  it(
    'reach the host by name, though two files include them',
    () => {
      const { reasons } = readDictionary(build('named', '-DREASONS'));
      expect(reasons.get(0x4001)).toEqual({ kind: 'named', name: 'Calibrated', help: 'Restart with the new calibration.' });
      expect(reasons.get(0xc011)).toEqual({ kind: 'named', name: 'ValveStuck', help: 'The valve did not move.' });
      expect(reasons.get(0xc0ff)).toMatchObject({ kind: 'named', name: 'Last' });
      expect(reasons.size).toBe(3);
    },
    MINUTE,
  );
});
