/** Some builds of the corpus made here and now, so that the committed outputs are not all that is ever tried. */
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { compareBuild } from './explain-build.ts';
import { makeBuilds, readMade } from './make-build.ts';
import { type Build, chooseBuilds, nameOf } from './parameters.ts';
import { tallyFindings } from './tally.ts';

/** What Debian's gcc alone can make, on each Arm core. */
function isEasy({ compiler, core, sections }: Build): boolean {
  return compiler === 'gcc' && core !== 'RV32' && (sections === 'plain' || sections === 'type-units');
}

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'a program that crashed just now', () => {
  const builds = chooseBuilds().filter(isEasy);

  it('is explained as gdb sees it and as it told', { timeout: 120_000 }, async () => {
    expect(await makeBuilds(builds)).toEqual(new Map());
    const tally = tallyFindings(builds.map((build) => ({ build, findings: compareBuild(build, readMade(build)).findings })));
    expect(tally.wrong).toEqual([]);
    expect(tally.unknown).toEqual([]);
    expect(tally.counts.get('told value right') ?? 0).toBeGreaterThan(5 * builds.length);
    expect(builds.map(nameOf).length).toBeGreaterThan(10);
  });
});
