import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { type NativeTest, runNative } from './native.ts';

/** Descriptors in memory, at addresses of 32 bits: the tests read them as a device with text does. */
const WITH_TEXT = ['-no-pie', '-fno-pie', '-DNOINIT_LOG_TEXT=1', '-Wl,--defsym=LOG_LENGTH=12288'];

const OPTIONS = [
  '-DNOINIT_LOG_FUNCTION_PREFIX_WRN=1',
  '-DNOINIT_LOG_OVERRIDE_LEVEL=2',
  '-DNOINIT_LOG_MAX_LEVEL=3',
  '-DNOINIT_LOG_RUNTIME_FILTER=0',
].concat([
  '-DNOINIT_LOG_ROM_STRINGS=1',
  '-DNOINIT_LOG_ROM_START=(uintptr_t)rom',
  '-DNOINIT_LOG_ROM_END=(uintptr_t)rom+64',
  '-include',
  'rom.h',
]);

const MINUTE = 60_000;

function expectPassed(test: NativeTest): void {
  const run = runNative(test);
  expect(run.output).not.toMatch(/not so|expected|Sanitizer/);
  expect(run.passed, run.output).toBe(true);
}

describeWith(['gcc'], 'log calls', () => {
  it(
    'leave what they were given in the ring, and nothing else',
    () => expectPassed({ sources: ['test_log.c', 'log_lines.c', 'host.c'], cflags: WITH_TEXT }),
    MINUTE,
  );

  it(
    'follow the options of the project',
    () => expectPassed({ sources: ['test_log_options.c', 'log_lines.c', 'host.c'], cflags: [...WITH_TEXT, ...OPTIONS] }),
    MINUTE,
  );

  it(
    'go to a front end of the project',
    () => expectPassed({ sources: ['test_log_frontend.c', 'host.c'], cflags: ['-DNOINIT_LOG_FRONTEND=1'] }),
    MINUTE,
  );
});
