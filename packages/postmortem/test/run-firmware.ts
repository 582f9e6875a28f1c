/** Builds one program of the corpus, lets it crash in QEMU and reads the dump that it prints. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dump } from '@noinit/model';
import { parsePrintedDump } from './printed-dump.ts';

const FOLDER = fileURLToPath(new URL('./firmware/', import.meta.url));

export interface Core {
  readonly cpu: string;
  readonly board: string;
  readonly flags: readonly string[];
}

export const CORES: readonly Core[] = [
  { cpu: 'cortex-m3', board: 'mps2-an385', flags: [] },
  { cpu: 'cortex-m4', board: 'mps2-an386', flags: ['-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'] },
  { cpu: 'cortex-m0', board: 'microbit', flags: [] },
];

/** Numbers as in scenarios.c. */
export const SCENARIOS = {
  strike: 1,
  'null-call': 2,
  'in-isr': 3,
  'in-thread': 4,
  'isr-on-thread': 5,
  'bad-address': 6,
} as const;
export type Scenario = keyof typeof SCENARIOS;

export interface Build {
  readonly core: Core;
  readonly optimization: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly flags?: readonly string[];
}

export interface Crashed {
  readonly elfPath: string;
  readonly elf: Uint8Array;
  /** What the program printed. */
  readonly output: string;
  readonly dump: Dump;
}

export function crashFirmware(build: Build): Crashed {
  const elfPath = join(mkdtempSync(join(tmpdir(), 'noinit-corpus-')), 'firmware.elf');
  compile(build, elfPath);
  const output = runInQemu(build.core.board, elfPath);
  return { elfPath, elf: readFileSync(elfPath), output, dump: parsePrintedDump(output) };
}

function compile({ core, optimization, scenario, seed, flags = [] }: Build, elfPath: string): void {
  const defines = [`-DSEED=${seed}`, `-DSCENARIO=${SCENARIOS[scenario]}`];
  const language = [
    '-std=c11',
    '-ffreestanding',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-g3',
    `-ffile-prefix-map=${FOLDER.replace(/\/$/, '')}=firmware`,
  ];
  const link = [
    '-nostdlib',
    '-nostartfiles',
    '-T',
    'link.ld',
    '-Wl,--build-id=sha1',
    'capture.c',
    'scenarios.c',
    '-lgcc',
    '-o',
    elfPath,
  ];
  const args = [`-mcpu=${core.cpu}`, '-mthumb', ...core.flags, optimization, ...language, ...defines, ...flags, ...link];
  const { status, stderr } = spawnSync('arm-none-eabi-gcc', args, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the compiler failed: ${stderr}`);
}

/** What the program wrote through semihosting; QEMU ends with it. */
function runInQemu(board: string, elfPath: string): string {
  const args = ['-M', board, '-nographic', '-monitor', 'none', '-serial', 'none', '-kernel', elfPath];
  args.push('-semihosting-config', 'enable=on,target=native');
  const { stdout, stderr } = spawnSync('qemu-system-arm', args, { encoding: 'latin1', timeout: 20_000, input: '' });
  return stdout + stderr;
}
