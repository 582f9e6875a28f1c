import { type BuildId, type ProjectId, wallClock } from '@noinit/model';
import type { SymbolEntry } from '@noinit/store';
import { describe, expect, it } from 'vitest';
import { CodePlaces } from './code-places.ts';
import type { CodePlace } from './jobs.ts';

const PROJECT = 'acme' as ProjectId;
const BUILD = 'aa'.repeat(20) as BuildId;

type Locate = (addresses: readonly number[]) => Promise<readonly (CodePlace | null)[]>;

function makePlaces(locate: Locate, entry: () => SymbolEntry | undefined = () => makeEntry('e')) {
  const asked: (readonly number[])[] = [];
  const events: string[] = [];
  const places = new CodePlaces({
    store: { symbols: { findSymbols: async () => entry() } as never },
    locate: (_project, _build, addresses) => {
      asked.push(addresses);
      return locate(addresses);
    },
    log: (event) => events.push(event),
  });
  return { asked, events, find: async (...addresses: readonly number[]) => [...(await places.find(PROJECT, BUILD, addresses))] };
}

function makeEntry(elf: string): SymbolEntry {
  return { build: BUILD, elf: elf as SymbolEntry['elf'], size: 1, debugInfo: 'full', uploadedAt: wallClock(0), reader: 1 };
}

const named: Locate = async (addresses) => addresses.map((at) => (at === 0 ? null : { function: `f${at}` }));

describe('places in the code', () => {
  it('are asked for once, those without a name too', async () => {
    const { asked, find } = makePlaces(named);
    expect(await find(0, 1)).toEqual([[1, { function: 'f1' }]]);
    expect(await find(1, 0, 2)).toEqual([
      [1, { function: 'f1' }],
      [2, { function: 'f2' }],
    ]);
    expect(asked).toEqual([[0, 1], [2]]);
  });

  it('are nothing without symbols, and asked for again with better ones', async () => {
    let entry: SymbolEntry | undefined;
    const { asked, find } = makePlaces(named, () => entry);
    expect(await find(1)).toEqual([]);
    expect(asked).toEqual([]);
    entry = makeEntry('names-only');
    await find(1);
    entry = makeEntry('full');
    await find(1);
    expect(asked).toEqual([[1], [1]]);
  });

  it('that take long are not waited for, and are there the next time', async () => {
    let answer: ((places: readonly CodePlace[]) => void) | undefined;
    const { asked, find } = makePlaces(() => new Promise((resolve) => (answer = resolve)));
    const startedAt = performance.now();
    expect(await Promise.all([find(7), find(7)])).toEqual([[], []]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(asked).toEqual([[7]]);
    answer?.([{ function: 'slow' }]);
    await expect.poll(() => find(7)).toEqual([[7, { function: 'slow' }]]);
  });

  it('that cannot be found leave the address, say so, and are tried again', async () => {
    let fails = true;
    const { asked, events, find } = makePlaces(async (addresses) => {
      if (fails) throw new Error('killed');
      return named(addresses);
    });
    expect(await find(1)).toEqual([]);
    expect(events).toEqual(['names of addresses: killed']);
    fails = false;
    expect(await find(1)).toEqual([[1, { function: 'f1' }]]);
    expect(asked).toHaveLength(2);
  });

  it('are forgotten when there are too many: a device can make them up', async () => {
    const { asked, find } = makePlaces(named);
    await find(1);
    await find(...Array.from({ length: 20_000 }, (_, index) => index + 10));
    await find(1);
    expect(asked.map((addresses) => addresses.length)).toEqual([1, 20_000, 1]);
  });
});
