/** The processors of the corpus, each on a board of QEMU. */
import type { Machine } from '@noinit/model';

export interface Core {
  readonly name: CoreName;
  readonly machine: Machine;
  readonly qemu: readonly string[];
  /** For gcc and g++. */
  readonly gcc: readonly string[];
  /** For clang and clang++. */
  readonly clang: readonly string[];
  readonly rustTarget: string;
  /** Where the vectors stand, and 16 KiB of RAM. */
  readonly vectors: number;
  readonly ram: number;
}

export const CORE_NAMES = ['M0', 'M3', 'M4F', 'M7', 'M33', 'RV32'] as const;
export type CoreName = (typeof CORE_NAMES)[number];

const ARM_RAM = 0x2000_0000;

function arm(
  name: CoreName,
  board: string,
  options: Pick<Core, 'rustTarget'> & { cpu: string; fpu?: string; secure?: true },
): Core {
  const float = options.fpu === undefined ? ['-mfloat-abi=soft'] : ['-mfloat-abi=hard', `-mfpu=${options.fpu}`];
  const machine = [`-mcpu=${options.cpu}`, '-mthumb', ...float];
  return {
    name,
    machine: 'cortex-m',
    qemu: ['qemu-system-arm', '-M', board],
    gcc: machine,
    clang: ['--target=arm-none-eabi', '-fshort-enums', ...machine],
    rustTarget: options.rustTarget,
    vectors: options.secure ? 0x1000_0000 : 0,
    ram: options.secure ? 0x3800_0000 : ARM_RAM,
  };
}

const RISCV_ABI = ['-mabi=ilp32'];

export const CORES: { readonly [name in CoreName]: Core } = {
  M0: arm('M0', 'microbit', { cpu: 'cortex-m0', rustTarget: 'thumbv6m-none-eabi' }),
  M3: arm('M3', 'mps2-an385', { cpu: 'cortex-m3', rustTarget: 'thumbv7m-none-eabi' }),
  M4F: arm('M4F', 'mps2-an386', { cpu: 'cortex-m4', fpu: 'fpv4-sp-d16', rustTarget: 'thumbv7em-none-eabihf' }),
  M7: arm('M7', 'mps2-an500', { cpu: 'cortex-m7', fpu: 'fpv5-d16', rustTarget: 'thumbv7em-none-eabihf' }),
  M33: arm('M33', 'mps2-an505', { cpu: 'cortex-m33', fpu: 'fpv5-sp-d16', secure: true, rustTarget: 'thumbv8m.main-none-eabihf' }),
  RV32: {
    name: 'RV32',
    machine: 'riscv32',
    qemu: ['qemu-system-riscv32', '-M', 'virt', '-bios', 'none'],
    gcc: ['-march=rv32imac', ...RISCV_ABI],
    clang: ['--target=riscv32-unknown-elf', '-march=rv32imac', '-mno-relax', ...RISCV_ABI],
    rustTarget: 'riscv32imac-unknown-none-elf',
    vectors: 0x8000_0000,
    ram: 0x8010_0000,
  },
};

export const RAM_BYTES = 0x4000;
