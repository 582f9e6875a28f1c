/** Crashes by a call, and stacks that are used up, beside what gdb says of the same moment. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDisassembler } from '@noinit/postmortem';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { compareWithGdb } from './faults/compare.ts';
import { builder, crash, optionsOf, type Where } from './faults/crash-run.ts';
import { ENDS, OVERFLOWS, type Overflow, REASON } from './faults/ends.ts';
import { expectCalls, nameOfFrame } from './faults/expect-frames.ts';
import { expectAsGdb, named } from './faults/expect-gdb.ts';
import { stopWithGdb } from './faults/live-gdb.ts';
import { CALLERS, TRIED } from './faults/scenarios.ts';
import type { Board } from './firmware.ts';
import { postcardOf, rebootOf } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-ends-'));
const build = builder(folder);
const disassemble = await loadDisassembler();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the processor cannot know behind a call, and what the call itself changes. */
const NOT_AT_CALL = /^(r12|pc|lr|xpsr)$/;

const onBoards = <T extends { readonly boards: readonly Board[]; readonly title: string }>(rows: readonly T[]) =>
  rows.flatMap((row) =>
    TRIED.filter((board) => row.boards.includes(board)).map((board) => [`${board}: ${row.title}`, board, row] as const),
  );

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'an end that the firmware makes', () => {
  const cases = onBoards(ENDS).flatMap(([name, board, end]) =>
    end.places.map((where): [string, Board, (typeof ENDS)[number], Where] => [`${name}, ${where}`, board, end, where]),
  );

  it.each(cases)(
    '%s',
    (_name, board, end, where) => {
      const built = build(board);
      const run = { scenario: end.scenario, where };
      const { records, crash: record, trace } = crash(built, run, disassemble);
      const registers = record.dump.threads[0]?.registers ?? {};
      expect(record.dump.damage).toEqual([]);
      expect(record.dump.cause).toMatchObject({ ...end.cause, reason: end.reason });
      expect(rebootOf(records)).toMatchObject({ reason: end.reason, unexpected: true });
      expect(postcardOf(records)).toMatchObject({ cause: { kind: end.cause.kind }, pc: registers['pc'], lr: registers['lr'] });
      expect(trace.fault.sentence).toMatch(end.sentence);
      expectCalls(trace.threads[0]?.frames ?? [], [...end.calls, ...CALLERS[where]]);
      const stopped = expectAsGdb(trace.threads[0]?.frames ?? [], built, run, {
        last: { kind: 'call', function: end.entry },
        gdbFirst: 1,
        isPlaced: end.isGdbLineRight ?? true,
      });
      const told = Object.entries(stopped.registers).filter(([name]) => !NOT_AT_CALL.test(name));
      expect(Object.fromEntries(told.map(([name]) => [name, registers[name]]))).toEqual(Object.fromEntries(told));
      expect(registers).not.toHaveProperty('r12');
      expect(registers).not.toHaveProperty('exc_return');
    },
    120_000,
  );
});

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'a stack that is used up', () => {
  const cases = onBoards(OVERFLOWS).flatMap(([name, board, row]) =>
    (['main', 'thread'] as const).map((where): [string, Board, Overflow, Where] => [
      `${name} stops it, ${where}`,
      board,
      row,
      where,
    ]),
  );

  it.each(cases)(
    '%s',
    (_name, board, { scenario, status, exception }, where) => {
      const built = build(board);
      const { records, crash: record, trace } = crash(built, { scenario, where }, disassemble);
      expect(record.dump.cause).toMatchObject({ kind: 'stack-overflow', reason: REASON.stackOverflow, exception });
      expect(record.dump.system).toMatchObject(status);
      expect(rebootOf(records).reason).toBe(REASON.stackOverflow);
      // The processor could not write its frame: only what it left in the registers is known.
      expect(postcardOf(records)).not.toHaveProperty('pc');
      for (const name of ['r0', 'r3', 'r12', 'lr', 'pc', 'xpsr'])
        expect(record.dump.threads[0]?.registers).not.toHaveProperty(name);
      expect(trace.fault.sentence).toMatch(/^The stack grew past its end: recurse .* stands on it \d+ times\./);

      const frames = trace.threads[0]?.frames ?? [];
      const called = frames.slice(frames.findIndex(({ kind }) => kind === 'call'));
      // Of a thread's stack all is captured, of the main one the innermost 1,024 bytes: they may end within a frame.
      const sure = where === 'thread' ? called : called.slice(0, -1);
      const depth = sure[0]?.variables.find(({ name }) => name === 'depth');
      const deepest = depth !== undefined && 'value' in depth ? Number(depth.value) : 0;
      expect(sure.filter((frame) => nameOfFrame(frame) === 'recurse').length).toBeGreaterThan(10);
      expect(frames.length - called.length).toBeLessThanOrEqual(2);
      if (where === 'thread') expectCalls(sure.slice(deepest), [[scenario], ...CALLERS.thread]);
      const stop = { kind: 'call', function: 'recurse', hit: deepest + 1 } as const;
      const [stopped] = stopWithGdb(optionsOf(built, { scenario, where }), [stop]);
      const theirs = named(stopped?.frames ?? []).slice(1, 1 + sure.length);
      expect(compareWithGdb(sure, theirs)).toMatchObject({ differences: [], frames: sure.length });
    },
    120_000,
  );
});
