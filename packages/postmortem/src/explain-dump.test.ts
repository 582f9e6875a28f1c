import { address, type Dump, type DumpThread, NoinitError } from '@noinit/model';
import { makeDump } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIXTURES, readFixture } from '../test/fixtures.ts';
import { explainDump, renderTrace, renderTraceMarkdown } from './index.ts';

const NAMES = [...FIXTURES.keys()];
const crash = readFixture('m3-null-call');
const armv6 = readFixture('m0-strike');

function withRegisters(dump: Dump, registers: DumpThread['registers']): Dump {
  const [thread, ...rest] = dump.threads;
  return { ...dump, threads: [{ crashed: true, ...thread, registers: { ...thread?.registers, ...registers } }, ...rest] };
}

describe('an explained dump', () => {
  it('refuses the symbols of another build', () => {
    const dump: Dump = { ...crash.dump, build: 'ffffffffffffffff' as NonNullable<Dump['build']> };
    expect(() => explainDump(dump, crash.symbols)).toThrow(NoinitError);
    expect(() => explainDump(dump, crash.symbols)).toThrow(/ffffffffffffffff/);
  });

  it('takes the symbols whose id begins as the dump says', () => {
    const dump: Dump = { ...crash.dump, build: crash.symbols.buildId?.slice(0, 16) as NonNullable<Dump['build']> };
    expect(explainDump(dump, crash.symbols).build).toEqual({ id: crash.symbols.buildId, symbols: 'full' });
  });

  it('names the build it wants where it has no symbols', () => {
    const dump = makeDump();
    const trace = explainDump(dump, undefined);
    expect(trace.build).toEqual({ symbols: 'none', wanted: dump.build });
    expect(trace.threads[0]?.frames.map(({ pc }) => pc)).toEqual(['0x00000000', '0x08001234']);
    expect(trace.fault).toMatchObject({ class: 'bad-jump', confidence: 'likely', address: '0x00000000' });
  });

  it('lists every thread, the crashed one first', () => {
    const other: DumpThread = { name: 'idle', crashed: false, registers: { pc: crash.dump.threads[0]?.registers['lr'] ?? 0 } };
    const { threads } = explainDump({ ...crash.dump, threads: [...crash.dump.threads, other] }, crash.symbols);
    expect(threads.map(({ name, crashed }) => [name, crashed])).toEqual([
      ['crashed thread', true],
      ['idle', false],
    ]);
    expect(threads[1]).toHaveProperty('end');
  });

  it('reads globals only where asked', () => {
    expect(explainDump(crash.dump, crash.symbols)).not.toHaveProperty('globals');
    const globals = explainDump(crash.dump, crash.symbols, { globals: true }).globals ?? [];
    expect(globals.find(({ name }) => name === 'temp')).toMatchObject({ kind: 'struct', address: '0x20000000' });
  });

  it('never takes initial values for RAM that was not captured', () => {
    const dump = { ...crash.dump, regions: crash.dump.regions.filter(({ address: at }) => at !== 0x2000_0000) };
    const globals = explainDump(dump, crash.symbols, { globals: true }).globals ?? [];
    expect(globals.find(({ name }) => name === 'temp')).toMatchObject({ unknown: { why: 'not-captured' } });
  });

  it('keeps the damage of the dump', () => {
    const damage = [{ offset: 12, why: 'truncated', detail: 'the record has no end' }] as const;
    expect(explainDump({ ...crash.dump, damage }, crash.symbols).damage).toEqual(damage);
  });
});

