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

export const RV32 = 'rv32imac';
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
  ['freertos-rv32', { program: 'freertos-like', cpu: RV32, board: 'virt', flags: ['-Og'] }],
  ['freertos-rv32-integrity', { program: 'freertos-like', cpu: RV32, board: 'virt', flags: ['-O2', '-DINTEGRITY'] }],
  ['zephyr-m3', { program: 'zephyr-like', cpu: 'cortex-m3', board: 'mps2-an385', flags: ['-Og'] }],
  ['zephyr-m4f-v3', { program: 'zephyr-like', cpu: 'cortex-m4', board: 'mps2-an386', flags: [...M4F, '-O2', '-DVERSION=3'] }],
]);

export interface CrashedKernel {
  readonly elf: Uint8Array;
  readonly output: string;
  readonly dump: Dump;
  readonly symbols: Symbols;
}

export function crashKernel(build: KernelBuild): CrashedKernel {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-kernel-'));
  const elfPath = join(folder, 'kernel.elf');
  const { compiler, target, qemu } = build.cpu === RV32 ? RISCV_TOOLS : makeArmTools(build);
  const args = [...target, ...COMMON, ...build.flags, `kernels/${build.program}.c`, '-lgcc', '-o', elfPath];
  const compiled = spawnSync(compiler, args, { cwd: FOLDER, encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(`the compiler failed: ${compiled.stderr}`);
  const run = [...qemu.slice(1), '-M', build.board, '-nographic', '-monitor', 'none', '-kernel', elfPath];
  const { stdout, stderr } = spawnSync(qemu[0], run, { encoding: 'latin1', timeout: 20_000, input: '' });
  const elf = readFileSync(elfPath);
  rmSync(folder, { recursive: true });
  return { elf, output: stdout + stderr, dump: parsePrintedDump(stdout + stderr), symbols: loadSymbols(elf) };
}

interface Tools {
  readonly compiler: string;
  readonly target: readonly string[];
  readonly qemu: readonly [string, ...string[]];
}

/** Output through semihosting. */
function makeArmTools({ cpu }: KernelBuild): Tools {
  return {
    compiler: 'arm-none-eabi-gcc',
    target: [`-mcpu=${cpu}`, '-mthumb', '-T', 'firmware/link.ld', 'firmware/capture.c'],
    qemu: ['qemu-system-arm', '-serial', 'none', '-semihosting-config', 'enable=on,target=native'],
  };
}

/** Output through the board's serial line. */
const RISCV_TOOLS: Tools = {
  compiler: 'riscv64-unknown-elf-gcc',
  target: [
    ...['-march=rv32imac_zicsr', '-mabi=ilp32', '-mcmodel=medany', '-msmall-data-limit=0'],
    ...['-T', 'kernels/link-riscv.ld', 'kernels/capture-riscv.c'],
  ],
  qemu: ['qemu-system-riscv32', '-bios', 'none', '-serial', 'stdio'],
};

const COMMON = [
  ...['-g3', '-std=c11', '-ffreestanding', '-Wall', '-Wextra', '-Werror', '-nostdlib', '-nostartfiles'],
  // List ends are items without their last members, as in the kernel itself.
  ...['-fno-strict-aliasing', '-Wno-array-bounds', '-fno-optimize-sibling-calls'],
  ...['-Wl,--build-id=sha1', `-ffile-prefix-map=${FOLDER.replace(/\/$/, '')}=test`],
];
