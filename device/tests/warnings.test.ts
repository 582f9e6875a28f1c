import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { DEVICE, sdkSources, WARNINGS } from './firmware.ts';

/** A project's own file with one log call of each shape: the macros must be as quiet as the SDK. */
const USER_FILE = join(DEVICE, 'tests/native/user_file.c');
const TEMPLATE = join(DEVICE, 'ports/template/noinit_port.c');
const QEMU_PORT = ['board.c', 'startup.c'].map((name) => join(DEVICE, 'ports/qemu', name));

const ARM: readonly (readonly [name: string, compiler: string, ...flags: string[]])[] = [
  ['gcc M0', 'arm-none-eabi-gcc', '-mthumb', '-mcpu=cortex-m0'],
  ['gcc M3', 'arm-none-eabi-gcc', '-mthumb', '-mcpu=cortex-m3'],
  ['gcc M4F', 'arm-none-eabi-gcc', '-mthumb', '-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'],
  ['gcc M33', 'arm-none-eabi-gcc', '-mthumb', '-mcpu=cortex-m33', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'],
];

const folder = mkdtempSync(join(tmpdir(), 'noinit-warnings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler has to say about all files, one run each; nothing, if all is well. */
function complaints(compiler: string, flags: readonly string[], files: readonly string[]): string {
  return ['-Os', '-O2']
    .map((optimisation) => {
      const includes = ['include', 'src', 'ports/qemu'].map((name) => `-I${join(DEVICE, name)}`);
      const args = ['-c', '-std=c11', '-ffreestanding', optimisation, ...flags, ...WARNINGS, '-Werror', ...includes];
      const run = spawnSync(compiler, [...args, '-DBOARD_mps2_an385', ...files], { cwd: folder, encoding: 'utf8' });
      return run.stderr;
    })
    .join('');
}

describeWith(['arm-none-eabi-gcc'], 'SDK, ports and macros compile without a warning', () => {
  it.each(ARM)(
    '%s',
    (_name, compiler, ...flags) => {
      expect(complaints(compiler, flags, [...sdkSources('cortex_m'), ...QEMU_PORT, TEMPLATE, USER_FILE])).toBe('');
    },
    30_000,
  );
});

describeWith(['clang-14'], 'and with clang', () => {
  it('clang M3', () => {
    const flags = ['--target=arm-none-eabi', '-mthumb', '-mcpu=cortex-m3'];
    expect(complaints('clang-14', flags, [...sdkSources('cortex_m'), ...QEMU_PORT, TEMPLATE, USER_FILE])).toBe('');
  }, 30_000);
});

describeWith(['gcc'], 'and for the host', () => {
  it('gcc x86', () => expect(complaints('gcc', [], [...sdkSources(), USER_FILE])).toBe(''), 30_000);

  it('a wrong format is still a warning', () => {
    const flags = ['-DWRONG_FORMAT'];
    expect(complaints('gcc', flags, [USER_FILE]).match(/\[-Werror=format=\]/g)).toHaveLength(2 * 4);
  }, 30_000);
});
