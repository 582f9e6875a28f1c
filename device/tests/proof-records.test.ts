/** A power cut behind every store into retained records (head, boots, marks, postcards, crashes), and behind those of the start after it. */
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { cutRecords, drain, noise, type RecordTally } from './proof/records/cuts.ts';
import { buildRecords, CONFIG, type Config, RecordsDevice } from './proof/records/device.ts';
import { FLUSH_FLAG, loseUnflushedRecords } from './proof/records/flushes.ts';
import { living, SILENT, USUAL } from './proof/records/scripts.ts';

const IS_THOROUGH = process.env['NOINIT_PROOF'] === 'all';
const LIMIT = IS_THOROUGH ? 3_600_000 : 90_000;
/** NOINIT_PROOF=all plays longer and cuts the start after each cut; else after each n-th. */
const steps = (usual: number): number => (IS_THOROUGH ? 8 * usual : usual);
const recoveryEvery = IS_THOROUGH ? 1 : 97;

function report(name: string, tally: RecordTally): RecordTally {
  console.log(`${name}: ${tally.cuts} cuts, ${tally.recoveryCuts} of the start after one; ${[...tally.seen].sort().join(', ')}`);
  return tally;
}

describeWith(['clang-14', 'wasm-ld-14', 'wasm2wat'], 'a power cut behind every store of the records', () => {
  it(
    'leaves what the last finished step left, where the server acknowledges',
    () => {
      const plan = { built: buildRecords(), steps: steps(130), choose: living(1, USUAL), recoveryEvery };
      const { seen } = report('usual', cutRecords(plan));
      // A cut was seen between any two of these.
      const crash = ['capture open', 'postcard', 'mark', 'item 1', 'item 2', 'item 3', 'item 4', 'item 5', 'capture closed'];
      expect([...seen]).toEqual(expect.arrayContaining(crash.slice(0, -1)));
      expect([...seen]).toEqual(expect.arrayContaining(['cause kept', 'uptime', 'later mark taken back']));
    },
    LIMIT,
  );

  it(
    'and where nothing is ever sent: the oldest boots and postcards give way, of the crashes the latest but the first',
    () => {
      const plan = { built: buildRecords(), steps: steps(70), choose: living(2, SILENT), recoveryEvery };
      const { seen } = report('silent', cutRecords(plan));
      expect([...seen]).toEqual(expect.arrayContaining(['oldest postcard gone', 'slot free']));
    },
    LIMIT,
  );

  const OTHERS: readonly (readonly [string, Partial<Config>])[] = [
    ['the oldest crash gives way', { policy: 1 }],
    ['no crash gives way', { policy: 2 }],
    ['there is one slot', { slots: 1 }],
    ['there are three slots and two boots', { slots: 3, boots: 2 }],
    ['there are no postcards', { postcards: 0 }],
  ];
  it.each(OTHERS)(
    'and where %s',
    (name, config) => {
      const built = buildRecords(undefined, { ...CONFIG, ...config });
      report(name, cutRecords({ built, steps: steps(45), choose: living(3, SILENT), recoveryEvery }));
      cutRecords({ built, steps: steps(400), choose: living(4, USUAL), recoveryEvery: 0, isCut: false });
    },
    LIMIT,
  );

  it(
    'leaves the same where only what was flushed from a cache has reached RAM',
    () => {
      const built = buildRecords(undefined, { ...CONFIG, cflags: FLUSH_FLAG });
      const usual = loseUnflushedRecords({ built, steps: steps(300), choose: living(9, USUAL) });
      const silent = loseUnflushedRecords({ built, steps: steps(100), choose: living(10, SILENT) });
      console.log(`flushed: ${usual + silent} moments`);
      expect(usual + silent).toBeGreaterThan(500);
    },
    LIMIT,
  );

  it(
    'never gives a boot’s number twice where it is kept in flash and the power fails at any store',
    () => {
      const built = buildRecords(undefined, { ...CONFIG, lineageStore: true });
      const start = { kind: 'start', hasVersion: true } as const;
      const lost = (flash: Uint8Array): RecordsDevice => {
        const device = new RecordsDevice(built, { retained: noise(built), register: 1 });
        device.flash = flash;
        return device;
      };
      /** Of the boot that a start over lost RAM opens. */
      const bootOf = (device: RecordsDevice): number => {
        expect(device.step(start)).toBe(0);
        return Number(/^boot (\d+): raw 1 whole false/.exec(drain(device).at(-1) ?? '')?.[1]);
      };
      let flash: Uint8Array = new Uint8Array(12);
      let cuts = 0;
      for (let boot = 1; boot < 6; boot++) {
        for (let cut = 0; ; cut++) {
          const device = lost(flash);
          if (device.stepCut(start, cut)) break;
          // The cut one may have taken a number, which nobody has seen.
          cuts += 1;
          expect([boot, boot + 1]).toContain(bootOf(lost(device.flash)));
        }
        const device = lost(flash);
        expect(bootOf(device)).toBe(boot);
        flash = device.flash;
      }
      expect(cuts).toBeGreaterThan(300);
      // What stands in the flash is checked.
      const damaged = flash.map((byte, at) => (at === 4 ? byte ^ 1 : byte));
      expect(bootOf(lost(damaged))).toBe(1);
    },
    LIMIT,
  );

  it(
    'plays long without a cut, and every record comes once and right',
    () => {
      const built = buildRecords();
      for (const seed of [5, 6, 7, 8])
        cutRecords({ built, steps: steps(500), choose: living(seed, USUAL), recoveryEvery: 0, isCut: false });
    },
    LIMIT,
  );
});
