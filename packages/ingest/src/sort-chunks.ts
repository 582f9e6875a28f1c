/** Inbox rows, read and put in heaps: one for each message id of a device, and one of what cannot be read. */
import type { WallClock } from '@noinit/model';
import type { DamagedChunk, InboxRow, MessageKey } from '@noinit/store';
import { type Chunk, scanChunk } from '@noinit/wire';

export interface ChunkHeap {
  readonly key: MessageKey;
  /** When the newest of the chunks arrived. */
  readonly receivedAt: WallClock;
  readonly chunks: readonly Chunk[];
}

export interface SortedChunks {
  readonly heaps: readonly ChunkHeap[];
  readonly damaged: readonly DamagedChunk[];
}

export function sortChunks(rows: readonly InboxRow[]): SortedChunks {
  const heaps = new Map<string, { key: MessageKey; receivedAt: WallClock; chunks: Chunk[] }>();
  const damaged: DamagedChunk[] = [];
  for (const { project, serial, receivedAt, bytes } of rows) {
    const scan = scanChunk(bytes);
    if (scan.kind === 'damage') {
      damaged.push({ project, serial, receivedAt, bytes, damage: scan.damage });
      continue;
    }
    const key = { project, serial, messageId: scan.chunk.messageId };
    // Neither a project id nor a serial holds a control character, so the name cannot be forged.
    const name = `${project}\0${serial}\0${key.messageId}`;
    const heap = heaps.get(name) ?? { key, receivedAt, chunks: [] };
    heap.receivedAt = receivedAt > heap.receivedAt ? receivedAt : heap.receivedAt;
    heap.chunks.push(scan.chunk);
    heaps.set(name, heap);
  }
  return { heaps: [...heaps.values()], damaged };
}
