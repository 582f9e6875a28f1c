/** Crashes that were recorded once, so that traces are compared with golden texts also where no compiler is. */
import { readFileSync } from 'node:fs';
import { parseElf } from '@noinit/elf';
import type { Dump } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { parsePrintedDump } from './printed-dump.ts';
import { type Build, CORES, type Core } from './run-firmware.ts';

/** Folder of the recorded crashes. */
export const FOLDER = new URL('../../../fixtures/crash/', import.meta.url);

const [M3, M4, M0] = CORES as readonly [Core, Core, Core];

/** By name; each sets another trap, fixtures/crash/README.md says which. */
export const FIXTURES: ReadonlyMap<string, Build> = new Map([
  ['m3-null-call', { core: M3, optimization: '-Og', scenario: 'null-call', seed: 1234 }],
  ['m4-isr-on-thread', { core: M4, optimization: '-O2', scenario: 'isr-on-thread', seed: 4242 }],
  ['m0-strike', { core: M0, optimization: '-Os', scenario: 'strike', seed: 77 }],
  ['m3-bad-address', { core: M3, optimization: '-O0', scenario: 'bad-address', seed: 300 }],
]);

export interface Fixture {
  readonly dump: Dump;
  readonly symbols: Symbols;
}

export function readFixture(name: string): Fixture {
  const elf = readFileSync(new URL(`${name}.elf`, FOLDER));
  const symbols = loadSymbols(parseElf(elf));
  return { dump: parsePrintedDump(readFileSync(new URL(`${name}.dump.txt`, FOLDER), 'latin1')), symbols };
}
