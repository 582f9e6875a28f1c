/** RISC-V, where it differs: a crash is not captured yet, but its reason, its place and the log are there; the lock holds interrupts off. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Record } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { type DecodedLogs, decodeLogs, rebootOf, recordsOf } from './records.ts';

/** Time is instructions, 12.5 to a tick: interrupts strike at the same ones in every run. */
const COUNTED = ['-icount', 'shift=3,sleep=off'];

const SCENARIO = { reset: 0, illegal: 1, assert: 2, overflow: 3, timer: 4 } as const;

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32', 'nm'], 'a RISC-V firmware', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-riscv-'));
  const elf = join(folder, 'riscv.elf');
  beforeAll(() => {
    const cflags = ['-Wall', '-Wextra', '-Werror'];
    buildFirmware({ board: 'rv32', sources: [join(DEVICE, 'tests/qemu/riscv.c')], logLength: '32K', cflags, out: elf });
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(scenario: number): { records: Record[]; logs: DecodedLogs } {
    const result = runQemu({ board: 'rv32', elf, args: { scenario, random: 1 }, qemuArgs: COUNTED });
    expect(result.exitCode, result.text + result.stderr).toBe(0);
    const records = recordsOf(result.chunks);
    return { records, logs: decodeLogs(records, [elf]) };
  }

  /** Whether the marked place lies in the function. */
  function isIn(name: string, pc: number | undefined): boolean {
    const lines = execFileSync('nm', ['-S', elf], { encoding: 'utf8' }).split('\n');
    const [start = 0, size = 0] = (lines.find((line) => line.endsWith(` ${name}`)) ?? '')
      .split(' ')
      .map((word) => parseInt(word, 16));
    return pc !== undefined && pc >= start && pc < start + size;
  }

  it('a trap marks a fault and the instruction that it struck', () => {
    const { records } = run(SCENARIO.illegal);
    expect(rebootOf(records).reason).toBe(0x8001);
    expect(isIn('illegal', rebootOf(records).marked?.pc)).toBe(true);
    expect(records.some(({ kind }) => kind === 'crash')).toBe(false);
  });

  it('an assertion is logged with its values, and marks the place of the call', () => {
    const { records, logs } = run(SCENARIO.assert);
    expect(rebootOf(records).reason).toBe(0x8002);
    expect(isIn('fail', rebootOf(records).marked?.pc)).toBe(true);
    expect(logs.lines.map(({ text }) => text)).toEqual(['value is 7, not 1']);
  });

  it('a broken canary marks a stack overflow', () => {
    expect(rebootOf(run(SCENARIO.overflow).records).reason).toBe(0x8005);
  });

  it('a timer interrupt that logs between, and within, the lines of a thread costs none of them', () => {
    const { logs } = run(SCENARIO.timer);
    expect(logs.damage).toEqual([]);
    const texts = logs.lines.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('thread'))).toEqual(Array.from({ length: 100 }, (_, i) => `thread ${i + 1}`));
    const ticks = texts.filter((text) => text.startsWith('tick'));
    expect(ticks.length).toBeGreaterThan(50);
    expect(ticks).toEqual(ticks.map((_, i) => `tick ${i + 1}`));
    expect(texts.at(-1)).toBe(`${ticks.length} ticks`);
    const dumps = logs.lines.filter(({ kind }) => kind === 'hexdump');
    expect(dumps.map(({ text, data }) => [text, data])).toEqual(
      Array.from({ length: 10 }, (_, i) => [`dump ${(i + 1) * 10}`, '00'.repeat(300)]),
    );
  });
});
