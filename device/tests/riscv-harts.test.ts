/** Two harts of RV32 that crash at the same moment: one is captured whole, the other waits; their registers never mix. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashRecord, Record } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, runQemu, WARNINGS } from './firmware.ts';
import { rebootOf, recordsOf } from './records.ts';

const SAVED = { s0: 8, s1: 9, s2: 18, s3: 19, s4: 20, s5: 21, s6: 22, s7: 23, s8: 24, s9: 25, s10: 26, s11: 27 } as const;
const BOTH_TRAP = 0;
const SNAPSHOTS_AND_TRAP = 1;
/** Turns of a loop that one waits behind the other: both orders occur, and moments in between. */
const DELAYS = [0, 100, 700_000, 1_000_000, 1_300_000, 5_000_000] as const;

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32'], 'two harts that crash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-harts-'));
  const elf = join(folder, 'harts.elf');
  beforeAll(() => {
    // Snapshots follow one another as closely as they may.
    const cflags = [...WARNINGS, '-Werror', '-DNOINIT_CORES=2', '-DNOINIT_SNAPSHOT_INTERVAL_MS=1'];
    buildFirmware({ board: 'rv32', sources: [join(DEVICE, 'tests/qemu/riscv_harts.c')], cflags, out: elf });
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(scenario: number, first: number, second: number): Record[] {
    const args = { scenario, first, second, random: 1 };
    const result = runQemu({ board: 'rv32', elf, args, qemuArgs: ['-smp', '2'], timeoutMs: 15_000 });
    expect(result.exitCode, result.text + result.stderr).toBe(0);
    return recordsOf(result.chunks);
  }

  const crashesOf = (records: readonly Record[]): CrashRecord[] => records.filter((record) => record.kind === 'crash');

  function expectOfOneHart({ dump }: CrashRecord): number {
    const hart = dump.system['mhartid'] ?? -1;
    const registers = dump.threads[0]?.registers ?? {};
    expect(Object.fromEntries(Object.keys(SAVED).map((name) => [name, registers[name]]))).toEqual(
      Object.fromEntries(Object.entries(SAVED).map(([name, number]) => [name, (0x5eed0 + hart) * 256 + number])),
    );
    expect(dump.system['mcause']).toBe(2);
    expect(dump.damage).toEqual([]);
    return hart;
  }

  it('at once: one record, of one of them', () => {
    const harts = DELAYS.flatMap((delay) =>
      [run(BOTH_TRAP, delay, 0), run(BOTH_TRAP, 0, delay)].map((records) => {
        const crashes = crashesOf(records);
        expect(crashes).toHaveLength(1);
        expect(rebootOf(records)).toMatchObject({ reason: 0x8001, unexpected: true });
        return crashes[0] === undefined ? -1 : expectOfOneHart(crashes[0]);
      }),
    );
    expect(new Set(harts), 'each was the first one now and then').toEqual(new Set([0, 1]));
  }, 60_000);

  it('while the other takes snapshots: both are kept, and the crash follows', () => {
    for (const delay of [50, 500, 5000]) {
      const records = run(SNAPSHOTS_AND_TRAP, 0, delay);
      const crashes = crashesOf(records);
      const crash = crashes.find(({ dump }) => dump.cause.kind === 'fault');
      expect(crash === undefined ? -1 : expectOfOneHart(crash)).toBe(1);
      for (const { dump } of crashes.filter((one) => one !== crash)) {
        expect(dump.cause.kind).toBe('snapshot');
        expect(dump.system['mhartid']).toBe(0);
        expect(dump.damage).toEqual([]);
      }
      expect(rebootOf(records).reason).toBe(0x8001);
    }
  }, 60_000);
});