describe('the conclusion', () => {
  const conclude = (fields: Partial<Dump>, options = {}) =>
    explainDump({ ...armv6.dump, ...fields }, armv6.symbols, options).fault;

  it.each<[Partial<Dump>, string, RegExp]>([
    [{ cause: { kind: 'assert' } }, 'assert', /^An assertion failed in strike \(scenarios\.c:\d+\)\.$/],
    [{ cause: { kind: 'watchdog' } }, 'watchdog', /stuck in strike/],
    [{ cause: { kind: 'stack-overflow' } }, 'stack-overflow', /noticed in strike/],
    [{ cause: { kind: 'snapshot' } }, 'snapshot', /taken in strike/],
    [{ cause: { kind: 'unknown', code: 99 } }, 'unknown', /cause 99/],
    [
      { cause: { kind: 'fault', exception: 3 } },
      'undefined-instruction',
      /^strike \(scenarios\.c:\d+\) ran into an undefined instruction\.$/,
    ],
  ])('%# is drawn from the cause', (fields, kind, sentence) => {
    expect(conclude(fields)).toMatchObject({ class: kind, sentence: expect.stringMatching(sentence) });
  });

  it('has the text of the assertion', () => {
    expect(conclude({ cause: { kind: 'assert' } }, { assertionText: 'queue 7 full' })).toMatchObject({
      sentence: expect.stringMatching(/: queue 7 full$/),
      assertion: 'queue 7 full',
      confidence: 'certain',
    });
  });

  it.each([
    ['DIVBYZERO', { cfsr: 1 << 25 }, 'divide-by-zero'],
    ['UNALIGNED', { cfsr: 1 << 24 }, 'unaligned-access'],
    ['NOCP', { cfsr: 1 << 19 }, 'no-coprocessor'],
    ['UNDEFINSTR', { cfsr: 1 << 16 }, 'undefined-instruction'],
    ['STKOF', { cfsr: 1 << 20 }, 'stack-overflow'],
    ['MSTKERR', { cfsr: 1 << 4 }, 'stack-overflow'],
    ['IMPRECISERR', { cfsr: 1 << 10 }, 'bus-error'],
    ['DACCVIOL', { cfsr: 1 << 1 }, 'memory-access'],
    ['VECTTBL', { hfsr: 1 << 1 }, 'bus-error'],
    ['DEBUGEVT', { hfsr: 1 << 31 }, 'breakpoint'],
    ['INVEP', { sfsr: 1 }, 'security-violation'],
    ['AUVIOL', { sfsr: 1 << 3 }, 'security-violation'],
    ['SFSR.LSPERR', { sfsr: 1 << 5 }, 'security-violation'],
  ])('is drawn from %s', (bit, system, kind) => {
    expect(conclude({ system })).toMatchObject({ class: kind, bits: [bit] });
  });

  it('takes the address only while it is valid', () => {
    const system = { cfsr: (1 << 9) | (1 << 15), hfsr: 1 << 30, mmfar: 1, bfar: 0x4000_0000 };
    expect(conclude({ system })).toMatchObject({
      class: 'bus-error',
      sentence: expect.stringContaining('0x40000000'),
      address: '0x40000000',
      bits: ['PRECISERR', 'BFARVALID', 'FORCED'],
    });
    expect(conclude({ system: { ...system, cfsr: 1 << 9 } })).not.toHaveProperty('address');
  });

  it('names a supervisor call that could not be taken, for the pc stands behind it', () => {
    const code = armv6.dump.threads[0]?.registers['pc'] ?? 0;
    const svc = { kind: 'data', address: address(0x2000_7000), bytes: Uint8Array.of(0x2a, 0xdf, 0x00, 0xbf) } as const;
    const dump = withRegisters({ ...armv6.dump, regions: [...armv6.dump.regions, svc] }, { pc: 0x2000_7002, lr: code + 1 });
    const status = (cfsr: number) => ({ cause: { kind: 'fault', exception: 3 }, system: { cfsr, hfsr: 1 << 30 } }) as const;
    const conclude = (fields: Partial<Dump>) => explainDump({ ...dump, ...fields }, undefined).fault;
    expect(conclude(status(0))).toMatchObject({
      class: 'fault',
      confidence: 'likely',
      sentence: expect.stringMatching(/made a supervisor call \(svc 42\) that could not be taken/),
    });
    expect(conclude({ cause: { kind: 'fault', exception: 3 }, system: {} })).toMatchObject({ confidence: 'unsure' });
    expect(conclude(status(1 << 25)).class).toBe('divide-by-zero');
    expect(conclude({ ...status(0), cause: { kind: 'fault', exception: 6 } }).sentence).not.toMatch(/supervisor/);
  });

  it('is unsure where nothing tells: the instruction reads memory that is there', () => {
    const pc = (armv6.dump.threads[0]?.registers['pc'] ?? 0) + 2;
    const fault = explainDump(withRegisters(armv6.dump, { pc }), armv6.symbols).fault;
    expect(fault).toMatchObject({
      class: 'fault',
      confidence: 'unsure',
      sentence: expect.stringMatching(/^HardFault in strike/),
    });
  });
});

