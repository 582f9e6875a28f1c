import { address } from '@noinit/model';
import { makeMemory } from '@noinit/unwind';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../../../test/fixtures.ts';
import type { ViewTarget } from '../view.ts';
import { readSavedContext } from './saved-context.ts';

const { symbols } = readFixture('m3-null-call');
const MAIN = symbols.symbolNamed('main')?.address ?? 0;
const TOP = 0x2000_0100;
const RETURN = 0xffff_fffd;
const FLOAT_RETURN = 0xffff_ffed;

const count = (length: number, from: number) => Array.from({ length }, (_, index) => from + index);
const CALLEE_SAVED = count(8, 0x40);
const FLOATS = count(16, 0x1600);
/** r0 to r3, r12, lr, pc, xpsr. */
const frame = (xpsr = 0x0100_0000) => [0, 1, 2, 3, 12, MAIN | 1, MAIN, xpsr];
const floatFrame = (xpsr = 0x0100_0000) => [...frame(xpsr), ...count(16, 0x1000), 0xf9, 0];

function targetOf(words: readonly number[], machine: ViewTarget['symbols']['machine'] = 'cortex-m'): ViewTarget {
  const bytes = new Uint8Array(4 * words.length);
  for (const [index, word] of words.entries()) new DataView(bytes.buffer).setUint32(4 * index, word, true);
  const memory = makeMemory([{ kind: 'data', address: address(TOP), bytes }], symbols);
  const isCode = (at: number) => at >= MAIN && at < MAIN + 0x20;
  return { memory, symbols: { machine, littleEndian: true, isCode } as unknown as ViewTarget['symbols'] };
}

const registersOf = (words: readonly number[], machine?: ViewTarget['symbols']['machine']) => {
  const context = readSavedContext(TOP, targetOf(words, machine));
  return context.kind === 'saved' ? context.registers : undefined;
};

describe('a task’s saved registers', () => {
  it.each([
    ['Cortex-M0 and M3', [...CALLEE_SAVED, ...frame()]],
    ['Cortex-M4F and M7', [...CALLEE_SAVED, RETURN, ...frame()]],
    ['Cortex-M33 without secure context', [0x2000_0000, RETURN, ...CALLEE_SAVED, ...frame()]],
    ['Cortex-M33 without secure context, non-secure', [0x2000_0000, 0xffff_ffbc, ...CALLEE_SAVED, ...frame()]],
    ['Cortex-M33 with secure context', [0, 0x2000_0000, 0xffff_ffbc, ...CALLEE_SAVED, ...frame()]],
    ['Cortex-M3 with MPU', [3, ...CALLEE_SAVED, ...frame()]],
    ['Cortex-M4F with MPU', [3, ...CALLEE_SAVED, RETURN, ...frame()]],
  ])('are read as the port of %s leaves them', (_name, words) => {
    expect(registersOf(words)).toMatchObject({
      r0: 0,
      r3: 3,
      r4: 0x40,
      r11: 0x47,
      r12: 12,
      pc: MAIN,
      sp: TOP + 4 * words.length,
    });
  });

  it('have floating-point registers where EXC_RETURN says so', () => {
    const words = [...CALLEE_SAVED, FLOAT_RETURN, ...FLOATS, ...floatFrame()];
    expect(registersOf(words)).toMatchObject({
      r4: 0x40,
      s0: 0x1000,
      s15: 0x100f,
      s16: 0x1600,
      s31: 0x160f,
      sp: TOP + 4 * words.length,
    });
  });

  it('count the word that aligned the stack', () => {
    const words = [...CALLEE_SAVED, ...frame(0x0100_0200)];
    expect(registersOf(words)).toMatchObject({ sp: TOP + 4 * words.length + 4 });
  });

  it.each([
    ['no Thumb state', [...CALLEE_SAVED, ...frame(0)]],
    ['an exception number', [...CALLEE_SAVED, ...frame(0x0100_000b)]],
    ['a pc where no code is', [...CALLEE_SAVED, 0, 1, 2, 3, 12, MAIN, 0x2000_0000, 0x0100_0000]],
    ['only a part that was captured', [...CALLEE_SAVED, ...frame().slice(0, 6)]],
    ['the fill pattern', Array.from({ length: 40 }, () => 0xa5a5_a5a5)],
  ])('are unknown with %s', (_name, words) => {
    expect(registersOf(words)).toBeUndefined();
  });

  it('of RISC-V are those of the port with and without the critical nesting', () => {
    const general = [MAIN, MAIN + 4, ...count(27, 0x500)];
    const expected = { pc: MAIN, ra: MAIN + 4, t0: 0x500, s0: 0x503, a0: 0x505, t6: 0x51a };
    expect(registersOf([...general, 0, 0x1880], 'riscv32')).toMatchObject({ ...expected, sp: TOP + 124 });
    expect(registersOf([...general, 0x1880, 0], 'riscv32')).toMatchObject({ ...expected, sp: TOP + 120 });
    expect(registersOf([...general, 0, 0], 'riscv32')).toBeUndefined();
  });

  it('of ESP-IDF’s RISC-V have the stack pointer in them', () => {
    const words = [MAIN, MAIN + 4, TOP + 160, 0x300, 0x400, ...count(27, 0x500), 0x1880, 0, 7, 0, 0];
    expect(registersOf(words, 'riscv32')).toMatchObject({
      pc: MAIN,
      ra: MAIN + 4,
      sp: TOP + 160,
      gp: 0x300,
      tp: 0x400,
      t0: 0x500,
      t6: 0x51a,
    });
  });

  it('never throw, whatever stands there', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff_ffff), { maxLength: 64 }), fc.nat(0xffff_ffff), (words, top) => {
        const context = readSavedContext(top, targetOf(words));
        expect(['saved', 'unknown']).toContain(context.kind);
      }),
    );
    expect(readSavedContext(undefined, targetOf([])).kind).toBe('unknown');
  });
});
