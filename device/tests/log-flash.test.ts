import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-flash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const M3 = ['-mthumb', '-mcpu=cortex-m3'];
type Compiler = readonly [name: string, program: string, language: string, ...flags: string[]];

const COMPILERS: readonly Compiler[] = [
  ['gcc', 'arm-none-eabi-gcc', 'c', ...M3],
  ['clang', 'clang-14', 'c', '--target=arm-none-eabi', ...M3],
  ['g++', 'arm-none-eabi-g++', 'cpp', '-std=c++17', ...M3],
  ['clang++', 'clang++-14', 'cpp', '-std=c++17', '--target=arm-none-eabi', ...M3],
];

/** What one function leaves in the object file beside descriptors, as text. */
function flashOf([, compiler, language, ...flags]: Compiler, body: string, options: readonly string[] = []): string {
  const source = join(folder, `file.${language}`);
  const [object, bare] = [join(folder, 'file.o'), join(folder, 'bare.o')];
  const head = '#include <noinit/log.h>\nNOINIT_LOG_REGISTER(zebra);\nvoid use(const char *text, int value, double wide);\n';
  writeFileSync(
    source,
    `${head}void use(const char *text, int value, double wide)\n{\n(void)text; (void)value; (void)wide;\n${body}\n}\n`,
  );
  execFileSync(compiler, [
    ...flags,
    '-Os',
    '-ffreestanding',
    `-I${join(DEVICE, 'include')}`,
    ...options,
    '-c',
    source,
    '-o',
    object,
  ]);
  execFileSync('arm-none-eabi-objcopy', ['-R', '.rel*', '-R', 'noinit_log*', '--strip-all', object, bare]);
  return readFileSync(bare, 'latin1');
}

describeWith(['arm-none-eabi-gcc', 'arm-none-eabi-g++', 'arm-none-eabi-objcopy', 'clang-14'], 'texts of log calls', () => {
  it.each(COMPILERS)('cost no flash with %s', (...compiler: Compiler) => {
    const calls = [
      'NOINIT_INF("a quokka");',
      'NOINIT_INF("quokka %d %d", value, 1);',
      'NOINIT_INF("quokka. %s %5.1f", text, wide);',
      'NOINIT_HEXDUMP_INF(text, 4u, "quokka %s", text);',
      'NOINIT_PRINT("quokka\\n");',
      'NOINIT_INF_EVERY(100, "quokka %d", value);',
      'NOINIT_INF_ONCE("quokka %d", value);',
    ];
    expect(flashOf(compiler, calls.join('\n'))).not.toMatch(/quokka|skipped/);
  });

  it.each(COMPILERS)('stay in it where a string has a precision, with %s', (...compiler: Compiler) => {
    expect(flashOf(compiler, 'NOINIT_INF("quokka %.*s", value, text);')).toContain('quokka %.*s');
    expect(flashOf(compiler, 'NOINIT_INF("quokka %.3s", text);')).toContain('quokka %.3s');
    expect(flashOf(compiler, 'NOINIT_INF("quokka %-20.12s", text);')).toContain('quokka %-20.12s');
  });

  it.each(COMPILERS)('stay in it as descriptors with NOINIT_LOG_TEXT, with %s', (...compiler: Compiler) => {
    expect(flashOf(compiler, 'NOINIT_INF("quokka %d", value);', ['-DNOINIT_LOG_TEXT=1'])).toContain('quokka %d');
  });

  it.each(COMPILERS)('leave nothing at all where the level is not compiled in, with %s', (...compiler: Compiler) => {
    const none = flashOf(compiler, '', ['-DNOINIT_LOG_TEXT=1']);
    const removed = flashOf(compiler, 'NOINIT_DBG("quokka %s %d", text, value); NOINIT_HEXDUMP_DBG(text, 4u, "quokka");', [
      '-DNOINIT_LOG_TEXT=1',
    ]);
    expect(removed).not.toContain('quokka');
    expect(removed).not.toContain('noinit_log_long');
    expect(removed.length).toBeLessThan(none.length + 64);
  });
});
