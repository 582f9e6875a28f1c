/** Compiled code with an exception index and no call frame information: gdb and we find the same callers by it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import type { RegisterValues } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { describeWith, makeElfCore, readGdbBacktrace } from '@noinit/testing';
import { expect, it } from 'vitest';
import { CORTEX_M } from '../src/cores/cortex-m.ts';
import { makeMemory, type UnwoundFrame, unwindThread } from '../src/index.ts';
import { BOARDS, runArm, type Scenario } from './run-arm.ts';

const NAMES = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr'];

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'gdb without call frame information', () => {
  it.each([
    ['fault', '-O0'],
    ['fault', '-O2'],
    ['recursion', '-Os'],
    ['large frame', '-O2'],
  ] as const satisfies readonly (readonly [Scenario, string])[])(
    'finds the callers of %s, %s, that are found here',
    (scenario, optimization) => {
      const ran = runArm(BOARDS.m3, scenario, [optimization, '-funwind-tables', '-fno-optimize-sibling-calls']);
      const symbols = loadSymbols(parseElf(ran.bare));
      const target = { symbols, memory: makeMemory(ran.regions, symbols), core: CORTEX_M, system: ran.system };
      const { frames } = unwindThread(ran.registers, target);
      const below = frames.slice(frames.findIndex(({ kind }) => kind === 'exception') + 1);
      const methods = below.flatMap((frame) => (frame.kind === 'call' ? [frame.method] : []));
      expect(methods).toContain('exception-index');
      const ours = below.map(({ pc }) => symbols.symbolAt(pc)?.name);
      const core = makeElfCore({
        machine: 'cortex-m',
        cause: { kind: 'snapshot' },
        threads: [{ crashed: true, registers: registersOf(below[0]) }],
        system: {},
        regions: ran.regions,
        damage: [],
      });
      const theirs = askGdb(ran.bare, core);
      expect(theirs.length).toBeGreaterThan(3);
      expect(ours.slice(0, theirs.length)).toEqual(theirs);
    },
  );
});

function askGdb(elf: Uint8Array, core: Uint8Array): (string | null)[] {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-exidx-'));
  try {
    const file = join(folder, 'bare.elf');
    writeFileSync(file, elf);
    const frames = readGdbBacktrace(file, core).filter(({ inlined }) => !inlined);
    return frames.map((frame) => frame.function);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function registersOf(frame: UnwoundFrame | undefined): RegisterValues {
  if (frame?.kind !== 'call') return {};
  const values = NAMES.map((name, index): [string, number] => [name, frame.registers.get(index) ?? 0]);
  return { ...Object.fromEntries(values), pc: frame.pc, xpsr: 0x0100_0000 };
}
