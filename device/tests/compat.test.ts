/** Code written for Zephyr's logging compiles and runs with device/compat/zephyr: docs/guide/zephyr-compat.md. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderLine } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { OPTIONS, optionHolds } from './compat/options.ts';
import { AS_TEXT, HOSTS, type Program, runOnHost, runOnTarget } from './compat/programs.ts';
import { PUMP_MINIMAL, PUMP_TEXT, pumpWith } from './compat/pump.ts';
import { FATES, readTable } from './compat/table.ts';
import { DEVICE } from './firmware.ts';
import { logLinesOf } from './log-lines.ts';

const HERE = fileURLToPath(new URL('./compat/', import.meta.url));
const EVERY_NAME = readFileSync(join(HERE, 'every_name.c'), 'utf8');
const OUTPUT = readFileSync(join(HERE, 'every_name.txt'), 'utf8');
/** Compilers and QEMU beside other tests. */
const TIMEOUT_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'noinit-compat-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everyName: Program = {
  name: 'every-name',
  files: { 'every_name.c': EVERY_NAME },
  options: ['-DNOINIT_CONFIG_FILE="noinit_zephyr_config.h"', '-DNOINIT_LOG_TEXT=1'],
};

describe('the table of names', () => {
  const rows = readTable();

  it('says of each name one of three things, and why where it is not the same', () => {
    expect(rows.length).toBeGreaterThan(60);
    for (const { names, fate, remark } of rows) {
      expect(FATES, names.join()).toContain(fate);
      expect(names.length).toBeGreaterThan(0);
      if (fate !== 'same') expect(remark, names.join()).not.toBe('');
    }
    const names = rows.flatMap((row) => row.names);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('has a call in every_name.c, or an option that is checked, for each that is the same', () => {
    const same = rows.filter(({ fate }) => fate === 'same').flatMap(({ names }) => names);
    const missing = same.filter((name) => !new RegExp(`\\b${name}\\b`).test(EVERY_NAME) && OPTIONS[name] === undefined);
    expect(missing).toEqual([]);
  });
});

describeWith(['gcc', 'clang-14', 'arm-none-eabi-gcc', 'qemu-system-arm'], 'a call of every name', () => {
  it.each(HOSTS)(
    'compiles silently with %s and does what it should',
    (compiler) => {
      expect(runOnHost(everyName, compiler, folder)).toEqual({ exitCode: 0, text: OUTPUT });
    },
    TIMEOUT_MS,
  );

  it(
    'does so on the M3',
    () => {
      const { exitCode, text } = runOnTarget(everyName, folder);
      expect({ exitCode, text }).toEqual({ exitCode: 0, text: OUTPUT });
    },
    TIMEOUT_MS,
  );
});

describeWith(['gcc', 'clang-14', 'arm-none-eabi-gcc', 'qemu-system-arm'], 'a program in several files', () => {
  it.each([
    ['deferred', ['-DCONFIG_LOG_MODE_DEFERRED=1', ...AS_TEXT], onUart(PUMP_TEXT)],
    ['immediate', ['-DCONFIG_LOG_MODE_IMMEDIATE=1', ...AS_TEXT], onUart(PUMP_TEXT)],
    ['minimal', ['-DCONFIG_LOG_MODE_MINIMAL=1'], PUMP_MINIMAL.replaceAll('\n', '\r\n')],
  ] as const)(
    'prints its log in %s mode',
    (mode, options, text) => {
      const program = pumpWith(mode, options);
      const right = { exitCode: 0, text };
      for (const compiler of HOSTS) expect(runOnHost(program, compiler, folder)).toEqual(right);
      const run = runOnTarget(program, folder);
      expect({ exitCode: run.exitCode, text: run.text }).toEqual(right);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['CONFIG_LOG=0', PUMP_TEXT.replaceAll(/^(?!raw).*\n/gm, '')],
    ['CONFIG_LOG_MAX_LEVEL=2', PUMP_TEXT.replaceAll(/^<(?:inf|dbg)>.*\n/gm, '')],
    ['CONFIG_LOG_FUNC_NAME_PREFIX_ERR=1', PUMP_TEXT.replaceAll(/^(<err> pump: )/gm, '$1compat_main: ')],
  ])(
    'obeys %s',
    (option, expected) => {
      const program = pumpWith(option, [`-D${option}`, ...AS_TEXT]);
      expect(runOnHost(program, 'gcc', folder)).toEqual({ exitCode: 0, text: onUart(expected) });
    },
    TIMEOUT_MS,
  );

  it(
    'leaves its texts out of the firmware, and the host prints the same',
    () => {
      const { exitCode, chunks, elf } = runOnTarget(pumpWith('no-text', []), folder);
      expect(exitCode).toBe(0);
      execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, `${elf}.bin`]);
      expect(readFileSync(`${elf}.bin`, 'latin1')).not.toContain('closing in a hurry');
      const lines = logLinesOf(chunks, elf).map((line) =>
        renderLine(line, { frequency: 1_000, stamps: 'none', colors: false, showsCore: false }),
      );
      expect(lines.join('')).toBe(PUMP_TEXT);
    },
    TIMEOUT_MS,
  );
});

describeWith(['gcc', 'clang-14', 'arm-none-eabi-gcc'], 'an option', () => {
  it.each(Object.entries(OPTIONS))(
    '%s is taken over',
    (name, { value, holds }) => {
      for (const compiler of [...HOSTS, 'arm-none-eabi-gcc']) {
        expect(optionHolds(compiler, name, value, holds), `${compiler}: ${name}=${value}`).toBe('');
      }
      expect(optionHolds('gcc', name, value, `!(${holds})`)).not.toBe('');
    },
    30_000,
  );
});

describeWith(['g++'], 'in C++ too', () => {
  it('the headers and calls are silent', () => {
    const source = `#include <logging/log.h>
#include <log_ctrl.h>
#include <log_output.h>
LOG_MODULE_REGISTER(mixer, LOG_LEVEL_DBG);
struct paddle { LOG_INSTANCE_PTR_DECLARE(log); int number; };
LOG_INSTANCE_REGISTER(mixer, left, LOG_LEVEL_DBG)
static paddle left = {LOG_INSTANCE_PTR_INIT(log, mixer, left) 1};
bool stir();
bool stir()
{
    log_init();
    LOG_INF("%d rpm", 30);
    LOG_INST_WRN(left.log, "paddle %d", left.number);
    LOG_HEXDUMP_DBG("ab", 2, "dough");
    return log_process();
}`;
    const includes = ['include', 'compat/zephyr'].map((name) => `-I${join(DEVICE, name)}`);
    const flags = ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-x', 'c++', '-'];
    expect(spawnSync('g++', [...includes, ...flags], { input: source, encoding: 'utf8' }).stderr).toBe('');
  });
});

/** On its way out raw text gets carriage returns, whatever the flags say of lines. */
function onUart(text: string): string {
  return text.replaceAll(/^raw .*$/gm, '$&\r');
}
