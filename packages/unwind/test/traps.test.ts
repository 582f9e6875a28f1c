/** Compiled programs that really trap, unwound as they were written: with call frame information, without, and with less captured. */
import { parseElf } from '@noinit/elf';
import { loadSymbols } from '@noinit/symbols';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { CORTEX_M } from '../src/cores/cortex-m.ts';
import { makeMemory, type Unwinding, type UnwoundCall, type UnwoundFrame, unwindThread } from '../src/index.ts';
import { BOARDS, type Ran, runArm, type Scenario } from './run-arm.ts';

const FAULTING = ['strike', 'middle', 'outer', 'scenario', 'Reset_Handler'];
const IN_FAULT = ['stop', 'fault_handler', '— HardFault'];

/** Functions from the innermost outwards, as the program was written. */
const EXPECTED: { readonly [scenario in Scenario]: readonly string[] } = {
  fault: [...IN_FAULT, ...FAULTING],
  'process stack': [...IN_FAULT, 'strike', 'middle', 'outer', 'thread'],
  nested: [
    ...IN_FAULT,
    ...['strike', 'middle', 'irq0_handler', '— IRQ 0 (irq0_handler)', 'pend_irq0', 'systick_handler', '— SysTick'],
    ...['pend', 'scenario', 'Reset_Handler'],
  ],
  'floats pending': ['stop', 'systick_handler', '— SysTick', 'hold', 'scenario', 'Reset_Handler'],
  'floats saved': ['stop', 'systick_handler', '— SysTick', 'hold', 'scenario', 'Reset_Handler'],
  misaligned: [...IN_FAULT, 'lopsided', 'scenario', 'Reset_Handler'],
  'naked jump': ['stop', 'report', '— HardFault', ...FAULTING],
  'naked call': [...IN_FAULT, ...FAULTING],
  'call null': [...IN_FAULT, '?? 0x0', 'call_through', 'scenario', 'Reset_Handler'],
  'call even': [...IN_FAULT, '?? outer', 'call_through', 'scenario', 'Reset_Handler'],
  'call data': [...IN_FAULT, '?? 0xf0000000', 'call_through', 'scenario', 'Reset_Handler'],
  'call erased': [...IN_FAULT, '?? 0xfffffffe', 'call_through', 'scenario', 'Reset_Handler'],
  'tail call': [...IN_FAULT, 'strike', 'middle', 'outer', 'scenario', 'Reset_Handler'],
  'noreturn last': [...IN_FAULT, 'strike', 'middle', 'die', 'give_up', 'scenario', 'Reset_Handler'],
  alloca: [...IN_FAULT, 'strike', 'middle', 'with_alloca', 'scenario', 'Reset_Handler'],
  recursion: [...IN_FAULT, 'strike', 'middle', ...Array.from({ length: 6 }, () => 'recurse'), 'scenario', 'Reset_Handler'],
  svc: ['stop', 'svc_handler', '— SVCall', 'raise_svc', 'scenario', 'Reset_Handler'],
  pendsv: ['stop', 'pendsv_handler', '— PendSV', 'pend', 'scenario', 'Reset_Handler'],
  assembly: [...IN_FAULT, 'strike', 'middle', 'back_in_c', 'by_hand', 'scenario', 'Reset_Handler'],
  'large frame': [...IN_FAULT, 'strike', 'middle', 'large', 'scenario', 'Reset_Handler'],
  switching: [...IN_FAULT, 'strike', 'middle', 'choose', 'scenario', 'Reset_Handler'],
  'naked lost': [...IN_FAULT, ...FAULTING],
  'naked lost, thread': [...IN_FAULT, 'strike', 'middle', 'outer', 'thread'],
  'thread interrupted': ['stop', 'systick_handler', '— SysTick', 'pend', 'thread'],
};

type BoardName = keyof typeof BOARDS;
const OPTIMIZATIONS = ['-O0', '-Os', '-O2'];
const IS_WHOLE = process.env['NOINIT_CORPUS'] === 'all';

/** Each scenario on two boards by default, boards and optimizations taking turns. */
function chooseRuns(): [string, { readonly board: BoardName; readonly scenario: Scenario; readonly optimization: string }][] {
  const boards = Object.keys(BOARDS) as BoardName[];
  const scenarios = Object.keys(EXPECTED) as Scenario[];
  const runs = boards.flatMap((board, b) =>
    scenarios.flatMap((scenario, s) =>
      OPTIMIZATIONS.filter((_, o) => IS_WHOLE || ((b + 2 * s) % 5 === 0 && (b + s) % 3 === o))
        .filter(() => isPossible(scenario, board))
        .map((optimization) => ({ board, scenario, optimization })),
    ),
  );
  return runs.map((run) => [`${run.scenario} on ${run.board} ${run.optimization}`, run]);
}

