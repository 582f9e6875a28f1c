import { address, type Dump, NoinitError } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../test/fixtures.ts';
import { checkSameBuild } from './same-build.ts';

const { dump: recorded, symbols } = readFixture('m3-null-call');
const { symbols: others } = readFixture('m3-bad-address');
const CODE_BYTES = 0x400;
const code = symbols.readConstant(address(0), CODE_BYTES) ?? new Uint8Array();

function withCode(bytes: Uint8Array): Dump {
  const { build: _build, ...dump } = recorded;
  return { ...dump, regions: [{ kind: 'data', address: address(0), bytes }, ...dump.regions] };
}

function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof NoinitError && error.code === 'wrong-symbols') return error.message;
    throw error;
  }
}

describe('a dump that names no build', () => {
  it('has the symbols of the build whose code it captured', () => {
    expect(code).toHaveLength(CODE_BYTES);
    expect(checkSameBuild(withCode(code), symbols)).toEqual([]);
  });

  it('refuses those of another build', () => {
    expect(refusal(() => checkSameBuild(withCode(code), others))).toContain('another build');
  });

  it('tells of pieces that differ', () => {
    const patched = code.slice();
    for (let at = 0; at < 3 * 64; at += 64) patched[at] = (patched[at] ?? 0) ^ 1;
    expect(checkSameBuild(withCode(patched), symbols)).toMatchObject([
      { why: 'conflict', detail: expect.stringContaining('3 of') },
    ]);
  });

  it('concludes nothing from flash that could not be read, and nothing without code', () => {
    expect(checkSameBuild(withCode(new Uint8Array(CODE_BYTES).fill(0xff)), symbols)).toEqual([]);
    expect(checkSameBuild(withCode(new Uint8Array(CODE_BYTES)), others)).toEqual([]);
    expect(checkSameBuild(withCode(new Uint8Array()), others)).toEqual([]);
  });
});

it('a crash of a Cortex-M refuses a program for another machine', () => {
  const { dump, symbols: wrong } = { dump: withCode(new Uint8Array()), symbols: { ...symbols, machine: 'x86-64' as const } };
  expect(refusal(() => checkSameBuild(dump, wrong))).toBe('the crash is of a cortex-m, the ELF file is for x86-64');
});

it('a dump that names its build needs exactly that', () => {
  const build = '0123456789abcdef';
  expect(refusal(() => checkSameBuild({ ...recorded, build: build as NonNullable<Dump['build']> }, symbols))).toContain(build);
});
