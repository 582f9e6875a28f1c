import { address, type RegisterValues } from '@noinit/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MadeFunction, makeProgram, words } from '../test/make-program.ts';
import { CORTEX_M } from './cores/cortex-m.ts';
import { makeMemory } from './memory.ts';
import { unwindThread } from './unwind-thread.ts';
import { MAX_FRAMES, type Unwinding } from './unwound-frame.ts';

const SP = 0x2000_1000;
const LEAF = 0x1000;
const MIDDLE = 0x2000;
const MAIN = 0x3000;
const RESET = 0x4000;
const ISR = 0x5000;

const LEAF_CALLED = MIDDLE + 0x20;
const MIDDLE_CALLED = MAIN + 0x30;
const MAIN_CALLED = RESET + 0x10;

/** leaf keeps its return address in lr; middle and main push it; Reset_Handler keeps none. */
const FUNCTIONS: readonly MadeFunction[] = [
  { name: 'leaf', at: LEAF, frame: { size: 0 } },
  {
    name: 'middle',
    at: MIDDLE,
    frame: { size: 16, saved: { 4: -16, 14: -4 } },
    calls: [{ returnsTo: LEAF_CALLED, target: LEAF }],
  },
  { name: 'main', at: MAIN, frame: { size: 8, saved: { 14: -4 } }, calls: [{ returnsTo: MIDDLE_CALLED, target: MIDDLE }] },
  { name: 'Reset_Handler', at: RESET, frame: { size: 0 }, calls: [{ returnsTo: MAIN_CALLED, target: MAIN }] },
  { name: 'uart0_irq', at: ISR, frame: { size: 8, saved: { 14: -4 } } },
];
const STACK = words(0x44, 1, 2, MIDDLE_CALLED | 1, 3, MAIN_CALLED | 1);
const REGISTERS: RegisterValues = { r4: 4, sp: SP, lr: LEAF_CALLED | 1, pc: LEAF + 6, xpsr: 0x0100_0000 };

interface Situation {
  readonly registers?: RegisterValues;
  readonly stack?: Uint8Array;
  readonly functions?: readonly MadeFunction[];
}

function unwind({ registers = {}, stack = STACK, functions = FUNCTIONS }: Situation = {}): Unwinding {
  const symbols = makeProgram(functions);
  const memory = makeMemory([{ kind: 'stack', address: address(SP), bytes: stack }], symbols);
  return unwindThread({ ...REGISTERS, ...registers }, { symbols, memory, core: CORTEX_M });
}

function without(name: string, ...registers: string[]): RegisterValues {
  return Object.fromEntries(Object.entries(REGISTERS).filter(([key]) => key !== name && !registers.includes(key)));
}

/** `middle`, `exception SysTick`, `scanned main`, `bad 0x0`. */
function outline({ frames }: Unwinding, functions = FUNCTIONS): string[] {
  const symbols = makeProgram(functions);
  return frames.map((frame) => {
    if (frame.kind === 'exception') return `exception ${frame.exception}`;
    if (frame.badJump) return `bad 0x${frame.badJump.target.toString(16)} ${frame.badJump.caller}`;
    const name = frame.lookUp === undefined ? '??' : (symbols.symbolAt(frame.lookUp)?.name ?? '??');
    return `${frame.kind === 'call' ? '' : 'scanned '}${name}${frame.doubtful === undefined ? '' : ' ?'}`;
  });
}

function exceptionFrame(fields: { pc: number; lr?: number; xpsr?: number }): number[] {
  return [0xa0, 0xa1, 0xa2, 0xa3, 0xac, fields.lr ?? 0, fields.pc, fields.xpsr ?? 0x0100_0000];
}

