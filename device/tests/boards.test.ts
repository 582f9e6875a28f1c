/**
 * One firmware that logs, is reset and sends its lines, on every board, by every compiler, at every level of optimisation. Of the builds by
 * clang every third is taken, so that each board and each level is among them; `NOINIT_BOARDS=all` takes all 36.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { BOARDS, type Board, buildFirmware, type Compiler, DEVICE, emulatorOf, runQemu, toolOf, WARNINGS } from './firmware.ts';
import { decodeLogs, rebootOf, recordsOf } from './records.ts';

const SOURCE = join(DEVICE, 'tests/qemu/boards.c');
const COMPILERS: readonly Compiler[] = ['gcc', 'clang'];
const OPTIMISATIONS = [
  { name: '-Os', optimisation: '-Os', lto: false },
  { name: '-O2', optimisation: '-O2', lto: false },
  { name: '-Os -flto', optimisation: '-Os', lto: true },
] as const;

for (const compiler of COMPILERS) {
  const tools = new Set(BOARDS.flatMap((board) => [toolOf(board), toolOf(board, compiler), emulatorOf(board)]));
  describeWith([...tools, ...(compiler === 'clang' ? (['ld.lld-14'] as const) : [])], `built by ${compiler}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-boards-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(buildsOf(compiler))(
      '$name for $board: the lines of both boots arrive',
      ({ board, optimisation, lto }) => {
        const out = join(folder, `${board}${optimisation}${lto}.elf`);
        const cflags = [...WARNINGS, '-Werror', '-g0'];
        expectLinesOfBothBoots(board, buildFirmware({ board, compiler, optimisation, lto, cflags, sources: [SOURCE], out }));
      },
      60_000,
    );
  });
}

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a configuration with the hooks of a data cache', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-cached-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // QEMU has no caches: this shows that the hooks compile everywhere and change nothing else.
  it('M7: the lines of both boots arrive', () => {
    const cflags = [...WARNINGS, '-Werror', `-DNOINIT_CONFIG_FILE="${join(DEVICE, 'tests/qemu/cached_config.h')}"`];
    expectLinesOfBothBoots(
      'mps2-an500',
      buildFirmware({ board: 'mps2-an500', cflags, sources: [SOURCE], out: join(folder, 'cached.elf') }),
    );
  }, 60_000);
});

function buildsOf(compiler: Compiler) {
  const isWanted = (number: number): boolean => compiler === 'gcc' || process.env['NOINIT_BOARDS'] === 'all' || number % 3 === 0;
  return BOARDS.flatMap((board, row) =>
    OPTIMISATIONS.flatMap((optimisation, column) => (isWanted(row + column) ? [{ board, ...optimisation }] : [])),
  );
}

function expectLinesOfBothBoots(board: Board, elf: string): void {
  const run = runQemu({ board, elf, args: { random: 0x5eed }, timeoutMs: 15_000 });
  expect(run.exitCode, run.text + run.stderr).toBe(0);
  const records = recordsOf(run.chunks);
  expect(rebootOf(records)).toMatchObject({ reason: 3, hardware: { reason: 3 } });
  const { lines, damage } = decodeLogs(records, [elf]);
  expect(damage).toEqual([]);
  expect(lines.map(({ boot, level, source, text }) => [boot, level, source, text])).toEqual(
    [1, 2].flatMap((start) => linesOfStart(start).map(([level, text]) => [start, level, 'boards', text])),
  );
  const numbers = lines.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  expect(lines.filter(({ kind }) => kind === 'hexdump').map(({ data }) => data)).toEqual([
    '00010203fcfdfeff',
    '00010203fcfdfeff',
  ]);
}

/** What boards.c logs. */
function linesOfStart(start: number): [level: string, text: string][] {
  return [
    ['info', `start ${start}`],
    ...[-2, -1, 0, 1, 2].map((i): [string, string] => ['warning', `${i} of 5 at 0x1234`]),
    ['error', 'wide 1122334455667788, -1, text'],
    ['info', 'floats 7.875000 0.500'],
    ['info', `data of start ${start}`],
    ['error', 'for both'],
  ];
}
