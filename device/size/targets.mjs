/** The cores that are measured, as ports/qemu/boards.json has them, and their compilers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const DEVICE = fileURLToPath(new URL('..', import.meta.url));
const BOARDS = JSON.parse(readFileSync(join(DEVICE, 'ports/qemu/boards.json'), 'utf8'));

function targetOf(name, board) {
  const facts = BOARDS[board];
  const isRiscv = facts.arch === 'riscv';
  const prefix = isRiscv ? 'riscv64-unknown-elf-' : 'arm-none-eabi-';
  return {
    name,
    board,
    ...facts,
    prefix,
    flags: [...facts.cpu, ...(facts.gcc ?? []), ...(isRiscv ? ['-nostdlib'] : ['-mthumb', '--specs=nano.specs'])],
    // The GNU linker finds the right libgcc by the plain name of the architecture alone.
    linkFlags: isRiscv ? [...facts.cpu, '-nostdlib'] : [...facts.cpu, '-mthumb', '--specs=nano.specs'],
    libraries: isRiscv ? ['-lgcc'] : [],
    emulator: isRiscv ? 'qemu-system-riscv32' : 'qemu-system-arm',
    machine: isRiscv ? ['-M', 'virt', '-bios', 'none'] : ['-M', board],
  };
}

export const M3 = targetOf('M3', 'mps2-an385');
export const TARGETS = [
  targetOf('M0', 'microbit'),
  M3,
  targetOf('M4F', 'mps2-an386'),
  targetOf('M33', 'mps2-an505'),
  targetOf('RV32', 'rv32'),
];

/** The same core, compiled by clang and linked as before. */
export const withClang = (target) => ({ ...target, name: `${target.name}, clang`, isClang: true });

/** The SDK's C files: path below src, full path. */
export function sdkFiles(target) {
  const folders = ['core', 'log', 'log_text', 'backends', 'reboot', 'crash', 'selftest', 'packetizer', `arch/${target.arch}`];
  return folders.flatMap((folder) =>
    readdirSync(join(DEVICE, 'src', folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => ({ module: `${folder}/${name}`, file: join(DEVICE, 'src', folder, name) })),
  );
}
