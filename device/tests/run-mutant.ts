/** Runs a native test with one SDK file changed: the tests must notice. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { DEVICE, sdkSources } from './firmware.ts';
import { type NativeRun, type NativeTest, runNative } from './native.ts';

/** `wrong` stands in place of `right`, which must stand in the file exactly once. Throws where the mutant does not compile. */
export function runMutant(test: NativeTest, file: string, right: string, wrong: string): NativeRun {
  const original = readFileSync(join(DEVICE, 'src', file), 'utf8');
  expect(original.split(right)).toHaveLength(2);
  const folder = mkdtempSync(join(tmpdir(), 'noinit-mutant-'));
  try {
    const mutant = join(folder, basename(file));
    writeFileSync(mutant, original.replace(right, wrong));
    const sdk = (test.sdk ?? sdkSources()).map((path) => (path.endsWith(`/src/${file}`) ? mutant : path));
    return runNative({ ...test, sdk });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
