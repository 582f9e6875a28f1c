// `npm test [filter…]`: every check of the repository, then every test, then a summary that counts what was skipped.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

const NODE = process.execPath;
const REPORT = 'build/test-report.json';

/** Gives the exit status. With filters only the tests whose path has one of them run, and no other checks. */
export function test(filters) {
  const checks = filters.length === 0 ? runChecks() : 0;
  const tests = runTests(filters);
  return checks === 0 && tests === 0 ? 0 : 1;
}

function runChecks() {
  const failed = [
    ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
    ['types of the tests', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.tests.json']],
    ['imports', ['tools/check-imports.mjs']],
    ['format pages', ['tools/check-formats.mjs']],
  ].filter(([name, args]) => {
    const { status } = spawnSync(NODE, args, { stdio: 'inherit' });
    if (status !== 0) console.error(`CHECK FAILED: ${name} (node ${args.join(' ')})`);
    return status !== 0;
  });
  return failed.length;
}

function runTests(filters) {
  mkdirSync('build', { recursive: true });
  const { status } = spawnSync(
    NODE,
    ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...filters],
    { stdio: 'inherit' },
  );
  const report = JSON.parse(readFileSync(REPORT, 'utf8'));
  printSummary(report);
  const skippedInStrict = process.env.NOINIT_STRICT === '1' && report.numPendingTests > 0;
  if (skippedInStrict) console.error('NOINIT_STRICT=1: a skipped test is a failure.');
  return status === 0 && !skippedInStrict ? 0 : 1;
}

/** The title that says what to install (describeWith), wherever it stands among the suites around the test. */
function nameOfSkip({ ancestorTitles, title }) {
  const titles = [...ancestorTitles, title];
  return titles.find((text) => text.includes('apt-get install')) ?? titles[0];
}

/** The last line is the one that tools read: `N passed, N failed, N skipped`. */
function printSummary(report) {
  const skipped = new Set(
    report.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped').map(nameOfSkip),
    ),
  );
  for (const name of skipped) console.log(`SKIPPED ${name}`);
  const failedFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  console.log(
    `${report.numPassedTests} passed, ${report.numFailedTests + failedFiles} failed, ${report.numPendingTests} skipped`,
  );
}
