/** What every store promises about a boot's crash: postcard and crash record are one, snapshots are none. */
import { type BuildId, buildPrefix, type CrashCause, shortBuildPrefix } from '@noinit/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crashId } from '../events/derived-ids.ts';
import type { FinishedMessage } from '../events/event-writer.ts';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import {
  BUILD,
  later,
  makeBoot,
  makeBuild,
  makeChange,
  makeCrash,
  makeFacts,
  makeLog,
  makeMessage,
  makePostcard,
  makeReboot,
  makeSerial,
  makeTrace,
  NOW,
  PROJECT,
  SERIAL,
} from './makers.ts';
import { orders } from './orders.ts';

/** Two builds whose first four bytes are alike. */
const TWIN = makeBuild(`${shortBuildPrefix(BUILD)}ff`);

export function crashContract(open: OpenEngine): void {
  describe('the crash of a boot', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());
    const id = crashId(PROJECT, SERIAL, { lineage: 1, boot: 1 });
    const write = (...records: Parameters<typeof makeMessage>[0][]) =>
      engine.store.events.write({ messages: records.map((record) => makeChange(makeMessage(record))), damaged: [] });
    const found = () => engine.store.reader.findCrash(PROJECT, id);
    const overview = () => engine.store.reader.overview(PROJECT);
    const saveSymbols = (build: BuildId) =>
      engine.store.symbols.saveSymbols(PROJECT, {
        build,
        elf: 'e'.repeat(64) as never,
        size: 3,
        debugInfo: 'full',
        uploadedAt: NOW,
        reader: 1,
      });
    const explainAll = async () => {
      for (const { project, digest, build, ...due } of await engine.store.events.crashesToExplain(99)) {
        const facts = makeFacts(`explained ${digest.length}`);
        const explained = { project, id: due.id, digest, facts, trace: makeTrace(build), ...(build ? { build } : {}) };
        expect(await engine.store.events.saveExplanation(explained)).toBe(true);
      }
    };

    it('is its postcard, as long as nothing more is here', async () => {
      expect(await write(makePostcard())).toEqual({ records: 1, crashes: [{ project: PROJECT, id }] });
      expect(await found()).toMatchObject({ kind: 'postcard', reason: { value: 0x8001, own: null }, uptime: null });
      expect(await overview()).toMatchObject({ crashes: 1, devicesCrashed: 1, openIssues: 1, ingest: { records: 1 } });
      expect((await engine.store.events.crashesToExplain(9))[0]).toMatchObject({ id, prefix: shortBuildPrefix(BUILD) });
    });

    it('is one crash under one address, in whatever order postcard and crash record come', async () => {
      await write(makePostcard());
      await explainAll();
      const [before] = (await engine.store.reader.issues(PROJECT)).items;
      expect((await write(makeCrash({ sequence: 2 }))).crashes).toEqual([{ project: PROJECT, id }]);
      expect(await found()).toMatchObject({ kind: 'crash', sequence: 2, uptime: 4_999, trace: null });
      expect(await overview()).toMatchObject({ crashes: 1, openIssues: 1 });
      expect(before && (await engine.store.reader.findIssue(PROJECT, before.id))).toBeUndefined();
      await write(makePostcard());
      expect(await found()).toMatchObject({ kind: 'crash' });
      expect((await overview()).crashes).toBe(1);
    });

    it('is not explained by what explained its postcard', async () => {
      await write(makePostcard());
      const [due] = await engine.store.events.crashesToExplain(1);
      await write(makeCrash({ sequence: 2 }));
      expect(due && (await engine.store.events.saveExplanation({ ...due, facts: makeFacts() }))).toBe(false);
      expect(await engine.store.events.crashesToExplain(9)).toMatchObject([{ id, prefix: buildPrefix(BUILD) }]);
    });

    it('is the same in every order of boot, log, snapshot, postcard, crash and reboot', async () => {
      const records = [
        makeBoot(),
        makeCrash({ sequence: 1, cause: { kind: 'snapshot' }, region: 4 }),
        makePostcard(),
        makeCrash({ sequence: 3, log: [logPiece(4)] }),
        makeReboot({ sequence: 9 }),
      ];
      const seen = new Set<string>();
      for (const [index, order] of orders(records).entries()) {
        const serial = makeSerial(`SN-${index}`);
        for (const record of order) {
          await engine.store.events.write({ messages: [makeChange(makeMessage(record), { serial })], damaged: [] });
        }
        const device = await engine.store.reader.findDevice(PROJECT, serial);
        const crash = await engine.store.reader.findCrash(PROJECT, crashId(PROJECT, serial, { lineage: 1, boot: 1 }));
        const { serial: _serial, ...same } = { ...device, boots: device?.boots };
        seen.add(
          JSON.stringify([{ ...same, crashList: kinds(device), bootList: bootKinds(device) }, crash?.sequence, crash?.kind]),
        );
      }
      expect(orders(records)).toHaveLength(120);
      expect([...seen]).toHaveLength(1);
    });

    it('comes back as its postcard when its identity turns out to be another record’s', async () => {
      const crash = makeMessage(makeCrash({ sequence: 2 }), { whole: false, cuts: [] });
      const log = makeMessage(makeLog({ sequence: 2 }));
      await write(makePostcard());
      await engine.store.events.write({ messages: [makeChange(crash)], damaged: [] });
      expect(await found()).toMatchObject({ kind: 'crash' });
      await engine.store.events.write({ messages: [makeChange(log)], damaged: [] });
      expect(await found()).toMatchObject({ kind: 'postcard' });
      expect((await overview()).crashes).toBe(1);
    });

    it('is the first of two that claim to be it, and both have their own address', async () => {
      const rows = async (...sequences: readonly number[]) => {
        for (const sequence of sequences) await write(makeCrash({ sequence, region: sequence }));
        const { items } = await engine.store.reader.crashes(PROJECT);
        return items.map((row) => [row.sequence, row.id === id]).sort();
      };
      const one = await rows(4, 2, 8);
      expect(one).toEqual([
        [2, true],
        [4, false],
        [8, false],
      ]);
      await engine.dispose();
      engine = await open();
      expect(await rows(8, 4, 2)).toEqual(one);
    });

    it.each<CrashCause>([{ kind: 'snapshot' }, { kind: 'stopped' }])(
      'is never a picture of cause %j, and counts in no rate',
      async (cause) => {
        await write(makeBoot(), makeCrash({ sequence: 2, cause }), makeCrash({ sequence: 3, cause, region: 5 }));
        const { items } = await engine.store.reader.crashes(PROJECT);
        expect(items.map((row) => row.kind)).toEqual(['snapshot', 'snapshot']);
        expect(new Set(items.map((row) => row.id)).size).toBe(2);
        expect(await overview()).toMatchObject({ crashes: 0, devicesCrashed: 0, openIssues: 0, versions: [{ crashes: 0 }] });
        expect((await engine.store.reader.issues(PROJECT)).items).toMatchObject([{ crashes: 0, snapshots: 2, devices: 1 }]);
        expect((await engine.store.reader.devices(PROJECT)).items).toMatchObject([{ crashes: 0, snapshots: 2 }]);
        await write(makePostcard());
        expect(await found()).toMatchObject({ kind: 'postcard' });
        expect(await overview()).toMatchObject({ crashes: 1, devicesCrashed: 1 });
      },
    );

    it('gives its reason by the name that its build has for it, also when the symbols come late', async () => {
      const cause = { kind: 'assert', reason: 0xc011 } as const;
      await write(makeCrash({ sequence: 2, cause }));
      expect((await found())?.reason).toEqual({ value: 0xc011, own: null });
      const own = { kind: 'named', name: 'ValveStuck', help: 'The valve did not move.' } as const;
      await engine.store.symbols.saveSymbols(PROJECT, {
        build: BUILD,
        elf: 'e'.repeat(64) as never,
        size: 3,
        debugInfo: 'full',
        uploadedAt: NOW,
        reader: 1,
        reasons: new Map([[0xc011, own]]),
      });
      expect((await found())?.reason).toEqual({ value: 0xc011, own });
    });

    describe('whose postcard names the first four bytes of a build', () => {
      it('has the build that alone begins so', async () => {
        await write(makePostcard());
        expect(await found()).toMatchObject({ build: shortBuildPrefix(BUILD), trace: null });
        await explainAll();
        expect((await found())?.waiting).toEqual({ build: shortBuildPrefix(BUILD), why: 'missing-symbols' });
        await saveSymbols(BUILD);
        expect((await found())?.build).toBe(BUILD);
        expect(await engine.store.events.crashesToExplain(9)).toMatchObject([{ id, build: BUILD }]);
      });

      it('has none where two begin so, even if the boot record names one of them', async () => {
        await write(makePostcard(), makeBoot());
        await saveSymbols(BUILD);
        await explainAll();
        expect(await found()).toMatchObject({ explained: true, build: BUILD });
        await saveSymbols(TWIN);
        await explainAll();
        expect((await found())?.waiting).toEqual({ build: shortBuildPrefix(BUILD), why: 'ambiguous-build' });
      });

      it('has none where the boot record names another build', async () => {
        await saveSymbols(BUILD);
        await write(makePostcard(), makeBoot({ build: makeBuild('bb') }));
        await explainAll();
        expect((await found())?.waiting).toEqual({ build: shortBuildPrefix(BUILD), why: 'ambiguous-build' });
      });
    });

    it('brings log entries that are kept as segments of their own, and leave with it', async () => {
      const crash = makeMessage(makeCrash({ sequence: 2, log: [logPiece(7), logPiece(12)] }), { whole: false, cuts: [] });
      const segments = async () => (await engine.store.reader.findDevice(PROJECT, SERIAL))?.log.map((each) => each.firstEntry);
      await engine.store.events.write({ messages: [makeChange(crash, { at: later(1) })], damaged: [] });
      await write(makeLog({ sequence: 1, firstEntry: 3 }));
      expect(await segments()).toEqual([3, 7, 12]);
      const whole: FinishedMessage = makeMessage(makeCrash({ sequence: 2, region: 40, log: [logPiece(7)] }));
      await engine.store.events.write({ messages: [makeChange(whole)], damaged: [] });
      expect(await segments()).toEqual([3, 7]);
    });
  });
}

function logPiece(firstEntry: number) {
  return { firstEntry, base: 0, clock: { frequency: 1_000, stamp: 0, uptime: 0 }, core: 1, entries: Uint8Array.of(firstEntry) };
}

type Device = Awaited<ReturnType<StoreUnderTest['store']['reader']['findDevice']>>;

/** Ids hold the serial, which differs here. */
function kinds(device: Device) {
  return device?.crashList
    .map(({ id: _id, issue: _issue, serial: _serial, ...row }) => row)
    .sort((a, b) => a.sequence - b.sequence);
}

function bootKinds(device: Device) {
  return device?.bootList.map(({ crashes, ...boot }) => ({ ...boot, crashes: crashes.map(({ kind }) => kind) }));
}
