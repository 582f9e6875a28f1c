/**
 * The tables of device/ports/reset_cause against what the manuals say, in words of this file: which bit is what, and which of two counts.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVICE, WARNINGS } from './firmware.ts';
import { BIT_FAMILIES, type BitFamily, GECKO_0, REASONS, REGISTERS, VALUE_FAMILIES } from './reset-cause-manuals.ts';

const FOLDER = join(DEVICE, 'ports/reset_cause');
const PROGRAM = join(DEVICE, 'tests/native/reset_cause.c');
const folder = mkdtempSync(join(tmpdir(), 'noinit-reset-cause-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = new Map<number, string>(Object.entries(REASONS).map(([name, value]) => [value, name]));

const compilers = {
  gcc: ['-std=c11', '-O1', '-fsanitize=undefined', '-fno-sanitize-recover=all'],
  'clang-14': ['-std=c11', '-Os'],
} as const;

/** The lines that a program gives for these. */
function ask(program: string, lines: readonly string[]): string[] {
  const answers = execFileSync(program, { input: `${lines.join('\n')}\n`, encoding: 'utf8' }).split('\n');
  return answers.slice(0, lines.length);
}

function decode(program: string, family: string, raws: readonly number[]): string[] {
  const lines = raws.map((raw) => `${family} ${raw.toString(16)}`);
  return ask(program, lines).map((answer) => NAMES.get(Number.parseInt(answer, 16)) ?? answer);
}

/** Of several bits, the one whose reason stands first in the manual's order counts. */
function expected(family: BitFamily, bits: readonly number[]): string {
  const heeded = bits.filter((bit) => family.last?.includes(bit) !== true);
  const reasons = (heeded.length > 0 ? heeded : bits).flatMap((bit) => family.bits[bit] ?? []);
  return family.order.find((reason) => reasons.includes(reason)) ?? 'Unknown';
}

const mask = (bits: readonly number[]): number => bits.reduce((sum, bit) => sum + 2 ** bit, 0);

describe.each(Object.keys(compilers) as (keyof typeof compilers)[])('reset causes, compiled by %s', (compiler) => {
  const program = join(folder, compiler);
  describeWith([compiler], 'are decoded as the manuals say', () => {
    beforeAll(() => {
      execFileSync(compiler, [...compilers[compiler], `-I${join(DEVICE, 'include')}`, `-I${FOLDER}`, PROGRAM, '-o', program]);
    });

    it.each(BIT_FAMILIES.map((family) => [family.name, family] as const))('%s: each bit alone', (name, family) => {
      const bits = Object.keys(family.bits).map(Number);
      expect(
        decode(
          program,
          name,
          bits.map((bit) => 2 ** bit),
        ),
      ).toEqual(bits.map((bit) => family.bits[bit]));
    });

    it.each(BIT_FAMILIES.map((family) => [family.name, family] as const))(
      '%s: of every two bits the more specific counts',
      (name, family) => {
        const bits = Object.keys(family.bits).map(Number);
        const pairs = bits.flatMap((first) => bits.filter((second) => second > first).map((second) => [first, second] as const));
        expect(decode(program, name, pairs.map(mask))).toEqual(pairs.map((pair) => expected(family, pair)));
      },
    );

    it.each(BIT_FAMILIES.map((family) => [family.name, family] as const))('%s: and of all the first', (name, family) => {
      const bits = Object.keys(family.bits).map(Number);
      expect(decode(program, name, [mask(bits)])).toEqual([family.order[0]]);
    });

    it.each(BIT_FAMILIES.map((family) => [family.name, family] as const))(
      '%s: no bit, and bits that nobody knows',
      (name, family) => {
        const others = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => family.bits[bit] === undefined);
        expect(decode(program, name, [0])).toEqual([family.none]);
        // Bits outside the flags of a register that has other things in it are no flags: the same as none.
        const outside = family.flags === undefined ? 'Unknown' : family.none;
        expect(
          decode(
            program,
            name,
            others.map((bit) => 2 ** bit),
          ),
        ).toEqual(others.map((bit) => (family.flags?.includes(bit) === true ? 'Unknown' : outside)));
        for (const known of Object.keys(family.bits).map(Number)) {
          expect(
            decode(
              program,
              name,
              others.map((bit) => mask([bit, known])),
            ),
          ).toEqual(others.map(() => family.bits[known]));
        }
      },
    );

    it('gecko0: every combination of its sixteen bits, by the table of the reference manual', () => {
      const raws = Array.from({ length: 0x10000 }, (_, raw) => raw);
      const standing = (raw: number) =>
        GECKO_0.filter(({ bit, mustBeZero }) => (raw & (1 << bit)) !== 0 && (raw & mustBeZero) === 0);
      const rank = ['PowerOn', 'Watchdog', 'Lockup', 'BrownOut', 'SoftwareReset', 'LowPowerWake', 'PinReset'] as const;
      const answers = decode(program, 'gecko0', raws);
      const wrong = raws.filter((raw) => {
        const reasons = standing(raw).map(({ reason }) => reason);
        return answers[raw] !== (rank.find((reason) => reasons.includes(reason)) ?? 'Unknown');
      });
      expect(wrong).toEqual([]);
    });

    it.each(VALUE_FAMILIES.map((family) => [family.name, family] as const))(
      '%s: each value, and those that nobody knows',
      (name, family) => {
        const raws = [...Array.from({ length: 300 }, (_, raw) => raw), 0x10001, 0x10003, 0x80000001, 0xffffffff];
        expect(decode(program, name, raws)).toEqual(raws.map((raw) => family.values[raw] ?? 'Unknown'));
      },
    );

    it.each(REGISTERS)('$name: reads and clears the registers of its manual', ({ name, read, cleared }) => {
      // The program's registers hold 0x5a3cf00f each.
      expect(ask(program, [`read ${name}`, `clear ${name}`])).toEqual([read, cleared]);
    });
  });
});

describe('the folder', () => {
  const headers = readdirSync(FOLDER).filter((name) => name.endsWith('.h'));

  it('has every header in its test program and a row in its README', () => {
    const program = readFileSync(PROGRAM, 'utf8');
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    for (const header of headers.filter((name) => name !== 'table.h')) {
      expect(program, header).toContain(`#include "${header}"`);
      expect(readme, header).toContain(`\`${header}\``);
    }
  });
});

describeWith(['gcc', 'clang-14'], 'its headers compile without a warning', () => {
  const headers = readdirSync(FOLDER).filter((name) => name.endsWith('.h'));
  const c = ['-std=c11', ...WARNINGS];
  const cpp = ['-std=c++17', ...WARNINGS.filter((flag) => !/prototypes$/.test(flag))];

  it.each([
    ['gcc', ['-xc', ...c]],
    ['clang-14', ['-xc', ...c]],
    ['g++', ['-xc++', ...cpp]],
    ['clang++-14', ['-xc++', ...cpp]],
  ] as const)(
    'each alone, and all together, with %s',
    (compiler, flags) => {
      const alone = headers.map((header) => `#include "${header}"\n`);
      for (const source of [...alone, alone.join('')]) {
        const args = [...flags, '-Werror', '-Os', '-c', '-', '-o', '/dev/null', `-I${join(DEVICE, 'include')}`, `-I${FOLDER}`];
        const run = spawnSync(compiler, args, { input: `${source}int at_least_one_declaration;\n`, encoding: 'utf8' });
        expect(run.stderr, source).toBe('');
      }
    },
    60_000,
  );
});
