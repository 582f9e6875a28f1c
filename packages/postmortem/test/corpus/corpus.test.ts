/** The committed corpus: crashed programs of many compilers, compared with what gdb says and with what they told of themselves. */
import type { Dump } from '@noinit/model';
import { address } from '@noinit/model';
import { afterAll, describe, expect, it } from 'vitest';
import { explainDump } from '../../src/index.ts';
import { compareBuild, type Explain, viewsOf } from './explain-build.ts';
import type { Finding } from './findings.ts';
import { listFixtures, readFixture } from './fixtures.ts';
import { type Build, chooseBuilds, nameOf } from './parameters.ts';
import { renderTally, tallyFindings } from './tally.ts';

const names = listFixtures();
/** Of all that gdb or the program knows, what may stand by name instead of being known here. */
const MAX_NAMED_SHARE = 0.02;

describe('the corpus', () => {
  const results: { build: Build; findings: readonly Finding[] }[] = [];

  it('is what the generator makes', () => {
    expect(names.toSorted()).toEqual(chooseBuilds().map(nameOf).toSorted());
  });

  it.each(names)('%s is explained as gdb sees it and as it told', (name) => {
    const fixture = readFixture(name);
    const views = viewsOf(fixture.build, fixture.made).map(({ build, made }) => ({
      build,
      findings: compareBuild(build, made).findings,
    }));
    results.push(...views);
    const { wrong, unknown } = tallyFindings(views);
    expect(wrong).toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('has compared enough to mean something', () => {
    const { counts, cases, known } = tallyFindings(results);
    const count = (key: string) => counts.get(key) ?? 0;
    expect(results.length).toBeGreaterThan(MINIMUM.builds);
    expect(count('told frame right')).toBeGreaterThan(MINIMUM.toldFrames);
    expect(count('told value right')).toBeGreaterThan(MINIMUM.toldValues);
    expect(count('told text right')).toBeGreaterThan(MINIMUM.toldTexts);
    expect(count('gdb frame right')).toBeGreaterThan(MINIMUM.gdbFrames);
    expect(count('gdb value right')).toBeGreaterThan(MINIMUM.gdbValues);
    const named = [...cases.values()].reduce((sum, number) => sum + number, 0);
    expect(named / known).toBeLessThan(MAX_NAMED_SHARE);
  });

  afterAll(() => console.info(`corpus: ${results.length} builds\n${renderTally(tallyFindings(results))}`));
});

/** A little below what is there. */
const MINIMUM = { builds: 900, toldFrames: 4000, toldValues: 8000, toldTexts: 700, gdbFrames: 3000, gdbValues: 10_000 };

/** Engines that are wrong in one thing; a comparison that does not notice is worth nothing. */
const BROKEN: { readonly [what: string]: Explain } = {
  'reads the stack one word off': (dump, symbols) => explainDump(shiftMemory(dump), symbols),
  'counts lines from 0': (dump, symbols) =>
    changeFrames(explainDump(dump, symbols), (frame) =>
      frame.kind === 'exception' || frame.line === undefined ? [frame] : [{ ...frame, line: frame.line - 1 }],
    ),
  'loses the second frame': (dump, symbols) =>
    changeFrames(explainDump(dump, symbols), (frame, index) => (index === 1 ? [] : [frame])),
  'turns the bytes of values round': (dump, symbols) =>
    changeFrames(explainDump(dump, symbols), (frame) =>
      frame.kind === 'exception' ? [frame] : [{ ...frame, variables: frame.variables.map(turnRound) }],
    ),
};

describe('a broken engine', () => {
  it.each(Object.keys(BROKEN))('that %s is found out', (what) => {
    const results = names.slice(0, 40).map((name) => {
      const { build, made } = readFixture(name);
      return { build, findings: compareBuild(build, made, BROKEN[what]).findings };
    });
    expect(tallyFindings(results).wrong.length).toBeGreaterThan(20);
  });
});

function shiftMemory(dump: Dump): Dump {
  return { ...dump, regions: dump.regions.map((region) => ({ ...region, address: address(region.address + 4) })) };
}

type Trace = ReturnType<Explain>;
type Frame = Trace['threads'][number]['frames'][number];

function changeFrames(trace: Trace, change: (frame: Frame, index: number) => readonly Frame[]): Trace {
  return { ...trace, threads: trace.threads.map((thread) => ({ ...thread, frames: thread.frames.flatMap(change) })) };
}

function turnRound<T extends object>(variable: T): T {
  const raw = 'raw' in variable && typeof variable.raw === 'string' ? variable.raw : '';
  return { ...variable, raw: raw.match(/../g)?.toReversed().join('') ?? '' };
}
