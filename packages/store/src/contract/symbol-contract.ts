/** What every store promises about builds, symbols and the crashes that wait for them. */
import { type BuildId, buildPrefix, type CrashId } from '@noinit/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INLINE_BYTES } from '../blobs/blob-store.ts';
import { crashId } from '../events/derived-ids.ts';
import type { CrashExplanation, DueCrash } from '../events/event-writer.ts';
import type { SymbolEntry } from '../events/symbol-store.ts';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import {
  BUILD,
  makeBoot,
  makeBuild,
  makeChange,
  makeCrash,
  makeFacts,
  makeMessage,
  makeTrace,
  NOW,
  PROJECT,
  SERIAL,
} from './makers.ts';

/** Two builds that begin alike. */
const TWIN = makeBuild(`${buildPrefix(BUILD)}ff`);

export function symbolContract(open: OpenEngine): void {
  describe('symbols', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());
    const id = crashId(PROJECT, SERIAL, { lineage: 1, boot: 1 });
    const write = (...records: Parameters<typeof makeMessage>[0][]) =>
      engine.store.events.write({ messages: records.map((record) => makeChange(makeMessage(record))), damaged: [] });
    const save = (build: BuildId, entry: Partial<SymbolEntry> = {}) =>
      engine.store.symbols.saveSymbols(PROJECT, makeEntry(build, entry));
    const due = () => engine.store.events.crashesToExplain(10);
    const waiting = async () => (await engine.store.reader.findCrash(PROJECT, id))?.waiting;
    const explain = async (change: Partial<CrashExplanation> = {}) => {
      const [crash] = await due();
      return crash !== undefined && engine.store.events.saveExplanation(makeExplanation(crash, change));
    };

    it('are kept by build, the better ones', async () => {
      expect(await save(BUILD, { debugInfo: 'names-only' })).toEqual({ created: true, waiting: 0 });
      expect(await save(BUILD, { debugInfo: 'full', size: 7 })).toEqual({ created: false, waiting: 0 });
      await save(BUILD, { debugInfo: 'names-only', size: 8 });
      expect(await engine.store.symbols.findSymbols(PROJECT, BUILD)).toMatchObject({ debugInfo: 'full', size: 7 });
      expect(await engine.store.symbols.findSymbols(PROJECT, TWIN)).toBeUndefined();
    });

    it('are named to a crash that has them, and the crash is explained once', async () => {
      await save(BUILD);
      await write(makeCrash({ sequence: 2 }));
      expect(await due()).toMatchObject([{ id, build: BUILD }]);
      expect(await waiting()).toEqual({ build: BUILD, why: 'explaining' });
      expect(await explain()).toBe(true);
      expect(await due()).toEqual([]);
      expect(await engine.store.reader.findCrash(PROJECT, id)).toMatchObject({
        explained: true,
        waiting: null,
        trace: makeTrace(BUILD),
      });
    });

    it('make a waiting crash due when they come, under the same id and without its old issue', async () => {
      await write(makeBoot(), makeCrash({ sequence: 2 }));
      const [before] = (await engine.store.reader.issues(PROJECT)).items;
      expect((await due())[0]).not.toHaveProperty('build');
      expect(await explain()).toBe(true);
      expect(await waiting()).toEqual({ build: BUILD, why: 'missing-symbols' });
      expect(await due()).toEqual([]);
      expect(await save(BUILD)).toEqual({ created: true, waiting: 1 });
      await explain({ facts: makeFacts('f2', 'NULL call in read_sensor') });
      expect((await engine.store.reader.issues(PROJECT)).items).toMatchObject([
        { title: 'NULL call in read_sensor', crashes: 1 },
      ]);
      expect(before && (await engine.store.reader.findIssue(PROJECT, before.id))).toBeUndefined();
      expect(await waiting()).toBeNull();
    });

    it('are not used where two known builds begin alike', async () => {
      await write(makeCrash({ sequence: 2 }));
      await save(BUILD);
      await save(TWIN);
      expect((await due())[0]).not.toHaveProperty('build');
      await explain();
      expect(await waiting()).toEqual({ build: buildPrefix(BUILD), why: 'ambiguous-build' });
    });

    it('are taken back from a crash when a second build begins alike', async () => {
      await write(makeCrash({ sequence: 2 }));
      await save(BUILD);
      await explain();
      await write(makeBoot({ boot: 9, build: TWIN }));
      expect(await engine.store.reader.findCrash(PROJECT, id)).toMatchObject({ trace: null, explained: false });
      await explain();
      expect(await waiting()).toMatchObject({ why: 'ambiguous-build' });
    });

    it('are chosen by what the crash’s own boot says', async () => {
      await write(makeCrash({ sequence: 2 }));
      await save(BUILD);
      await save(TWIN);
      await explain();
      await write(makeBoot({ build: TWIN }));
      expect(await due()).toMatchObject([{ build: TWIN }]);
    });

    it('that came during an explanation without them are not lost', async () => {
      await write(makeCrash({ sequence: 2 }));
      const [crash] = await due();
      await save(BUILD);
      expect(crash && (await engine.store.events.saveExplanation(makeExplanation(crash, {})))).toBe(false);
      expect(await due()).toMatchObject([{ build: BUILD }]);
    });

    it('that fail say why, and are tried again when better ones come', async () => {
      await write(makeCrash({ sequence: 2 }));
      await save(BUILD, { debugInfo: 'names-only' });
      await explain({ failure: { code: 'parser-limit', detail: 'it took too long' } });
      expect(await waiting()).toEqual({ build: BUILD, why: 'failed', detail: 'it took too long' });
      expect(await due()).toEqual([]);
      await save(BUILD, { debugInfo: 'full' });
      expect(await due()).toHaveLength(1);
    });

    it('are listed with their crashes, and asked for where they are missing', async () => {
      await write(
        makeBoot(),
        makeCrash({ sequence: 2 }),
        makeCrash({ boot: 2, sequence: 1, prefix: buildPrefix(makeBuild('bb')) }),
      );
      expect((await engine.store.reader.missingSymbols(PROJECT)).items).toEqual([
        { build: BUILD, version: '1.0.0', crashes: 1, devices: 1 },
        { build: buildPrefix(makeBuild('bb')), version: null, crashes: 1, devices: 1 },
      ]);
      await save(BUILD);
      expect((await engine.store.reader.missingSymbols(PROJECT)).items.map((row) => row.build)).toEqual([
        buildPrefix(makeBuild('bb')),
      ]);
      expect((await engine.store.reader.symbols(PROJECT)).items).toEqual([
        { build: BUILD, size: 3, debugInfo: 'full', uploadedAt: NOW, crashes: 1 },
      ]);
    });

    it('are found again where an older version read their file, until that is read anew', async () => {
      await save(BUILD, { reader: 1 });
      await save(TWIN, { reader: 2 });
      const outdated = (reader: number) => engine.store.symbols.symbolsReadBefore(reader, 9);
      expect(await outdated(2)).toMatchObject([{ project: PROJECT, entry: { build: BUILD, elf: 'e'.repeat(64), reader: 1 } }]);
      expect(await outdated(3)).toHaveLength(2);
      expect(await save(BUILD, { reader: 2, dictionary: Uint8Array.of(9) })).toEqual({ created: false, waiting: 0 });
      expect(await outdated(2)).toEqual([]);
      expect((await engine.store.symbols.findSymbols(PROJECT, BUILD))?.dictionary).toEqual(Uint8Array.of(9));
    });

    it('give their dictionary by id, and by prefix unless it is ambiguous', async () => {
      await save(BUILD, { dictionary: Uint8Array.of(1) });
      const asked = [BUILD, buildPrefix(BUILD)];
      expect(await engine.store.reader.dictionaries(PROJECT, asked)).toEqual(
        new Map(asked.map((name) => [name, Uint8Array.of(1)])),
      );
      await write(makeBoot({ build: TWIN }));
      expect([...(await engine.store.reader.dictionaries(PROJECT, asked)).keys()]).toEqual([BUILD]);
    });

    it('make traces of any size', async () => {
      await save(BUILD);
      await write(makeCrash({ sequence: 2 }));
      const trace = makeTrace(BUILD, 'x'.repeat(INLINE_BYTES));
      await explain({ trace });
      expect((await engine.store.reader.findCrash(PROJECT, id as CrashId))?.trace).toEqual(trace);
    });
  });
}

function makeEntry(build: BuildId, entry: Partial<SymbolEntry>): SymbolEntry {
  return { build, elf: 'e'.repeat(64) as SymbolEntry['elf'], size: 3, debugInfo: 'full', uploadedAt: NOW, reader: 1, ...entry };
}

function makeExplanation(crash: DueCrash, change: Partial<CrashExplanation>): CrashExplanation {
  const { project, id, digest, build } = crash;
  return { project, id, digest, ...(build ? { build } : {}), facts: makeFacts(), trace: makeTrace(build), ...change };
}
