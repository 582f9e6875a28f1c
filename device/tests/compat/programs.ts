/** Compiles programs against device/compat/zephyr, with nothing but the two include paths that the guide names, and runs them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFirmware, DEVICE, runQemu, sdkSources } from '../firmware.ts';

export const HOSTS = ['gcc', 'clang-14'] as const;
export type HostCompiler = (typeof HOSTS)[number];

/** Text on the UART, so that the host's run has something to show: level, and line feeds only. */
export const AS_TEXT = ['-DNOINIT_LOG_TEXT=1', '-DNOINIT_LOG_UART=1', '-DNOINIT_LOG_UART_FLAGS=40u'];

export interface Program {
  /** Names a folder of its own. */
  readonly name: string;
  /** C files and headers, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** `-D…` of its files alone. */
  readonly own?: readonly string[];
  /** `-D…` of its files and the SDK. */
  readonly options: readonly string[];
}

export interface ProgramRun {
  readonly exitCode: number;
  readonly text: string;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const INCLUDES = [`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'compat/zephyr')}`];
/** What the program's files are compiled with; nothing else is promised. */
const PROMISE = ['-std=c11', '-Wall', '-Wextra', '-Werror', ...INCLUDES];
const M3 = ['-mthumb', '-mcpu=cortex-m3', '-Os', '-ffunction-sections', '-fdata-sections', '-DNOINIT_PACKETIZER_ONE_WAY=1'];

/** Throws with the compiler's words where it refuses. */
export function runOnHost(program: Program, compiler: HostCompiler, folder: string): ProgramRun {
  const place = join(folder, `${program.name}-${compiler}`);
  const objects = compile(program, compiler, ['-fno-pie'], place);
  const sdk = compileSdk(compiler, ['-fno-pie', ...program.options], sdkSources(), folder);
  const port = [`-I${HERE}`, ...INCLUDES, ...program.options, ...(program.own ?? []), join(HERE, 'port_host.c')];
  const out = join(place, 'program');
  run(compiler, ['-std=gnu11', '-no-pie', '-fno-pie', ...port, ...objects, ...sdk, '-lm', '-o', out]);
  const ran = spawnSync(out, { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' });
  return { exitCode: ran.status ?? 124, text: ran.stdout };
}

export interface TargetRun extends ProgramRun {
  /** The log, as it was sent. */
  readonly chunks: readonly Uint8Array[];
  readonly elf: string;
}

/** On the M3 of QEMU; `text` is what its UART sent beside the chunks. */
export function runOnTarget(program: Program, folder: string): TargetRun {
  const place = join(folder, `${program.name}-target`);
  const objects = compile(program, 'arm-none-eabi-gcc', M3, place);
  const elf = buildFirmware({
    board: 'mps2-an385',
    sources: [join(HERE, 'port_qemu.c'), ...objects],
    sdk: compileSdk('arm-none-eabi-gcc', [...M3, ...program.options], sdkSources('cortex_m'), folder),
    cflags: [...program.options, ...(program.own ?? []), `-I${HERE}`, `-I${join(DEVICE, 'compat/zephyr')}`],
    logLength: '8K',
    out: join(place, 'program.elf'),
  });
  const { exitCode, text, chunks } = runQemu({ board: 'mps2-an385', elf, timeoutMs: 20_000 });
  return { exitCode, text: text.replaceAll(/^chunk .*\n/gm, ''), chunks, elf };
}

/** The objects of the program's C files. */
function compile(program: Program, compiler: string, flags: readonly string[], place: string): readonly string[] {
  mkdirSync(place, { recursive: true });
  for (const [name, text] of Object.entries(program.files)) writeFileSync(join(place, name), text);
  const options = [...program.options, ...(program.own ?? [])];
  const sources = Object.keys(program.files).filter((name) => name.endsWith('.c'));
  return sources.map((name) => {
    const object = join(place, `${name}.o`);
    run(compiler, [...PROMISE, ...flags, ...options, `-I${place}`, `-I${HERE}`, '-c', join(place, name), '-o', object]);
    return object;
  });
}

const compiled = new Map<string, readonly string[]>();

/** The objects of the SDK; once for each compiler and its options. */
function compileSdk(compiler: string, options: readonly string[], sources: readonly string[], folder: string): readonly string[] {
  const key = JSON.stringify([compiler, options]);
  const known = compiled.get(key);
  if (known) return known;
  // A folder at a time: files of two folders may have the same name.
  const objects = [...new Set(sources.map((source) => dirname(source)))].flatMap((from) => {
    const place = join(folder, `sdk-${compiled.size}`, relative(DEVICE, from));
    mkdirSync(place, { recursive: true });
    const files = sources.filter((source) => dirname(source) === from);
    run(compiler, ['-std=c11', ...options, ...INCLUDES, `-I${join(DEVICE, 'src')}`, '-c', ...files], place);
    return readdirSync(place)
      .filter((name) => name.endsWith('.o'))
      .map((name) => join(place, name));
  });
  compiled.set(key, objects);
  return objects;
}

function run(tool: string, args: readonly string[], folder?: string): void {
  execFileSync(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', cwd: folder });
}
