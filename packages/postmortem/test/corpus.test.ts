/** Compiled programs that really crash, compared with what they were written to do and with gdb. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseElf } from '@noinit/elf';
import type { Dump, TraceFrame } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { describeWith, makeElfCore, readGdbBacktrace } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { explainDump } from '../src/index.ts';
import { compareWithGdb } from './compare-gdb.ts';
import { type Build, CORES, crashFirmware, SCENARIOS, type Scenario } from './run-firmware.ts';

const OPTIMIZATIONS = ['-O0', '-Og', '-O2', '-Os'];

interface Expected {
  /** Functions on the stack as the program was written: inlined ones are always inlined, the others never. */
  readonly frames: readonly string[];
  /** How many functions gdb sees: it ends at main, and at an exception that interrupted the process stack. */
  readonly inGdb: number;
  readonly class: { readonly v6m: string; readonly v7m: string };
}

const DEEP = ['strike', 'inner', 'outer', 'descend', 'descend', 'descend', 'work'];
const UNDEFINED = { v6m: 'undefined-instruction', v7m: 'undefined-instruction' };

const EXPECTED: { readonly [scenario in Scenario]: Expected } = {
  strike: { frames: [...DEEP, 'main', 'Reset_Handler'], inGdb: 8, class: UNDEFINED },
  'null-call': {
    frames: ['??', 'read_sensor', 'poll_all', 'work', 'main', 'Reset_Handler'],
    inGdb: 4,
    class: { v6m: 'bad-jump', v7m: 'bad-jump' },
  },
  'in-isr': {
    frames: ['strike', 'SysTick_Handler', '— SysTick', 'pend_systick', 'work', 'main', 'Reset_Handler'],
    inGdb: 5,
    class: UNDEFINED,
  },
  'in-thread': { frames: [...DEEP, 'thread_entry'], inGdb: 8, class: UNDEFINED },
  'isr-on-thread': {
    frames: ['strike', 'SysTick_Handler', '— SysTick', 'pend_systick', 'work', 'thread_entry'],
    inGdb: 2,
    class: UNDEFINED,
  },
  'bad-address': {
    frames: [...DEEP, 'main', 'Reset_Handler'],
    inGdb: 8,
    class: { v6m: 'unaligned-access', v7m: 'bus-error' },
  },
};

/** A third of all by default; every core with every optimization, and every scenario, is among them. NOINIT_CORPUS=all runs all. */
const IS_WHOLE = process.env['NOINIT_CORPUS'] === 'all';

function chooseBuilds(): [string, Build][] {
  const scenarios = Object.keys(SCENARIOS) as Scenario[];
  const builds = CORES.flatMap((core, c) =>
    OPTIMIZATIONS.flatMap((optimization, o) =>
      scenarios
        .filter((_, s) => IS_WHOLE || (c + o + s) % 3 === 0)
        .map((scenario) => ({ core, optimization, scenario, seed: 2 * Math.floor(Math.random() * 0x2000) })),
    ),
  );
  return builds.map((build) => [`${build.core.cpu} ${build.optimization} ${build.scenario} seed ${build.seed}`, build]);
}

/** A pointer that was optimized out while what it points to was not: gdb's number for it is 0, which it never was. */
const MAY_BE_UNKNOWN = /the pointer was optimized out/;

const total = { right: 0, unknownHere: [] as string[], unknownThere: [] as string[], wrong: 0 };

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'a program that crashed', () => {
  it.each(chooseBuilds())('%s is explained as it was written and as gdb sees it', (name, build) => {
    const { elf, elfPath, dump } = crashFirmware(build);
    const expected = EXPECTED[build.scenario];
    const trace = explainDump(dump, loadSymbols(parseElf(elf)));
    const [thread] = trace.threads;
    const frames = thread?.frames ?? [];
    expect(frames.map(shortName)).toEqual(expected.frames);
    expect(thread).not.toHaveProperty('end');
    expect(frames.filter((frame) => shortName(frame) !== '??' && frame.doubtful !== undefined)).toEqual([]);
    expect(trace.fault.class).toBe(build.core.cpu === 'cortex-m0' ? expected.class.v6m : expected.class.v7m);
    const gdb = readGdbBacktrace(elfPath, makeElfCore(asGdbNeeds(dump)));
    rmSync(dirname(elfPath), { recursive: true });
    const comparison = compareWithGdb(frames, gdb, expected.inGdb);
    total.right += comparison.right;
    total.wrong += comparison.wrong.length;
    total.unknownHere.push(...comparison.unknownHere.map((what) => `${name}: ${what}`));
    total.unknownThere.push(...comparison.unknownThere.map((what) => `${name}: ${what}`));
    expect(comparison.wrong).toEqual([]);
    expect(comparison.unknownHere.filter((what) => !MAY_BE_UNKNOWN.test(what))).toEqual([]);
  });

  afterAll(() => {
    const { right, unknownHere, unknownThere, wrong } = total;
    console.info(
      `corpus: ${right} values right, ${unknownHere.length} known only to gdb, ${unknownThere.length} only here, ${wrong} wrong`,
    );
    for (const what of unknownHere) console.info(`  known only to gdb: ${what}`);
  });
});

function shortName(frame: TraceFrame): string {
  return frame.kind === 'exception' ? `— ${frame.exception}` : (frame.function ?? '??');
}

/** gdb does not unwind from a pc without code: it is given the call instruction instead, where nothing else has changed. */
function asGdbNeeds(dump: Dump): Dump {
  const [thread] = dump.threads;
  const { pc, lr } = thread?.registers ?? {};
  if (!thread || pc !== 0 || lr === undefined) return dump;
  return { ...dump, threads: [{ ...thread, registers: { ...thread.registers, pc: (lr & ~1) - 2, xpsr: 0x0100_0000 } }] };
}
