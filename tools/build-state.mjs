// Says whether a file that was built is missing. `tsc -b` compares times with its own notes and does not look.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const NOTES = 'dist/.tsbuildinfo';

/** Whether some package says that it is built and lacks a file of that. */
export function isBuildTorn() {
  return ['packages', 'apps'].some((group) => readdirSync(group).some((name) => isTorn(join(group, name))));
}

function isTorn(folder) {
  if (!existsSync(join(folder, NOTES))) return false;
  const sources = join(folder, 'src');
  return readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(sources, join(entry.parentPath ?? entry.path, entry.name)).slice(0, -'.ts'.length))
    .some((name) => ['.js', '.d.ts'].some((built) => !existsSync(join(folder, 'dist', name + built))));
}