describe('a trap of RISC-V', () => {
  const explain = (system: Dump['system'], cause: Dump['cause'] = { kind: 'fault', exception: 0 }) =>
    explainDump(
      { ...makeDump(), machine: 'riscv32', cause, system, threads: [{ crashed: true, registers: { pc: 0x8000_0000 } }] },
      undefined,
    ).fault;

  it.each([
    [0, 'bad-jump'],
    [1, 'bad-jump'],
    [2, 'undefined-instruction'],
    [3, 'breakpoint'],
    [4, 'unaligned-access'],
    [5, 'memory-access'],
    [6, 'unaligned-access'],
    [7, 'memory-access'],
    [11, 'fault'],
    [13, 'memory-access'],
    [19, 'fault'],
    [24, 'fault'],
  ])('of cause %d is %s', (mcause, kind) => {
    const fault = explain({ mcause, mtval: 0x4000_0002, mepc: 0x8000_0000 });
    expect(fault.class).toBe(kind);
    expect(fault.sentence).toMatch(/0x80000000/);
  });

  it('has the address of mtval', () => {
    expect(explain({ mcause: 7, mtval: 0x4000_0000 })).toMatchObject({
      sentence: '0x80000000 wrote to 0x40000000, where the access failed.',
      address: '0x40000000',
      exception: 'store access fault',
    });
  });

  it('is an interrupt where the topmost bit says so', () => {
    expect(explain({ mcause: 0x8000_0007 })).toMatchObject({ exception: 'machine timer interrupt', class: 'fault' });
  });

  it('is believed of a stopped hart only where it stands at mepc', () => {
    const stopped = { kind: 'stopped' } as const;
    expect(explain({ mcause: 5, mtval: 8, mepc: 0x8000_0000 }, stopped).class).toBe('memory-access');
    expect(explain({ mcause: 5, mtval: 8, mepc: 0x8000_1000 }, stopped).class).not.toBe('memory-access');
  });
});

describe('a stack that was left', () => {
  const stacked = (sp: number, excReturn = 0xffff_fffd) =>
    explainDump(
      withRegisters({ ...armv6.dump, system: {} }, { xpsr: 0x0100_0000, sp, psplim: 0x2000_1000, exc_return: excReturn }),
      armv6.symbols,
    ).fault;

  it('is told by its limit', () => {
    expect(stacked(0x2000_0ff0)).toMatchObject({
      class: 'stack-overflow',
      sentence: expect.stringContaining('16 bytes below its end'),
    });
  });

  it('is not told where the pointer is above, or far away', () => {
    expect(stacked(0x2000_1000).class).not.toBe('stack-overflow');
    expect(stacked(0x1000_0000).class).not.toBe('stack-overflow');
  });

  it('is not told by the limit of a stack that was not in use', () => {
    expect(stacked(0x2000_0ff0, 0xffff_fff9).class).not.toBe('stack-overflow');
  });
});

describe('a processor that is locked up', () => {
  it('says so', () => {
    const dump = withRegisters(armv6.dump, { pc: 0xffff_fffe });
    expect(explainDump(dump, armv6.symbols).fault.sentence).toMatch(/locked up at 0xfffffffe/);
  });
});

