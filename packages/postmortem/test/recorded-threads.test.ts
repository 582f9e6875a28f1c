/** Recorded crashes under a kernel's data structures: what a person reads, and what becomes of damaged lists. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Dump, MAX_TRACE_NODES, type MemoryRegion } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { describeWith, matchesGolden } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainDump, loadDisassembler, renderTrace } from '../src/index.ts';
import { crashKernel, KERNEL_BUILDS } from './kernels.ts';
import { parsePrintedDump } from './printed-dump.ts';

const FOLDER = new URL('../../../fixtures/threads/', import.meta.url);
const NAMES = ['freertos-m4f-integrity', 'zephyr-m3', 'freertos-rv32'];

if (process.env['UPDATE_FIXTURES'] === '1') {
  describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'riscv64-unknown-elf-gcc', 'qemu-system-riscv32'], 'recording', () => {
    it.each(NAMES)('crashes %s', (name) => {
      const build = KERNEL_BUILDS.get(name);
      if (!build) throw new TypeError(`there is no build ${name}`);
      const { elf, output } = crashKernel({ ...build, flags: [...build.flags, '-g'] });
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(new URL(`${name}.elf`, FOLDER), elf);
      writeFileSync(new URL(`${name}.dump.txt`, FOLDER), output);
    });
  });
}

function readRecorded(name: string) {
  const symbols = loadSymbols(readFileSync(new URL(`${name}.elf`, FOLDER)));
  return { symbols, dump: parsePrintedDump(readFileSync(new URL(`${name}.dump.txt`, FOLDER), 'latin1')) };
}

const disassemble = await loadDisassembler();

describe('a recorded crash under a kernel', () => {
  it.each(NAMES)('%s reads as it always did', (name) => {
    const { dump, symbols } = readRecorded(name);
    const trace = explainDump(dump, symbols, { disassemble });
    matchesGolden(new URL(`${name}.trace.golden.txt`, FOLDER), renderTrace(trace));
    matchesGolden(new URL(`${name}.all.golden.txt`, FOLDER), renderTrace(trace, { allThreads: true, depth: 1 }));
  });

  it('reads no deeper than asked', () => {
    const { dump, symbols } = readRecorded('freertos-m4f-integrity');
    const trace = explainDump(dump, symbols, { depth: 0, globals: true });
    expect(trace.globals?.filter(({ children }) => (children ?? []).length > 0)).toEqual([]);
  });

  it('merges the thread that the dump names with the kernel’s', () => {
    const { dump, symbols } = readRecorded('freertos-m4f-integrity');
    const [crashed] = dump.threads;
    const tcb = symbols.symbolNamed('tasks')?.address ?? 0;
    const other = { id: tcb, name: 'first', crashed: false, registers: { pc: crashed?.registers['pc'] ?? 0 } };
    const { threads } = explainDump({ ...dump, threads: [...dump.threads, other] }, symbols);
    expect(threads.slice(0, 2).map(({ name, waitsFor }) => [name, waitsFor])).toEqual([
      ['control', undefined],
      ['first', 'queue rx_frames'],
    ]);
    expect(threads.filter(({ name }) => name === 'receiver')).toEqual([]);
    expect(threads).toHaveLength(8);
  });

  it('says which registers of a thread are not there, and why', () => {
    const { dump, symbols } = readRecorded('freertos-m4f-integrity');
    const stacks = symbols.symbolNamed('stacks');
    const [start, end] = [stacks?.address ?? 0, (stacks?.address ?? 0) + (stacks?.size ?? 0)];
    const { threads } = explainDump({ ...dump, regions: dump.regions.flatMap((region) => without(region, start, end)) }, symbols);
    expect(threads.find(({ name }) => name === 'receiver')).toMatchObject({
      frames: [],
      end: expect.stringContaining('not captured'),
    });
  });
});

/** A region without the bytes from `start` to `end`. */
function without(region: MemoryRegion, start: number, end: number): MemoryRegion[] {
  const cut = (from: number, to: number): MemoryRegion => ({
    ...region,
    address: (region.address + from) as MemoryRegion['address'],
    bytes: region.bytes.subarray(from, to),
  });
  return [cut(0, Math.max(0, start - region.address)), cut(Math.max(0, end - region.address), region.bytes.length)];
}

