/** A debugger stopped at the first instruction of a trap handler: nothing is saved yet, and nothing is changed. */
import { address, type RegisterValues } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { makeProgram, words } from '../test/make-program.ts';
import { RISCV32 } from './cores/riscv/riscv32.ts';
import { makeMemory } from './memory.ts';
import { unwindThread } from './unwind-thread.ts';

const HANDLER = 0x1000;
const WORK = 0x2000;
const MAIN = 0x3000;
const VECTOR = 0x4000;
const NOP = 0x0000_0013;
const RET = 0x0000_8067;
const CSRR_MCAUSE = 0x3420_22f3;
const MRET = 0x3020_0073;
const MIE = 8;

/** jal ra, target */
function call(at: number, target: number): number {
  const offset = target - at;
  const field = (high: number, low: number) => (offset >> low) & ((1 << (high - low + 1)) - 1);
  return ((field(20, 20) << 31) | (field(10, 1) << 21) | (field(11, 11) << 20) | (field(19, 12) << 12) | (1 << 7) | 0x6f) >>> 0;
}

/** jalr ra, 0(t1) */
const CALL_BY_POINTER = 0x0003_00e7;

const symbols = makeProgram([
  { name: 'handler', at: HANDLER, size: 12, frame: 'none', code: words(CSRR_MCAUSE, NOP, NOP) },
  { name: 'work', at: WORK, size: 12, frame: 'none', code: words(NOP, NOP, RET) },
  {
    name: 'main',
    at: MAIN,
    size: 24,
    frame: 'none',
    code: words(NOP, call(MAIN + 4, WORK), NOP, call(MAIN + 12, HANDLER), CALL_BY_POINTER, NOP),
  },
  { name: 'vector', at: VECTOR, size: 12, frame: 'none', code: words(NOP, CALL_BY_POINTER, MRET) },
]);

function outline(registers: RegisterValues, system: RegisterValues): string[] {
  const memory = makeMemory([{ kind: 'stack', address: address(0x2000_0000), bytes: words(0, 0, 0, 0) }], symbols);
  const { frames } = unwindThread({ sp: 0x2000_0000, ...registers }, { symbols, memory, core: RISCV32, system });
  return frames.map((frame) => (frame.kind === 'exception' ? `— ${frame.exception}` : `${symbols.symbolAt(frame.pc)?.name}`));
}

describe('a RISC-V that stands at the entry of its trap handler', () => {
  const trap = { mepc: WORK + 4, mcause: 2, mstatus: 0x1880 };
  const called = { pc: HANDLER, ra: MAIN + 8 };

  it('is in the code that the trap interrupted', () => {
    expect(outline(called, trap)).toEqual(['handler', '— illegal instruction', 'work', 'main']);
  });

  it('is so where the last call was one by a pointer', () => {
    const frames = outline({ pc: HANDLER, ra: MAIN + 20 }, { ...trap, mepc: MAIN + 20 });
    expect(frames.slice(0, 3)).toEqual(['handler', '— illegal instruction', 'main']);
  });

  it('was called where interrupts are on, where the call before names it, or where another handler made the call', () => {
    expect(outline(called, { ...trap, mstatus: 0x1880 | MIE })).not.toContain('— illegal instruction');
    expect(outline({ pc: HANDLER, ra: MAIN + 16 }, trap).slice(0, 2)).toEqual(['handler', 'main']);
    expect(outline({ pc: HANDLER, ra: VECTOR + 8 }, trap).slice(0, 2)).toEqual(['handler', 'vector']);
  });

  it('is elsewhere behind that instruction, or where mepc is unknown', () => {
    expect(outline({ pc: HANDLER + 4, ra: MAIN + 8 }, trap)[1]).not.toBe('— illegal instruction');
    expect(outline(called, { mcause: 2 })).not.toContain('— illegal instruction');
  });
});
