import { defineConfig } from 'vitest/config';

/** `npm run corpus`. */
export default defineConfig({ test: { include: ['packages/postmortem/test/corpus/*.run.ts'] } });
