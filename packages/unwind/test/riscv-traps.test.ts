/** RV32 programs that really trap, unwound through trap handlers as kernels, run-times and compilers write them. */
import { parseElf } from '@noinit/elf';
import type { Address, RegisterValues } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { describeWith, makeElfCore, readGdbBacktrace } from '@noinit/testing';
import { expect, it } from 'vitest';
import { findCore, makeMemory, type Unwinding, type UnwoundFrame, unwindThread } from '../src/index.ts';
import type { Ran } from './run-arm.ts';
import { ENTRIES, type Entry, REGISTER_NAMES, RISCV_SCENARIOS, type RiscvScenario, runRiscv } from './run-riscv.ts';

const HANDLER = ['stop', 'report', 'handle_trap', 'trap_entry'];
const LOAD_FAULT = [...HANDLER, '— load access fault', 'strike', 'middle'];

const EXPECTED: { readonly [scenario in RiscvScenario]: readonly string[] } = {
  fault: [...LOAD_FAULT, 'outer', 'scenario', '_start'],
  'call null': [...HANDLER, '— instruction access fault', '?? 0x0', 'call_through', 'scenario', '_start'],
  nested: [
    ...[...HANDLER, '— load access fault', 'inside_handler', 'report', 'handle_trap', 'trap_entry'],
    ...['— load access fault', 'strike', 'middle', 'outer', 'scenario', '_start'],
  ],
  interrupt: [...HANDLER, '— machine software interrupt', 'strike', 'middle', 'outer', 'scenario', '_start'],
  assembly: [...LOAD_FAULT, 'by_hand', 'scenario', '_start'],
  'large frame': [...LOAD_FAULT, 'large', 'scenario', '_start'],
  alloca: [...LOAD_FAULT, 'with_alloca', 'scenario', '_start'],
  recursion: [...LOAD_FAULT, ...Array.from({ length: 6 }, () => 'recurse'), 'scenario', '_start'],
};

const OPTIMIZATIONS = ['-O0', '-Os', '-O2', '-Os -msave-restore'];
const IS_WHOLE = process.env['NOINIT_CORPUS'] === 'all';

interface Run {
  readonly scenario: RiscvScenario;
  readonly entry: Entry;
  readonly optimization: string;
}

function chooseRuns(): [string, Run][] {
  const entries = Object.keys(ENTRIES) as Entry[];
  const scenarios = Object.keys(RISCV_SCENARIOS) as RiscvScenario[];
  const runs = entries.flatMap((entry, e) =>
    scenarios.flatMap((scenario, s) =>
      OPTIMIZATIONS.filter((_, o) => IS_WHOLE || ((e + s) % 2 === 0 && (e + 2 * s + (s >> 1)) % 4 === o)).map((optimization) => ({
        scenario,
        entry,
        optimization,
      })),
    ),
  );
  // Without mepc saved, or on one stack for all interrupts, the outer of two traps is lost.
  const possible = runs.filter(
    ({ scenario, entry }) => scenario !== 'nested' || entry === 'mepc saved' || entry === 'signal frame',
  );
  return possible.map((run) => [`${run.scenario}, ${run.entry}, ${run.optimization}`, run]);
}

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32'], 'an RV32 program that traps', () => {
  it.each(chooseRuns())('%s', (_name, { scenario, entry, optimization }) => {
    const ran = runRiscv(scenario, entry, [...optimization.split(' '), '-fno-optimize-sibling-calls']);
    const expected = namesOf(EXPECTED[scenario], entry);
    const whole = unwind(ran, ran.elf);
    expect(outline(whole)).toEqual(expected);
    expect(whole.end.reason).toBe('outermost');
    expect(outline(unwind(ran, ran.bare))).toEqual(expected);
  });
});

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32', 'gdb-multiarch'], 'gdb', () => {
  it.each(['-O0', '-Os', '-O2'])('sees what was interrupted as it is seen here, %s', (optimization) => {
    const ran = runRiscv('recursion', 'own stack', [optimization, '-fno-optimize-sibling-calls'], (elfPath, made) => {
      const { frames, symbols } = unwind(made, made.elf);
      const below = frames.slice(frames.findIndex((frame) => frame.kind === 'exception') + 1);
      const core = makeElfCore({
        machine: 'riscv32',
        cause: { kind: 'snapshot' },
        threads: [{ crashed: true, registers: interruptedRegisters(below[0]) }],
        system: {},
        regions: made.regions,
        damage: [],
      });
      const ours = below.map((frame) =>
        frame.kind === 'call' && frame.lookUp !== undefined ? place(symbols, frame.lookUp) : '?',
      );
      const theirs = readGdbBacktrace(elfPath, core).map((frame) => `${frame.function} ${frame.line}`);
      expect(theirs.length).toBeGreaterThanOrEqual(8);
      expect(ours.slice(0, theirs.length)).toEqual(theirs);
    });
    expect(ran.regions).toHaveLength(1);
  });
});

function interruptedRegisters(frame: UnwoundFrame | undefined): RegisterValues {
  if (frame?.kind !== 'call') return {};
  const values = REGISTER_NAMES.map((name, index): [string, number] => [name, frame.registers.get(index) ?? 0]);
  return { ...Object.fromEntries(values), pc: frame.pc };
}

function place(symbols: Symbols, at: Address): string {
  const scope = symbols.locate(at).at(-1);
  return `${scope?.function} ${scope?.line}`;
}

/** What saves only mepc does not know the cause of the outer trap. */
function namesOf(names: readonly string[], entry: Entry): readonly string[] {
  const last = names.findLastIndex((name) => name.startsWith('— '));
  const first = names.findIndex((name) => name.startsWith('— '));
  return names.map((name, index) =>
    entry === 'signal frame' && index === last && last !== first ? '— trap (trap_entry)' : name,
  );
}

function unwind(ran: Ran, elf: Uint8Array): Unwinding & { readonly symbols: ReturnType<typeof loadSymbols> } {
  const symbols = loadSymbols(parseElf(elf));
  const memory = makeMemory(ran.regions, symbols);
  return { symbols, ...unwindThread(ran.registers, { symbols, memory, core: findCore('riscv32'), system: ran.system }) };
}

function outline({ frames, symbols }: ReturnType<typeof unwind>): readonly string[] {
  return frames.map((frame) => {
    if (frame.kind === 'exception') return `— ${frame.exception}`;
    if (frame.badJump) return `?? 0x${frame.badJump.target.toString(16)}`;
    return (frame.lookUp === undefined ? undefined : symbols.locate(frame.lookUp).at(-1)?.function) ?? '??';
  });
}
