/** What a project links of the SDK has names that cannot meet its own: it keeps its handlers, hooks and C library. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { type Arch, DEVICE, sdkSources } from './firmware.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-symbols-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TARGETS = {
  cortex_m: ['arm-none-eabi', ['-mthumb', '-mcpu=cortex-m3']],
  riscv: ['riscv64-unknown-elf', ['-march=rv32imac_zicsr', '-mabi=ilp32']],
} as const;

/** Everything on: code that an option leaves out has names too. */
const OPTIONS = [
  '-DNOINIT_LOG_TEXT=1',
  '-DNOINIT_LOG_RTT=1',
  '-DNOINIT_LOG_UART=1',
  '-DNOINIT_CRASH_LOG_BYTES=256',
  '-DNOINIT_BOOT_DEFERRED=1',
];

describeWith(['arm-none-eabi-gcc', 'riscv64-unknown-elf-gcc'], 'the names of the SDK', () => {
  it.each(['cortex_m', 'riscv'] as const)(
    '%s: all begin with noinit_, so that no handler or hook of a project is taken',
    (arch) => {
      const names = globalsOf(arch);
      expect(names).toContain('noinit_fault_entry');
      // The name by which probes find RTT; only where that option is on.
      expect(names.filter((name) => !name.startsWith('noinit_'))).toEqual(['_SEGGER_RTT']);
    },
    60_000,
  );
});

function globalsOf(arch: Arch): string[] {
  const [prefix, flags] = TARGETS[arch];
  const includes = ['include', 'src'].map((name) => `-I${join(DEVICE, name)}`);
  const objects = sdkSources(arch).map((source, index) => {
    const object = join(folder, `${arch}-${index}-${basename(source)}.o`);
    execFileSync(`${prefix}-gcc`, [
      ...flags,
      '-std=c11',
      '-ffreestanding',
      '-Os',
      ...OPTIONS,
      ...includes,
      '-c',
      source,
      '-o',
      object,
    ]);
    return object;
  });
  const lines = execFileSync(`${prefix}-nm`, ['-g', '--defined-only', ...objects], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /^[0-9a-f]+ [A-Z] (?<name>\S+)$/i.exec(line)?.groups?.['name'] ?? []);
}