describe('call frame information', () => {
  it('leads from a leaf to the function that nothing calls', () => {
    const unwinding = unwind();
    expect(outline(unwinding)).toEqual(['leaf', 'middle', 'main', 'Reset_Handler']);
    expect(unwinding.end.reason).toBe('outermost');
  });

  it('looks callers up inside their call instruction, and the innermost frame at its pc', () => {
    const [leaf, middle] = unwind().frames;
    expect(leaf).toMatchObject({ pc: LEAF + 6, lookUp: LEAF + 6, cfa: SP });
    expect(middle).toMatchObject({ pc: LEAF_CALLED, lookUp: LEAF_CALLED - 1, cfa: SP + 16 });
  });

  it('recovers saved registers, keeps preserved ones and forgets the rest', () => {
    const { frames } = unwind({ registers: { r0: 10, r5: 5, r12: 12 } });
    const registers = frames.map((frame) => (frame.kind === 'exception' ? undefined : frame.registers));
    expect(registers[0]?.get(0)).toBe(10);
    expect(registers[1]?.get(0)).toBeUndefined();
    expect(registers[1]?.get(12)).toBeUndefined();
    expect(registers[1]?.get(4)).toBe(4);
    expect(registers[2]?.get(4)).toBe(0x44);
    expect(registers[2]?.get(5)).toBe(5);
  });

  it.each([0, 0xffff_ffff])('ends at the return address %d', (marker) => {
    const unwinding = unwind({ stack: words(0x44, 1, 2, marker) });
    expect(outline(unwinding)).toEqual(['leaf', 'middle']);
    expect(unwinding.end.reason).toBe('outermost');
  });

  it('ends where the row says that there is no caller', () => {
    const functions = FUNCTIONS.map((made) =>
      made.name === 'middle' ? { ...made, returnRule: { kind: 'undefined' } as const } : made,
    );
    const unwinding = unwind({ functions });
    expect(outline(unwinding)).toEqual(['leaf', 'middle']);
    expect(unwinding.end.reason).toBe('outermost');
  });

  it('ends at a thread’s entry, whose return address is the start of a function', () => {
    const unwinding = unwind({ stack: words(0x44, 1, 2, RESET | 1) });
    expect(outline(unwinding)).toEqual(['leaf', 'middle']);
    expect(unwinding.end).toEqual({ reason: 'outermost', detail: 'The thread starts here; it would return to Reset_Handler.' });
  });

  it('says that the stack was not captured', () => {
    const unwinding = unwind({ stack: STACK.subarray(0, 12) });
    expect(outline(unwinding)).toEqual(['leaf', 'middle']);
    expect(unwinding.end.reason).toBe('stack-not-captured');
  });

  it('doubts a return address that no call stands before', () => {
    expect(outline(unwind({ stack: words(0x44, 1, 2, (MAIN + 0x50) | 1, 3, MAIN_CALLED | 1) }))).toEqual([
      'leaf',
      'middle',
      'main ?',
      'Reset_Handler',
    ]);
  });

  it('doubts a return address without the Thumb bit', () => {
    expect(outline(unwind({ stack: words(0x44, 1, 2, MIDDLE_CALLED, 3, MAIN_CALLED | 1) }))).toEqual([
      'leaf',
      'middle',
      'main ?',
      'Reset_Handler',
    ]);
  });

  it('searches the stack where it was smashed', () => {
    const unwinding = unwind({ stack: words(0x44, 1, 2, 0x4141_4141, 3, MAIN_CALLED | 1) });
    expect(outline(unwinding)).toEqual(['leaf', 'middle', 'scanned Reset_Handler ?']);
  });

  it('ends where the stack pointer does not grow', () => {
    const functions = FUNCTIONS.map((made) =>
      made.name === 'middle' ? { ...made, frame: { size: 0, saved: { 14: 12 } } } : made,
    );
    const unwinding = unwind({ functions });
    expect(outline(unwinding)).toEqual(['leaf', 'middle']);
    expect(unwinding.end.reason).toBe('stack-not-growing');
  });

  it('lists at most 512 frames of an endless recursion', () => {
    const functions = [...FUNCTIONS, { name: 'again', at: 0x6000, calls: [{ returnsTo: 0x6010, target: 0x6000 }] }];
    const stack = words(...Array.from({ length: 4000 }, () => 0x6011));
    const unwinding = unwind({ functions, stack, registers: { pc: 0x6004 } });
    expect(unwinding.frames).toHaveLength(MAX_FRAMES);
    expect(unwinding.end.reason).toBe('too-many-frames');
  });

  it('says which register is missing', () => {
    const symbols = makeProgram(FUNCTIONS);
    const target = { symbols, memory: makeMemory([], symbols), core: CORTEX_M };
    expect(unwindThread({ ...without('pc') }, target)).toEqual({
      frames: [],
      end: { reason: 'register-unknown', detail: 'The program counter was not captured.' },
    });
    expect(unwindThread({ ...without('lr') }, target).end.reason).toBe('register-unknown');
    expect(unwindThread({ ...without('sp', 'lr') }, target).end.reason).toBe('register-unknown');
  });
});

