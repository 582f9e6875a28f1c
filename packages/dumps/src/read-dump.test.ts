import { NoinitError } from '@noinit/model';
import { makeBoot, makeCrash, makeElfCore, makePostcard } from '@noinit/testing';
import { encodeMessage } from '@noinit/wire/encode';
import { describe, expect, it } from 'vitest';
import { detectDump, readDump } from './index.ts';

const crash = makeCrash();
const message = encodeMessage(crash);
const core = makeElfCore(crash.dump);

function code(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof NoinitError ? error.code : 'another error';
  }
}

describe('a postcard', () => {
  it('is a dump of one place, with the fault bits in their registers', () => {
    const dump = readDump(encodeMessage(makePostcard({ pc: 0x0800_1234, faultBits: 0xe000_8200 })));
    expect(dump).toEqual({
      machine: 'cortex-m',
      key: makePostcard().key,
      build: '01234567',
      isPostcard: true,
      cause: { kind: 'fault', reason: 0x8001 },
      threads: [{ crashed: true, registers: { lr: 0x0800_1235, pc: 0x0800_1234 } }],
      system: { cfsr: 0x8200, hfsr: 0xc000_0002 },
      regions: [],
      damage: [],
    });
  });

  it('says nothing of a place or of a status that it does not know', () => {
    const { pc: _pc, lr: _lr, ...nowhere } = makePostcard({ faultBits: 0, cause: { kind: 'unknown', code: 14 } });
    expect(readDump(encodeMessage(nowhere))).toMatchObject({
      cause: { kind: 'unknown', code: 14 },
      threads: [{ registers: {} }],
      system: {},
    });
  });

  it('of a RISC-V has mcause, where 0 is a cause like any other', () => {
    const fault = makePostcard({ machine: 'riscv32', faultBits: 0, pc: 0x4200_0002, lr: 0x4200_0100 });
    expect(readDump(encodeMessage(fault))).toMatchObject({
      threads: [{ registers: { ra: 0x4200_0100 } }],
      system: { mcause: 0 },
    });
    expect(readDump(encodeMessage({ ...fault, cause: { kind: 'panic' } })).system).toEqual({});
  });

  it('is refused at every cut and with every bit bent', () => {
    const bytes = encodeMessage(makePostcard());
    for (let length = 0; length < bytes.length; length++)
      expect(code(() => readDump(bytes.subarray(0, length)))).toBe('unreadable-dump');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bent = bytes.slice();
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(code(() => readDump(bent))).toBe('unreadable-dump');
    }
  });
});

describe('a dump', () => {
  it('is told by its content', () => {
    expect(detectDump(message)).toBe('noinit');
    expect(detectDump(core)).toBe('elf-core');
  });

  it('gives the same registers and memory out of either container', () => {
    const [own, foreign] = [readDump(message), readDump(core)];
    expect(own.regions).toEqual(foreign.regions);
    for (const [name, value] of Object.entries(foreign.threads[0]?.registers ?? {}))
      expect(own.threads[0]?.registers[name]).toBe(value);
    expect(Object.keys(foreign.threads[0]?.registers ?? {})).toHaveLength(17);
  });

  it('is refused where it holds no crash', () => {
    expect(code(() => readDump(new Uint8Array()))).toBe('unreadable-dump');
    expect(code(() => readDump(new TextEncoder().encode('hello, world')))).toBe('unreadable-dump');
    expect(code(() => readDump(encodeMessage(makeBoot())))).toBe('unreadable-dump');
    expect(code(() => readDump(core, 'noinit'))).toBe('unreadable-dump');
  });
});
