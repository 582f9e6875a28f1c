/** A log call of the ARM binary, interrupted at each of its instructions: by an interrupt that logs and returns, by an NMI that logs and does not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE } from './firmware.ts';
import { type ImageEntry, KIND, type RingImage, readImage } from './proof/image.ts';
import { buildKeeping, type KeepingRun, runKeeping } from './proof/kept.ts';
import { measureMasked } from './proof/masked.ts';

const MINUTE = 60_000;
/** A ring of six blocks. */
const LOG_LENGTH = 88 + 6 * 128;
const CASES = { short: 0, long: 1, hexdump: 2, text: 3 } as const;

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gcc'], 'an interruption at each instruction of a log call', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'noinit-interrupts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'by a handler that logs leaves both entries whole',
    () => {
      const elf = buildKeeping({ main: 'interrupt.c', folder, logLength: LOG_LENGTH });
      const tally = { tries: 0, places: new Set<number>(), evictions: 0, seals: 0 };
      for (const [call, fills] of [
        [CASES.short, [0, 5, 6, 7, 8, 9, 10, 11, 90, 91, 92, 93, 94, 95, 96]],
        [CASES.long, [0, 5, 8, 90, 95]],
        [CASES.hexdump, [0, 7, 90, 94]],
        [CASES.text, [0, 92]],
      ] as const)
        for (const fill of fills)
          for (const handler of [0, 1]) {
            const run: KeepingRun = { main: 'interrupt.c', folder, logLength: LOG_LENGTH, args: { case: call, fill, handler } };
            const [base, ...tries] = runKeeping(elf, run).map(({ word, region }) => ({ word, image: imageOf(region) }));
            if (base === undefined) throw new Error('nothing kept');
            for (const { word, image } of tries) {
              tally.tries += 1;
              tally.places.add(word);
              if (image.tail !== base.image.tail) tally.evictions += 1;
              if (image.sealed + image.tail !== base.image.sealed + base.image.tail) tally.seals += 1;
              expectBoth(base.image, image, `case ${call}, fill ${fill}, at ${word.toString(16)}`);
            }
          }
      console.log(
        `${tally.tries} interrupts at ${tally.places.size} instructions; ${tally.evictions} with an eviction, ${tally.seals} with a seal`,
      );
      expect(tally.places.size).toBeGreaterThan(200);
      expect(tally.evictions).toBeGreaterThan(100);
    },
    MINUTE,
  );

  it(
    'by an NMI that logs and never returns loses only the call that it ended',
    () => {
      const elf = buildKeeping({ main: 'fault.c', folder, logLength: LOG_LENGTH });
      let [tries, left] = [0, 0];
      for (const [call, fills] of [
        [CASES.short, [0, 5, 8, 9, 10, 91, 93]],
        [CASES.long, [3, 92]],
        [CASES.hexdump, [5, 94]],
      ] as const)
        for (const fill of fills) {
          const run: KeepingRun = { main: 'fault.c', folder, logLength: LOG_LENGTH, args: { case: call, fill } };
          const [base, ...kept] = runKeeping(elf, run).map(({ word, region }) => ({ word, image: imageOf(region) }));
          if (base === undefined) throw new Error('nothing kept');
          for (let i = 0; i + 1 < kept.length; i += 2) {
            const [struck, recovered] = [kept[i], kept[i + 1]];
            if (struck === undefined || recovered === undefined) throw new Error('half a try');
            tries += 1;
            const where = `case ${call}, fill ${fill}, at ${struck.word.toString(16)}`;
            expectFault(base.image, struck.image, where);
            expectFault(base.image, recovered.image, `${where}, recovered`);
            if (recovered.image.entries.some((entry) => entry.kind === KIND.open)) left += 1;
          }
        }
      console.log(`${tries} NMIs, ${left} of them left an open entry`);
      expect(left).toBeGreaterThan(20);
    },
    MINUTE,
  );

  it.each([
    ['-Os', 'gcc'],
    ['-O2', 'gcc'],
    ['-Os', 'clang'],
  ] as const)(
    'waits at most 150 instructions, at %s by %s',
    (optimisation, compiler) => {
      const sources = [join(DEVICE, 'tests/proof/masked.c')];
      const elf = buildFirmware({
        board: 'mps2-an385',
        sources,
        logLength: '16K',
        optimisation,
        compiler,
        out: join(folder, 'masked.elf'),
      });
      const { count, longest, at } = measureMasked(elf, folder);
      console.log(
        `${optimisation} ${compiler}: masked ${count} times, at most ${longest} instructions (from ${at.toString(16)})`,
      );
      expect(count).toBeGreaterThan(5000);
      expect(longest).toBeLessThanOrEqual(150);
    },
    MINUTE,
  );
});

function imageOf(region: Uint8Array): RingImage {
  const image = readImage(region);
  if (image === undefined) throw new Error('no ring');
  return image;
}

function key(entry: ImageEntry): string {
  return `${entry.kind} ${Buffer.from(entry.body).toString('hex')}`;
}

/** All that was there and was not overwritten is there, unchanged. */
function expectKept(base: RingImage, image: RingImage, where: string): ImageEntry[] {
  const now = new Map(image.entries.map((entry) => [entry.number, key(entry)]));
  for (const entry of base.entries) if (entry.number >= image.tail) expect(now.get(entry.number), where).toBe(key(entry));
  expect(image.lost, where).toBe(0);
  return image.entries.filter((entry) => entry.number >= base.next);
}

function expectBoth(base: RingImage, image: RingImage, where: string): void {
  const added = expectKept(base, image, where);
  expect(
    added.map((entry) => entry.number - base.next),
    where,
  ).toEqual([0, 1]);
  expect(
    added.filter((entry) => entry.kind === KIND.open),
    where,
  ).toEqual([]);
  expect(image.next, where).toBe(base.next + 2);
}

/** The NMI's entry is there; the call's may be, or stands open. */
function expectFault(base: RingImage, image: RingImage, where: string): void {
  const added = expectKept(base, image, where).filter((entry) => entry.kind !== KIND.segment);
  const closed = added.filter((entry) => entry.kind !== KIND.open);
  expect(closed.length, where).toBeGreaterThanOrEqual(1);
  expect(added.length, where).toBeLessThanOrEqual(2);
}
