/** Builds one program of the corpus, lets it crash in QEMU and reads the dump that it prints. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address, type Dump, type MemoryRegion, type RegisterValues } from '@noinit/model';

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
  readonly dump: Dump;
}

export function crashFirmware(build: Build): Crashed {
  const elfPath = join(mkdtempSync(join(tmpdir(), 'noinit-corpus-')), 'firmware.elf');
  compile(build, elfPath);
  const dump = parseDump(runInQemu(build.core.board, elfPath));
  return { elfPath, elf: readFileSync(elfPath), dump };
}

function compile({ core, optimization, scenario, seed, flags = [] }: Build, elfPath: string): void {
  const defines = [`-DSEED=${seed}`, `-DSCENARIO=${SCENARIOS[scenario]}`];
  const language = ['-std=c11', '-ffreestanding', '-Wall', '-Wextra', '-Werror', '-g3', `-ffile-prefix-map=${FOLDER}=firmware/`];
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

const CORE_NAMES = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];
const SPECIAL_NAMES = ['psp', 'control', 'primask', 'exc_return'];
const FAULT_NAMES = ['icsr', 'cfsr', 'hfsr', 'mmfar', 'bfar'];
const FLOAT_NAMES = Array.from({ length: 32 }, (_, index) => `s${index}`);
const HARD_FAULT = 3;

/** Lines of hex words: R core, S special, F fault status, P floating point, M address and memory. */
function parseDump(output: string): Dump {
  const lines = output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([kind]) => kind !== undefined && /^[RSFPM]$/.test(kind))
    .map(([kind, ...rest]) => ({ kind, words: rest.map((word) => Number.parseInt(word, 16)) }));
  const named = (kind: string, names: readonly string[]): RegisterValues => {
    const found = lines.find((line) => line.kind === kind)?.words ?? [];
    return Object.fromEntries(names.slice(0, found.length).map((name, index) => [name, found[index] ?? 0]));
  };
  const registers = { ...named('R', CORE_NAMES), ...named('S', SPECIAL_NAMES), ...named('P', FLOAT_NAMES) };
  if (registers['pc'] === undefined) throw new Error(`the program printed no dump: ${output}`);
  return {
    machine: 'cortex-m',
    cause: { kind: 'fault', exception: HARD_FAULT },
    threads: [{ crashed: true, registers }],
    system: named('F', FAULT_NAMES),
    regions: lines.filter(({ kind }) => kind === 'M').map(({ words: [at = 0, ...words] }) => makeRegion(at, words)),
    damage: [],
  };
}

function makeRegion(at: number, words: readonly number[]): MemoryRegion {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  return { kind: 'data', address: address(at), bytes };
}
