/** A log call of the ARM binary, interrupted at each of its instructions: by an interrupt that logs and returns, by an NMI that logs and does not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE } from './firmware.ts';
import { moveTo, ringSources } from './proof/arm.ts';
import { boot, play } from './proof/cuts.ts';
import { gapCount, type ImageEntry, KIND, type RingImage, readImage } from './proof/image.ts';
import { buildKeeping, type KeepingRun, runKeeping } from './proof/kept.ts';
import { measureMasked } from './proof/masked.ts';
import { buildWasm, MACHINE_EXPORTS, REGION } from './proof/wasm.ts';

const LIMIT = process.env['NOINIT_PROOF'] === 'all' ? 3_600_000 : 60_000;
/** A ring of six blocks. */
const LOG_LENGTH = 88 + 6 * 128;
const CASES = { short: 0, long: 1, hexdump: 2, text: 3, words: 4 } as const;
const IS_THOROUGH = process.env['NOINIT_PROOF'] === 'all';
/** Ticks from one try to the next, 1.6 an instruction, from tick 600 on: 1 meets each instruction. NOINIT_PROOF=all does so to the end. */
const stepOf = (ticks: number): number => (IS_THOROUGH ? 1 : ticks);

interface Case {
  readonly call: number;
  /** How many entries stand in the ring before: so that a block ends, is sealed or overwritten in the call. */
  readonly fills: readonly number[];
  readonly step: number;
}

const INTERRUPTED: readonly Case[] = [
  { call: CASES.short, fills: [0, 16, 17, 18, 19, 20, 92, 95, 98], step: stepOf(31) },
  { call: CASES.words, fills: [0, 14, 15, 16, 17, 92, 95], step: stepOf(31) },
  { call: CASES.long, fills: [5, 92], step: stepOf(31) },
  { call: CASES.hexdump, fills: [7, 94], step: stepOf(31) },
  { call: CASES.text, fills: [92], step: stepOf(31) },
];
const STRUCK: readonly Case[] = [
  { call: CASES.short, fills: [0, 17, 18, 92], step: stepOf(31) },
  { call: CASES.words, fills: [0, 15, 16, 92], step: stepOf(31) },
  { call: CASES.long, fills: [92], step: stepOf(31) },
  { call: CASES.hexdump, fills: [94], step: stepOf(31) },
];

