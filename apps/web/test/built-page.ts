/** The page built from its sources as they are now, in a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BuiltPage {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** Runs Vite as `npm run build` does: in its own process, because the test runner's NODE_ENV would give React's development build. */
export async function buildPage(): Promise<BuiltPage> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const vite = join(dirname(fileURLToPath(import.meta.resolve('vite/package.json'))), 'bin/vite.js');
  const folder = await mkdtemp(join(tmpdir(), 'noinit-page-'));
  const env = { ...process.env, NODE_ENV: 'production' };
  const options = ['build', '--logLevel', 'error', '--outDir', folder, '--emptyOutDir'];
  await promisify(execFile)(process.execPath, [vite, ...options], { cwd: root, env });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
