/** What a person reads of a crash as our own device sends it, compared with golden texts. */
import { readFileSync } from 'node:fs';
import { type Dump, NoinitError, type Trace } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { matchesGolden } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { explainDump, loadDisassembler, renderTrace, renderTraceMarkdown } from '../src/index.ts';
import { FOLDER, readFixture } from './fixtures.ts';
import { DICTIONARY, LOG, listedThreads, postcardOf, type Recorded, sentBy } from './own-records.ts';
import { parsePrintedDump } from './printed-dump.ts';

const KERNELS = new URL('../../../fixtures/threads/', import.meta.url);
const disassemble = await loadDisassembler();
const nullCall = readFixture('m3-null-call');
const badAddress = readFixture('m3-bad-address');
const riscv = readKernel('freertos-rv32');
const cortex = readKernel('freertos-m4f-integrity');

function readKernel(name: string): Recorded {
  const dump = parsePrintedDump(readFileSync(new URL(`${name}.dump.txt`, KERNELS), 'latin1'));
  return { dump, symbols: loadSymbols(readFileSync(new URL(`${name}.elf`, KERNELS))) };
}

function explain({ symbols }: Recorded, dump: Parameters<typeof explainDump>[0]): Trace {
  return explainDump(dump, symbols, { disassemble, dictionary: DICTIONARY });
}

