/** Exception frames of every kind, where less than everything was captured. */
import { address, type RegisterValues } from '@noinit/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfwords, type MadeFunction, makeProgram, words } from '../test/make-program.ts';
import { CORTEX_M } from './cores/cortex-m.ts';
import { RISCV32 } from './cores/riscv/riscv32.ts';
import { makeMemory } from './memory.ts';
import { unwindThread } from './unwind-thread.ts';
import { MAX_FRAMES, type Unwinding } from './unwound-frame.ts';

const MSP = 0x2000_1000;
const PSP = 0x2000_4000;
const VECTORS = 0x100;
const HANDLER = 0x5000;
const LEAF = 0x1000;
const MIDDLE = 0x2000;
const TASK = 0x3000;
const LEAF_CALLED = MIDDLE + 0x20;
const MIDDLE_CALLED = TASK + 0x30;
const TASK_END = 0x6000;

const FUNCTIONS: readonly MadeFunction[] = [
  { name: 'leaf', at: LEAF, frame: { size: 0 } },
  { name: 'middle', at: MIDDLE, frame: { size: 8, saved: { 4: -8, 14: -4 } }, calls: [{ returnsTo: LEAF_CALLED, target: LEAF }] },
  { name: 'task', at: TASK, frame: { size: 8, saved: { 14: -4 } }, calls: [{ returnsTo: MIDDLE_CALLED, target: MIDDLE }] },
  { name: 'HardFault_Handler', at: HANDLER, frame: { size: 8, saved: { 14: -4 } } },
  { name: 'prvTaskExitError', at: TASK_END, frame: { size: 0 } },
];
const OUTER = [0x44, MIDDLE_CALLED | 1, 0, TASK_END | 1];

interface Frame {
  readonly pc?: number;
  readonly lr?: number;
  readonly xpsr?: number;
}

function frameWords({ pc = LEAF + 4, lr = LEAF_CALLED | 1, xpsr = 0x0100_0000 }: Frame = {}): number[] {
  return [0xa0, 0xa1, 0xa2, 0xa3, 0xac, lr, pc, xpsr];
}

interface Situation {
  readonly registers: RegisterValues;
  readonly msp?: readonly number[];
  readonly psp?: readonly number[];
  readonly system?: RegisterValues;
  readonly unsureBits?: RegisterValues;
  readonly vectors?: readonly number[];
}

function unwind({ registers, msp = [], psp = [], system = {}, unsureBits = {}, vectors = [] }: Situation): Unwinding {
  const symbols = makeProgram(FUNCTIONS);
  const memory = makeMemory(
    [
      { kind: 'stack', address: address(MSP), bytes: words(...msp) },
      { kind: 'stack', address: address(PSP), bytes: words(...psp) },
      { kind: 'data', address: address(VECTORS), bytes: words(...vectors) },
    ],
    symbols,
  );
  return unwindThread(registers, { symbols, memory, core: CORTEX_M, system, unsureBits });
}

function outline({ frames }: Unwinding): string[] {
  const symbols = makeProgram(FUNCTIONS);
  return frames.map((frame) => {
    const doubt = frame.doubtful === undefined ? '' : ' ?';
    if (frame.kind === 'exception') return `— ${frame.exception}${doubt}`;
    return `${frame.lookUp === undefined ? '??' : symbols.symbolAt(frame.lookUp)?.name}${doubt}`;
  });
}

const IN_HANDLER = { sp: MSP, lr: 0, pc: HANDLER + 8, xpsr: 0x0100_0003 };
const BELOW = ['leaf', 'middle', 'task'];