describe('a stack that was too full for the exception frame', () => {
  const unwindLost = (sp: number, stack = STACK) => {
    const symbols = makeProgram(FUNCTIONS);
    const memory = makeMemory([{ kind: 'stack', address: address(SP), bytes: stack }], symbols);
    return unwindThread({ ...without('pc', 'lr', 'sp'), sp }, { symbols, memory, core: CORTEX_M });
  };

  it('still names who was called, all of it in doubt', () => {
    for (const sp of [SP, SP - 40]) {
      const unwinding = unwindLost(sp);
      expect(outline(unwinding)).toEqual(['scanned main ?', 'Reset_Handler ?']);
      expect(unwinding.frames[0]).toMatchObject({ confidence: 'unsure', doubtful: expect.stringMatching(/is not known/) });
    }
  });

  it('shows no frame where nothing near its pointer was captured, or nothing in it is a return address', () => {
    expect(unwindLost(SP - 5000).frames).toEqual([]);
    expect(unwindLost(SP, words(1, 2, 3)).frames).toEqual([]);
  });
});

describe('a jump to where no code is', () => {
  const functions: readonly MadeFunction[] = FUNCTIONS.map((made) =>
    made.name === 'middle' ? { ...made, calls: [{ returnsTo: LEAF_CALLED, register: 3 }] } : made,
  );

  it('is shown without a function and goes on at the caller', () => {
    const unwinding = unwind({ functions, registers: { pc: 0, r3: 0, xpsr: 0 } });
    expect(outline(unwinding)).toEqual(['bad 0x0 call', 'middle', 'main', 'Reset_Handler']);
    const [bad, caller] = unwinding.frames;
    expect(bad).not.toHaveProperty('lookUp');
    expect(caller?.kind === 'call' && caller.registers.get(3)).toBe(0);
  });

  it('is a jump to the wrong state where the address is code without the Thumb bit', () => {
    const unwinding = unwind({ functions, registers: { pc: LEAF, r3: LEAF, xpsr: 0 } });
    expect(unwinding.frames[0]).toMatchObject({ badJump: { target: LEAF, why: 'wrong-state', caller: 'call' } });
  });

  it('leaves the caller in doubt where the called register holds something else', () => {
    expect(outline(unwind({ functions, registers: { pc: 0, r3: 7, xpsr: 0 } })).slice(0, 2)).toEqual([
      'bad 0x0 unknown',
      'middle ?',
    ]);
  });

  it('leaves the caller in doubt after a direct call, which went elsewhere', () => {
    expect(outline(unwind({ registers: { pc: 0, r3: 0, xpsr: 0 } })).slice(0, 2)).toEqual(['bad 0x0 unknown', 'middle ?']);
  });

  it('searches the stack where the return register leads nowhere', () => {
    expect(outline(unwind({ registers: { pc: 0x4141_4140, lr: 0x4141_4141 } }))).toEqual([
      'bad 0x41414140 unknown',
      'scanned main ?',
      'Reset_Handler ?',
    ]);
  });

  it('shows the exception whose vector leads nowhere', () => {
    const stack = words(
      ...exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 }),
      0x44,
      1,
      2,
      MIDDLE_CALLED | 1,
      3,
      MAIN_CALLED | 1,
    );
    const unwinding = unwind({ stack, registers: { pc: 0, lr: 0xffff_fff9, xpsr: 0x0000_0014 } });
    expect(outline(unwinding)).toEqual(['bad 0x0 unknown', 'exception IRQ 4', 'leaf', 'middle', 'main', 'Reset_Handler']);
  });
});

