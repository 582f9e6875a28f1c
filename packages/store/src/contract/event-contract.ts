/** What every store promises about records: what is written once, and what wins. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INLINE_BYTES } from '../blobs/blob-store.ts';
import { crashId } from '../events/derived-ids.ts';
import type { EventChanges, MessageChange } from '../events/event-writer.ts';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import { later, makeBoot, makeChange, makeCrash, makeLog, makeMessage, makeReboot, NOW, PROJECT, SERIAL } from './makers.ts';

export function eventContract(open: OpenEngine): void {
  describe('an event writer', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());
    const write = (...messages: readonly MessageChange[]) => engine.store.events.write(changes(messages));
    const device = async () => engine.store.reader.findDevice(PROJECT, SERIAL);

    it('makes boots, ends, logs and crashes of records', async () => {
      const records = [makeBoot(), makeLog({ sequence: 1 }), makeCrash({ sequence: 2 }), makeReboot({ sequence: 3 })];
      const written = await write(...records.map((record) => makeChange(makeMessage(record))));
      expect(written).toEqual({
        records: 4,
        crashes: [{ project: PROJECT, id: crashId(PROJECT, SERIAL, { lineage: 1, boot: 1 }) }],
      });
      expect(await device()).toMatchObject({ boots: 1, crashes: 1, unexpectedReboots: 1, version: '1.0.0' });
      expect((await device())?.bootList[0]).toMatchObject({
        ended: { reason: { value: 0x8001 }, uptime: 5_000 },
        start: { ramSurvived: true },
      });
      expect((await device())?.log[0]).toMatchObject({
        base: 70_000,
        clock: { frequency: 32_768, stamp: 2 ** 40, uptime: 12 },
        core: 1,
        entries: Uint8Array.of(1, 2, 3),
      });
    });

    it('counts a repeat once, also under another message id', async () => {
      const message = makeMessage(makeBoot());
      await write(makeChange(message));
      expect(await write(makeChange(message))).toEqual({ records: 0, crashes: [] });
      expect(await device()).toMatchObject({ boots: 1 });
      expect((await engine.store.reader.overview(PROJECT)).ingest.records).toBe(1);
    });

    it('writes all of a batch or nothing', async () => {
      const { facts: _facts, ...broken } = makeMessage(makeCrash({ sequence: 2 }));
      await expect(write(makeChange(makeMessage(makeBoot())), makeChange(broken))).rejects.toThrow(TypeError);
      expect(await device()).toBeUndefined();
    });

    it('gives one identity to one message, whichever came first', async () => {
      const left = makeMessage(makeLog({ sequence: 1, entries: Uint8Array.of(7) }));
      const right = makeMessage(makeReboot({ sequence: 1 }));
      await write(makeChange(left), makeChange(right));
      const one = await device();
      await engine.dispose();
      engine = await open();
      await write(makeChange(right), makeChange(left));
      expect(await device()).toEqual(one);
    });

    it('replaces a cut crash by the whole one and keeps its id', async () => {
      const cut = makeMessage(makeCrash({ sequence: 2, region: 4 }), { whole: false, cuts: [] });
      const whole = makeMessage(makeCrash({ sequence: 2, region: 64 }));
      const id = crashId(PROJECT, SERIAL, { lineage: 1, boot: 1 });
      await write(makeChange(cut));
      expect(await engine.store.reader.findDump(PROJECT, id)).toEqual(cut.bytes);
      expect((await write(makeChange(whole))).crashes).toEqual([{ project: PROJECT, id }]);
      expect(await engine.store.reader.findDump(PROJECT, id)).toEqual(whole.bytes);
      await write(makeChange(cut));
      expect(await engine.store.reader.findDump(PROJECT, id)).toEqual(whole.bytes);
    });

    it('keeps the first end that a boot had, whichever arrived first', async () => {
      await write(makeChange(makeMessage(makeReboot({ sequence: 5, reason: 0x8003 }))));
      await write(makeChange(makeMessage(makeReboot({ sequence: 4, reason: 0x8002 }))));
      await write(makeChange(makeMessage(makeReboot({ sequence: 6, reason: 0x8001 }))));
      expect((await device())?.bootList[0]?.ended?.reason.value).toBe(0x8002);
    });

    it('keeps large messages whole', async () => {
      const crash = makeMessage(makeCrash({ sequence: 2 }), { bytes: new Uint8Array(INLINE_BYTES + 5).fill(9) });
      await write(makeChange(crash));
      const [due] = await engine.store.events.crashesToExplain(1);
      const dump = due && (await engine.store.reader.findDump(PROJECT, due.id));
      for (const found of [due?.message, dump]) expect(found && Buffer.compare(found, crash.bytes)).toBe(0);
    });

    it('gives back the pieces of a message and how far it has come', async () => {
      const key = { project: PROJECT, serial: SERIAL, messageId: 77 };
      const piece = { offset: 3, last: true, payload: Uint8Array.of(1, 2) };
      const stray = { offset: 0, last: false, payload: Uint8Array.of(9) };
      const state = async () => (await engine.store.events.readMessages([key]))[0];
      expect(await state()).toEqual({ key, pending: [], finished: [] });
      const change = { key, receivedAt: NOW, newPieces: 2, addPending: [piece, stray], dropPending: [], finished: [] };
      await write(change);
      expect(await state()).toEqual({ key, pending: [stray, piece], finished: [] });
      const message = makeMessage(makeBoot());
      await write({ ...change, newPieces: 0, addPending: [], dropPending: [piece], finished: [message] });
      const { digest, bytes, cuts } = message;
      expect(await state()).toEqual({ key, pending: [stray], finished: [{ digest, bytes, cuts }] });
    });

    it('finds what stalls, once', async () => {
      const stalled = (at: number) => engine.store.events.stalledMessages(later(at), 10);
      const key = { project: PROJECT, serial: SERIAL, messageId: 5 };
      const piece = (offset: number) => ({ offset, last: false, payload: Uint8Array.of(offset) });
      const change = { key, receivedAt: NOW, newPieces: 1, addPending: [piece(0)], dropPending: [], finished: [] };
      const noStart = { ...change, key: { ...key, messageId: 6 }, addPending: [piece(9)] };
      await write(change, noStart);
      expect(await stalled(0)).toEqual([]);
      expect((await stalled(1)).map((state) => state.key.messageId)).toEqual([5]);
      await write({ ...change, newPieces: 0, addPending: [], triedCutAt: later(1) });
      expect(await stalled(2)).toEqual([]);
      await write({ ...change, receivedAt: later(5), addPending: [piece(1)] });
      expect((await stalled(6)).length).toBe(1);
    });

    it('counts damaged chunks once each', async () => {
      const bytes = Uint8Array.of(0xff, 1);
      const damage = { offset: 0, why: 'unknown-version', detail: 'chunk version 7' } as const;
      const chunk = { project: PROJECT, serial: SERIAL, receivedAt: NOW, bytes, damage };
      await engine.store.events.write({ messages: [], damaged: [chunk, chunk] });
      await engine.store.events.write({ messages: [], damaged: [chunk] });
      expect((await engine.store.reader.overview(PROJECT)).ingest).toMatchObject({ damagedChunks: 1, chunks: 1, records: 0 });
    });
  });
}

function changes(messages: readonly MessageChange[]): EventChanges {
  return { messages, damaged: [] };
}
