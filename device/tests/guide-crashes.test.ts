/** The code of docs/guide/crashes-on-the-device.md, as a project copies it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { DEVICE, WARNINGS } from './firmware.ts';

const GUIDE = readFileSync(join(DEVICE, '../docs/guide/crashes-on-the-device.md'), 'utf8');
const ARM = [
  '-mthumb',
  '-mcpu=cortex-m3',
  `-I${join(DEVICE, 'include')}`,
  '-Wall',
  '-Wextra',
  '-Wno-unused-parameter',
  '-Werror',
];
const folder = mkdtempSync(join(tmpdir(), 'noinit-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocksOf(language: string): string[] {
  const blocks = new RegExp(`^ *\`\`\`${language}\\n(.*?)^ *\`\`\``, 'gms');
  return [...GUIDE.matchAll(blocks)].map(([, code = '']) => code);
}

function compile(tool: string, flags: readonly string[], name: string, lines: readonly string[]): void {
  const source = join(folder, name);
  writeFileSync(source, `${lines.join('\n')}\n`);
  const { status, stderr } = spawnSync(tool, [...flags, source], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}

describeWith(['arm-none-eabi-gcc'], 'the guide to crashes on the device, in C', () => {
  it('has hooks and calls that compile without a word', () => {
    const [chain = '', regions = '', hooks = '', ...others] = blocksOf('c');
    expect(others).toEqual([]);
    compile('arm-none-eabi-gcc', [...ARM, '-std=c11', ...WARNINGS, '-Wno-missing-prototypes', '-fsyntax-only'], 'hooks.c', [
      '#include <noinit/noinit.h>',
      'NOINIT_LOG_REGISTER(app);',
      'typedef void *TaskHandle_t;',
      'extern uint32_t state, radio;',
      'void my_handler(void);',
      hooks,
      'void set_up(int x);',
      'void set_up(int x)',
      '{',
      chain,
      regions,
      'configASSERT(x > 0);',
      '}',
    ]);
  });

  it('names calls, options and reasons that are there', () => {
    const headers = ['crash.h', 'reboot.h', 'config.h', 'arch.h', 'port.h'].map((name) =>
      readFileSync(join(DEVICE, 'include/noinit', name), 'utf8'),
    );
    const names = [...GUIDE.matchAll(/\b(?:noinit|NOINIT)_\w+\b(?!\.ld)/g)].map(([name]) => name);
    const missing = new Set(names.filter((name) => !headers.join('').includes(name)));
    expect([...missing]).toEqual([]);
    expect(names.length).toBeGreaterThan(30);
  });
});

describeWith(['arm-none-eabi-g++'], 'the guide to crashes on the device, in C++', () => {
  it('has hooks that compile without a word', () => {
    const flags = [...ARM, '-std=c++17', '-fno-exceptions', '-Wno-unused-variable', '-fsyntax-only'];
    const [hooks = '', ...others] = blocksOf('cpp');
    expect(others).toEqual([]);
    compile('arm-none-eabi-g++', flags, 'hooks.cpp', [hooks]);
  });
});

describeWith(['rustc'], 'the guide to crashes on the device, in Rust', () => {
  it('has a panic handler that compiles without a word', () => {
    const [handler = '', ...others] = blocksOf('rust');
    expect(others).toEqual([]);
    const flags = ['--crate-type=lib', '--emit=metadata', '-Cpanic=abort', '--out-dir', folder, '-Dwarnings'];
    compile('rustc', flags, 'hooks.rs', ['#![no_std]', handler]);
  });
});
