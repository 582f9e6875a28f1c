/** Compiles a test program of device/tests/native with the SDK for this machine and runs it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE, sdkSources } from './firmware.ts';
import { COVERAGE_FLAGS, coverageFolder, keepCoverage } from './native-coverage.ts';

const NATIVE = join(DEVICE, 'tests/native');

export interface NativeTest {
  /** C files in device/tests/native. */
  readonly sources: readonly string[];
  /** SDK files; default all that are not of an architecture. */
  readonly sdk?: readonly string[];
  readonly cflags?: readonly string[];
  /** Default both; without the address sanitizer a process starts ten times faster. */
  readonly sanitizers?: 'undefined' | 'address,undefined';
}

export interface NativeRun {
  readonly passed: boolean;
  /** The line `ok …` of each test that passed, and the check that did not hold. */
  readonly output: string;
}

/** Under sanitizers. Their own code sets off -Wconversion: warnings.test.ts has the rest. */
export function runNative(test: NativeTest): NativeRun {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-native-'));
  try {
    const program = join(folder, 'test');
    const sanitizers = [`-fsanitize=${test.sanitizers ?? 'address,undefined'}`, '-fno-sanitize-recover=all'];
    const includes = [`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`, `-I${NATIVE}`];
    execFileSync(
      'gcc',
      // gnu11: the tests themselves use POSIX. Statement by statement, so that a store is where the source has it.
      ['-std=gnu11', '-g', '-O1', ...sanitizers, '-Wall', '-Wextra', '-Wshadow', '-Werror']
        .concat(coverageFolder === undefined ? [] : COVERAGE_FLAGS)
        .concat(includes, ['-DNOINIT_STORE_HOOK="store_hook.h"'], test.cflags ?? [])
        .concat(
          test.sources.map((name) => join(NATIVE, name)),
          test.sdk ?? sdkSources(),
        )
        .concat(['-Wl,-T', join(NATIVE, 'host.ld'), '-lm', '-o', program]),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const run = spawnSync(program, { encoding: 'utf8', timeout: 60_000 });
    if (coverageFolder !== undefined) keepCoverage(folder, coverageFolder);
    return { passed: run.status === 0, output: run.stdout + run.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