describe('a target that a debugger stopped', () => {
  const stop = (registers: DumpThread['registers'], system: Dump['system'] = {}) =>
    explainDump({ ...withRegisters(crash.dump, registers), cause: { kind: 'stopped' }, system }, crash.symbols).fault;
  const pc = crash.symbols.symbolNamed('main')?.address ?? 0;

  it('did not crash as far as anything says', () => {
    expect(stop({ pc, xpsr: 0x0100_0000 })).toMatchObject({ class: 'unknown', confidence: 'unsure' });
  });

  it('may have faulted before where status bits are set', () => {
    expect(stop({ pc, xpsr: 0x0100_0000 }, { cfsr: 1 << 25 })).toMatchObject({ class: 'divide-by-zero', confidence: 'unsure' });
  });

  it('faulted where it runs a fault handler', () => {
    expect(stop({ pc, xpsr: 0x0100_0003 }, { cfsr: 1 << 25 })).toMatchObject({
      class: 'divide-by-zero',
      confidence: 'likely',
      sentence: expect.stringContaining('where it came from was not captured'),
      exception: 'HardFault',
    });
  });

  it('ran into the undefined instruction or the breakpoint that it stands at', () => {
    const at = address(pc & ~1);
    const stopAt = (code: readonly number[]) => {
      const regions = [{ kind: 'data', address: at, bytes: Uint8Array.from(code) } as const, ...crash.dump.regions];
      const dump = { ...withRegisters(crash.dump, { pc, xpsr: 0x0100_0000 }), regions, system: {} };
      return explainDump({ ...dump, cause: { kind: 'stopped' } }, crash.symbols).fault;
    };
    expect(stopAt([0x01, 0xde, 0, 0])).toMatchObject({ class: 'undefined-instruction', confidence: 'likely' });
    expect(stopAt([0xab, 0xbe, 0, 0])).toMatchObject({ class: 'breakpoint', confidence: 'likely' });
    expect(stopAt([0x00, 0xbf, 0, 0]).class).toBe('unknown');
  });

  it('may have been in a boot loader', () => {
    const { class: kind, sentence, address: target } = stop({ pc: 0x1fff_1234, xpsr: 0x0100_0000 });
    expect([kind, target]).toEqual(['unknown', undefined]);
    expect(sentence).toMatch(/^The target was stopped at 0x1fff1234, outside of the program/);
  });

  it('crashed where it stands at NULL', () => {
    expect(stop({ pc: 0, xpsr: 0x0100_0000 }).class).toBe('bad-jump');
  });
});

describe('a hart that a debugger stopped', () => {
  const at = address(0x8000_0000);
  const stopAt = (code: readonly number[]) => {
    const regions = [{ kind: 'data', address: at, bytes: Uint8Array.from(code) }] as const;
    const dump = { ...crash.dump, machine: 'riscv32', system: {}, regions, cause: { kind: 'stopped' } } as const;
    const threads = [{ crashed: true, registers: { pc: at } }];
    const { build: _build, ...rest } = dump;
    return explainDump({ ...rest, threads }, undefined).fault.class;
  };

  it('ran into the illegal instruction or the breakpoint that it stands at', () => {
    expect(stopAt([0, 0, 0, 0])).toBe('undefined-instruction');
    expect(stopAt([0x73, 0x00, 0x10, 0x00])).toBe('breakpoint');
    expect(stopAt([0x02, 0x90, 0, 0])).toBe('breakpoint');
    expect(stopAt([0x73, 0x10, 0x00, 0xc0])).toBe('undefined-instruction');
    expect(stopAt([0x13, 0, 0, 0])).toBe('unknown');
  });
});

