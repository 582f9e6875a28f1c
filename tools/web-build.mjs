// Builds the page when its sources changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = 'apps/web/dist/index.html';
const STAMP = 'apps/web/dist/.sources';
const SOURCES = [
  'apps/web/src',
  'apps/web/public',
  'apps/web/index.html',
  'apps/web/vite.config.ts',
  'apps/web/package.json',
  'packages/api/src',
  'packages/model/src',
  'package-lock.json',
];

export function buildWeb() {
  const wanted = hashSources();
  if (existsSync(PAGE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return true;
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build', '-w', '@noinit/web'], { encoding: 'utf8' });
  if (status !== 0) {
    console.error(`${stdout}${stderr}The page could not be built: the lines above say where.`);
    return false;
  }
  writeFileSync(STAMP, wanted);
  return true;
}

function hashSources() {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap(filesBelow).sort()) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  const names = /\.\w+$/.test(path) ? undefined : readdirSync(path, { recursive: true, withFileTypes: true });
  if (names === undefined) return [path];
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
