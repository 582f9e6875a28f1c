/** What every store answers to the questions of the API. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageOf } from '../events/event-reader.ts';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import {
  later,
  makeBoot,
  makeBuild,
  makeChange,
  makeCrash,
  makeFacts,
  makeLog,
  makeMessage,
  makeProject,
  makeReboot,
  makeSerial,
  PROJECT,
  SERIAL,
} from './makers.ts';

export function readerContract(open: OpenEngine): void {
  describe('an event reader', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());
    const write = (...messages: ReturnType<typeof makeChange>[]) => engine.store.events.write({ messages, damaged: [] });

    it('answers for a project that nothing was sent to', async () => {
      const { reader } = engine.store;
      expect(await reader.overview(PROJECT)).toMatchObject({ devices: 0, crashes: 0, versions: [], reasons: [], bootLoops: [] });
      expect(await reader.issues(PROJECT)).toEqual({ items: [], next: null });
      expect(await reader.findDevice(PROJECT, SERIAL)).toBeUndefined();
    });

    it('adds the fleet up', async () => {
      const newer = makeBuild('bb');
      await write(
        makeChange(makeMessage(makeBoot())),
        makeChange(makeMessage(makeReboot({ sequence: 1, reason: 0x0004, uptime: 70 }))),
        makeChange(makeMessage(makeBoot({ boot: 2, build: newer, version: '1.1.0' })), { at: later(1) }),
        makeChange(makeMessage(makeCrash({ boot: 2, sequence: 1 }))),
        makeChange(makeMessage(makeReboot({ boot: 2, sequence: 2, reason: 0x8001, uptime: 30 }))),
        makeChange(makeMessage(makeBoot({ build: newer, version: '1.1.0' })), { serial: makeSerial('SN-0002'), at: later(2) }),
      );
      expect(await engine.store.reader.overview(PROJECT)).toMatchObject({
        devices: 2,
        devicesCrashed: 1,
        crashes: 1,
        openIssues: 1,
        unexpectedReboots: 1,
        expectedReboots: 1,
        versions: [
          { version: '1.1.0', build: newer, devices: 2, boots: 2, crashes: 1, unexpectedReboots: 1, uptime: 30 },
          { version: '1.0.0', devices: 1, boots: 1, crashes: 0, unexpectedReboots: 0, uptime: 70 },
        ],
        reasons: [
          { name: 'Fault', custom: false, expected: false, count: 1 },
          { name: 'FirmwareUpdate', custom: false, expected: true, count: 1 },
        ],
        ingest: { chunks: 6, records: 6, partialMessages: 0 },
      });
    });

    it('sees a boot loop, and its end', async () => {
      const ended = (boot: number, reason: number) => makeChange(makeMessage(makeReboot({ boot, sequence: 1, reason })));
      await write(ended(1, 0x0004), ended(2, 0x8001), ended(3, 0x8003), ended(4, 0x8001));
      expect((await engine.store.reader.overview(PROJECT)).bootLoops).toEqual([{ serial: SERIAL, boots: 3 }]);
      expect((await engine.store.reader.devices(PROJECT)).items).toMatchObject([{ loopBoots: 3, unexpectedReboots: 3 }]);
      await write(ended(5, 0x0003));
      expect((await engine.store.reader.overview(PROJECT)).bootLoops).toEqual([]);
    });

    it('does not add up a streak over a power loss', async () => {
      const ended = (lineage: number, at: number) =>
        [1, 2].map((boot) => makeChange(makeMessage(makeReboot({ lineage, boot, sequence: 1 })), { at: later(at) }));
      await write(...ended(9, 0), ...ended(4, 10));
      expect((await engine.store.reader.devices(PROJECT)).items[0]?.loopBoots).toBe(2);
      expect((await engine.store.reader.findDevice(PROJECT, SERIAL))?.bootList.map((boot) => [boot.lineage, boot.boot])).toEqual([
        [4, 2],
        [4, 1],
        [9, 2],
        [9, 1],
      ]);
    });

    it('answers for whatever a device claims', async () => {
      const version = `'"; DROP TABLE boots; --\0\u202e\u{1f600}`;
      const claims = Array.from({ length: 1_100 }, (_, boot) =>
        makeReboot({ boot, sequence: 1, uptime: Number.MAX_SAFE_INTEGER }),
      );
      const boots = claims.map((claim) => makeBoot({ boot: claim.key.boot, version }));
      await write(...[...claims, ...boots].map((record) => makeChange(makeMessage(record))));
      const { versions, bootLoops } = await engine.store.reader.overview(PROJECT);
      const shown = version.replace('\0', '\ufffd');
      expect(versions).toMatchObject([{ version: shown, boots: 1_100 }]);
      expect(versions[0]?.uptime).toBeGreaterThan(1_099 * Number.MAX_SAFE_INTEGER);
      expect(bootLoops).toEqual([{ serial: SERIAL, boots: 1_099 }]);
      expect((await engine.store.reader.findDevice(PROJECT, SERIAL))?.version).toBe(shown);
    });

    it('calls an issue by its newest crash and knows its neighbours', async () => {
      const crash = (boot: number, title: string, at: number) =>
        makeChange(makeMessage(makeCrash({ boot, sequence: 1 }), { facts: makeFacts('same', title) }), { at: later(at) });
      await write(crash(1, 'first', 1), crash(2, 'last', 9), crash(3, 'middle', 5));
      const { reader } = engine.store;
      const [issue] = (await reader.issues(PROJECT)).items;
      expect(issue).toMatchObject({ title: 'last', crashes: 3, devices: 1, firstSeen: later(1), lastSeen: later(9) });
      const crashes = (await reader.crashes(PROJECT, issue && { issue: issue.id })).items;
      expect(crashes.map((each) => each.boot)).toEqual([2, 3, 1]);
      const [newest, middle, oldest] = crashes;
      expect(middle && (await reader.findCrash(PROJECT, middle.id))).toMatchObject({ previous: oldest?.id, next: newest?.id });
      expect(newest && (await reader.findCrash(PROJECT, newest.id))).toMatchObject({ next: null, issueTitle: 'last' });
    });

    it('pages through every list without gap or repeat', async () => {
      const { reader } = engine.store;
      for (let index = 0; index < 7; index++) {
        const options = { serial: makeSerial(`SN-${index}`), at: later(index % 3) };
        const build = makeBuild(`c${index}`);
        const crash = makeMessage(makeCrash({ sequence: 1, prefix: build.slice(0, 16) as never }), {
          facts: makeFacts(`f${index}`),
        });
        await write(makeChange(crash, options), makeChange(makeMessage(makeBoot({ build })), options));
      }
      const lists = {
        issues: await readAll((cursor) => reader.issues(PROJECT, { limit: 2, ...cursor })),
        crashes: await readAll((cursor) => reader.crashes(PROJECT, { limit: 2, ...cursor })),
        devices: await readAll((cursor) => reader.devices(PROJECT, { limit: 2, ...cursor })),
        missing: await readAll((cursor) => reader.missingSymbols(PROJECT, { limit: 2, ...cursor })),
      };
      expect(new Set(lists.issues.map((row) => row.id)).size).toBe(7);
      expect(lists.issues).toEqual((await reader.issues(PROJECT)).items);
      expect(lists.crashes).toEqual((await reader.crashes(PROJECT)).items);
      expect(lists.devices).toEqual((await reader.devices(PROJECT)).items);
      expect(lists.missing).toEqual((await reader.missingSymbols(PROJECT)).items);
    });

    it.each(['', 'x', 'bnVsbA', Buffer.from('[1]').toString('base64url'), 'A'.repeat(5_000)])(
      'refuses the cursor %j',
      async (cursor) => {
        await expect(engine.store.reader.issues(PROJECT, { cursor })).rejects.toMatchObject({ code: 'bad-request' });
      },
    );

    it('finds devices by any part of their serial, taken literally', async () => {
      for (const text of ['a_1', 'ab1', 'A%1']) await write(makeChange(makeMessage(makeBoot()), { serial: makeSerial(text) }));
      const found = async (search: string) =>
        (await engine.store.reader.devices(PROJECT, { search })).items.map((row) => row.serial);
      expect(await found('_')).toEqual(['a_1']);
      expect(await found('%')).toEqual(['A%1']);
      expect(await found('1')).toEqual(['A%1', 'a_1', 'ab1']);
    });

    it('gives log segments in the order of their entries', async () => {
      const segment = (boot: number, sequence: number, firstEntry: number) =>
        makeChange(makeMessage(makeLog({ boot, sequence, firstEntry, entries: Uint8Array.of(firstEntry) })));
      await write(segment(2, 1, 20), segment(1, 2, 10), segment(1, 1, 0));
      expect((await engine.store.reader.findDevice(PROJECT, SERIAL))?.log.map((each) => each.firstEntry)).toEqual([0, 10, 20]);
    });

    it('gives an empty log segment as an empty one', async () => {
      await write(makeChange(makeMessage(makeLog({ sequence: 1, entries: new Uint8Array(0) }))));
      expect((await engine.store.reader.findDevice(PROJECT, SERIAL))?.log[0]?.entries).toEqual(new Uint8Array(0));
    });

    it('shows a project nothing of another one with the same serial', async () => {
      const other = makeProject('other');
      const records = [makeBoot(), makeLog({ sequence: 1 }), makeCrash({ sequence: 2 }), makeReboot({ sequence: 3 })];
      await write(...records.map((record) => makeChange(makeMessage(record))));
      const { reader } = engine.store;
      const [crash] = (await reader.crashes(PROJECT)).items;
      expect(await reader.overview(other)).toMatchObject({ devices: 0, crashes: 0, ingest: { chunks: 0 } });
      expect(await reader.findDevice(other, SERIAL)).toBeUndefined();
      expect(crash && (await reader.findCrash(other, crash.id))).toBeUndefined();
      expect(crash && (await reader.findDump(other, crash.id))).toBeUndefined();
      expect(crash && (await reader.findIssue(other, crash.issue))).toBeUndefined();
      expect((await reader.missingSymbols(other)).items).toEqual([]);
    });
  });
}

async function readAll<Item>(read: (cursor: { readonly cursor?: string }) => Promise<PageOf<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: { readonly cursor?: string } = {}; ; ) {
    const page = await read(cursor);
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = { cursor: page.next };
  }
}
