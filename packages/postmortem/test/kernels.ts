/** Programs with a kernel's data structures: built, run in QEMU until they crash, and read back. They are look-alikes, no kernels. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dump } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { parsePrintedDump } from './printed-dump.ts';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

export interface KernelBuild {
  /** `freertos-like` or `zephyr-like`. */
  readonly program: string;
  readonly cpu: string;
  readonly board: string;
  readonly flags: readonly string[];
}

const M4F = ['-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'];

/** By name: cores, and how the kernel is configured. */
export const KERNEL_BUILDS: ReadonlyMap<string, KernelBuild> = new Map([
  ['freertos-m3', { program: 'freertos-like', cpu: 'cortex-m3', board: 'mps2-an385', flags: ['-Og'] }],
  ['freertos-m3-smp', { program: 'freertos-like', cpu: 'cortex-m3', board: 'mps2-an385', flags: ['-O2', '-DCORES=2'] }],
  [
    'freertos-m4f-integrity',
    { program: 'freertos-like', cpu: 'cortex-m4', board: 'mps2-an386', flags: [...M4F, '-O0', '-DHIGH_ADDRESS', '-DINTEGRITY'] },
  ],
  ['freertos-m0-v8', { program: 'freertos-like', cpu: 'cortex-m0', board: 'microbit', flags: ['-Os', '-DOLD'] }],
  ['zephyr-m3', { program: 'zephyr-like', cpu: 'cortex-m3', board: 'mps2-an385', flags: ['-Og'] }],
  ['zephyr-m4f-v3', { program: 'zephyr-like', cpu: 'cortex-m4', board: 'mps2-an386', flags: [...M4F, '-O2', '-DVERSION=3'] }],
]);

export interface CrashedKernel {
  readonly elf: Uint8Array;
  readonly output: string;
  readonly dump: Dump;
  readonly symbols: Symbols;
}

export function crashKernel({ program, cpu, board, flags }: KernelBuild): CrashedKernel {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-kernel-'));
  const elfPath = join(folder, 'kernel.elf');
  const compiled = spawnSync(
    'arm-none-eabi-gcc',
    [`-mcpu=${cpu}`, ...COMMON, ...flags, `kernels/${program}.c`, '-lgcc', '-o', elfPath],
    {
      cwd: FOLDER,
      encoding: 'utf8',
    },
  );
  if (compiled.status !== 0) throw new Error(`the compiler failed: ${compiled.stderr}`);
  const run = ['-M', board, '-nographic', '-monitor', 'none', '-serial', 'none', '-kernel', elfPath];
  run.push('-semihosting-config', 'enable=on,target=native');
  const { stdout, stderr } = spawnSync('qemu-system-arm', run, { encoding: 'latin1', timeout: 20_000, input: '' });
  const elf = readFileSync(elfPath);
  rmSync(folder, { recursive: true });
  return { elf, output: stdout + stderr, dump: parsePrintedDump(stdout + stderr), symbols: loadSymbols(elf) };
}

const COMMON = [
  ...['-mthumb', '-g3', '-std=c11', '-ffreestanding', '-Wall', '-Wextra', '-Werror', '-nostdlib', '-nostartfiles'],
  // List ends are items without their last members, as in the kernel itself.
  ...['-fno-strict-aliasing', '-Wno-array-bounds', '-fno-optimize-sibling-calls'],
  ...[
    '-T',
    'firmware/link.ld',
    '-Wl,--build-id=sha1',
    `-ffile-prefix-map=${FOLDER.replace(/\/$/, '')}=test`,
    'firmware/capture.c',
  ],
];
