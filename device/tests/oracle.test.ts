/**
 * 10,000 generated log calls on the target: the host reads the log from the ELF alone, and its text must be what the C library prints for
 * the same call, byte for byte. `npx vitest run device/tests/oracle.test.ts`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logLinesOf } from './log-lines.ts';
import { buildForHost, buildForTarget, type TargetOptions } from './oracle/build.ts';
import { type LogCall, makeCalls } from './oracle/calls.ts';
import { NEWLIB_CASES } from './oracle/newlib.ts';
import { type OracleOutput, runOnHost, runOnTarget } from './oracle/run.ts';

/** Both halves of the first go into an ELF of their own: one is 1.5 MB of flash. */
const HALF = 4_800;
const HEXADECIMAL = 400;
/** Once more with other calls, and strings that lie in flash sent as their address. */
const ROM_STRINGS = 200;
const IN_ROM = ['-DNOINIT_LOG_ROM_STRINGS=1', '-DNOINIT_LOG_ROM_START=0u', '-DNOINIT_LOG_ROM_END=0x400000u'];
const SEED = 20_241_121;

interface Run {
  readonly calls: readonly LogCall[];
  readonly output: OracleOutput;
  readonly lines: readonly string[];
}

const NOTHING: Run = { calls: [], output: { printed: [], chunks: [] }, lines: [] };

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gcc'], 'generated log calls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-oracle-'));
  const hexadecimal = makeCalls(HEXADECIMAL, 'with hexadecimal floats', SEED + 2);
  let halves: readonly Run[] = [];
  let hexadecimalRun: Run | undefined;
  let romRun: Run | undefined;
  let fromHost: readonly Uint8Array[] = [];

  beforeAll(async () => {
    halves = [
      await logged(makeCalls(HALF, 'without hexadecimal floats', SEED), { prints: true }, join(folder, 'first')),
      await logged(makeCalls(HALF, 'without hexadecimal floats', SEED + 1), { prints: true }, join(folder, 'second')),
    ];
    hexadecimalRun = await logged(hexadecimal, { prints: false }, join(folder, 'hexadecimal'));
    const others = makeCalls(ROM_STRINGS, 'without hexadecimal floats', SEED + 3);
    romRun = await logged(others, { prints: true, options: IN_ROM }, join(folder, 'rom'));
    fromHost = (await runOnHost(await buildForHost(hexadecimal, join(folder, 'host')))).printed;
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([0, 1])(`of half %i read as newlib prints them, all ${HALF}`, (half) => {
    const { calls, output, lines } = halves[half] ?? NOTHING;
    expect(lines).toHaveLength(HALF);
    expectSame(calls, lines, output.printed.slice(NEWLIB_CASES.length));
  });

  it(`with hexadecimal floats read as the host’s C library prints them, all ${HEXADECIMAL}`, () => {
    expect(hexadecimalRun?.lines).toHaveLength(HEXADECIMAL);
    expectSame(hexadecimal, hexadecimalRun?.lines ?? [], fromHost);
  });

  it(`with strings that stay in flash read as newlib prints them, ${ROM_STRINGS} of them`, () => {
    const { calls, output, lines } = romRun ?? NOTHING;
    expect(lines).toHaveLength(ROM_STRINGS);
    expectSame(calls, lines, output.printed.slice(NEWLIB_CASES.length));
  });

  it('have 0 to 32 arguments', () => {
    const counts = new Set(halves.flatMap(({ calls }) => calls.map(({ logged }) => logged.values.length)));
    expect([...counts].sort((a, b) => a - b)).toEqual(Array.from({ length: 33 }, (_, count) => count));
  });

  it('have every conversion, flag and length', () => {
    const formats = [...halves.flatMap(({ calls }) => calls), ...hexadecimal].map(({ logged }) =>
      logged.format.replaceAll('%%', ''),
    );
    const parts = formats.flatMap((format) => [...format.matchAll(/%([-+ #0]*)[0-9.*]*([hlLjzt]*)([a-zA-Z])/g)]);
    const all = (group: number, split: string | RegExp): string[] => [
      ...new Set(parts.flatMap((part) => part[group]?.split(split) ?? [])),
    ];
    expect(all(1, '').sort()).toEqual([' ', '#', '+', '-', '0']);
    expect(all(2, '|').sort()).toEqual(['', 'L', 'h', 'hh', 'j', 'l', 'll', 't', 'z']);
    expect(all(3, '').sort().join('')).toBe('AEFGXacdefgiopsux');
  });

  it.each(NEWLIB_CASES.map((known, index) => [known.call, index] as const))('newlib has no C99 for %s', (_call, index) => {
    const printed = halves[0]?.output.printed[index];
    expect(new TextDecoder().decode(printed)).toBe(NEWLIB_CASES[index]?.newlib);
    expect(NEWLIB_CASES[index]?.c11).not.toBe(NEWLIB_CASES[index]?.newlib);
  });
});

async function logged(calls: readonly LogCall[], how: TargetOptions, folder: string): Promise<Run> {
  const elf = await buildForTarget(calls, how, folder);
  const output = await runOnTarget(elf);
  return { calls, output, lines: logLinesOf(output.chunks, elf).map(({ text }) => text) };
}

/** Byte for byte. */
function expectSame(calls: readonly LogCall[], lines: readonly string[], printed: readonly Uint8Array[]): void {
  expect(printed).toHaveLength(calls.length);
  const wrong = calls.flatMap(({ logged }, index) => {
    const [ours, theirs] = [Buffer.from(lines[index] ?? ''), Buffer.from(printed[index] ?? [])];
    return ours.equals(theirs)
      ? []
      : [{ format: logged.format, values: logged.values, ours: String(ours), theirs: String(theirs) }];
  });
  expect(wrong.slice(0, 5), `${wrong.length} of ${calls.length} differ`).toEqual([]);
}
