/** What every blob store promises. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INLINE_BYTES } from '../blobs/blob-store.ts';
import { digestOf } from '../events/derived-ids.ts';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import { makeProject, PROJECT } from './makers.ts';

export function blobContract(open: OpenEngine): void {
  describe('a blob store', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());

    it.each([0, 1, INLINE_BYTES, INLINE_BYTES + 1, 1_000_000])('gives back %i bytes, also after a restart', async (length) => {
      const bytes = new Uint8Array(length).map((_, index) => index % 251);
      const digest = await engine.store.blobs.put(PROJECT, bytes);
      expect(digest).toBe(digestOf(bytes));
      const before = await engine.store.blobs.find(PROJECT, digest);
      const after = await (await engine.reopen()).blobs.find(PROJECT, digest);
      for (const found of [before, after]) expect(found && Buffer.compare(found, bytes)).toBe(0);
    });

    it('takes the same bytes again, also twice at once', async () => {
      const bytes = new Uint8Array(INLINE_BYTES + 1);
      const { blobs } = engine.store;
      const digests = await Promise.all([blobs.put(PROJECT, bytes), blobs.put(PROJECT, bytes)]);
      expect(new Set([...digests, await blobs.put(PROJECT, bytes)]).size).toBe(1);
    });

    it('shows a project nothing of another one', async () => {
      for (const length of [1, INLINE_BYTES + 1]) {
        const digest = await engine.store.blobs.put(PROJECT, new Uint8Array(length));
        expect(await engine.store.blobs.find(makeProject('other'), digest)).toBeUndefined();
      }
    });
  });
}
