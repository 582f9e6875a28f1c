import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'device/tests/**/*.test.ts',
      'fuzz/**/*.test.ts',
      'tools/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 20_000,
    // On two processors Vitest alone would take one: the tests wait for compilers and QEMU most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
