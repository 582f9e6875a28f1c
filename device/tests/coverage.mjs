/**
 * How much of device/src the native tests run, file by file: `node device/tests/coverage.mjs [TEST…]`. Needs gcc. Without TEST: all tests
 * that build for this machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'noinit-coverage-'));
try {
  const asked = process.argv.slice(2);
  const tests =
    asked.length > 0
      ? asked
      : readdirSync(TESTS)
          .filter(usesNative)
          .map((name) => join(TESTS, name));
  const run = spawnSync('npx', ['vitest', 'run', ...tests], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NOINIT_COVERAGE: folder },
  });
  printTable(readLines());
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function usesNative(name) {
  return name.endsWith('.test.ts') && readFileSync(join(TESTS, name), 'utf8').includes("from './native.ts'");
}

/** Of each file, how often each line ran, over all programs. */
function readLines() {
  const files = new Map();
  for (const name of readdirSync(folder))
    for (const text of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const [file, line, count] = text.split(' ');
      if (count === undefined) continue;
      const lines = files.get(file) ?? new Map();
      lines.set(line, (lines.get(line) ?? 0) + Number(count));
      files.set(file, lines);
    }
  return files;
}

function printTable(files) {
  let [all, ran] = [0, 0];
  for (const [file, lines] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const hit = [...lines.values()].filter((count) => count > 0).length;
    const missed = [...lines].filter(([, count]) => count === 0).map(([line]) => line);
    all += lines.size;
    ran += hit;
    const rest = missed.length > 0 ? `  not: ${missed.join(' ')}` : '';
    console.log(`${percent(hit, lines.size)} ${String(hit).padStart(5)} of ${String(lines.size).padStart(5)}  ${file}${rest}`);
  }
  console.log(`${percent(ran, all)} ${String(ran).padStart(5)} of ${String(all).padStart(5)}  all`);
}

function percent(part, whole) {
  return `${((part / Math.max(1, whole)) * 100).toFixed(1).padStart(5)} %`;
}
