/** One scenario: built, run until it was reset and sent what it recorded, decoded, and explained as `noinit explain` does it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { type LogDictionary, readDictionary } from '@noinit/logs';
import type { CrashRecord, Record, Trace } from '@noinit/model';
import { type Disassemble, explainDump } from '@noinit/postmortem';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import {
  type Board,
  buildFirmware,
  type Compiler,
  DEVICE,
  type MemoryRange,
  type QemuRun,
  type RunOptions,
  runQemu,
  WARNINGS,
} from '../firmware.ts';
import { crashOf, recordsOf } from '../records.ts';

const SOURCES = ['main.c', 'processor.c', 'threads.c', 'stacks.c', 'calls.c', 'captures.c'].map((name) =>
  join(DEVICE, 'tests/qemu/faults', name),
);

export interface Built {
  readonly board: Board;
  readonly elf: string;
  readonly symbols: Symbols;
  readonly dictionary: LogDictionary;
}

export interface BuildOptions {
  readonly board: Board;
  readonly folder: string;
  readonly optimisation?: string;
  readonly compiler?: Compiler;
  readonly cflags?: readonly string[];
  readonly ram?: MemoryRange;
}

export function buildFaults({ board, folder, optimisation = '-Og', compiler = 'gcc', cflags = [], ram }: BuildOptions): Built {
  const out = join(folder, `${board}${compiler}${optimisation}${cflags.join('')}${ram?.[0] ?? ''}.elf`);
  const flags = [...WARNINGS, '-Werror', ...cflags];
  const elf = buildFirmware({ board, compiler, optimisation, sources: SOURCES, out, cflags: flags, ...(ram && { ram }) });
  const file = parseElf(new Uint8Array(readFileSync(elf)));
  return { board, elf, symbols: loadSymbols(file), dictionary: readDictionary(file) };
}

/** Each board's firmware, built when it is first asked for; `folder` is its user's. */
export function builder(folder: string): (board: Board) => Built {
  const builds = new Map<Board, Built>();
  return (board) => {
    const built = builds.get(board) ?? buildFaults({ board, folder });
    builds.set(board, built);
    return built;
  };
}

/** What calls the scenario; the numbers are main.c's. */
export const WHERE = {
  main: 0,
  interrupt: 1,
  'nested interrupt': 2,
  thread: 3,
  'interrupt of a thread': 4,
  'main with floats': 5,
  'thread with floats': 6,
  'unprivileged thread': 7,
} as const;
export type Where = keyof typeof WHERE;

export interface Run {
  readonly scenario: string;
  readonly where?: Where;
  /** Further arguments of the firmware. */
  readonly args?: Readonly<{ [name: string]: number }>;
}

export function optionsOf({ board, elf, symbols }: Built, { scenario, where = 'main', args = {} }: Run): RunOptions {
  const address = symbols.symbolNamed(scenario)?.address;
  if (address === undefined) throw new Error(`the firmware has no ${scenario}`);
  return { board, elf, args: { scenario: address, where: WHERE[where], random: 0x12345678, ...args }, timeoutMs: 15_000 };
}

export interface Crashed {
  readonly run: QemuRun;
  readonly records: readonly Record[];
  readonly crash: CrashRecord;
  readonly trace: Trace;
}

export function crash(built: Built, run: Run, disassemble: Disassemble): Crashed {
  const result = runQemu(optionsOf(built, run));
  if (result.exitCode !== 0) throw new Error(`${run.scenario} ended with ${result.exitCode}: ${result.text}${result.stderr}`);
  const records = recordsOf(result.chunks);
  const record = crashOf(records);
  return {
    run: result,
    records,
    crash: record,
    trace: explainDump(record.dump, built.symbols, { disassemble, dictionary: built.dictionary }),
  };
}
