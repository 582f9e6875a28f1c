/** What every store promises about how boots began and ended. */
import { type BuildId, type CustomReasons, milliseconds } from '@noinit/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import { BUILD, makeBoot, makeBuild, makeChange, makeMessage, makeReboot, makeSerial, NOW, PROJECT, SERIAL } from './makers.ts';
import { orders } from './orders.ts';

const NEWER = makeBuild('bb');

export function rebootContract(open: OpenEngine): void {
  describe('a boot', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());
    const write = (...records: Parameters<typeof makeMessage>[0][]) =>
      engine.store.events.write({ messages: records.map((record) => makeChange(makeMessage(record))), damaged: [] });
    const boots = async () => (await engine.store.reader.findDevice(PROJECT, SERIAL))?.bootList;
    const nameReasons = (build: BuildId, reasons: CustomReasons, elf = 'e') =>
      engine.store.symbols.saveSymbols(PROJECT, {
        build,
        elf: elf.repeat(64) as never,
        size: 3,
        debugInfo: 'full',
        uploadedAt: NOW,
        reader: 1,
        reasons,
      });
    const reasons = async () => (await engine.store.reader.overview(PROJECT)).reasons;

    it('keeps all that its two records say', async () => {
      const marked = { reason: 0xc011, pc: 0x100, lr: 0x201, uptime: milliseconds(4_000) };
      const later = { reason: 0x8001, uptime: milliseconds(4_500) };
      const alive = { interval: milliseconds(990), task: 0x2000_0040, pc: 0x300 };
      const said = {
        layout: 2,
        stampFrequency: 32_768,
        operatingTime: milliseconds(2 ** 40),
        lineageUnexpectedReboots: 7,
        unexpectedSinceHealthy: 2,
      };
      await write(makeBoot(said), makeReboot({ sequence: 3, reason: 0x0004, unexpected: true, marked, later, alive }));
      expect((await boots())?.[0]).toMatchObject({
        start: { ...said, ramSurvived: true, rawResetCause: 1 },
        ended: {
          reason: { value: 0x0004, own: null },
          expected: false,
          marked: { ...marked, reason: { value: 0xc011, own: null } },
          later: { reason: { value: 0x8001 }, pc: null, lr: null, uptime: 4_500 },
          alive,
          build: BUILD,
        },
      });
    });

    it('that was reported by its end only has no start, and none of its numbers', async () => {
      await write(makeReboot({ sequence: 3 }));
      expect((await boots())?.[0]).toMatchObject({ start: null, build: null, ended: { alive: null, marked: null, build: null } });
    });

    it('is as unexpected as its record says, whatever its reason', async () => {
      await write(
        makeReboot({ sequence: 3, reason: 0x0004, unexpected: true }),
        makeReboot({ boot: 2, sequence: 3, reason: 0x0004 }),
      );
      expect(await engine.store.reader.overview(PROJECT)).toMatchObject({ unexpectedReboots: 1, expectedReboots: 1 });
      expect(await reasons()).toEqual([
        { name: 'FirmwareUpdate', custom: false, expected: true, count: 1 },
        { name: 'FirmwareUpdate', custom: false, expected: false, count: 1 },
      ]);
      expect((await engine.store.reader.devices(PROJECT)).items).toMatchObject([{ unexpectedReboots: 1 }]);
    });

    it('whose version the firmware never said has none', async () => {
      await write(makeBoot({ version: '' }));
      expect((await boots())?.[0]?.version).toBeNull();
      expect((await engine.store.reader.overview(PROJECT)).versions).toMatchObject([{ version: null }]);
    });

    it('is one, however often and in whatever order its records come', async () => {
      const records = [makeBoot({ unexpectedSinceHealthy: 1 }), makeReboot({ sequence: 0xffff_fffe }), makeBoot({ boot: 2 })];
      for (const order of orders(records)) {
        await write(...order);
        await write(...order);
      }
      expect((await engine.store.reader.overview(PROJECT)).ingest.records).toBe(3);
      expect((await boots())?.map(({ boot, ended }) => [boot, ended !== null])).toEqual([
        [2, false],
        [1, true],
      ]);
    });

    it('shows a reason of the project by the name that its own build has for it, also when the symbols come late', async () => {
      await write(makeReboot({ sequence: 3, reason: 0xc011 }));
      const own = async () => (await boots())?.[0]?.ended?.reason.own;
      expect(await own()).toBeNull();
      await nameReasons(BUILD, named({ 49169: 'ValveStuck' }));
      expect(await own()).toBeNull();
      await write(makeBoot());
      expect(await own()).toEqual({ kind: 'named', name: 'ValveStuck', help: 'help' });
    });

    it('counts reasons by name: one name with two numbers, one number with two names', async () => {
      await nameReasons(BUILD, named({ 49169: 'ValveStuck', 49170: 'Tilted' }));
      await nameReasons(NEWER, named({ 49170: 'ValveStuck', 49169: 'TooHot' }));
      const ended = (boot: number, build: BuildId, reason: number) => [
        makeBoot({ boot, build }),
        makeReboot({ boot, sequence: 3, reason }),
      ];
      await write(...ended(1, BUILD, 0xc011), ...ended(2, NEWER, 0xc012), ...ended(3, NEWER, 0xc011), ...ended(4, BUILD, 0xc012));
      // Nobody says what the boot ran; a build that has no symbols here; a reason that the build does not name.
      await write(makeReboot({ boot: 5, sequence: 3, reason: 0xc011 }), ...ended(6, makeBuild('cc'), 0xc011));
      await write(...ended(7, BUILD, 0x4001));
      expect(await reasons()).toEqual([
        { name: 'ValveStuck', custom: true, expected: false, count: 2 },
        { name: 'custom 0xc011', custom: true, expected: false, count: 2 },
        { name: 'Tilted', custom: true, expected: false, count: 1 },
        { name: 'TooHot', custom: true, expected: false, count: 1 },
        { name: 'custom 0x4001', custom: true, expected: true, count: 1 },
      ]);
    });

    it('keeps a name of the project apart from ours, and never guesses between two names of one number', async () => {
      await nameReasons(
        BUILD,
        new Map([
          [0xc001, { kind: 'named', name: 'Watchdog', help: '' }],
          [0xc002, { kind: 'ambiguous', names: ['A', 'B'] }],
        ]),
      );
      await write(makeBoot(), makeReboot({ sequence: 3, reason: 0xc001 }));
      await write(makeReboot({ boot: 2, sequence: 3, reason: 0x8003 }));
      await write(makeBoot({ boot: 3 }), makeReboot({ boot: 3, sequence: 3, reason: 0xc002 }));
      expect((await reasons()).map(({ name, custom }) => [name, custom])).toEqual([
        ['Watchdog', false],
        ['Watchdog', true],
        ['custom 0xc002', true],
      ]);
      expect((await boots())?.[0]?.ended?.reason.own).toEqual({ kind: 'ambiguous', names: ['A', 'B'] });
    });

    it('takes what is read anew from the file that it knows, and nothing from another one', async () => {
      await nameReasons(BUILD, new Map());
      await write(makeBoot(), makeReboot({ sequence: 3, reason: 0xc011 }));
      await nameReasons(BUILD, named({ 49169: 'Other' }), 'f');
      expect((await reasons())[0]?.name).toBe('custom 0xc011');
      await nameReasons(BUILD, named({ 49169: 'ValveStuck' }));
      expect((await reasons())[0]?.name).toBe('ValveStuck');
      expect(await engine.store.events.crashesToExplain(9)).toEqual([]);
    });

    it('is part of a boot loop by the count that the device keeps, which outranks ends in a row', async () => {
      const loops = async () => (await engine.store.reader.overview(PROJECT)).bootLoops;
      await write(makeBoot({ boot: 9, unexpectedSinceHealthy: 3 }));
      expect(await loops()).toEqual([{ serial: SERIAL, boots: 3 }]);
      await write(makeBoot({ boot: 10, unexpectedSinceHealthy: 4 }));
      expect(await loops()).toEqual([{ serial: SERIAL, boots: 4 }]);
      // It ran well in between: four unexpected ends in a row are no loop.
      const ends = [5, 6, 7, 8].map((boot) => makeReboot({ boot, sequence: 3 }));
      await write(...ends, makeBoot({ boot: 11, unexpectedSinceHealthy: 1 }));
      expect(await loops()).toEqual([]);
      expect((await engine.store.reader.devices(PROJECT)).items).toMatchObject([{ loopBoots: 1, unexpectedReboots: 4 }]);
    });

    it('is in a loop of its own device only', async () => {
      const other = makeSerial('SN-0002');
      await write(makeBoot({ unexpectedSinceHealthy: 5 }));
      await engine.store.events.write({ messages: [makeChange(makeMessage(makeBoot()), { serial: other })], damaged: [] });
      expect((await engine.store.reader.overview(PROJECT)).bootLoops).toEqual([{ serial: SERIAL, boots: 5 }]);
    });
  });
}

function named(names: { readonly [value: number]: string }): CustomReasons {
  return new Map(Object.entries(names).map(([value, name]) => [Number(value), { kind: 'named', name, help: 'help' }]));
}
