/** Compiles programs against device/compat/zephyr, with nothing but the two include paths that the guide names, and runs them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFirmware, DEVICE, runQemu, sdkSources } from '../firmware.ts';

export type HostCompiler = 'gcc' | 'clang-14';

export interface Program {
  /** Names a folder of its own. */
  readonly name: string;
  /** C files and headers, by name; `includes` finds each. */
  readonly files: Readonly<Record<string, string>>;
  /** Compiler options of program and SDK, `-D…`. */
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

/** Throws with the compiler's words where it refuses. */
export function runOnHost(program: Program, compiler: HostCompiler, folder: string): ProgramRun {
  const place = join(folder, `${program.name}-${compiler}`);
  const objects = compile(program, compiler, ['-fno-pie'], place);
  const sdk = [...sdkSources(), join(HERE, 'port_host.c')];
  const out = join(place, 'program');
  const flags = ['-std=gnu11', '-no-pie', '-fno-pie', ...program.options, `-I${join(DEVICE, 'src')}`, `-I${HERE}`, ...INCLUDES];
  run(compiler, [...flags, ...objects, ...sdk, '-lm', '-o', out]);
  const ran = spawnSync(out, { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' });
  return { exitCode: ran.status ?? 124, text: ran.stdout };
}

/** On the M3 of QEMU; `text` is what its UART sent, the chunks of the log among it. */
export function runOnTarget(
  program: Program,
  folder: string,
): ProgramRun & { readonly chunks: readonly Uint8Array[]; readonly elf: string } {
  const place = join(folder, `${program.name}-target`);
  const objects = compile(program, 'arm-none-eabi-gcc', ['-mthumb', '-mcpu=cortex-m3', '-Os'], place);
  const elf = buildFirmware({
    board: 'mps2-an385',
    sources: [join(HERE, 'port_qemu.c'), ...objects],
    cflags: [...program.options, `-I${HERE}`, `-I${join(DEVICE, 'compat/zephyr')}`],
    logLength: '8K',
    out: join(place, 'program.elf'),
  });
  const { exitCode, text, chunks } = runQemu({ board: 'mps2-an385', elf, timeoutMs: 20_000 });
  return { exitCode, text, chunks, elf };
}

/** The objects of the program's C files. */
function compile(program: Program, compiler: string, flags: readonly string[], place: string): readonly string[] {
  mkdirSync(place, { recursive: true });
  for (const [name, text] of Object.entries(program.files)) writeFileSync(join(place, name), text);
  const sources = Object.keys(program.files).filter((name) => name.endsWith('.c'));
  return sources.map((name) => {
    const object = join(place, `${name}.o`);
    run(compiler, [...PROMISE, ...flags, ...program.options, `-I${place}`, `-I${HERE}`, '-c', join(place, name), '-o', object]);
    return object;
  });
}

function run(tool: string, args: readonly string[]): void {
  execFileSync(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}
