/** The commands of the guide pages are run here, each block as one script. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it, onTestFinished } from 'vitest';
import { buildFirmware } from '../device/tests/firmware.ts';

const LONG_MS = 60_000;

describeWith(['qemu-system-arm', 'gdb-multiarch'], 'the guide to core files', () => {
  it('leads from a stopped target to its trace', { timeout: LONG_MS }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-guide-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const script = shellBlock('docs/guide/core-files.md').replaceAll('crash.core', join(folder, 'crash.core'));
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', timeout: LONG_MS });
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('strike (scenarios.c:54) read from 0xf0000000');
    expect(stdout).toContain('\nGlobals\n');
  });
});

describeWith(['qemu-system-arm', 'gdb-multiarch'], 'the guide to live targets', () => {
  it('leads from a target that stands to its trace', { timeout: LONG_MS }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-guide-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const script = shellBlock('docs/guide/capture.md').replaceAll('crash.dump', join(folder, 'crash.dump'));
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', timeout: LONG_MS });
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('target     Cortex-M3 r0p1, stopped at ');
    expect(stdout).toContain('strike (scenarios.c:54) read from 0xf0000000');
    expect(stdout).toContain('certain · bus-error');
    expect(stdout).toContain('\nGlobals\n');
  });
});

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'the guide to logs', () => {
  it('leads from a target’s memory to its lines', { timeout: LONG_MS }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-guide-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const page = 'docs/guide/logs.md';
    writeFileSync(join(folder, 'main.c'), codeBlock(page, 'c'));
    buildFirmware({ board: 'mps2-an385', sources: [join(folder, 'main.c')], out: join(folder, 'firmware.elf') });
    const script = shellBlock(page).replaceAll(/(?<name>firmware\.elf|ring\.bin)/g, (name) => join(folder, name));
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', timeout: LONG_MS });
    expect(status, stdout + stderr).toBe(0);
    const lines = stdout.split('\n');
    const said = lines.filter((line) => line.includes('pump: '));
    expect(said.map((line) => line.replace(/^\[\d\d:\d\d:\d\d\.\d{3},000\] /, ''))).toEqual([
      '<inf> pump: ready, 2 valves',
      '<wrn> pump: level -3 rises, limit 80',
      '<inf> pump: frame',
      '<err> pump: inlet is stuck',
      '<wrn> pump: level -3 rises, limit 80',
      '<err> pump: inlet is stuck',
    ]);
    expect(stdout).toContain('02 10 6f 6b 03                                   |..ok.');
    const json = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(json.map(({ level }) => level)).toEqual(['info', 'warning', 'info', 'error']);
  });
});

function shellBlock(page: string): string {
  return codeBlock(page, 'sh');
}

function codeBlock(page: string, language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(?<block>[^\`]*)\`\`\``).exec(readFileSync(page, 'utf8'))?.groups?.['block'];
  if (block === undefined) throw new Error(`${page} has no ${language}`);
  return block;
}
