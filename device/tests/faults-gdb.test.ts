/**
 * Offline gdb has the ELF core that is made of the dump. What is right is what the program did: the trace says it, and faults.test.ts shows it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDisassembler } from '@noinit/postmortem';
import { describeWith, makeElfCore, readGdbBacktrace } from '@noinit/testing';
import { afterAll, expect, it, vi } from 'vitest';
import { compareWithGdb } from './faults/compare.ts';
import { builder, crash, type Where } from './faults/crash-run.ts';
import { nameOfFrame } from './faults/expect-frames.ts';
import { named } from './faults/expect-gdb.ts';
import { CALLERS } from './faults/scenarios.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-gdb-'));
const build = builder(folder);
const disassemble = await loadDisassembler();
// The first test of a board builds its firmware.
vi.setConfig({ testTimeout: 120_000 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'gdb on a core file of the crash', () => {
  const explain = (scenario: string, where: Where) => {
    const built = build('mps2-an386');
    const { crash: record, trace } = crash(built, { scenario, where }, disassemble);
    const theirs = readGdbBacktrace(built.elf, makeElfCore(record.dump));
    return { ours: trace.threads[0]?.frames ?? [], theirs, symbols: built.symbols };
  };

  it.each(['main', 'main with floats'] as const)('sees the same frames and variables, %s', (where) => {
    const { ours, theirs } = explain('fault_undefined', where);
    expect(compareWithGdb(ours, named(theirs))).toMatchObject({ differences: [], frames: ours.length });
  });

  it('gives a thread one caller too many, whose address is no code', () => {
    const { ours, theirs } = explain('fault_undefined', 'thread');
    expect(ours.map(nameOfFrame).at(-1)).toBe('run_code');
    expect(theirs.map((frame) => frame.function).slice(-2)).toEqual(['run_code', null]);
  });

  it('puts a function at NULL that the linker has thrown away', () => {
    const { ours, theirs, symbols } = explain('fault_call_null', 'main');
    expect(ours.map(nameOfFrame)).toEqual([undefined, 'fault_call_null', ...CALLERS.main.map(([name]) => name)]);
    const [{ function: named } = { function: null }] = theirs;
    expect(named).not.toBe(null);
    expect(symbols.symbolNamed(named ?? '')).toBe(undefined);
  });

  it('does not come from an interrupt to the thread that it interrupted', () => {
    const { ours, theirs } = explain('fault_undefined', 'interrupt of a thread');
    expect(ours.map(nameOfFrame)).toContain('be_interrupted');
    expect(theirs.map((frame) => frame.function)).toContain('irq2_entry');
    expect(theirs.map((frame) => frame.function)).not.toContain('be_interrupted');
  });
});