describeWith(
  ['arm-none-eabi-gcc', 'qemu-system-arm', 'gcc', 'clang-14', 'wasm2wat'],
  'an interruption at each instruction of a log call',
  () => {
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
        for (const { call, fills, step } of INTERRUPTED)
          for (const fill of fills)
            for (const handler of IS_THOROUGH || fill === 92 ? [0, 1] : [0]) {
              const run: KeepingRun = {
                main: 'interrupt.c',
                folder,
                logLength: LOG_LENGTH,
                args: { case: call, fill, handler, step },
              };
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
      LIMIT,
    );

    it(
      'by a handler that logs counts what a full ring cannot take',
      () => {
        const elf = buildKeeping({ main: 'interrupt.c', folder, logLength: LOG_LENGTH, cflags: ['-DNOINIT_LOG_DROP_NEWEST=1'] });
        let tries = 0;
        for (const fill of [88, 90, 92, 94, 96, 98, 100, 102, 104, 200])
          for (const call of [CASES.short, CASES.words]) {
            const run: KeepingRun = {
              main: 'interrupt.c',
              folder,
              logLength: LOG_LENGTH,
              args: { case: call, fill, step: stepOf(31) },
            };
            const [base, ...kept] = runKeeping(elf, run).map(({ word, region }) => ({ word, image: imageOf(region) }));
            if (base === undefined) throw new Error('nothing kept');
            for (const { word, image } of kept)
              expectBoth(base.image, image, `case ${call}, fill ${fill}, at ${word.toString(16)}`);
            tries += kept.length;
          }
        console.log(`${tries} interrupts of a ring that drops the newest`);
        expect(tries).toBeGreaterThan(1000);
      },
      LIMIT,
    );

    it(
      'by an NMI that logs and never returns loses only the call that it ended',
      () => {
        const elf = buildKeeping({ main: 'fault.c', folder, logLength: LOG_LENGTH });
        const machine = buildWasm({
          sources: [...ringSources(), join(DEVICE, 'tests/proof/machine.c')],
          exports: MACHINE_EXPORTS,
        });
        const tally = { tries: 0, places: new Set<number>(), open: 0 };
        for (const { call, fills, step } of STRUCK)
          for (const fill of fills) {
            const run: KeepingRun = { main: 'fault.c', folder, logLength: LOG_LENGTH, args: { case: call, fill, step } };
            const [base, ...tries] = runKeeping(elf, run);
            if (base === undefined) throw new Error('nothing kept');
            const before = imageOf(base.region);
            for (const { word, region } of tries) {
              tally.tries += 1;
              tally.places.add(word);
              const where = `case ${call}, fill ${fill}, at ${word.toString(16)}`;
              const struck = imageOf(region);
              expectFault(before, struck, where);
              const device = boot(machine, moveTo(REGION, region));
              expect(play(device, { kind: 'start', lineage: 1, boot: 2, stamp: 3, dropsNewest: false }), where).toBe(0);
              expectFault(before, imageOf(device.retained()), `${where}, recovered`);
              if (struck.entries.some((entry) => entry.kind === KIND.open)) tally.open += 1;
            }
          }
        console.log(`${tally.tries} NMIs at ${tally.places.size} instructions, ${tally.open} of them left an open entry`);
        expect(tally.places.size).toBeGreaterThan(200);
        expect(tally.open).toBeGreaterThan(20);
      },
      LIMIT,
    );

    it.each([
      ['-Os', 'gcc', 150],
      ['-O2', 'gcc', 150],
      ['-Os', 'clang', 150],
    ] as const)(
      'waits a bounded time, at %s by %s: at most %i instructions',
      (optimisation, compiler, bar) => {
        const sources = [join(DEVICE, 'tests/proof/masked.c')];
        const elf = buildFirmware({
          board: 'mps2-an385',
          sources,
          logLength: '16K',
          optimisation,
          compiler,
          out: join(folder, 'masked.elf'),
        });
        const { count, longest, functions } = measureMasked(elf, folder);
        console.log(`${optimisation} ${compiler}: masked ${count} times, at most ${longest} instructions`, functions);
        expect(count).toBeGreaterThan(5000);
        expect(longest).toBeLessThanOrEqual(bar);
      },
      LIMIT,
    );
  },
);

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
  return image.entries.filter((entry) => entry.number >= base.next);
}

/** Both entries, whole; where the newest are dropped, one or both may be counted instead. */
function expectBoth(base: RingImage, image: RingImage, where: string): void {
  const added = expectKept(base, image, where);
  const own = added.filter((entry) => entry.kind !== KIND.gap);
  const gaps = added.filter((entry) => entry.kind === KIND.gap).reduce((sum, entry) => sum + gapCount(entry), 0);
  const shown = [
    own.length + image.lost + gaps - base.lost,
    image.next - base.next,
    own.filter((entry) => entry.kind === KIND.open).length,
  ];
  if (shown.join() !== [2, added.length, 0].join()) expect(shown, where).toEqual([2, added.length, 0]);
}

/** The NMI's entry is there; the call's may be, or stands open. */
function expectFault(base: RingImage, image: RingImage, where: string): void {
  expect(image.lost, where).toBe(0);
  const added = expectKept(base, image, where).filter((entry) => entry.kind !== KIND.segment);
  const closed = added.filter((entry) => entry.kind !== KIND.open);
  expect(closed.length, where).toBeGreaterThanOrEqual(1);
  expect(added.length, where).toBeLessThanOrEqual(2);
}
