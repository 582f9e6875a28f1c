/** From the inbox to the tables: one batch, one transaction, after which the inbox may forget it. */
import type { WallClock } from '@noinit/model';
import type { ClaimedRow, MessageChange, Written } from '@noinit/store';
import { cutState, nextState } from './next-state.ts';
import type { ProcessorStore } from './processor-store.ts';
import { sortChunks } from './sort-chunks.ts';

/**
 * Turns the rows into events; the caller tells the inbox afterwards. A cut between the two brings the same rows again; they
 * change nothing then. Rows of one device must not be stored by two callers at a time.
 */
export async function storeChunks(store: ProcessorStore, rows: readonly ClaimedRow[]): Promise<Written> {
  const { heaps, damaged } = sortChunks(rows);
  const states = await store.events.readMessages(heaps.map((heap) => heap.key));
  const changes = heaps.map((heap, index) => {
    const state = states[index];
    if (!state) throw new TypeError('a message without a state');
    return nextState(state, heap.chunks, heap.receivedAt);
  });
  const messages = changes.filter((change): change is MessageChange => change !== undefined);
  return store.events.write({ messages, damaged });
}

/** Uses crashes as they are whose chunks stopped coming before `before`. Gives what was written, undefined if nothing stalls. */
export async function storeCutCrashes(store: ProcessorStore, before: WallClock, now: WallClock): Promise<Written | undefined> {
  const stalled = await store.events.stalledMessages(before, MAX_CUT_BATCH);
  if (stalled.length === 0) return undefined;
  return store.events.write({ messages: stalled.map((state) => cutState(state, now)), damaged: [] });
}

const MAX_CUT_BATCH = 100;
