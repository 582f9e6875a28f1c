/** RISC-V: the lock holds interrupts off. Its crashes: riscv-crash.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { type DecodedLogs, decodeLogs, recordsOf } from './records.ts';

/** Time is instructions, 12.5 to a tick: interrupts strike at the same ones in every run. */
const COUNTED = ['-icount', 'shift=3,sleep=off'];

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32'], 'a RISC-V firmware', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-riscv-'));
  const elf = join(folder, 'riscv.elf');
  beforeAll(() => {
    const cflags = ['-Wall', '-Wextra', '-Werror'];
    buildFirmware({ board: 'rv32', sources: [join(DEVICE, 'tests/qemu/riscv.c')], logLength: '32K', cflags, out: elf });
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(): DecodedLogs {
    const result = runQemu({ board: 'rv32', elf, args: { random: 1 }, qemuArgs: COUNTED });
    expect(result.exitCode, result.text + result.stderr).toBe(0);
    return decodeLogs(recordsOf(result.chunks), [elf]);
  }

  it.each([
    ['-Os', 0, 320],
    ['-O2', 0, 320],
    ['-Os', 128, 384],
    ['-O2', 128, 384],
    ['-O0', 0, 512],
    ['-O0', 128, 512],
  ] as const)(
    'a capture at %s, with %d bytes of the log, fits the %d bytes of the fault stack',
    (optimisation, log, size) => {
      const small = join(folder, `stack${optimisation}${log}.elf`);
      const cflags = ['-Wl,--wrap=noinit_port_reset', `-DNOINIT_CRASH_LOG_BYTES=${log}`, '-DNOINIT_FAULT_STACK_BYTES=1024'];
      buildFirmware({ board: 'rv32', sources: [join(DEVICE, 'tests/qemu/fault_stack.c')], optimisation, cflags, out: small });
      for (const kind of [1, 2, 3, 4, 5, 6, 7]) {
        const result = runQemu({ board: 'rv32', elf: small, args: { kind } });
        const used = Number(/used (\d+)/.exec(result.text)?.[1]);
        expect(used, result.text + result.stderr).toBeGreaterThan(100);
        expect(used).toBeLessThanOrEqual(size);
      }
    },
    30_000,
  );

  it('a timer interrupt that logs between, and within, the lines of a thread costs none of them', () => {
    const logs = run();
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
