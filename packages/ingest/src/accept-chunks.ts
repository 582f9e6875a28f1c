/** The device's door: chunks become durable, then they are acknowledged. Nothing is decided about their content here. */
import type { ProjectId, Serial, WallClock } from '@noinit/model';
import type { Inbox } from '@noinit/store';
import { acknowledge, encodeAcks, scanChunk } from '@noinit/wire';

export interface ChunkPost {
  readonly project: ProjectId;
  readonly serial: Serial;
  readonly receivedAt: WallClock;
  /** Each chunk of the body, its length prefix taken off. */
  readonly chunks: readonly Uint8Array[];
}

export interface AcceptedChunks {
  /** Body of the 202 (docs/formats/ack.md): one acknowledgement for each contiguous run of one message. */
  readonly acks: Uint8Array;
  /** Chunks of the body that are kept raw because they cannot be read. */
  readonly damaged: number;
}

/** Resolves once every chunk of the post is durable. Rejects with `overloaded` when the inbox is full: answer 503, nothing was kept. */
export async function acceptChunks(inbox: Inbox, post: ChunkPost): Promise<AcceptedChunks> {
  const { project, serial, receivedAt } = post;
  const scans = post.chunks.map(scanChunk);
  const readable = scans.flatMap((scan) => (scan.kind === 'chunk' ? [scan.chunk] : []));
  const acks = encodeAcks(acknowledge(readable));
  await inbox.append(post.chunks.map((bytes) => ({ project, serial, receivedAt, bytes })));
  return { acks, damaged: scans.length - readable.length };
}
