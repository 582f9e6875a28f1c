/** What Zephyr's logging page has, where somebody has the page: every name is in our table, every sample compiles and runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { namesOn, readPage, samplesOn } from './compat/page.ts';
import { AS_TEXT, HOSTS, type Program, runOnHost, runOnTarget } from './compat/programs.ts';
import { type ExpectedLine, MISPRINTS, makePrograms } from './compat/samples.ts';
import { mentioned, readTable } from './compat/table.ts';
import { logLinesOf } from './log-lines.ts';

/** Compilers and QEMU beside other tests. */
const TIMEOUT_MS = 120_000;
const SHORT_LEVEL = { error: 'err', warning: 'wrn', info: 'inf', debug: 'dbg' } as const;

const folder = mkdtempSync(join(tmpdir(), 'noinit-compat-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readPage();
const ABSENT = 'Zephyr’s logging page is not here (NOINIT_ZEPHYR_PAGE): SKIPPED what compares with it';
if (page === undefined) console.warn(ABSENT);

/** What a page names and our table does not. */
function missingOf(page: string): readonly string[] {
  const known = mentioned(readTable());
  return namesOn(page).filter((name) => !known.has(name));
}

describe('the comparison', () => {
  it('finds a name that the table leaves out', () => {
    expect(
      missingOf('LOG_ERR(...) calls log_no_such_name() where CONFIG_LOG_NO_SUCH_OPTION is set; log_process() does not.'),
    ).toEqual(['CONFIG_LOG_NO_SUCH_OPTION', 'log_no_such_name']);
  });
});

// Not skipped where it is absent: there is nothing to install that would bring it.
if (page !== undefined) comparePage(page);

function comparePage(page: string): void {
  it('Zephyr’s logging page has no name that the table leaves out', () => {
    expect(namesOn(page).length).toBeGreaterThan(150);
    expect(missingOf(page)).toEqual([]);
  });

  describeWith(['gcc', 'clang-14', 'arm-none-eabi-gcc', 'qemu-system-arm'], 'in its samples', () => {
    const samples = samplesOn(page);
    const programs = makePrograms(samples);

    it('has eleven', () => expect(samples).toHaveLength(11));

    it.each(programs.map((program) => [program.name, program] as const))(
      '%s compiles and runs',
      (_name, program) => {
        for (const compiler of HOSTS) {
          const { exitCode, text } = runOnHost({ ...program, options: AS_TEXT }, compiler, folder);
          expect({ exitCode, text: text.replaceAll(ADDRESS, '0x…') }).toEqual({ exitCode: 0, text: asText(program.expected) });
        }
        const { exitCode, chunks, elf } = runOnTarget(program, folder);
        expect(exitCode).toBe(0);
        const lines = logLinesOf(chunks, elf)
          .filter(({ kind }) => kind === undefined)
          .map(({ level, source, text }) => ({
            level,
            source,
            text: text.replaceAll(ADDRESS, '0x…'),
          }));
        expect(lines).toEqual(program.expected);
      },
      TIMEOUT_MS,
    );

    it.each(MISPRINTS.map(({ what }) => what))(
      '%s is mended, or it would not compile',
      (what) => {
        const broken = makePrograms(samples, what).find((program, index) => !sameFiles(program, programs[index]));
        expect(broken).toBeDefined();
        if (broken) expect(() => runOnHost(broken, 'gcc', folder)).toThrow(/error:/);
      },
      TIMEOUT_MS,
    );
  });
}

/** Where a string lies is another address in every build. */
const ADDRESS = /0x[0-9a-f]+/g;

function asText(lines: readonly ExpectedLine[]): string {
  return lines.map(({ level, source, text }) => `<${SHORT_LEVEL[level]}> ${source}: ${text}\n`).join('');
}

function sameFiles(one: Program, other: Program | undefined): boolean {
  return JSON.stringify(one.files) === JSON.stringify(other?.files);
}
