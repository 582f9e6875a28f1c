import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { type Arch, DEVICE, MORE_BOARDS, sdkSources, WARNINGS } from './firmware.ts';

/** A project's own files with one log call of each shape, one way to end of each kind: the macros must be as quiet as the SDK. */
const USER_ENDS = join(DEVICE, 'tests/native/user_ends.c');
const USER_ENDS_CPP = join(DEVICE, 'tests/native/user_ends.cpp');
const USER_FILE = join(DEVICE, 'tests/native/user_file.c');
const USER_FILE_CPP = join(DEVICE, 'tests/native/user_file.cpp');
const TEMPLATE = join(DEVICE, 'ports/template/noinit_port.c');
const QEMU_PORT = { cortex_m: ['board.c', 'startup.c'], riscv: ['board.c', 'startup_riscv.c'] } as const;

interface Target {
  readonly name: string;
  readonly arch: Arch;
  readonly board: string;
  readonly flags: readonly string[];
}

const M = '-mthumb';
const TARGETS: readonly Target[] = [
  { name: 'M0', arch: 'cortex_m', board: 'microbit', flags: [M, '-mcpu=cortex-m0'] },
  { name: 'M3', arch: 'cortex_m', board: 'mps2_an385', flags: [M, '-mcpu=cortex-m3'] },
  {
    name: 'M4F',
    arch: 'cortex_m',
    board: 'mps2_an386',
    flags: [M, '-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'],
  },
  {
    name: 'M33',
    arch: 'cortex_m',
    board: 'mps2_an505',
    flags: [M, '-mcpu=cortex-m33', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'],
  },
  { name: 'RV32', arch: 'riscv', board: 'rv32', flags: ['-march=rv32imac_zicsr', '-mabi=ilp32'] },
];

/** Options that change what the macros and the front end become. */
const OPTIONS: readonly (readonly string[])[] = [
  [],
  ['-DNOINIT_LOG_TEXT=1', '-DNOINIT_LOG_FUNCTION_PREFIX_WRN=1', '-DNOINIT_CORES=2', '-DNOINIT_ARCH_CORE()=1u'],
  ['-DNOINIT_LOG_RUNTIME_FILTER=0', '-DNOINIT_LOG_ROM_STRINGS=1', '-DNOINIT_LOG_CLOCK=1', '-DNOINIT_LOG_MAX_LEVEL=2'],
];

/** Options of the SDK alone: no macro becomes another one by them. */
const INNER_OPTIONS: readonly (readonly string[])[] = [
  ['-DNOINIT_BOOT_DEFERRED=1', '-DNOINIT_LINEAGE_STORE=1', '-DNOINIT_CRASH_LOG_BYTES=256', '-DNOINIT_CRASH_POLICY=2'],
  ['-DNOINIT_POSTCARDS=0', '-DNOINIT_CRASH_SLOTS=1', '-DNOINIT_BOOTLOADER_STASH=1', '-DNOINIT_CRASH_POLICY=1'],
];

const folder = mkdtempSync(join(tmpdir(), 'noinit-warnings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const C = ['-std=c11', ...WARNINGS];
const CPP = ['-std=c++17', ...WARNINGS.filter((flag) => !/prototypes$/.test(flag))];

/** What the compiler has to say about all files, one run each; nothing, if all is well. */
function complaints(compiler: string, flags: readonly string[], files: readonly string[], levels = ['-Os', '-O2']): string {
  return levels
    .map((optimisation) => {
      const includes = ['include', 'src', 'ports/qemu'].map((name) => `-I${join(DEVICE, name)}`);
      const args = ['-c', '-ffreestanding', optimisation, ...flags, '-Werror', ...includes];
      const run = spawnSync(compiler, [...args, ...files], { cwd: folder, encoding: 'utf8' });
      return run.error === undefined ? run.stderr : String(run.error);
    })
    .join('');
}

/** SDK, ports and a project's file. */
function filesOf(target: Target): string[] {
  const port = QEMU_PORT[target.arch].map((name) => join(DEVICE, 'ports/qemu', name));
  return [...sdkSources(target.arch), ...port, ...(target.arch === 'riscv' ? [] : [TEMPLATE]), USER_FILE, USER_ENDS];
}

/** Its -march names no extension for the control registers: they belong to the base. */
function clangFlags(target: Target): string[] {
  return [
    target.arch === 'riscv' ? '--target=riscv32-unknown-elf' : '--target=arm-none-eabi',
    ...target.flags.map((flag) => flag.replace('_zicsr', '')),
  ];
}

const GCC = { cortex_m: 'arm-none-eabi-gcc', riscv: 'riscv64-unknown-elf-gcc' } as const;
const GXX = { cortex_m: 'arm-none-eabi-g++', riscv: 'riscv64-unknown-elf-g++' } as const;

describeWith(['arm-none-eabi-gcc', 'riscv64-unknown-elf-gcc'], 'SDK, ports and macros compile without a warning with gcc', () => {
  it.each(TARGETS)(
    '$name',
    (target) => {
      const flags = [...C, ...target.flags, `-DBOARD_${target.board}`];
      const levels = target.name === 'M3' ? ['-Os', '-O2'] : ['-Os'];
      expect(complaints(GCC[target.arch], flags, filesOf(target), levels)).toBe('');
    },
    60_000,
  );

  it.each([...OPTIONS.slice(1), ...INNER_OPTIONS])(
    'M3 with %s %s %s %s',
    (...options) => {
      const flags = [...C, M, '-mcpu=cortex-m3', '-DBOARD_mps2_an385', ...options];
      expect(complaints('arm-none-eabi-gcc', flags, [...sdkSources('cortex_m'), USER_FILE, USER_ENDS], ['-Os'])).toBe('');
    },
    60_000,
  );
});

describeWith(['arm-none-eabi-gcc'], 'the port of QEMU’s other machines compiles without a warning', () => {
  it.each(MORE_BOARDS)('%s', (board) => {
    const flags = [...C, M, '-mcpu=cortex-m3', `-DBOARD_${board.replaceAll('-', '_')}`];
    expect(complaints('arm-none-eabi-gcc', flags, [join(DEVICE, 'ports/qemu/board.c')], ['-Os'])).toBe('');
  });
});

describeWith(['clang-14'], 'and with clang', () => {
  it.each(TARGETS)(
    '$name',
    (target) => {
      const flags = [...C, ...clangFlags(target), `-DBOARD_${target.board}`];
      expect(complaints('clang-14', flags, filesOf(target), ['-Os'])).toBe('');
    },
    60_000,
  );
});

describeWith(['arm-none-eabi-g++', 'g++', 'clang-14'], 'the macros in C++ compile without a warning', () => {
  it.each(TARGETS)(
    'g++ and clang++ $name',
    (target) => {
      for (const options of OPTIONS) {
        const flags = [...CPP, ...options];
        expect(complaints(GXX[target.arch], [...flags, ...target.flags], [USER_FILE_CPP, USER_ENDS_CPP], ['-Os'])).toBe('');
        expect(complaints('clang++-14', [...flags, ...clangFlags(target)], [USER_FILE_CPP, USER_ENDS_CPP], ['-Os'])).toBe('');
      }
    },
    60_000,
  );

  it('g++ and clang++ for the host', () => {
    expect(complaints('g++', CPP, [USER_FILE_CPP, USER_ENDS_CPP], ['-O0', '-O2'])).toBe('');
    expect(complaints('clang++-14', CPP, [USER_FILE_CPP, USER_ENDS_CPP], ['-O0', '-O2'])).toBe('');
  }, 60_000);
});

describeWith(['gcc', 'clang-14'], 'and for the host', () => {
  it.each(['gcc', 'clang-14'])(
    '%s',
    (compiler) => expect(complaints(compiler, C, [...sdkSources(), USER_FILE, USER_ENDS], ['-O0', '-O2'])).toBe(''),
    60_000,
  );

  it.each([
    ['gcc', C, USER_ENDS],
    ['clang-14', C, USER_ENDS],
    ['g++', CPP, USER_ENDS_CPP],
    ['clang++-14', CPP, USER_ENDS_CPP],
  ] as const)('a reason whose number is taken does not compile with %s', (compiler, flags, file) => {
    const refused = complaints(compiler, [...flags, '-DTAKEN_TWICE'], [file], ['-O2']);
    expect(refused).toMatch(/error: .*noinit_reason_number_17_is_taken/);
  });

  it.each([
    ['gcc', C, USER_FILE],
    ['clang-14', C, USER_FILE],
    ['g++', CPP, USER_FILE_CPP],
    ['clang++-14', CPP, USER_FILE_CPP],
  ] as const)(
    'a wrong format is still a warning with %s',
    (compiler, flags, file) => {
      const wrong = complaints(
        compiler,
        [...flags, '-DWRONG_FORMAT', '-ferror-limit=0'].filter(
          (flag) => flag !== '-ferror-limit=0' || compiler.startsWith('clang'),
        ),
        [file],
        ['-O2'],
      );
      const lines = new Set(
        [...wrong.matchAll(/user_file\.c:(\d+):\d+: error: .*\[-W(?:error[=,])?-?W?format/g)].map((match) => match[1]),
      );
      expect(lines.size).toBe(10);
    },
    60_000,
  );
});
