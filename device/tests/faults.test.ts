/**
 * Every class of fault on every Cortex-M board: the first boot faults, is captured and reset, the second sends it, and the host explains
 * it. Beside the table there is a second witness: gdb on QEMU, stopped before the fault, says registers, frames and variables.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POSTCARD_SEQUENCE } from '@noinit/model';
import { loadDisassembler } from '@noinit/postmortem';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { type Built, builder, type Crashed, crash, type Run, WHERE, type Where } from './faults/crash-run.ts';
import { expectCalls } from './faults/expect-frames.ts';
import { expectAsGdb } from './faults/expect-gdb.ts';
import { CALLERS, EXCEPTION, excReturnOf, FAULTS, type Fault, TRIED, V6, WITH_FLOATS } from './faults/scenarios.ts';
import type { Board } from './firmware.ts';
import { postcardOf, rebootOf } from './records.ts';

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
  const isThere = (where: Where): boolean =>
    (!where.includes('floats') || WITH_FLOATS.includes(board)) && (where !== 'unprivileged thread' || !V6.includes(board));
  const places = (Object.keys(WHERE) as Where[]).filter(isThere);
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
  const build = builder(folder);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(TRIED.flatMap(casesOf).map((each) => [nameOf(each), each] as const))(
    '%s',
    (_name, { board, fault, where, separate }) => {
      const built = build(board);
      const run: Run = { scenario: fault.scenario, where, args: { separate: separate ? 1 : 0 } };
      const crashed = crash(built, run, disassemble);
      expectStatus(crashed, fault, { built, where, separate });
      const frames = crashed.trace.threads[0]?.frames ?? [];
      expectCalls(fault.isJump ? frames.slice(1) : frames, [...fault.calls, ...CALLERS[where]]);
      if (fault.isJump) expect(frames[0]).toMatchObject({ kind: 'call', doubtful: expect.stringContaining('called address') });
      expectWitnessed(crashed, fault, built, run);
    },
    120_000,
  );
});

function nameOf({ board, fault, where, separate }: Case): string {
  return `${board}: ${fault.title}${separate ? '' : ', as a HardFault'}, in ${/^[aeiou]/.test(where) ? 'an' : where.startsWith('main') ? '' : 'a'} ${where}`.replace(
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
  const hfsrBits = isV6 ? 0 : ((dump.system['hfsr'] ?? 0) & 0xe000_0002) >>> 0;
  expect(postcardOf(records)).toMatchObject({
    key: { ...dump.key, sequence: POSTCARD_SEQUENCE },
    cause: { kind: 'fault' },
    reason: FAULT,
    build: built.symbols.buildId?.slice(0, 8),
    pc: registers['pc'],
    lr: registers['lr'],
    faultBits: isV6 ? 0 : ((dump.system['cfsr'] ?? 0) | hfsrBits) >>> 0,
  });
  expect(registers['exc_return']).toBe(excReturnOf(where));
  expect(trace.fault.sentence).toMatch(isV6 ? new RegExp(fault.calls[0]?.[0] ?? '') : fault.sentence);
  if (isV6) for (const name of ['cfsr', 'hfsr', 'mmfar', 'bfar']) expect(dump.system).not.toHaveProperty(name);
  else expect(dump.system).toMatchObject({ cfsr, hfsr: separate ? hfsr : 0x4000_0000 });
  const addressOf = (symbol: string): number => built.symbols.symbolNamed(symbol)?.address ?? 0;
  // In main less than the capture's 1,024 bytes are in use: what it takes ends with the stack.
  const [stack] = dump.regions.filter(({ kind }) => kind === 'stack');
  if (where === 'main') expect((stack?.address ?? 0) + (stack?.bytes.length ?? 0)).toBe(addressOf('__stack'));
  expect(dump.system['mmfar']).toBe(isV6 ? undefined : mmfar?.(addressOf));
  expect(dump.system['bfar']).toBe(isV6 ? undefined : bfar);
}

/** gdb stops before the instruction that will fault: of a jump, before the jump. */
function expectWitnessed({ crash: { dump }, trace }: Crashed, fault: Fault, built: Built, run: Run): void {
  const registers = dump.threads[0]?.registers ?? {};
  const { pc = 0, lr = 0, sp = 0 } = registers;
  const at = fault.isJump ? (lr & ~1) - 2 : pc - (fault.past ?? 0);
  const stopped = expectAsGdb(trace.threads[0]?.frames ?? [], built, run, {
    last: { kind: 'instruction', pc: at, sp },
    ourFirst: fault.isJump ? 1 : 0,
    isPlaced: fault.past === undefined,
  });
  const unlike = fault.isJump ? /^(pc|lr|xpsr)$/ : fault.past === undefined ? (fault.spoilt ?? /^$/) : /^pc$/;
  const told = Object.entries(stopped.registers).filter(([name]) => !unlike.test(name));
  expect(Object.fromEntries(told.map(([name]) => [name, registers[name]]))).toEqual(Object.fromEntries(told));
}
