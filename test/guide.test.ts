/** The commands of the guide pages are run here, each block as one script. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it, onTestFinished } from 'vitest';

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

function shellBlock(page: string): string {
  const block = /```sh\n(?<block>[^`]*)```/.exec(readFileSync(page, 'utf8'))?.groups?.['block'];
  if (block === undefined) throw new Error(`${page} has no commands`);
  return block;
}
