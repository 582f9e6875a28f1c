/** Compiles generated calls, several files at once, and links them: for the target with the SDK, or for the host to print only. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildFirmware, DEVICE } from '../firmware.ts';
import { writeList, writePart } from './c-source.ts';
import type { LogCall } from './calls.ts';

/** Small enough that a function of them compiles fast. */
const CALLS_PER_FILE = 200;
const JOBS = 2;
const HERE = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

/** All warnings but those of formats: that `0` is ignored beside `-` is what the calls are to show. The library prints, not the compiler. */
const FLAGS = ['-std=c11', '-fno-builtin', '-Wall', '-Wextra', '-Werror', '-Wno-format', '-Wno-format-zero-length', `-I${HERE}`];
/** Without debug information and much optimisation: 10,000 calls take long to compile. */
const TARGET = ['-mthumb', '-mcpu=cortex-m3', '-O1', '-ffunction-sections', '-fdata-sections', `-I${join(DEVICE, 'include')}`];

export interface TargetOptions {
  /** False: the target's C library does not know the conversions, so they are logged only. */
  readonly prints: boolean;
  /** Of SDK and calls, `-D…`. */
  readonly options?: readonly string[];
}

export async function buildForTarget(calls: readonly LogCall[], how: TargetOptions, folder: string): Promise<string> {
  const sources = writeSources(calls, folder);
  const options = [...(how.options ?? []), ...(how.prints ? [] : ['-DORACLE_LOG_ONLY'])];
  const objects = await compileAll('arm-none-eabi-gcc', sources, [...TARGET, ...FLAGS, ...options]);
  return buildFirmware({
    board: 'mps2-an385',
    sources: [join(HERE, 'oracle.c'), ...objects],
    cflags: [`-I${HERE}`, ...options],
    libc: 'full',
    logLength: '64K',
    out: join(folder, 'oracle.elf'),
  });
}

export async function buildForHost(calls: readonly LogCall[], folder: string): Promise<string> {
  const sources = [...writeSources(calls, folder), join(HERE, 'host.c')];
  const objects = await compileAll('gcc', sources, ['-DORACLE_ON_HOST', ...FLAGS]);
  const program = join(folder, 'oracle');
  await run('gcc', [...objects, '-o', program]);
  return program;
}

function writeSources(calls: readonly LogCall[], folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const count = Math.ceil(calls.length / CALLS_PER_FILE);
  const parts = Array.from({ length: count }, (_, index) => ({
    name: join(folder, `part${index}.c`),
    text: writePart(calls.slice(index * CALLS_PER_FILE, (index + 1) * CALLS_PER_FILE), index),
  }));
  const files = [...parts, { name: join(folder, 'list.c'), text: writeList(count) }];
  for (const { name, text } of files) writeFileSync(name, text);
  return files.map(({ name }) => name);
}

/** The names of the objects, in the order of the sources. */
async function compileAll(compiler: string, sources: readonly string[], flags: readonly string[]): Promise<readonly string[]> {
  const folder = join(sources[0] ?? '', '..');
  const objects = sources.map((_, index) => join(folder, `${index}.o`));
  const waiting = sources.map((source, index) => [source, objects[index] ?? ''] as const);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [source, object] = next;
      await run(compiler, [...flags, '-c', source, '-o', object]);
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
  return objects;
}
