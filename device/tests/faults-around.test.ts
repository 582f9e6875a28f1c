/** Around a crash, beside what gdb says: other threads, snapshots, watchdogs, a project's own handler, and faults of the capture itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDisassembler } from '@noinit/postmortem';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it, vi } from 'vitest';
import { compareWithGdb } from './faults/compare.ts';
import { builder, buildFaults, crash, optionsOf } from './faults/crash-run.ts';
import { REASON } from './faults/ends.ts';
import { expectCalls } from './faults/expect-frames.ts';
import { expectAsGdb, named } from './faults/expect-gdb.ts';
import { stopWithGdb } from './faults/live-gdb.ts';
import { CALLERS, MAINLINE, TRIED } from './faults/scenarios.ts';
import { type Board, PSRAM, runQemu } from './firmware.ts';
import { crashOf, postcardOf, rebootOf, recordsOf } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-around-'));
const build = builder(folder);
const disassemble = await loadDisassembler();
// The first test of a board builds its firmware.
vi.setConfig({ testTimeout: 120_000 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** QEMU's watchdog of Arm's example subsystems: an NMI at the first expiry, a reset at the second. */
const WITH_WATCHDOG: readonly Board[] = [
  'mps2-an385',
  'mps2-an386',
  'mps2-an500',
  'mps2-an511',
  'mps2-an505',
  'mps2-an521',
  'mps3-an524',
];

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'beside the crash', () => {
  const both = TRIED.map((board) => [board] as const);

  it.each(both)('%s: a second thread waits where gdb saw it wait', (board) => {
    const built = build(board);
    const run = { scenario: 'fault_undefined', where: 'thread' } as const;
    const { crash: record, trace } = crash(built, run, disassemble);
    expect(trace.threads.map(({ name }) => name)).toEqual(['crashing', 'waiting']);
    expect(record.dump.threads.map(({ stack }) => stack?.size)).toEqual([1024, 512]);
    const waiting = trace.threads[1]?.frames ?? [];
    expectCalls(waiting, [['yield'], ['wait_for', { event: '13', mask: '8192' }], ['wait_for_ever', { round: '9' }]]);
    const [stopped] = stopWithGdb(optionsOf(built, run), [{ kind: 'call', function: 'yield' }]);
    expect(compareWithGdb(waiting, named(stopped?.frames ?? []), false)).toMatchObject({ differences: [], frames: 3 });
  });

  it.each(both)('%s: a snapshot leaves everything as it was, and the next one waits', (board) => {
    const built = build(board);
    const run = { scenario: 'takes_snapshot', where: 'interrupt' } as const;
    const {
      run: { text },
      records,
      crash: record,
      trace,
    } = crash(built, run, disassemble);
    expect(text).toContain('went on');
    expect(records.filter(({ kind }) => kind === 'crash')).toHaveLength(1);
    expect(records.some(({ kind }) => kind === 'postcard')).toBe(false);
    expect(record.dump.cause).toMatchObject({ kind: 'snapshot', reason: REASON.valveStuck });
    expect(rebootOf(records)).toMatchObject({ reason: REASON.shutdown, unexpected: false });
    const frames = trace.threads[0]?.frames ?? [];
    expectCalls(frames, [['noinit_snapshot'], ['takes_snapshot', { kept: '1592590343' }], ...CALLERS.interrupt]);
    expectAsGdb(frames, built, run, { last: { kind: 'call', function: 'noinit_snapshot_entry' }, gdbFirst: 1 });
  });

  it.each(both)('%s: the project’s own handler finds the exception as it was', (board) => {
    const built = build(board);
    const {
      run: { text },
      records,
      crash: record,
    } = crash(built, { scenario: 'fault_with_own_handler', where: 'thread' }, disassemble);
    const { pc = 0 } = record.dump.threads[0]?.registers ?? {};
    expect(text).toContain(`own handler, pc:\n${pc.toString(16).padStart(8, '0')}\n`);
    expect(rebootOf(records)).toMatchObject({ reason: REASON.fault, unexpected: true });
  });

  it.each(both)('%s: what only the secure side saw is a postcard', (board) => {
    const built = build(board);
    const { text, chunks, exitCode } = runQemu(optionsOf(built, { scenario: 'secure_side_faults' }));
    expect([exitCode, text.includes('came through')]).toEqual([0, false]);
    const records = recordsOf(chunks);
    expect(rebootOf(records)).toMatchObject({ reason: REASON.security, unexpected: true });
    expect(postcardOf(records)).toMatchObject({ reason: REASON.security, pc: 0x10001234 });
    expect(records.some(({ kind }) => kind === 'crash')).toBe(false);
  });

  it.each(TRIED.filter((board) => WITH_WATCHDOG.includes(board)))(
    '%s: the watchdog’s warning names the stuck function, then it resets',
    (board) => {
      const built = build(board);
      const run = { scenario: 'hangs', where: 'thread' } as const;
      const { records, crash: record, trace } = crash(built, run, disassemble);
      expect(record.dump.cause).toMatchObject({ kind: 'watchdog', exception: 2 });
      expect(rebootOf(records)).toMatchObject({ reason: REASON.watchdog, hardware: { raw: 0x20 } });
      expect(postcardOf(records)).toMatchObject({ cause: { kind: 'watchdog' }, reason: REASON.watchdog });
      expect(trace.fault.sentence).toMatch(/^The watchdog was about to strike: the firmware was stuck in hangs/);
      const frames = trace.threads[0]?.frames ?? [];
      expectCalls(frames, [['hangs', { turns: '5' }], ...CALLERS.thread]);
      const { pc = 0, sp = 0 } = record.dump.threads[0]?.registers ?? {};
      expectAsGdb(frames, built, run, { last: { kind: 'instruction', pc, sp } });
    },
  );

  it.each(TRIED.filter((board) => MAINLINE.includes(board)))(
    '%s: an assertion without privileges is a fault in its name',
    (board) => {
      const run = { scenario: 'assert_fails', where: 'unprivileged thread' } as const;
      const { records, crash: record, trace } = crash(build(board), run, disassemble);
      expect(rebootOf(records).reason).toBe(REASON.fault);
      expect(record.dump.threads[0]?.registers['control']).toBe(1);
      // The entry has used registers of its caller's callers by then: what they held is unknown, not wrong.
      const [inner = ['inner'], ...callers] = CALLERS['unprivileged thread'];
      const entry = [
        ['noinit_cm_enter'],
        ['assert_fails', { level: '-7' }],
        [inner[0], { halves: '{4369, 8738, 4660}' }],
      ] as const;
      expectCalls(trace.threads[0]?.frames ?? [], [...entry, ...callers]);
    },
  );
});

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a fault while a crash is captured', () => {
  it.each(TRIED.filter((board) => MAINLINE.includes(board)))('%s: comes back to the handler, which resets', (board) => {
    const { records, crash: record, trace } = crash(build(board), { scenario: 'fault_while_capturing' }, disassemble);
    expect(rebootOf(records)).toMatchObject({ reason: REASON.captureFailed, hardware: { reason: 3 }, unexpected: true });
    expect(record.dump.damage.map(({ why }) => why)).toEqual(['truncated']);
    expect(postcardOf(records)).toMatchObject({ cause: { kind: 'fault' }, pc: record.dump.threads[0]?.registers['pc'] });
    // What was written before it counts: registers and stack.
    expectCalls(trace.threads[0]?.frames ?? [], [['fault_undefined'], ['fault_while_capturing'], ...CALLERS.main]);
  });

  it.each(['mps2-an385', 'mps2-an386'] as const)(
    '%s: within a HardFault locks the processor up, and is told by the next start',
    (board) => {
      const built = buildFaults({ board, folder, ram: PSRAM });
      const options = {
        ...optionsOf(built, { scenario: 'fault_while_capturing', args: { separate: 0 } }),
        ramFile: join(folder, `${board}.ram`),
      };
      // QEMU gives up where silicon waits for a watchdog; RAM is a file, and the next process starts on it.
      const locked = runQemu(options);
      expect(locked.exitCode).not.toBe(0);
      expect(locked.stderr).toContain('Lockup');
      const records = recordsOf(runQemu(options).chunks);
      expect(rebootOf(records)).toMatchObject({ reason: REASON.captureFailed, hardware: { reason: 1 }, unexpected: true });
      expect(crashOf(records).dump.cause).toMatchObject({ kind: 'fault', exception: 3 });
      expect(postcardOf(records)).toMatchObject({ cause: { kind: 'fault' }, reason: REASON.fault });
    },
  );
});