describe('kernel data that are not what they were', () => {
  it.each(NAMES)('%s is explained with any words of memory changed, and nothing runs on', (name) => {
    const { dump, symbols } = readRecorded(name);
    const size = dump.regions.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const pointers = kernelPointers(dump);
    const change = fc.tuple(fc.nat(size / 4), fc.oneof(fc.constantFrom(...pointers), fc.nat(0xffffffff)));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const trace = explainDump(withWords(dump, changes), symbols, { depth: 1 });
        expect(trace.threads.length).toBeLessThanOrEqual(257);
        expect(trace.threads.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('says that a list runs in a circle', () => {
    const { dump, symbols } = readRecorded('freertos-m4f-integrity');
    const list = symbols.symbolNamed('xSuspendedTaskList')?.address ?? 0;
    const first = wordAt(dump, list + 20);
    const trace = explainDump(withWordAt(dump, first + 8, first), symbols, { depth: 0 });
    expect(trace.damage.map(({ detail }) => detail).join()).toContain('runs in a circle');
    expect(trace.threads[0]?.name).toBe('control');
  });

  it('are not said to be damaged where nothing of them was captured, or before the kernel made them', () => {
    const { dump, symbols } = readRecorded('freertos-m4f-integrity');
    const stack = dump.regions.slice(-1);
    expect(explainDump({ ...dump, regions: stack }, symbols).damage).toEqual([]);
    const zeroes = dump.regions.map((region) => ({ ...region, bytes: new Uint8Array(region.bytes.length) }));
    const { threads, damage } = explainDump({ ...dump, regions: zeroes }, symbols);
    expect([threads.length, damage]).toEqual([1, []]);
  });

  it('says that a list leads to nowhere', () => {
    const { dump, symbols } = readRecorded('zephyr-m3');
    const kernel = symbols.symbolNamed('_kernel')?.address ?? 0;
    const trace = explainDump(withWordAt(dump, kernel + 20, 0x3000_0000), symbols, { depth: 0 });
    expect(trace.damage.map(({ detail }) => detail).join()).toContain('0x30000000');
    expect(trace.threads.map(({ name }) => name)).toEqual(['uplink']);
  });

  it('stays within the nodes of a trace', () => {
    const { dump, symbols } = readRecorded('freertos-m4f-integrity');
    const text = JSON.stringify(explainDump(dump, symbols, { globals: true }));
    expect(text.split('"kind"').length).toBeLessThan(MAX_TRACE_NODES + 1000);
  });
});

/** Words that lead into RAM: swapping them makes the worst lists. */
function kernelPointers({ regions }: Dump): number[] {
  const words = regions.flatMap(({ bytes }) => [...new Uint32Array(bytes.slice().buffer, 0, Math.floor(bytes.length / 4))]);
  return [...new Set(words.filter((word) => word >>> 28 === 2 || word >>> 28 === 8))].slice(0, 500);
}

function withWords(dump: Dump, changes: readonly (readonly [number, number])[]): Dump {
  const regions = dump.regions.map((region) => ({ ...region, bytes: region.bytes.slice() }));
  for (const [index, word] of changes) {
    let left = index * 4;
    for (const { bytes } of regions) {
      if (left + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(left, word, true);
      if (left < bytes.length) break;
      left -= bytes.length;
    }
  }
  return { ...dump, regions };
}

function withWordAt(dump: Dump, at: number, word: number): Dump {
  const regions = dump.regions.map((region) => {
    const offset = at - region.address;
    if (offset < 0 || offset + 4 > region.bytes.length) return region;
    const bytes = region.bytes.slice();
    new DataView(bytes.buffer).setUint32(offset, word, true);
    return { ...region, bytes };
  });
  return { ...dump, regions };
}

function wordAt({ regions }: Dump, at: number): number {
  for (const { address, bytes } of regions) {
    const offset = at - address;
    if (offset >= 0 && offset + 4 <= bytes.length) return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
  }
  return 0;
}