describe('an exception', () => {
  const handler = { pc: ISR + 8, lr: 0, xpsr: 0x0100_0014 };
  const interrupted = [0x44, 1, 2, MIDDLE_CALLED | 1, 3, MAIN_CALLED | 1];

  it('on the main stack is undone, and named with its handler', () => {
    const stack = words(0, 0xffff_fff9, ...exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 }), ...interrupted);
    const unwinding = unwind({ stack, registers: handler });
    expect(outline(unwinding)).toEqual(['uart0_irq', 'exception IRQ 4 (uart0_irq)', 'leaf', 'middle', 'main', 'Reset_Handler']);
    const leaf = unwinding.frames[2];
    expect(leaf?.kind === 'call' && leaf.registers.get(0)).toBe(0xa0);
    expect(leaf?.kind === 'call' && leaf.registers.get(13)).toBe(SP + 8 + 0x20);
  });

  it('has the name that the source gave to a Rust handler', () => {
    const stack = words(0, 0xffff_fff9, ...exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 }), ...interrupted);
    const name = 'app::__cortex_m_rt_UARTE0_trampoline';
    const functions = FUNCTIONS.map((made) => (made.name === 'uart0_irq' ? { ...made, name } : made));
    expect(unwind({ stack, registers: handler, functions }).frames[1]).toMatchObject({ exception: 'IRQ 4 (UARTE0)' });
  });

  it('of a thread is found at the process stack pointer', () => {
    const stack = words(0, 0xffff_fffd, 9, 9, ...exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 }), ...interrupted);
    expect(outline(unwind({ stack, registers: { ...handler, psp: SP + 16 } }))).toEqual([
      'uart0_irq',
      'exception IRQ 4 (uart0_irq)',
      'leaf',
      'middle',
      'main',
      'Reset_Handler',
    ]);
  });

  it('skips the floating-point frame and the alignment word', () => {
    const floats = Array.from({ length: 18 }, () => 0x3f80_0000);
    const frame = exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1, xpsr: 0x0100_0200 });
    const stack = words(0, 0xffff_ffe9, ...frame, ...floats, 0, ...interrupted);
    const unwinding = unwind({ stack, registers: { ...handler, s0: 1, s16: 16 } });
    expect(outline(unwinding).slice(2)).toEqual(['leaf', 'middle', 'main', 'Reset_Handler']);
    const leaf = unwinding.frames[2];
    expect(leaf?.kind === 'call' && leaf.registers.get(64)).toBeUndefined();
    expect(leaf?.kind === 'call' && leaf.registers.get(80)).toBe(16);
  });

  it('with the additional state of Armv8-M restores r4 to r11 and checks the signature', () => {
    const saved = [0x104, 0x105, 0x106, 0x107, 0x108, 0x109, 0x10a, 0x10b];
    const frame = exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 });
    const good = unwind({ stack: words(0, 0xffff_ffd9, 0xfefa_125b, 0, ...saved, ...frame, ...interrupted), registers: handler });
    expect(outline(good).slice(1, 4)).toEqual(['exception IRQ 4 (uart0_irq)', 'leaf', 'middle']);
    const leaf = good.frames[2];
    expect(leaf?.kind === 'call' && leaf.registers.get(11)).toBe(0x10b);
    const forged = unwind({
      stack: words(0, 0xffff_ffd9, 0x1234_5678, 0, ...saved, ...frame, ...interrupted),
      registers: handler,
    });
    expect(forged.frames[1]).toMatchObject({ kind: 'exception', doubtful: expect.stringContaining('signature') });
  });

  it('within another shows both', () => {
    const inner = exceptionFrame({ pc: ISR + 8, lr: 0, xpsr: 0x0100_0014 });
    const outer = exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 });
    const functions = [...FUNCTIONS, { name: 'SysTick_Handler', at: 0x7000, frame: { size: 8, saved: { 14: -4 } } }];
    const stack = words(0, 0xffff_fff1, ...inner, 0, 0xffff_fff9, ...outer, ...interrupted);
    const unwinding = unwind({ functions, stack, registers: { pc: 0x7004, xpsr: 0x0100_000f } });
    expect(outline(unwinding, functions).slice(0, 5)).toEqual([
      'SysTick_Handler',
      'exception SysTick',
      'uart0_irq',
      'exception IRQ 4 (uart0_irq)',
      'leaf',
    ]);
  });

  it('is doubted where the return value and the status register contradict each other', () => {
    const stack = words(
      0,
      0xffff_fff9,
      ...exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1, xpsr: 0x0100_0003 }),
      ...interrupted,
    );
    expect(unwind({ stack, registers: handler }).frames[1]).toMatchObject({ doubtful: expect.stringContaining('contradict') });
  });

  it('ends the list where the process stack pointer is unknown', () => {
    const unwinding = unwind({ stack: words(0, 0xffff_fffd), registers: handler });
    expect(outline(unwinding)).toEqual(['uart0_irq']);
    expect(unwinding.end.reason).toBe('register-unknown');
  });

  it('is found by its shape where the handler has no call frame information', () => {
    const functions = FUNCTIONS.map((made) => (made.name === 'uart0_irq' ? { ...made, frame: 'none' as const } : made));
    const frame = exceptionFrame({ pc: LEAF + 2, lr: LEAF_CALLED | 1 });
    const stack = words(7, 0, 0xffff_fff9, ...frame, ...interrupted);
    const unwinding = unwind({ functions, stack, registers: handler });
    expect(outline(unwinding).slice(0, 3)).toEqual(['uart0_irq', 'exception IRQ 4 (uart0_irq)', 'leaf ?']);
    expect(unwinding.frames[1]).toHaveProperty('doubtful');
  });

  it('raised by SVC shows the line of the SVC instruction', () => {
    const stack = words(0, 0xffff_fff9, ...exceptionFrame({ pc: LEAF + 8, lr: LEAF_CALLED | 1 }), ...interrupted);
    const unwinding = unwind({ stack, registers: { ...handler, xpsr: 0x0100_000b } });
    expect(unwinding.frames[2]).toMatchObject({ pc: LEAF + 8, lookUp: LEAF + 7 });
  });
});