/** QEMU's microbit executes zeros where nothing answers; floating point needs a unit for it. */
function isPossible(scenario: Scenario, board: BoardName): boolean {
  if (board === 'm0' && (scenario === 'call data' || scenario === 'call erased')) return false;
  return !scenario.startsWith('floats') || BOARDS[board].flags.length > 0;
}

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a program that traps', () => {
  it.each(chooseRuns())('%s', (_name, { board, scenario, optimization }) => {
    // The exception index in place of instructions, every other time.
    const tables = scenario.length % 2 === 0 ? ['-funwind-tables'] : [];
    const ran = runArm(BOARDS[board], scenario, [
      ...tables,
      optimization,
      ...(scenario === 'tail call' ? [] : ['-fno-optimize-sibling-calls']),
    ]);
    const expected =
      scenario === 'tail call' && (optimization === '-O0' || board === 'm0') ? withTail(EXPECTED[scenario]) : EXPECTED[scenario];
    const whole = unwind(ran, ran.elf);
    expect(outline(whole)).toEqual(expected);
    expect(whole.end.reason).toBe('outermost');
    const isSure = scenario !== 'assembly' && !scenario.startsWith('naked lost');
    if (isSure) expect(whole.frames.filter((frame) => frame.doubtful !== undefined)).toEqual([]);
    if (scenario.startsWith('floats')) expect(heldRegisters(whole)).toEqual(HELD);
    // Without call frame information frames may be doubted, but they are the same.
    const bare = unwind(ran, ran.bare);
    expect(outline(bare)).toEqual(expected);
    expect(contradictions(bare, whole)).toEqual([]);
    expect(bare.frames.some((frame) => frame.kind === 'call' && frame.method === 'exception-index')).toBe(tables.length > 0);
    // Without psp, msp and the status register too; a lost return value then leaves nothing to go by.
    if (scenario === 'naked lost, thread') return;
    const { psp: _psp, msp: _msp, xpsr: _xpsr, ...rest } = ran.registers;
    for (const elf of [ran.elf, ran.bare])
      expect(withoutNumbers(outline(unwind({ ...ran, registers: rest, system: {} }, elf)))).toEqual(withoutNumbers(expected));
  });
});

const R4_TO_R7 = [0x44, 0x55, 0x66, 0x77];
const HELD = [...R4_TO_R7, ...Array.from({ length: 32 }, (_, index) => 100 + index)];

/** r4 to r7 and s0 to s31 of the assembly function that was interrupted. */
function heldRegisters({ frames, symbols }: ReturnType<typeof unwind>): readonly (number | undefined)[] {
  const held = frames.find((frame) => frame.kind !== 'exception' && symbols.symbolAt(frame.pc)?.name === 'hold');
  if (held?.kind !== 'call') return [];
  const { registers } = held;
  const floats = Array.from({ length: 32 }, (_, index) => asFloat(registers.get(64 + index)));
  return [...[4, 5, 6, 7].map((register) => registers.get(register)), ...floats];
}

function asFloat(word: number | undefined): number | undefined {
  if (word === undefined) return undefined;
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, word);
  return view.getFloat32(0);
}

/** Registers that both know and know differently, frame by frame. */
function contradictions(bare: Unwinding, whole: Unwinding): readonly string[] {
  return bare.frames.flatMap((frame, index) => {
    const other = whole.frames[index];
    if (frame.kind === 'exception' || other === undefined || other.kind === 'exception') return [];
    const differing = [...frame.registers.entries()].filter(
      ([register, value]) => other.registers.has(register) && other.registers.get(register) !== value,
    );
    const cfa = frame.cfa !== undefined && other.cfa !== undefined && frame.cfa !== other.cfa ? ['cfa'] : [];
    return [
      ...differing.map(([register]) => `frame ${index}: register ${register}`),
      ...cfa.map((what) => `frame ${index}: ${what}`),
    ];
  });
}

function withTail(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name === 'scenario' ? ['tail', name] : [name]));
}

/** Where the status register is unknown an exception is named by its handler. */
function withoutNumbers(names: readonly string[]): readonly string[] {
  return names.map((name) => (name.startsWith('— ') ? '— exception' : name));
}

function unwind(ran: Ran, elf: Uint8Array): Unwinding & { readonly symbols: ReturnType<typeof loadSymbols> } {
  const symbols = loadSymbols(parseElf(elf));
  const memory = makeMemory(ran.regions, symbols);
  return { symbols, ...unwindThread(ran.registers, { symbols, memory, core: CORTEX_M, system: ran.system }) };
}

function outline({ frames, symbols }: ReturnType<typeof unwind>): readonly string[] {
  const nameOf = (frame: UnwoundCall) => (frame.lookUp === undefined ? undefined : symbols.locate(frame.lookUp).at(-1)?.function);
  return frames.map((frame: UnwoundFrame) => {
    if (frame.kind === 'exception') return `— ${frame.exception}`;
    if (!frame.badJump) return nameOf(frame) ?? '??';
    const { target, why } = frame.badJump;
    return `?? ${why === 'wrong-state' ? symbols.symbolAt(target)?.name : `0x${target.toString(16)}`}`;
  });
}