describe('a process stack whose pointer was not captured', () => {
  it('is found by the shape of its exception frame, and doubted', () => {
    const unwinding = unwind({ registers: IN_HANDLER, msp: [0, 0xffff_fffd], psp: [...frameWords(), ...OUTER] });
    expect(outline(unwinding)).toEqual(['HardFault_Handler', '— HardFault ?', 'leaf ?', 'middle ?', 'task ?']);
    expect(unwinding.frames[1]?.doubtful).toBe('The exception frame at 0x20004000 was found by its shape.');
    expect(unwinding.frames.map((frame) => frame.confidence)).toEqual(['certain', 'unsure', 'unsure', 'unsure', 'unsure']);
  });

  it('is not taken for a frame that leads nowhere, or is of another mode', () => {
    const wrong = [
      frameWords({ lr: 0x1234_5679 }),
      frameWords({ xpsr: 0x0100_0003 }),
      frameWords({ xpsr: 0 }),
      frameWords({ pc: 0x9000 }),
      frameWords({ pc: LEAF + 5 }),
      frameWords({ lr: LEAF_CALLED + 3 }),
    ];
    const psp = [...wrong.flat(), ...frameWords(), ...OUTER];
    const unwinding = unwind({ registers: IN_HANDLER, msp: [0, 0xffff_fffd], psp });
    expect(unwinding.frames[1]?.doubtful).toContain('0x200040c0');
  });

  it('says how many other places look as likely', () => {
    const psp = [...Array.from({ length: 24 }, () => 0), ...frameWords(), ...OUTER, ...frameWords(), ...OUTER];
    const unwinding = unwind({ registers: IN_HANDLER, msp: [0, 0xffff_fffd], psp });
    expect(unwinding.frames[1]?.doubtful).toContain('1 other place looks as likely');
  });

  it('is the one that holds what a handler that has not run still has in its registers', () => {
    const stacked = { r0: 0, r1: 0xb001, r2: 0xb002, r3: 0xb003, r12: 0xbc };
    const struck = [...Object.values(stacked), 0, LEAF + 8, 0x0100_0000];
    const psp = [...frameWords(), ...OUTER, ...Array.from({ length: 24 }, () => 0), ...struck];
    const found = (registers: RegisterValues) =>
      unwind({ registers: { ...IN_HANDLER, ...registers }, msp: [0, 0xffff_fffd], psp }).frames[1]?.doubtful;
    expect(found(stacked)).toContain('0x20004090');
    expect(found({ ...stacked, r0: 5, r12: 6 })).toContain('0x20004090');
    expect(found({ r0: 0xa0, r1: 0xa1, r2: 0xa2, r3: 0xa3, r12: 1 })).toContain('0x20004000');
  });

  it('ends the list where nothing looks like it', () => {
    const unwinding = unwind({ registers: IN_HANDLER, msp: [0, 0xffff_fffd], psp: [1, 2, 3] });
    expect(outline(unwinding)).toEqual(['HardFault_Handler']);
    expect(unwinding.end).toEqual({ reason: 'register-unknown', detail: 'The exception frame is at PSP, which is unknown.' });
  });

  it('is not searched where the pointer is known and its memory was not captured', () => {
    const registers = { ...IN_HANDLER, psp: 0x2000_8000 };
    const unwinding = unwind({ registers, msp: [0, 0xffff_fffd], psp: [...frameWords(), ...OUTER] });
    expect(outline(unwinding)).toEqual(['HardFault_Handler']);
    expect(unwinding.end.reason).toBe('stack-not-captured');
  });

  it('is found within 50 ms in a megabyte of words that all look like status registers or code', () => {
    const symbols = makeProgram(FUNCTIONS);
    const noise = new Uint8Array(1 << 20);
    const view = new DataView(noise.buffer);
    for (let offset = 0; offset < noise.length; offset += 4)
      view.setUint32(offset, offset % 8 === 0 ? LEAF + 4 : 0x0100_0000, true);
    const regions = [
      { kind: 'stack', address: address(MSP), bytes: words(0, 0xffff_fffd) },
      { kind: 'data', address: address(0x2010_0000), bytes: noise },
    ] as const;
    const target = { symbols, memory: makeMemory(regions, symbols), core: CORTEX_M };
    // The machine may be busy with something else: the best of some runs counts.
    const times = Array.from({ length: 8 }, () => {
      const start = performance.now();
      unwindThread(IN_HANDLER, target);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe('a stack that was cut', () => {
  it('gives the beginning of the whole list, or frames that are doubted', () => {
    const psp = [...frameWords(), ...OUTER];
    const registers = { ...IN_HANDLER, psp: PSP };
    const whole = outline(unwind({ registers, msp: [0, 0xffff_fffd], psp }));
    expect(whole).toEqual(['HardFault_Handler', '— HardFault', ...BELOW]);
    for (let length = 0; length <= psp.length; length++) {
      for (const known of [registers, IN_HANDLER]) {
        const cut = outline(unwind({ registers: known, msp: [0, 0xffff_fffd], psp: psp.slice(0, length) }));
        const sure = cut.findIndex((name) => name.endsWith(' ?'));
        const told = sure < 0 ? cut : cut.slice(0, sure);
        expect(whole.slice(0, told.length)).toEqual(told);
      }
    }
  });
});

describe('the exception number', () => {
  const psp = [...frameWords(), ...OUTER];
  const rest = { msp: [0, 0xffff_fffd], psp };
  const vectorsTo = (number: number) =>
    Array.from({ length: 16 }, (_, index) => (index === 1 ? TASK | 1 : index === number ? HANDLER | 1 : 0));

  it('without a status register is that of the vector that leads to the handler', () => {
    const { xpsr: _, ...registers } = IN_HANDLER;
    const unwinding = unwind({
      registers: { ...registers, psp: PSP },
      ...rest,
      vectors: vectorsTo(5),
      system: { vtor: VECTORS },
    });
    expect(outline(unwinding)).toEqual(['HardFault_Handler', '— BusFault', ...BELOW]);
  });

  it('without either is told by the handler’s name', () => {
    const { xpsr: _, ...registers } = IN_HANDLER;
    expect(outline(unwind({ registers: { ...registers, psp: PSP }, ...rest }))).toEqual([
      'HardFault_Handler',
      '— HardFault',
      ...BELOW,
    ]);
  });

  it('with a bit that the dump’s maker may have set is settled by the vectors, else doubted', () => {
    const registers = { ...IN_HANDLER, xpsr: 0x0100_0023, psp: PSP };
    const unsureBits = { xpsr: 0x20 };
    const settled = unwind({ registers, ...rest, unsureBits, vectors: vectorsTo(3), system: { vtor: VECTORS } });
    expect(outline(settled)[1]).toBe('— HardFault');
    expect(outline(unwind({ registers, ...rest, unsureBits }))[1]).toBe('— HardFault ?');
  });
});

describe('Armv8-M', () => {
  const onMsp = (...above: readonly number[]) => [...above, ...OUTER];

  it('pushes no additional state of non-secure code, whatever DCRS says', () => {
    const unwinding = unwind({ registers: { ...IN_HANDLER, psp: PSP }, msp: [0, 0xffff_ff9c], psp: [...frameWords(), ...OUTER] });
    expect(outline(unwinding)).toEqual(['HardFault_Handler', '— HardFault', ...BELOW]);
  });

  it('keeps the frame of the other security state on a stack that is searched', () => {
    const saved = [4, 5, 6, 7, 8, 9, 10, 11];
    const psp = [0xfefa_125b, 0, ...saved, ...frameWords(), ...OUTER];
    const unwinding = unwind({ registers: IN_HANDLER, msp: onMsp(0, 0xffff_fff8), psp });
    expect(outline(unwinding).slice(1)).toEqual(['— HardFault ?', 'leaf ?', 'middle ?', 'task ?']);
  });

  it('ends where secure code called', () => {
    const unwinding = unwind({ registers: { ...IN_HANDLER, xpsr: 0x0100_0000 }, msp: [0, 0xfeff_ffff] });
    expect(outline(unwinding)).toEqual(['HardFault_Handler']);
    expect(unwinding.end.reason).toBe('outermost');
  });

  it('keeps s16 to s31 of secure code where FPCCR says so', () => {
    const floats = [
      ...Array.from({ length: 16 }, (_, index) => 0x100 + index),
      0,
      0,
      ...Array.from({ length: 16 }, (_, index) => 0x200 + index),
    ];
    const psp = [...frameWords(), ...floats, ...OUTER];
    const unwinding = unwind({ registers: { ...IN_HANDLER, psp: PSP }, msp: [0, 0xffff_ffed], psp, system: { fpccr: 1 << 26 } });
    expect(outline(unwinding)).toEqual(['HardFault_Handler', '— HardFault', ...BELOW]);
    const leaf = unwinding.frames[2];
    expect(leaf?.kind === 'call' && [leaf.registers.get(64), leaf.registers.get(80)]).toEqual([0x100, 0x200]);
  });
});

describe('floating-point registers of an interrupted frame', () => {
  const floats = [...Array.from({ length: 16 }, (_, index) => 0x100 + index), 0x7, 0];
  const psp = [...frameWords(), ...floats, ...OUTER];
  const live = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`s${index}`, 0x300 + index]));
  const situation = { registers: { ...IN_HANDLER, ...live, psp: PSP }, msp: [0, 0xffff_ffed], psp };
  const s3 = ({ frames: [, , leaf] }: Unwinding) => (leaf?.kind === 'call' ? leaf.registers.get(67) : undefined);

  it('are unknown where nothing says whether they were saved', () => {
    expect(s3(unwind(situation))).toBeUndefined();
  });

  it('are those of the frame where they were saved', () => {
    expect(s3(unwind({ ...situation, system: { fpccr: 0xc000_0000 } }))).toBe(0x103);
  });

  it('are still in the processor where they are to be saved', () => {
    expect(s3(unwind({ ...situation, system: { fpccr: 0xc000_0001 } }))).toBe(0x303);
  });

  it('are those of the frame where what is to be saved is the frame of the dump itself', () => {
    const registers = { ...situation.registers, exc_return: 0xffff_ffe1 };
    expect(s3(unwind({ ...situation, registers, system: { fpccr: 0xc000_0001 } }))).toBe(0x103);
  });
});

describe('any dump', () => {
  const word = fc.oneof(
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.constantFrom(0, 1, LEAF + 4, LEAF_CALLED | 1, MIDDLE_CALLED | 1, LEAF_CALLED, MSP, PSP, 0xffff_fffd, 0xffff_ffb8),
    fc.constantFrom(0xffff_ffed, 0xfefa_125b, 0x0100_0000, 0x0100_0003, 0xfeff_ffff, TASK_END | 1),
  );
  const names = 'r0 r4 r7 sp lr pc xpsr psp msp exc_return ra s0 mepc mcause'.split(' ');
  const registers = fc.record(Object.fromEntries(names.map((name) => [name, word])), { requiredKeys: [] });
  const system = fc.record({ fpccr: word, vtor: word, mepc: word, mcause: word }, { requiredKeys: [] });
  const code = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 });

  it.each([
    ['Cortex-M', CORTEX_M],
    ['RISC-V', RISCV32],
  ])('of %s ends without throwing, whatever registers, stacks and instructions there are', (_name, core) => {
    fc.assert(
      fc.property(registers, system, fc.array(word, { maxLength: 60 }), code, (values, more, stack, instructions) => {
        const functions = FUNCTIONS.map((made) => ({ ...made, frame: 'none' as const, code: halfwords(instructions) }));
        const symbols = makeProgram(functions);
        const regions = [{ kind: 'stack', address: address(MSP), bytes: words(...stack) }] as const;
        const target = { symbols, memory: makeMemory(regions, symbols), core, system: more as RegisterValues };
        expect(unwindThread(values as RegisterValues, target).frames.length).toBeLessThanOrEqual(MAX_FRAMES);
      }),
      { numRuns: 1500 },
    );
  });
});
