import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';

interface Budget {
  readonly name: string;
  readonly value: number;
  readonly held: number;
  readonly isHeld: boolean;
}

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'riscv64-unknown-elf-gcc'], 'what the SDK costs', () => {
  it('stays within its budgets on a Cortex-M3', () => {
    const script = join(DEVICE, 'size/measure.mjs');
    const run = spawnSync(process.execPath, [script, '--quick', '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    expect(run.stderr).toBe('');
    const { budgets } = JSON.parse(run.stdout) as { readonly budgets: readonly Budget[] };
    expect(budgets.length).toBeGreaterThan(10);
    expect(budgets.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(budgets.filter(({ isHeld }) => !isHeld).map(({ name, value, held }) => `${name}: ${value} > ${held}`)).toEqual([]);
    expect(run.status).toBe(0);
  }, 300_000);
});