describe('without call frame information', () => {
  const functions = FUNCTIONS.map((made) =>
    made.name === 'leaf' || made.name === 'middle' ? { ...made, frame: 'none' as const } : made,
  );

  it('takes the return register once, then searches the stack', () => {
    const unwinding = unwind({ functions });
    expect(outline(unwinding)).toEqual(['leaf', 'middle ?', 'scanned main ?', 'Reset_Handler ?']);
  });

  it('passes over the return register that the function itself pushed', () => {
    const byPointer = functions.map((made) =>
      made.name === 'main' ? { ...made, calls: [{ returnsTo: MIDDLE_CALLED, register: 3 }] } : made,
    );
    const stack = words(7, LEAF_CALLED | 1, 0x44, 1, 2, MIDDLE_CALLED | 1, 3, MAIN_CALLED | 1);
    expect(outline(unwind({ functions: byPointer, stack }))).toEqual(['leaf', 'middle ?', 'scanned main ?', 'Reset_Handler ?']);
  });

  it('does not take a return register that the function itself left behind', () => {
    const own = functions.map((made) =>
      made.name === 'leaf' ? { ...made, calls: [{ returnsTo: LEAF + 0x40, target: MAIN }] } : made,
    );
    const unwinding = unwind({
      functions: own,
      registers: { lr: (LEAF + 0x40) | 1 },
      stack: words(5, LEAF_CALLED | 1, ...[0x44, 1, 2, MIDDLE_CALLED | 1]),
    });
    expect(outline(unwinding).slice(0, 2)).toEqual(['leaf', 'scanned middle ?']);
  });

  it('prefers a call of exactly this function to a nearer word left over from an older call', () => {
    const unwinding = unwind({ functions, registers: { lr: 0x123 }, stack: words(MIDDLE_CALLED | 1, LEAF_CALLED | 1) });
    expect(outline(unwinding)).toEqual(['leaf', 'scanned middle ?']);
  });

  it('accepts no word that is even, in no code, or behind no call', () => {
    const stack = words(LEAF_CALLED, 0x9001, (MIDDLE + 0x31) | 1, MAIN_CALLED - 1);
    const unwinding = unwind({ functions, registers: { lr: 0x123 }, stack });
    expect(outline(unwinding)).toEqual(['leaf']);
    expect(unwinding.end.reason).toBe('no-call-frame-information');
  });
});

describe('any dump', () => {
  it('ends without throwing, whatever its registers and stack hold', () => {
    const word = fc.oneof(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.constantFrom(
        0,
        1,
        LEAF_CALLED | 1,
        MIDDLE_CALLED | 1,
        ISR + 9,
        SP,
        SP + 4,
        0xffff_fff1,
        0xffff_fff9,
        0xffff_fffd,
        0xffff_ffed,
        0x0100_0014,
      ),
    );
    const names = ['r0', 'r7', 'sp', 'lr', 'pc', 'xpsr', 'psp', 'msp'] as const;
    const registers = fc.record(Object.fromEntries(names.map((name) => [name, word])), { requiredKeys: [] });
    const frameless = FUNCTIONS.map((made) => ({ ...made, frame: 'none' as const }));
    fc.assert(
      fc.property(registers, fc.array(word, { maxLength: 40 }), fc.boolean(), (values, stack, isFrameless) => {
        const symbols = makeProgram(isFrameless ? frameless : FUNCTIONS);
        const memory = makeMemory([{ kind: 'stack', address: address(SP), bytes: words(...stack) }], symbols);
        const { frames } = unwindThread(values as RegisterValues, { symbols, memory, core: CORTEX_M });
        expect(frames.length).toBeLessThanOrEqual(MAX_FRAMES);
      }),
      { numRuns: 2000 },
    );
  });

  it('is unwound up to every cut of its stack', () => {
    const whole = outline(unwind());
    for (let length = 0; length <= STACK.length; length++) {
      const cut = outline(unwind({ stack: STACK.subarray(0, length) }));
      expect(whole.slice(0, cut.length)).toEqual(cut);
    }
  });
});
