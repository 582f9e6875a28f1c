/** What every inbox promises. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboxRow } from '../inbox/inbox.ts';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import { NOW, PROJECT, SERIAL } from './makers.ts';

export function inboxContract(open: OpenEngine): void {
  describe('an inbox', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());

    it('gives back what was appended, in order of arrival', async () => {
      const { inbox } = engine.store;
      await inbox.append([row(1), row(2)]);
      await inbox.append([row(3)]);
      const claimed = await inbox.claim(10);
      expect(claimed.map((each) => [each.project, each.serial, each.receivedAt, each.bytes])).toEqual(
        [1, 2, 3].map((byte) => [PROJECT, SERIAL, NOW, Uint8Array.of(byte)]),
      );
    });

    it('keeps a row without bytes', async () => {
      const { inbox } = engine.store;
      await inbox.append([{ ...row(1), bytes: new Uint8Array(0) }]);
      expect((await inbox.claim(1))[0]?.bytes).toEqual(new Uint8Array(0));
    });

    it('gives each row to one claim only', async () => {
      const { inbox } = engine.store;
      await inbox.append([row(1), row(2), row(3)]);
      const first = await inbox.claim(2);
      const second = await inbox.claim(2);
      expect([first.length, second.length]).toEqual([2, 1]);
      expect(await inbox.claim(2)).toEqual([]);
    });

    it('gives released rows again, without those that are still claimed', async () => {
      const { inbox } = engine.store;
      await inbox.append([row(1), row(2), row(3)]);
      const [first, second] = await inbox.claim(3);
      inbox.release([first?.id ?? 0]);
      await inbox.append([row(4)]);
      expect((await inbox.claim(5)).map((each) => each.bytes[0])).toEqual([1, 4]);
      expect(second?.bytes[0]).toBe(2);
    });

    it('gives claimed rows again after a restart, until they are done', async () => {
      await engine.store.inbox.append([row(1), row(2)]);
      const [first] = await engine.store.inbox.claim(2);
      await engine.store.inbox.done([first?.id ?? 0]);
      const store = await engine.reopen();
      expect((await store.inbox.claim(5)).map((each) => each.bytes[0])).toEqual([2]);
      expect(await store.inbox.backlog()).toBe(1);
    });

    it('never uses an id twice', async () => {
      await engine.store.inbox.append([row(1)]);
      const [first] = await engine.store.inbox.claim(1);
      await engine.store.inbox.done([first?.id ?? 0]);
      const store = await engine.reopen();
      await store.inbox.append([row(2)]);
      const [second] = await store.inbox.claim(1);
      expect(second?.id).toBeGreaterThan(first?.id ?? Number.POSITIVE_INFINITY);
    });

    it('tells listeners of each commit that added rows', async () => {
      const { inbox } = engine.store;
      let calls = 0;
      const stop = inbox.onAppended(() => calls++);
      await inbox.append([row(1)]);
      expect(calls).toBe(1);
      stop();
      await inbox.append([row(2)]);
      expect(calls).toBe(1);
    });

    it('keeps what is being appended while it closes', async () => {
      const appended = engine.store.inbox.append([row(1)]);
      const store = await engine.reopen();
      await appended;
      expect(await store.inbox.backlog()).toBe(1);
    });
  });
}

function row(byte: number): InboxRow {
  return { project: PROJECT, serial: SERIAL, receivedAt: NOW, bytes: Uint8Array.of(byte) };
}