describe('a crash with threads that the device listed', () => {
  it.each([
    ['freertos-rv32', riscv],
    ['freertos-m4f-integrity', cortex],
  ] as const)('%s reads as it always did', (name, recorded) => {
    const trace = explain(recorded, sentBy(recorded, { ...listedThreads(recorded), log: LOG }));
    expect(trace.damage).toEqual([]);
    matchesGolden(new URL(`${name}.own.golden.txt`, KERNELS), renderTrace(trace, { allThreads: true, depth: 0 }));
  });

  it('has the threads, and the functions on their stacks, that the kernel’s own lists have', () => {
    for (const recorded of [riscv, cortex]) {
      const own = explain(recorded, sentBy(recorded, listedThreads(recorded)));
      const whole = explain(recorded, recorded.dump);
      const outline = ({ threads }: Trace) =>
        threads
          .map(({ name, stack, frames }) => ({
            name,
            size: stack?.size,
            functions: frames.map((frame) => (frame.kind === 'exception' ? frame.exception : frame.function)),
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(outline(own)).toEqual(outline(whole));
    }
  });

  it('tells of a stack whose pointer left it', () => {
    const listed = listedThreads(cortex);
    const threads = listed.threads.map((thread) => {
      const { sp = 0 } = thread.registers;
      return thread.name === 'receiver' && thread.stack
        ? { ...thread, stack: { ...thread.stack, low: (sp + 24) as typeof thread.stack.low } }
        : thread;
    });
    const trace = explain(cortex, sentBy(cortex, { ...listed, threads }));
    expect(trace.threads.find(({ name }) => name === 'receiver')?.stack).toMatchObject({
      overflow: 'its pointer is 24 bytes below its end',
    });
    expect(renderTrace(trace)).toMatch(/receiver +stack 408 of 384 bytes, overflowed: its pointer is 24 bytes below its end/);
  });
});

describe('a postcard', () => {
  const fields = { faultBits: 0x4002_0000 };

  it('reads as it always did, in text, Markdown and JSON', () => {
    const trace = explain(nullCall, postcardOf(nullCall, fields));
    matchesGolden(new URL('m3-null-call.postcard.golden.txt', FOLDER), renderTrace(trace));
    matchesGolden(new URL('m3-null-call.postcard.golden.md', FOLDER), renderTraceMarkdown(trace));
    matchesGolden(new URL('m3-null-call.postcard.golden.json', FOLDER), `${JSON.stringify(trace, undefined, 1)}\n`);
  });

  it.each([
    ...['m3-null-call', 'm4-isr-on-thread', 'm0-strike', 'm3-bad-address'].map((name) => [name, readFixture(name)] as const),
    ...['freertos-rv32', 'freertos-m4f-integrity', 'zephyr-m3'].map((name) => [name, readKernel(name)] as const),
  ])('of %s names the place that the whole crash names', (_name, recorded) => {
    const placesOf = ({ threads }: Trace) =>
      (threads[0]?.frames ?? []).map((frame) =>
        frame.kind === 'exception' ? '' : `${frame.function} ${frame.file}:${frame.line}`,
      );
    const whole = placesOf(explain(recorded, recorded.dump));
    const card = explain(recorded, postcardOf(recorded, { faultBits: 0 }));
    expect(placesOf(card)[0]).toBe(whole[0]);
    // What is called certain of the rest is the whole crash's too.
    const sure = (card.threads[0]?.frames ?? []).filter(({ kind, doubtful }) => kind !== 'scanned' && doubtful === undefined);
    expect(whole).toEqual(expect.arrayContaining(placesOf(card).slice(0, sure.length)));
  });

  it('names the place, the doubtful caller, and nothing that did not come', () => {
    const trace = explain(badAddress, postcardOf(badAddress, { faultBits: 0x4000_8200 }));
    const [crashed] = trace.threads;
    expect(crashed?.frames.map((frame) => frame.kind !== 'exception' && [frame.function, frame.doubtful !== undefined])).toEqual([
      ['strike', false],
      ['inner', true],
      ['outer', true],
      ['descend', true],
    ]);
    expect(trace.fault).toMatchObject({ class: 'bus-error', bits: ['PRECISERR', 'BFARVALID', 'FORCED'] });
    expect(trace.fault).not.toHaveProperty('address');
    expect(Object.keys(trace.registers).sort()).toEqual(['cfsr', 'hfsr', 'lr', 'pc']);
    expect(trace.unknown?.map(({ why }) => why)).toEqual(['only-postcard', 'only-postcard']);
  });

  it('of a call into the SDK has no second frame for the same call', () => {
    const { lr = 0 } = nullCall.dump.threads[0]?.registers ?? {};
    const dump = postcardOf(nullCall, { cause: { kind: 'panic' }, reason: 0x8009, pc: lr - 3, lr, faultBits: 0 });
    const { threads, fault } = explain(nullCall, dump);
    expect(threads[0]?.frames.map((frame) => frame.kind !== 'exception' && frame.function)).toEqual(['read_sensor']);
    expect(fault.sentence).toMatch(/^The firmware gave up in read_sensor \(scenarios\.c:93\)\.$/);
  });

  it('of a stack that overflowed shows how it was noticed', () => {
    const dump = postcardOf(nullCall, { cause: { kind: 'stack-overflow' }, pc: 0, lr: 0, faultBits: 0x92 });
    expect(explain(nullCall, dump).fault).toMatchObject({ class: 'stack-overflow', bits: ['DACCVIOL', 'MSTKERR', 'MMARVALID'] });
  });

  it('of a RISC-V tells its trap', () => {
    const trace = explain(riscv, postcardOf(riscv, { faultBits: 5 }));
    expect(trace.fault).toMatchObject({ exception: 'load access fault', class: 'memory-access' });
  });

  it('without symbols shows its addresses', () => {
    const trace = explainDump(postcardOf(nullCall, fields), undefined);
    expect(trace.build).toEqual({ symbols: 'none', wanted: nullCall.symbols.buildId?.slice(0, 8) });
    expect(trace.threads[0]?.frames.length).toBeGreaterThan(0);
  });

  it('of another build is refused', () => {
    const other = postcardOf(nullCall, { build: 'ffffffff' as never });
    expect(() => explain(nullCall, other)).toThrow(NoinitError);
  });

  it('without a place says so', () => {
    const { pc: _pc, lr: _lr, ...rest } = postcardOf(nullCall).threads[0]?.registers ?? {};
    const trace = explain(nullCall, { ...postcardOf(nullCall), threads: [{ crashed: true, registers: rest }] });
    expect(trace.threads[0]).toMatchObject({ frames: [], end: 'The postcard names no place.' });
  });
});

describe('a cause of our own', () => {
  const conclude = (cause: Parameters<typeof explainDump>[0]['cause'], recorded: Recorded = badAddress) =>
    explain(recorded, sentBy(recorded, { cause })).fault;

  it.each([
    [{ kind: 'out-of-memory', size: 4096 }, 'out-of-memory', /^4,096 bytes could not be allocated, asked for by strike \(/],
    [{ kind: 'out-of-memory' }, 'out-of-memory', /^Memory could not be allocated/],
    [{ kind: 'panic', text: 'no pump' }, 'panic', /^The firmware gave up in strike \(.*\): no pump$/],
    [{ kind: 'panic' }, 'panic', /^The firmware gave up in strike \(.*\)\.$/],
    [
      { kind: 'stack-overflow', thread: 'radio' },
      'stack-overflow',
      /^The stack of radio grew past its end: descend \(.* stands on it 3 times\. .* in strike/,
    ],
    [{ kind: 'watchdog' }, 'watchdog', /the firmware was stuck in strike \(/],
    [{ kind: 'snapshot', refused: 2 }, 'snapshot', /and the firmware went on; 2 since the one before were not taken\.$/],
    [{ kind: 'snapshot', reason: 0x0009 }, 'snapshot', /^Not a crash: a snapshot was taken in strike \(.*went on\.$/],
  ] as const)('%# reads as it should', (cause, kind, sentence) => {
    expect(conclude(cause)).toMatchObject({ class: kind, sentence: expect.stringMatching(sentence) });
  });

  it('of a target that a debugger stopped is no crash, unless a fault shows', () => {
    const cause = { kind: 'stopped' } as const;
    expect(explain(badAddress, sentBy(badAddress, { cause, system: {} })).fault).toMatchObject({
      class: 'snapshot',
      sentence: expect.stringMatching(/^Not a crash: a debugger stopped the target in strike/),
    });
    expect(conclude(cause)).toMatchObject({ class: 'bus-error', confidence: 'unsure' });
  });

  it('has its reason by name, the project’s own with the sentence', () => {
    expect(conclude({ kind: 'assert', reason: 0x8002 })).toMatchObject({
      reason: { name: 'Assert', value: 0x8002 },
      sentence: expect.stringMatching(/^An assertion/),
    });
    expect(conclude({ kind: 'assert', reason: 0xc011 })).toMatchObject({
      reason: { name: 'ValveStuck', value: 0xc011 },
      sentence: expect.stringMatching(/^ValveStuck: An assertion/),
    });
    expect(conclude({ kind: 'assert', reason: 0xc012 })).toMatchObject({ reason: { name: 'custom 0xc012' } });
  });

  it('that an exception told shows it', () => {
    const overflow = { kind: 'stack-overflow', exception: 4 } as const;
    const dump = sentBy(badAddress, { cause: overflow, system: { cfsr: 0x92, hfsr: 0 } });
    expect(explain(badAddress, dump).fault).toMatchObject({ exception: 'MemManage', bits: ['DACCVIOL', 'MSTKERR', 'MMARVALID'] });
    expect(conclude({ kind: 'watchdog', exception: 2 })).toMatchObject({ exception: 'NMI' });
  });

  it('of a snapshot speaks of no crash', () => {
    const text = renderTrace(explain(badAddress, sentBy(badAddress, { cause: { kind: 'snapshot', reason: 0xc011 }, log: LOG })));
    expect(text).not.toMatch(/[Cc]rashed/);
    matchesGolden(new URL('m3-bad-address.snapshot.golden.txt', FOLDER), text);
  });
});

describe('the log inside a crash', () => {
  it('is shown by uptime, with the texts of the build', () => {
    const { log } = explain(badAddress, sentBy(badAddress, { log: LOG }));
    expect(log?.map(({ number, text, uptime }) => [number, text, uptime])).toEqual([
      [40, 'pump 2 starts', 12_000],
      [41, 'pressure -7 below 15', 12_340],
    ]);
  });

  it('shows ids without the build, and its damage', () => {
    const [piece] = LOG;
    const entries = piece?.entries.slice() ?? new Uint8Array();
    entries[3] = (entries[3] ?? 0) ^ 0x10;
    const trace = explainDump(sentBy(badAddress, { log: piece ? [{ ...piece, entries }] : [] }), undefined);
    expect(trace.log).toHaveLength(1);
    expect(trace.log?.[0]?.unknown).toBeDefined();
    expect(trace.damage.map(({ why }) => why)).toEqual(['checksum-mismatch']);
  });
});

describe('registers of the secure side', () => {
  const cpuid = 0x410f_d213;
  const [whole] = badAddress.dump.threads;
  /** As on the side that EXC_RETURN names. */
  const captured = (excReturn: number, system: Dump['system']) => {
    const thread = { crashed: true, registers: { ...whole?.registers, exc_return: excReturn } };
    return explain(badAddress, sentBy(badAddress, { threads: [thread], system: { ...badAddress.dump.system, ...system } }));
  };

  it('are unknown, because non-secure, on a core that has them', () => {
    const trace = captured(0xffff_ffb8, { cpuid });
    expect(trace.unknown).toMatchObject([{ what: ['sfsr', 'sfar'], why: 'non-secure' }]);
    expect(renderTrace(trace)).toMatch(/sfsr, sfar: unknown, because the crash was captured on the non-secure side/);
  });

  it('are not missed where they came, on the secure side, nor on a core that has none', () => {
    expect(captured(0xffff_ffb8, { cpuid, sfsr: 0, sfar: 0 })).not.toHaveProperty('unknown');
    expect(captured(0xffff_fff9, { cpuid })).not.toHaveProperty('unknown');
    expect(captured(0xffff_ffb8, { cpuid: 0x412f_c231 })).not.toHaveProperty('unknown');
  });
});
