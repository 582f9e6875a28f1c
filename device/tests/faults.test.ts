/**
 * Every class of fault on every Cortex-M board: the first boot faults, is captured and reset, the second sends it, and the host explains
 * it. Beside the table there is a second witness: gdb on QEMU, stopped before the fault, says registers, frames and variables.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TraceFrame } from '@noinit/model';
import { loadDisassembler } from '@noinit/postmortem';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareWithGdb } from './faults/compare.ts';
import { type Built, buildFaults, type Crashed, crash, optionsOf, type Run, WHERE, type Where } from './faults/crash-run.ts';
import { type Stop, stopWithGdb } from './faults/live-gdb.ts';
import { CALLERS, EXCEPTION, excReturnOf, FAULTS, type Fault, TRIED, V6, WITH_FLOATS } from './faults/scenarios.ts';
import type { Board } from './firmware.ts';
import { rebootOf } from './records.ts';

const FAULT = 0x8001;
const folder = mkdtempSync(join(tmpdir(), 'noinit-faults-'));
const disassemble = await loadDisassembler();

interface Case {
  readonly board: Board;
  readonly fault: Fault;
  readonly where: Where;
  /** False: faults are not enabled, so each becomes a HardFault. */
  readonly separate: boolean;
}

/** Every fault in main; one of them in every other place; the others as HardFaults. */
function casesOf(board: Board): Case[] {
  const own = FAULTS.filter(({ boards }) => boards.includes(board));
  const places = (Object.keys(WHERE) as Where[]).filter((where) => !where.includes('floats') || WITH_FLOATS.includes(board));
  return [
    ...own.map((fault): Case => ({ board, fault, where: 'main', separate: true })),
    ...places.slice(1).flatMap((where) => own.slice(0, 1).map((fault): Case => ({ board, fault, where, separate: true }))),
    ...(V6.includes(board)
      ? []
      : own.filter(isEscalating).map((fault): Case => ({ board, fault, where: 'thread', separate: false }))),
  ];
}

