/**
 * Tests that need a program from outside npm. Where it is missing the suite is skipped and one line says what to install;
 * with NOINIT_STRICT=1 (set by .ci/run) a missing program is a failure.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** Debian package of each program that tests may need. */
const PACKAGE_OF = {
  'arm-none-eabi-objcopy': 'binutils-arm-none-eabi',
  'arm-none-eabi-gcc': 'gcc-arm-none-eabi libnewlib-arm-none-eabi',
  'qemu-system-arm': 'qemu-system-arm',
  'riscv64-unknown-elf-gcc': 'gcc-riscv64-unknown-elf',
  'gdb-multiarch': 'gdb-multiarch',
  chromium: 'chromium',
  readelf: 'binutils',
  'llvm-dwarfdump-14': 'llvm-14',
  'llvm-objdump-14': 'llvm-14',
  'llvm-symbolizer-14': 'llvm-14',
  'c++filt': 'binutils',
  nm: 'binutils',
  zstd: 'zstd',
  rustc: 'rustc',
  gcc: 'gcc libc6-dev',
  make: 'make',
  cmake: 'cmake',
  'g++': 'g++',
  'arm-none-eabi-g++': 'gcc-arm-none-eabi libstdc++-arm-none-eabi-newlib',
  'clang-14': 'clang-14',
  'ld.lld-14': 'lld-14',
  'qemu-system-riscv32': 'qemu-system-misc',
  wasm2wat: 'wabt',
  wat2wasm: 'wabt',
  'wasm-ld-14': 'lld-14',
} as const;

export type Tool = keyof typeof PACKAGE_OF;

/** A suite that runs only where all `tools` are on the PATH. */
export function describeWith(tools: readonly Tool[], name: string, suite: () => void): void {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  const packages = missing.map((tool) => PACKAGE_OF[tool]).join(' ');
  const advice = `${name}: needs ${missing.join(', ')} — apt-get install --no-install-recommends ${packages}`;
  if (process.env['NOINIT_STRICT'] === '1') {
    describe(name, () => {
      it('has the programs it needs', () => {
        throw new Error(advice);
      });
    });
    return;
  }
  // The advice is the suite's name, so that the summary of a run shows it.
  describe.skip(advice, suite);
}

export function isInstalled(tool: Tool): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
}
