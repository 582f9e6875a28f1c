// `npm run corpus`: makes the corpus of crashed programs anew with every compiler that is there, and compares the engine with it.
// UPDATE_FIXTURES=1 commits what was made to fixtures/corpus.
import { spawnSync } from 'node:child_process';

/** Gives the exit status. A pattern makes and compares only the builds whose name it fits. */
export function corpus([pattern = '']) {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '-c', 'vitest.corpus.config.ts', 'all'];
  const env = { ...process.env, NOINIT_CORPUS_ONLY: pattern };
  return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1;
}