const isEscalating = ({ scenario }: Fault): boolean =>
  ['fault_undefined', 'fault_call_null', 'fault_read_unmapped', 'fault_write_protected'].includes(scenario);

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'a fault', () => {
  const builds = new Map<Board, Built>();
  beforeAll(() => {
    for (const board of TRIED) builds.set(board, buildFaults({ board, folder }));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(TRIED.flatMap(casesOf).map((each) => [nameOf(each), each] as const))(
    '%s',
    (_name, { board, fault, where, separate }) => {
      const built = builds.get(board);
      if (built === undefined) throw new Error(`${board} was not built`);
      const run: Run = { scenario: fault.scenario, where, args: { separate: separate ? 1 : 0 } };
      const crashed = crash(built, run, disassemble);
      expectStatus(crashed, fault, { built, where, separate });
      expectFrames(crashed, fault, where);
      expectAsGdb(crashed, fault, built, run);
    },
    60_000,
  );
});

function nameOf({ board, fault, where, separate }: Case): string {
  return `${board}: ${fault.title}${separate ? '' : ', as a HardFault'}, in ${/^[aeio]/.test(where) ? 'an' : where.startsWith('main') ? '' : 'a'} ${where}`.replace(
    'in  ',
    'in ',
  );
}

interface Setting {
  readonly built: Built;
  readonly where: Where;
  readonly separate: boolean;
}

/** The reset's reason, and what the processor says. */
function expectStatus({ records, crash: { dump }, trace }: Crashed, fault: Fault, { built, where, separate }: Setting): void {
  const isV6 = V6.includes(built.board);
  const { exception, cfsr, hfsr, mmfar, bfar } = fault.status;
  const registers = dump.threads[0]?.registers ?? {};
  expect(dump.damage).toEqual([]);
  expect(dump.cause).toMatchObject({ kind: 'fault', exception: isV6 || !separate ? EXCEPTION.hardFault : exception });
  expect(rebootOf(records)).toMatchObject({ reason: FAULT, marked: { reason: FAULT, pc: registers['pc'], lr: registers['lr'] } });
  expect(registers['exc_return']).toBe(excReturnOf(where));
  expect(trace.fault.sentence).toMatch(isV6 ? new RegExp(fault.calls[0]?.[0] ?? '') : fault.sentence);
  if (isV6) expect(Object.keys(dump.system)).toEqual(['icsr']);
  else expect(dump.system).toMatchObject({ cfsr, hfsr: separate ? hfsr : 0x4000_0000 });
  const addressOf = (symbol: string): number => built.symbols.symbolNamed(symbol)?.address ?? 0;
  expect(dump.system['mmfar']).toBe(isV6 ? undefined : mmfar?.(addressOf));
  expect(dump.system['bfar']).toBe(isV6 ? undefined : bfar);
}

/** By their names, with the variables whose values the firmware's source tells. */
function expectFrames({ trace }: Crashed, fault: Fault, where: Where): void {
  const frames = trace.threads[0]?.frames ?? [];
  const expected = [...fault.calls, ...CALLERS[where]];
  const shown = fault.isJump ? frames.slice(1) : frames;
  expect(shown.map(nameOfFrame)).toEqual(expected.map(([name]) => name));
  for (const [index, [name, values = {}]] of expected.entries()) {
    const variables = shown[index]?.variables ?? [];
    const found = variables.flatMap((each) => ('value' in each && each.name in values ? [[each.name, each.value]] : []));
    expect(Object.fromEntries(found), `variables of ${name}`).toEqual(values);
  }
  if (fault.isJump) expect(frames[0]).toMatchObject({ kind: 'call', doubtful: expect.stringContaining('called address') });
}

const nameOfFrame = (frame: TraceFrame): string | undefined =>
  frame.kind === 'exception' ? `<${frame.exception}>` : frame.function;

/**
 * gdb stops before the instruction that will fault, and, for what an interrupt interrupted, where `interrupt` was called: QEMU's stub does
 * not show gdb the stack that an exception left, so it could not go on there itself.
 */
function expectAsGdb({ crash: { dump }, trace }: Crashed, fault: Fault, built: Built, run: Run): void {
  const registers = dump.threads[0]?.registers ?? {};
  const { pc = 0, lr = 0, sp = 0 } = registers;
  const parts = splitAtExceptions(trace.threads[0]?.frames ?? []);
  const calls = parts.slice(1).map((): Stop => ({ kind: 'call', function: 'interrupt' }));
  const at = fault.isJump ? (lr & ~1) - 2 : pc - (fault.past ?? 0);
  const stops = stopWithGdb(optionsOf(built, run), [...calls, { kind: 'instruction', pc: at, sp }]).toReversed();
  const unlike = fault.isJump ? /^(pc|lr|xpsr)$/ : fault.past === undefined ? (fault.spoilt ?? /^$/) : /^pc$/;
  for (const [name, value] of Object.entries(stops[0]?.registers ?? {}))
    if (!unlike.test(name)) expect(`${name} ${registers[name]?.toString(16)}`).toBe(`${name} ${value.toString(16)}`);
  for (const [index, part] of parts.entries()) {
    const gdb = stops[index]?.frames ?? [];
    // Where gdb goes on behind an exception or a thread's first function it has no name for it.
    const end = gdb.findIndex((frame) => frame.function === null);
    const ours = index === 0 && fault.isJump ? part.slice(1) : part;
    const isPlaced = index === 0 && fault.past === undefined;
    expect(compareWithGdb(ours, end < 0 ? gdb : gdb.slice(0, end), isPlaced)).toMatchObject({
      differences: [],
      frames: ours.length,
    });
  }
}

/** Innermost first: each part is what ran between two exceptions. */
function splitAtExceptions(frames: readonly TraceFrame[]): TraceFrame[][] {
  const parts: TraceFrame[][] = [[]];
  for (const frame of frames) {
    if (frame.kind === 'exception') parts.push([]);
    else parts.at(-1)?.push(frame);
  }
  return parts;
}
