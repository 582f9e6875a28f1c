/** Two harts of one chip log at the same time, each into a ring of its own; people read one log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeCores } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { type BootLine, decodeLogs, logsOf, recordsOf } from './records.ts';

const LINES = 40;
const SOURCE = join(DEVICE, 'tests/qemu/cores.c');

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32'], 'two harts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-cores-'));
  let lines: readonly BootLine[];
  beforeAll(() => {
    const elf = buildFirmware({
      board: 'rv32',
      sources: [SOURCE],
      logLength: '8K',
      cflags: ['-Wall', '-Wextra', '-Werror', '-DNOINIT_CORES=2'],
      out: join(folder, 'cores.elf'),
    });
    const run = runQemu({ board: 'rv32', elf, args: { random: 1 }, timeoutMs: 20_000, qemuArgs: ['-smp', '2'] });
    expect(run.exitCode, run.text + run.stderr).toBe(0);
    const records = recordsOf(run.chunks);
    expect(new Set(logsOf(records).map(({ core }) => core))).toEqual(new Set([0, 1]));
    const decoded = decodeLogs(records, [elf]);
    expect(decoded.damage).toEqual([]);
    lines = decoded.lines;
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([0, 1])('every line of core %i arrives, in order, of both starts', (core) => {
    const texts = lines.filter((line) => (line.core ?? 0) === core).map(({ text }) => text);
    expect(texts).toEqual([1, 2].flatMap((start) => linesOf(core, start)));
  });

  it('merged by time: within each start the uptime never goes back, and no core is out of order', () => {
    const merged = mergeCores(lines, ({ boot }) => String(boot));
    expect(merged).toHaveLength(4 * LINES);
    for (const boot of [1, 2]) {
      const uptimes = merged.filter((line) => line.boot === boot).map(({ uptime }) => Number(uptime));
      expect(uptimes).toEqual([...uptimes].sort((one, other) => one - other));
      for (const core of [0, 1])
        expect(merged.filter((line) => line.boot === boot && (line.core ?? 0) === core).map(({ text }) => text)).toEqual(
          linesOf(core, boot),
        );
    }
    expect(merged.map(({ boot }) => boot)).toEqual([...Array(2 * LINES).fill(1), ...Array(2 * LINES).fill(2)]);
  });
});

function linesOf(core: number, start: number): string[] {
  return Array.from({ length: LINES }, (_, i) => `core ${core} line ${i + 1} of start ${start}`);
}