describe('a core file that shows its fault handler', () => {
  const { dump, symbols } = readFixture('m3-bad-address');
  const registers = dump.threads[0]?.registers ?? {};
  const at = (registers['sp'] ?? 0) - 32;
  const frame = ['r0', 'r1', 'r2', 'r3', 'r12', 'lr', 'pc', 'xpsr'].map((name) => registers[name] ?? 0);
  const bytes = new Uint8Array(Uint32Array.from(frame).buffer);
  const handler = {
    ...registers,
    pc: symbols.symbolNamed('HardFault_Handler')?.address ?? 0,
    lr: 0xffff_fff9,
    sp: at,
    msp: at,
    xpsr: 0x0100_0003,
  };
  const core: Dump = {
    ...dump,
    cause: { kind: 'stopped' },
    threads: [{ crashed: true, registers: handler }],
    regions: [{ kind: 'stack', address: address(at), bytes }, ...dump.regions],
  };

  it('is judged by the state that the handler interrupted', () => {
    const { fault, threads } = explainDump(core, symbols);
    expect(threads[0]?.frames.map((each) => (each.kind === 'exception' ? each.exception : each.function)).slice(0, 3)).toEqual([
      'HardFault_Handler',
      'HardFault',
      'strike',
    ]);
    expect(fault).toEqual({ ...explainDump(dump, symbols).fault, exception: 'HardFault' });
  });

  it('without the fault status is judged by the instruction', () => {
    const { fault } = explainDump({ ...core, system: {} }, symbols);
    expect(fault).toMatchObject({ class: 'memory-access', confidence: 'likely', exception: 'HardFault', address: '0xf0000000' });
  });

  it('says that what was interrupted is not known where the stack was not captured', () => {
    const { fault } = explainDump({ ...core, system: { cfsr: 1 << 25 }, regions: [] }, symbols);
    expect(fault).toMatchObject({ class: 'divide-by-zero', confidence: 'likely', exception: 'HardFault' });
    expect(fault.sentence).toMatch(/^HardFault was handled in HardFault_Handler .*; where it came from was not captured\.$/);
  });
});

describe('text for people', () => {
  const hostile = explainDump(
    {
      ...crash.dump,
      cause: { kind: 'assert' },
      threads: crash.dump.threads.map((thread) => ({ ...thread, name: '````\u001b[2J\n# x\u202e' })),
    },
    crash.symbols,
    { assertionText: 'a ```` b \u0000\u009b' },
  );

  it('shows control characters and what turns text around', () => {
    const text = renderTrace(hostile);
    expect(text).toContain('````\\x1b[2J\\x0a# x\\u202e');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('fences Markdown with more backticks than stand inside', () => {
    const blocks = renderTraceMarkdown(hostile).split(/^(`{5,})$/m);
    expect(blocks.length).toBeGreaterThan(4);
    expect(renderTraceMarkdown(hostile)).not.toMatch(/^# x/m);
  });
});

describe('a dump that is not what it was', () => {
  it.each(NAMES)('%s is explained with every region cut anywhere', (name) => {
    const { dump, symbols } = readFixture(name);
    const longest = Math.max(...dump.regions.map(({ bytes }) => bytes.length));
    for (let length = 0; length < longest; length += 5) {
      const regions = dump.regions.map((region) => ({ ...region, bytes: region.bytes.subarray(0, length) }));
      expect(() => renderTrace(explainDump({ ...dump, regions }, symbols))).not.toThrow();
    }
  });

  it.each(NAMES)('%s is explained with any register and any stack word changed', (name) => {
    const { dump, symbols } = readFixture(name);
    const registers = Object.keys(dump.threads[0]?.registers ?? {});
    const stack = dump.regions.at(-1);
    const stackWords = Math.floor((stack?.bytes.length ?? 0) / 4);
    fc.assert(
      fc.property(
        fc.constantFrom(...registers),
        fc.nat(31),
        fc.nat(Math.max(0, stackWords - 1)),
        fc.nat(31),
        (register, bit, word, flipped) => {
          const value = ((dump.threads[0]?.registers[register] ?? 0) ^ (1 << bit)) >>> 0;
          const bytes = Uint8Array.from(stack?.bytes ?? []);
          bytes[4 * word + (flipped >> 3)] = (bytes[4 * word + (flipped >> 3)] ?? 0) ^ (1 << (flipped & 7));
          const regions = [
            ...dump.regions.slice(0, -1),
            { kind: 'stack' as const, address: stack?.address ?? address(0), bytes },
          ];
          const changed = withRegisters({ ...dump, regions }, { [register]: value });
          expect(() => renderTraceMarkdown(explainDump(changed, symbols))).not.toThrow();
        },
      ),
      { numRuns: 300 },
    );
  });
});
