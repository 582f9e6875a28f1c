import { scanAcks } from '@noinit/wire';
import { encodeChunks, encodeMessage } from '@noinit/wire/encode';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutMessages, makeBootMessages, makeCrash, makeExplainer, type NOW, OLD, PROJECT, SERIAL } from './fleet.ts';
import { Intake } from './intake.ts';

const WHOLE = makeBootMessages({ lineage: 1, boot: 1, build: OLD, logs: 2, ended: true });

describe('a damaged chunk', () => {
  let intake: Intake;
  beforeEach(async () => {
    intake = await Intake.open();
  });
  afterEach(() => intake.close());
  const health = async () => {
    await intake.processor.idle();
    expect(intake.errors).toEqual([]);
    return (await intake.store.reader.overview(PROJECT)).ingest;
  };

  it.each([
    ['of another version', Uint8Array.of(0x20, 1, 2, 3, 0, 9), 'unknown-version'],
    ['with reserved bits', Uint8Array.of(0x11, 1, 2, 3, 0, 9), 'malformed'],
    ['with a wrong check', Uint8Array.of(0x05, 1, 2, 3, 0, 9, 0, 0), 'checksum-mismatch'],
    ['cut in its header', Uint8Array.of(0x01, 1, 2), 'truncated'],
    ['without payload', Uint8Array.of(0x03, 1, 2, 3, 0), 'truncated'],
    ['of too many bytes', new Uint8Array(70_000), 'too-large'],
    ['of no bytes', new Uint8Array(0), 'truncated'],
  ])('%s is kept raw, counted once, and costs nothing else', async (_name, damaged, why) => {
    const answer = await intake.send([damaged, ...cutMessages(WHOLE), damaged]);
    expect(answer.damaged).toBe(2);
    expect(await health()).toMatchObject({ damagedChunks: 1, records: 4, partialMessages: 0 });
    const [kept] = (await intake.storedRows())['damaged_chunks'] ?? [];
    expect(kept).toMatchObject({ why, project: PROJECT, serial: SERIAL });
    expect(Buffer.compare(kept?.['bytes'] as Uint8Array, damaged)).toBe(0);
  });

  it('is not acknowledged as part of a message, everything else is', async () => {
    const chunks = cutMessages(WHOLE.slice(0, 1), { size: 20 });
    const { acks } = await intake.send([Uint8Array.of(0x20, 1, 0, 0, 0), ...chunks]);
    expect(scanAcks(acks)).toEqual({ acks: [{ messageId: 1, offset: 0, length: WHOLE[0]?.length, last: true }], damage: [] });
  });

  it('whose flipped bit no check guards leaves its message waiting for the right one', async () => {
    const chunks = cutMessages(WHOLE.slice(0, 1), { size: 20 });
    const bent = chunks.map((chunk, index) => (index === 1 ? flip(chunk, 8 * (chunk.length - 1)) : chunk));
    await intake.send(bent);
    expect(await health()).toMatchObject({ records: 0, partialMessages: 1 });
    await intake.send(chunks.slice(1, 2));
    expect(await health()).toMatchObject({ records: 1, partialMessages: 1 });
  });

  it('of any bytes never stops the rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 30 }), async (junk) => {
        await intake.send(junk);
        await intake.processor.idle();
        expect(intake.errors).toEqual([]);
      }),
      { numRuns: 60 },
    );
    await intake.send(cutMessages(WHOLE), { serial: 'another' as typeof SERIAL });
    await intake.processor.idle();
    expect((await intake.store.reader.devices(PROJECT, { search: 'another' })).items).toMatchObject([{ boots: 1 }]);
  });

  it('costs at most its own message, whichever bit is flipped', async () => {
    const chunks = cutMessages(WHOLE, { size: 64 });
    await fc.assert(
      fc.asyncProperty(fc.nat(chunks.length - 1), fc.nat(511), async (which, bit) => {
        const own = await Intake.open();
        await own.send(chunks.map((chunk, index) => (index === which ? flip(chunk, bit % (8 * chunk.length)) : chunk)));
        await own.processor.idle();
        const { ingest } = await own.store.reader.overview(PROJECT);
        expect(own.errors).toEqual([]);
        expect(ingest.records).toBeGreaterThanOrEqual(WHOLE.length - 1);
        await own.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('a crash whose end never comes', () => {
  it('is used as far as it goes, and replaced under its id when the end comes after all', async () => {
    const explainer = makeExplainer();
    const intake = await Intake.open({ cutCrashAfterMs: 40, explainer });
    const chunks = encodeChunks(encodeMessage(makeCrash({ stackBytes: 900 })), { messageId: 3, size: 100 });
    await intake.send(chunks.slice(0, -2), { at: NOW_MINUS_A_MINUTE });
    await expect.poll(async () => (await intake.store.reader.crashes(PROJECT)).items.length, { timeout: 3_000 }).toBe(1);
    await intake.processor.idle();
    const [cut] = (await intake.store.reader.crashes(PROJECT)).items;
    expect((await intake.store.reader.overview(PROJECT)).ingest).toMatchObject({ partialMessages: 1, records: 1 });
    await intake.send(chunks.slice(-2));
    const rows = await intake.storedRows();
    const [whole] = (await intake.store.reader.crashes(PROJECT)).items;
    expect(whole?.id).toBe(cut?.id);
    expect((await intake.store.reader.findDump(PROJECT, whole?.id as never))?.length).toBe(
      encodeMessage(makeCrash({ stackBytes: 900 })).length,
    );
    expect(rows).toEqual(await rowsOfWhole(chunks));
    expect(intake.errors).toEqual([]);
    await intake.close();
  });

  it('that is no crash goes on waiting', async () => {
    const intake = await Intake.open({ cutCrashAfterMs: 40 });
    await intake.send(cutMessages(WHOLE.slice(1, 2), { size: 20 }).slice(0, -1), { at: NOW_MINUS_A_MINUTE });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await intake.store.reader.overview(PROJECT)).ingest).toMatchObject({ partialMessages: 1, records: 0 });
    await intake.send(cutMessages(WHOLE.slice(1, 2), { size: 20 }).slice(-1));
    await intake.processor.idle();
    expect((await intake.store.reader.overview(PROJECT)).ingest).toMatchObject({ partialMessages: 0, records: 1 });
    await intake.close();
  });
});

const NOW_MINUS_A_MINUTE = (Date.now() - 60_000) as typeof NOW;

async function rowsOfWhole(chunks: readonly Uint8Array[]) {
  const intake = await Intake.open();
  await intake.send(chunks);
  const rows = await intake.storedRows();
  await intake.close();
  return rows;
}

function flip(chunk: Uint8Array, bit: number): Uint8Array {
  return chunk.map((byte, index) => (index === bit >>> 3 ? byte ^ (1 << (bit & 7)) : byte));
}
