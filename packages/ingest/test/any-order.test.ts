import type { Serial } from '@noinit/model';
import type { StoredRows } from '@noinit/store/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMessages, later, makeBootMessages, makeSerial, NEW, OLD } from './fleet.ts';
import { Intake } from './intake.ts';

/** A chunk on its way, and which device sent it. */
interface Sent {
  readonly serial: Serial;
  readonly chunk: Uint8Array;
}

const FIRST = makeSerial('SN-0001');
const SECOND = makeSerial('sn-0001');

describe('chunks of 92 messages', () => {
  it('give the same rows in any order, any number of times, in any posts, before and after their symbols', async () => {
    const sent = fleet();
    expect(new Set(sent.map(({ serial, chunk }) => `${serial} ${(chunk[1] ?? 0) + 256 * (chunk[2] ?? 0)}`)).size).toBeGreaterThan(
      30,
    );
    const expected = await storedAfter({ posts: [sent], symbolsAfter: 0 });
    expect(expected['records']).toHaveLength(92);
    expect(expected['pending_pieces']).toEqual([]);
    await fc.assert(
      fc.asyncProperty(deliveries(sent), async (delivery) => {
        expect(await storedAfter(delivery)).toEqual(expected);
      }),
      { numRuns: Number(process.env['NOINIT_ORDER_RUNS'] ?? 20) },
    );
  }, 120_000);
});

/** Two devices whose serials differ by case. The first loses its RAM once: boot numbers, sequences and message ids begin anew. */
function fleet(): readonly Sent[] {
  const lineage = (serial: Serial, number: number, firstId: number, size: number) => {
    const messages = [
      makeBootMessages({ lineage: number, boot: 1, build: OLD, logs: 4, ended: true }),
      makeBootMessages({ lineage: number, boot: 2, build: OLD, logs: 4, crashAt: 0x0800_0100, ended: true }),
      makeBootMessages({ lineage: number, boot: 3, build: NEW, logs: 1, crashAt: 0x0800_0200 + (number & 1), ended: false }),
      makeBootMessages({
        lineage: number,
        boot: 5,
        build: NEW,
        logs: 2,
        crashAt: 0x0800_0300,
        crashAs: 'crash and postcard',
        ended: true,
      }),
      makeBootMessages({ lineage: number, boot: 6, build: OLD, logs: 0, crashAt: 0x0800_0400, crashAs: 'postcard', ended: true }),
      makeBootMessages({
        lineage: number,
        boot: 7,
        build: OLD,
        logs: 1,
        crashAt: 0x0800_0500,
        snapshotAt: 0x0800_0600,
        crashAs: 'crash and postcard',
        ended: false,
      }),
    ].flat();
    return cutMessages(messages, { firstId, size }).map((chunk) => ({ serial, chunk }));
  };
  // The first two use the same message ids for other messages; the third wraps around.
  const sent = [
    ...lineage(FIRST, 0x1111, 0x10, 40),
    ...lineage(FIRST, 0x2222, 0x15, 64),
    // Sent again after a lost answer, over a link with smaller packets.
    ...lineage(FIRST, 0x2222, 0x15, 33).slice(5, 40),
    ...lineage(SECOND, 0x1111, 0xff_fffa, 52),
  ];
  const messages = [makeBootMessages({ lineage: 0x2222, boot: 4, build: NEW, logs: 0, ended: true })].flat();
  return [...sent, ...cutMessages(messages, { firstId: 0x12, size: 30 }).map((chunk) => ({ serial: FIRST, chunk }))];
}

interface Delivery {
  readonly posts: readonly (readonly Sent[])[];
  /** After how many posts the symbols arrive. */
  readonly symbolsAfter: number;
}

function deliveries(sent: readonly Sent[]): fc.Arbitrary<Delivery> {
  const repeats = fc.subarray([...sent]);
  const order = repeats.chain((again) => fc.shuffledSubarray([...sent, ...again], { minLength: sent.length + again.length }));
  return fc.record({
    posts: fc.tuple(order, fc.integer({ min: 1, max: 90 })).map(([chunks, size]) => inPosts(chunks, size)),
    symbolsAfter: fc.integer({ min: 0, max: 20 }),
  });
}

function inPosts(chunks: readonly Sent[], size: number): readonly (readonly Sent[])[] {
  return Array.from({ length: Math.ceil(chunks.length / size) }, (_, index) => chunks.slice(index * size, (index + 1) * size));
}

async function storedAfter({ posts, symbolsAfter }: Delivery): Promise<StoredRows> {
  const intake = await Intake.open();
  let time = 0;
  for (const [index, post] of posts.entries()) {
    if (index === Math.min(symbolsAfter, posts.length - 1)) for (const build of [OLD, NEW]) await intake.saveSymbols(build);
    for (const serial of [FIRST, SECOND]) {
      const chunks = post.filter((each) => each.serial === serial).map((each) => each.chunk);
      if (chunks.length > 0) await intake.send(chunks, { serial, at: later(time++) });
    }
  }
  const rows = await intake.storedRows();
  expect(intake.errors).toEqual([]);
  await intake.close();
  return rows;
}
