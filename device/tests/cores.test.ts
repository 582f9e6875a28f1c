/** Two harts of one chip log at the same time, each into a ring of its own; people read one log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeCores } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, type Compiler, DEVICE, runQemu } from './firmware.ts';
import { type BootLine, decodeLogs, logsOf, recordsOf } from './records.ts';

const LINES = 100;
const SOURCE = join(DEVICE, 'tests/qemu/cores.c');
const SCENARIO = { alternate: 0, race: 1, readWhileWritten: 2 } as const;
const BUILDS: readonly { compiler: Compiler; optimisation: string; lto: boolean }[] = [
  { compiler: 'gcc', optimisation: '-Os', lto: false },
  { compiler: 'gcc', optimisation: '-O2', lto: true },
  { compiler: 'clang', optimisation: '-O2', lto: false },
];

for (const { compiler, optimisation, lto } of BUILDS) {
  const tools = [
    'riscv64-unknown-elf-gcc',
    'qemu-system-riscv32',
    ...(compiler === 'clang' ? (['clang-14', 'ld.lld-14'] as const) : []),
  ] as const;
  describeWith([...tools], `two harts, ${compiler} ${optimisation}${lto ? ' -flto' : ''}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-cores-'));
    const out = join(folder, 'cores.elf');
    beforeAll(() => {
      const cflags = ['-Wall', '-Wextra', '-Werror', '-DNOINIT_CORES=2'];
      buildFirmware({ board: 'rv32', sources: [SOURCE], logLength: '32K', compiler, optimisation, lto, cflags, out });
    }, 60_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    function run(scenario: number): readonly BootLine[] {
      const args = { scenario, random: 1 };
      const result = runQemu({ board: 'rv32', elf: out, args, timeoutMs: 20_000, qemuArgs: ['-smp', '2'] });
      expect(result.exitCode, result.text + result.stderr).toBe(0);
      const records = recordsOf(result.chunks);
      expect(new Set(logsOf(records).map(({ core }) => core))).toEqual(new Set([0, 1]));
      const { lines, damage } = decodeLogs(records, [out]);
      expect(damage).toEqual([]);
      return lines;
    }

    it('that take turns: every line of both starts arrives, and merged by time nothing goes back', () => {
      const lines = run(SCENARIO.alternate);
      for (const core of [0, 1]) expect(textsOf(lines, core)).toEqual([1, 2].flatMap((start) => linesOf(core, start)));
      expectMerged(lines);
      const merged = mergeCores(lines, ({ boot }) => String(boot));
      expect(merged.map(({ boot }) => boot)).toEqual([...Array(2 * LINES).fill(1), ...Array(2 * LINES).fill(2)]);
    });

    it('that race: no line is lost, none is out of order', () => {
      const lines = run(SCENARIO.race);
      for (const core of [0, 1]) expect(textsOf(lines, core)).toEqual(linesOf(core, 1));
      expectMerged(lines);
    });

    it('of which one sends what the other goes on logging: every line arrives once', () => {
      const lines = run(SCENARIO.readWhileWritten);
      expect(textsOf(lines, 1)).toEqual(linesOf(1, 1));
      expect(textsOf(lines, 0)).toEqual(linesOf(0, 1).filter((_, i) => i % 10 === 9));
    });
  });
}

function textsOf(lines: readonly BootLine[], core: number): string[] {
  return lines.filter((line) => (line.core ?? 0) === core).map(({ text }) => text);
}

function linesOf(core: number, start: number): string[] {
  return Array.from({ length: LINES }, (_, i) => `core ${core} line ${i + 1} of start ${start}`);
}

/** Within each start the uptime never goes back, and each core keeps its order. */
function expectMerged(lines: readonly BootLine[]): void {
  const merged = mergeCores(lines, ({ boot }) => String(boot));
  expect(merged).toHaveLength(lines.length);
  for (const boot of new Set(merged.map((line) => line.boot))) {
    const ofBoot = merged.filter((line) => line.boot === boot);
    const uptimes = ofBoot.map(({ uptime }) => Number(uptime));
    expect(uptimes).toEqual([...uptimes].sort((one, other) => one - other));
    for (const core of [0, 1]) expect(textsOf(ofBoot, core)).toEqual(linesOf(core, boot));
  }
}
