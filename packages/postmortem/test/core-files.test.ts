/** Recorded crashes once more as ELF core files: the same answer, as far as that container goes. */
import { readElfCore } from '@noinit/dumps';
import type { Dump, TraceFrame } from '@noinit/model';
import { makeElfCore } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { explainDump } from '../src/index.ts';
import { FIXTURES, readFixture } from './fixtures.ts';

const A_PROFILE_THUMB = 0x20;

/** How sure a frame is may differ: a core file has neither of the two stack pointers. */
function plain(frames: readonly TraceFrame[] = []): unknown[] {
  return frames.map(({ doubtful: _doubtful, ...frame }) => frame);
}

/** As converters write it that make gdb see Thumb code. */
function withThumbOfCpsr(dump: Dump): Dump {
  const threads = dump.threads.map((thread) => {
    const { xpsr = 0 } = thread.registers;
    return { ...thread, registers: { ...thread.registers, xpsr: (xpsr | A_PROFILE_THUMB) >>> 0 } };
  });
  return { ...dump, threads };
}

describe.each([...FIXTURES.keys()])('%s as a core file', (name) => {
  const { dump, symbols } = readFixture(name);
  const own = explainDump(dump, symbols, { globals: true });
  const explain = (core: Uint8Array) => explainDump(readElfCore(core), symbols, { globals: true });

  it('has the same frames and variables', () => {
    for (const options of [{}, { systemControl: true }]) {
      const { threads, globals } = explain(makeElfCore(dump, options));
      expect(plain(threads[0]?.frames)).toEqual(plain(own.threads[0]?.frames));
      expect(globals).toEqual(own.globals);
    }
  });

  it('is the same fault where the fault status was saved', () => {
    const { fault } = explain(makeElfCore(dump, { systemControl: true }));
    // Without fault status, Armv6-M, nothing in the file says that there was a fault.
    if (dump.system['cfsr'] === undefined) expect([own.fault.class, 'unknown']).toContain(fault.class);
    else expect(fault.class).toBe(own.fault.class);
  });

  it('is the same fault by its instruction where that is none that a program gets past', () => {
    const isTrap = own.fault.class === 'undefined-instruction';
    if (isTrap) expect(explain(makeElfCore(dump)).fault).toMatchObject({ class: own.fault.class, confidence: 'likely' });
  });

  it('has the same frames where its writer marked Thumb code the A-profile way', () => {
    const { threads } = explain(makeElfCore(withThumbOfCpsr(dump)));
    expect(plain(threads[0]?.frames)).toEqual(plain(own.threads[0]?.frames));
  });
});
