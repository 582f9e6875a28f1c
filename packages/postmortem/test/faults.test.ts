/** Sentences about faults, from programs that fault in QEMU. */
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { explainDump, loadDisassembler } from '../src/index.ts';
import { crashKernel } from './kernels.ts';

const OPTIMIZATIONS = ['-O0', '-Og', '-O2', '-Os'];
const disassemble = await loadDisassembler();

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a fault', () => {
  const explain = (fault: number, optimization: string) => {
    const flags = [optimization, `-DFAULT=${fault}`];
    const { dump, symbols } = crashKernel({ program: 'faults', cpu: 'cortex-m3', board: 'mps2-an385', flags });
    return explainDump(dump, symbols, { disassemble }).fault;
  };

  it.each(OPTIMIZATIONS)('%s names the pointer and the member', (optimization) => {
    const { sentence, address, instruction } = explain(1, optimization);
    expect(sentence).toMatch(
      /^read_limit \(faults\.c:\d+\) read sensor->limits\[1\]\.high at 0xf0000008, .*: sensor is 0xf0000000\.$/,
    );
    expect(address).toBe('0xf0000008');
    expect(instruction?.text).toMatch(/^ldrsh/);
  });

  it.each(OPTIMIZATIONS)('%s names a pointer in a structure, or nothing', (optimization) => {
    const { sentence } = explain(2, optimization);
    expect(sentence).toMatch(/^read_by_bus .*: of->sensor is 0xf0000000\.$/);
    expect(sentence).toContain('read of->sensor->limits[0].low at 0xf0000002');
  });

  it.each(OPTIMIZATIONS)('%s names a plain pointer', (optimization) => {
    expect(explain(3, optimization).sentence).toMatch(
      /^set_first .* wrote to \*words at 0xf0000100.*: words is 0xf0000100\.$|bus error \(imprecise/,
    );
  });

  it.each(OPTIMIZATIONS)('%s names the divisor', (optimization) => {
    const fault = explain(4, optimization);
    expect(fault).toMatchObject({ class: 'divide-by-zero', confidence: 'certain' });
    // QEMU overwrites the destination before it faults: where that is the divisor too, its value is gone.
    expect(fault.sentence).toMatch(
      optimization === '-O0' ? /divided by zero(: count is 0)?\.$/ : /divided by zero: count is 0\.$/,
    );
  });

  it.each(OPTIMIZATIONS)('%s names no variable that merely is 0 too', (optimization) => {
    expect(explain(5, optimization).sentence).toMatch(/divided by zero(: of->id is 0)?\.$/);
  });

  it.each(OPTIMIZATIONS)('%s tells of a double word that is not aligned', (optimization) => {
    expect(explain(6, optimization)).toMatchObject({ class: 'unaligned-access' });
  });

  it.each(OPTIMIZATIONS)('%s names nothing where only an assembler knows the register', (optimization) => {
    const { sentence } = explain(7, optimization);
    expect(sentence).toMatch(/^main .* read .*0xf000000c/);
  });
});
