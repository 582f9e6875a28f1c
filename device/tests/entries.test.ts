/** What goes on after an entry of the capture, on QEMU: chained handlers, snapshots, the timer; code without privilege; the secure side's call. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Record } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Board, buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { crashOf, postcardOf, rebootOf, recordsOf } from './records.ts';

const BOARDS = ['microbit', 'mps2-an385', 'mps2-an386', 'mps2-an505'] as const;
const SCENARIO = {
  ...{ chain: 1, snapshot: 2, snapshotOfThread: 3, tick: 4, unprivileged: 5, secure: 6, snapshotMasked: 7 },
  ...{ assertion: 8, endOfRam: 9, regionWithoutEnd: 10 },
} as const;
const LONG_MS = 60_000;

interface Run {
  /** What it printed: the name of each thing found, and the word behind it. */
  readonly found: { readonly [name: string]: string };
  readonly lines: readonly string[];
  readonly chunks: readonly Uint8Array[];
  readonly records: readonly Record[];
}

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'after an entry of the capture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-entries-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const elfOf = (board: Board): string => join(folder, `${board}.elf`);

  beforeAll(() => {
    for (const board of BOARDS)
      buildFirmware({
        board,
        sources: [join(DEVICE, 'tests/qemu/entries.c')],
        out: elfOf(board),
        cflags: ['-DNOINIT_CRASH_CAPACITY=1024', '-DNOINIT_CRASH_STACK_BYTES=256'],
      });
  }, 2 * LONG_MS);

  function run(board: Board, scenario: number, args: { readonly [name: string]: number } = {}): Run {
    const { text, exitCode, stderr, chunks } = runQemu({ board, elf: elfOf(board), args: { scenario, random: 5, ...args } });
    expect(exitCode, text + stderr).toBe(0);
    const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('chunk'));
    const found = Object.fromEntries(lines.map((line, index) => [line, lines[index + 1] ?? '']));
    return { found, lines, chunks, records: recordsOf(chunks) };
  }

  function expectIn(board: Board, name: string, pc: number | undefined): void {
    const symbols = execFileSync('arm-none-eabi-nm', ['-S', elfOf(board)], { encoding: 'utf8' }).split('\n');
    const [address, size] = symbols.find((line) => line.endsWith(` ${name}`))?.split(' ') ?? [];
    const start = Number.parseInt(address ?? '', 16);
    expect(pc, name).toBeGreaterThanOrEqual(start);
    expect(pc, name).toBeLessThan(start + Number.parseInt(size ?? '', 16));
  }

  it.each(BOARDS)(
    '%s: a chained handler finds everything as the exception left it',
    (board) => {
      for (const primask of board === 'microbit' ? [0] : [0, 1]) {
        const { found, records } = run(board, SCENARIO.chain, { primask });
        expect(found).toMatchObject({ registers: 'same', lr: 'same', primask: 'same', mpu: 'same' });
        const { dump } = crashOf(records);
        expect(dump.damage).toEqual([]);
        expect(Number.parseInt(found['pc'] ?? '', 16)).toBe(dump.threads[0]?.registers['pc']);
        expectIn(board, 'fault_with_registers', dump.threads[0]?.registers['pc']);
      }
    },
    LONG_MS,
  );

  it('a chained handler that faults itself is captured as well, and then comes a reset', () => {
    const { records } = run('mps2-an385', SCENARIO.chain, { second: 1 });
    const crashes = records.flatMap((record) => (record.kind === 'crash' ? [record] : []));
    expect(crashes.length).toBe(2);
    expectIn('mps2-an385', 'fault_with_registers', crashes[0]?.dump.threads[0]?.registers['pc']);
    expectIn('mps2-an385', 'handler', crashes[1]?.dump.threads[0]?.registers['pc']);
    expect(records.filter((record) => record.kind === 'postcard').length).toBe(1);
    expect(rebootOf(records).reason).toBe(0x8001);
  });

  it.each(
    BOARDS.flatMap((board) =>
      (['snapshot', 'snapshotOfThread', 'snapshotMasked'] as const).map((scenario) => [board, scenario] as const),
    ),
  )('%s: the caller of a %s goes on as if nothing had been', (board, scenario) => {
    const { found, lines, records } = run(board, SCENARIO[scenario]);
    expect(found).toMatchObject({ registers: 'same', primask: 'same', mpu: 'same' });
    expect(lines.filter((line) => line === 'taken' || line === 'refused')).toEqual(['taken', 'refused']);
    const { dump } = crashOf(records);
    expect(dump.damage).toEqual([]);
    expect(dump.cause).toMatchObject({ kind: 'snapshot', reason: 0x4007 });
    expect(dump.threads[0]?.registers).toMatchObject({ r8: 0x80, r11: 0xb0 });
    // The entry is called by a jump: the place is that of the caller. ARMv6-M has none that goes far enough.
    expectIn(board, board === 'microbit' ? 'noinit_snapshot' : 'call_snapshot', dump.threads[0]?.registers['pc']);
    expect(records.some((record) => record.kind === 'postcard')).toBe(false);
    expect(rebootOf(records)).toMatchObject({ reason: 3, unexpected: false });
  });

  it.each(BOARDS)('%s: the timer knows what it struck, in main and in a thread', (board) => {
    const { found, records } = run(board, SCENARIO.tick);
    expectIn(board, 'spin', Number.parseInt(found['main'] ?? '', 16));
    expectIn(board, 'spin', Number.parseInt(found['thread'] ?? '', 16));
    const { alive } = rebootOf(records);
    expect(alive?.task).toBe(0x77);
    expectIn(board, 'spin', alive?.pc);
  });

  it.each(['mps2-an385', 'mps2-an386', 'mps2-an505'] as const)(
    '%s: an assertion of code without privilege is a fault in its name',
    (board) => {
      const { records } = run(board, SCENARIO.unprivileged);
      const { dump } = crashOf(records);
      expect(dump.damage).toEqual([]);
      expect(dump.cause).toMatchObject({ kind: 'fault' });
      expectIn(board, 'assert_unprivileged', (dump.threads[0]?.registers['lr'] ?? 0) - 1);
      expect(rebootOf(records)).toMatchObject({ reason: 0x8001 });
    },
  );

  it.each(BOARDS)(
    '%s: behind an assertion nothing else runs, also no interrupt that waited for the end of the capture',
    (board) => {
      const { lines, records } = run(board, SCENARIO.assertion);
      expect(lines).not.toContain('interrupted');
      expect(crashOf(records).dump.cause).toMatchObject({ kind: 'assert' });
      expectIn(board, 'assert_with_interrupts', crashOf(records).dump.threads[0]?.registers['pc']);
      expect(records.some((record) => record.kind === 'log' && record.key.boot === 1)).toBe(true);
    },
  );

  it.each(BOARDS)('%s: an exception frame that ends where RAM does is read', (board) => {
    const { records } = run(board, SCENARIO.endOfRam);
    expectIn(board, 'fault_at_end_of_ram', crashOf(records).dump.threads[0]?.registers['pc']);
    expectIn(board, 'fault_at_end_of_ram', postcardOf(records).pc);
  });

  it.each(BOARDS)('%s: a region whose end lies behind the last address leaves secrets out', (board) => {
    const { records, chunks } = run(board, SCENARIO.regionWithoutEnd);
    expect(crashOf(records).dump.damage.length).toBe(1); // it did not fit
    for (const chunk of chunks) expect(Buffer.from(chunk).toString('hex')).not.toContain('5e5e5e5e');
  });

  it('mps2-an505: what only the secure side sees is a postcard and a reason', () => {
    const { records } = run('mps2-an505', SCENARIO.secure);
    expect(postcardOf(records)).toMatchObject({ reason: 0x800d, pc: 0x0c001234 });
    expect(rebootOf(records)).toMatchObject({ reason: 0x800d });
    expect(records.some((record) => record.kind === 'crash')).toBe(false);
  });
});
