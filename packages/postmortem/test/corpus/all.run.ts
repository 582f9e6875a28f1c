/** `npm run corpus`: builds, crashes and compares everything. NOINIT_CORPUS_ONLY is a pattern of names. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFixtures } from './fixtures.ts';
import { WORKSHOP } from './folders.ts';
import { isMade, makeBuilds, pathsOf, readMade } from './make-build.ts';
import { chooseBuilds, nameOf } from './parameters.ts';
import { renderTally, tallyFindings } from './tally.ts';

const pattern = process.env['NOINIT_CORPUS_ONLY'] ?? '';
const only = new RegExp(pattern);
/** Another number makes other builds that cover the same: nothing may hang on those that are committed. */
const variant = Number(process.env['NOINIT_CORPUS_VARIANT'] ?? 1);
/** Compares again what was made before, and makes nothing. */
const isKept = process.env['NOINIT_CORPUS_KEPT'] === '1';

it('all builds', { timeout: 3_600_000 }, async () => {
  const started = performance.now();
  const chosen = chooseBuilds(variant).filter((build) => only.test(nameOf(build)));
  const builds = isKept ? chosen.filter(isMade) : chosen;
  const failures = isKept ? new Map<string, string>() : await makeBuilds(builds);
  const made = performance.now();
  // Late, so that what is slow is done first and stays where the engine cannot be loaded.
  writeFileSync(join(WORKSHOP, 'failures.txt'), [...failures].map(([name, why]) => `FAILED ${name}: ${why}`).join('\n'));
  const { compareBuild, viewsOf } = await import('./explain-build.ts');
  const results = builds
    .filter((build) => !failures.has(nameOf(build)))
    .flatMap((made) => viewsOf(made, readMade(made)))
    .map(({ build, made }) => {
      const { findings, thread } = compareBuild(build, made);
      writeFileSync(pathsOf(build).trace, JSON.stringify(thread, undefined, 1));
      return { build, findings };
    });
  if (process.env['UPDATE_FIXTURES'] === '1') writeFixtures(builds, pattern === '' ? 'all' : 'some');
  const tally = tallyFindings(results);
  const lines = [...[...failures].map(([name, why]) => `FAILED ${name}: ${why}`), ...tally.wrong, ...tally.unknown];
  writeFileSync(join(WORKSHOP, 'report.txt'), `${lines.join('\n')}\n`);
  const seconds = (from: number, to: number) => Math.round((to - from) / 1000);
  console.info(
    `${builds.length} builds, ${failures.size} failed; made in ${seconds(started, made)} s, compared in ${seconds(made, performance.now())} s\n${renderTally(tally)}`,
  );
  expect([...failures.keys()]).toEqual([]);
  expect(tally.wrong).toEqual([]);
});
