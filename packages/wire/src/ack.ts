/** The acknowledgement: which bytes of which message are durable (docs/formats/ack.md). */
import { ByteReader, ByteWriter } from '@noinit/bytes';
import type { Damage } from '@noinit/model';
import type { Chunk } from './chunk.ts';
import { MAX_MESSAGE_BYTES, MAX_VARINT_BYTES } from './limits.ts';
import { damageOf } from './malformed.ts';

export const ACK_VERSION = 0;
const ACK_DURABLE = 0x01;
const ACK_LAST = 0x02;

/** `length` bytes of a message from `offset` on are durable. */
export interface Ack {
  readonly messageId: number;
  readonly offset: number;
  /** At least 1. */
  readonly length: number;
  /** The run ends with the message's last chunk. */
  readonly last: boolean;
}

export interface AckScan {
  readonly acks: readonly Ack[];
  readonly damage: readonly Damage[];
}

/** The acknowledgements of one request: one for each run of bytes without a gap, by message id and offset. */
export function acknowledge(chunks: readonly Chunk[]): readonly Ack[] {
  const sorted = [...chunks].sort((a, b) => a.messageId - b.messageId || a.offset - b.offset);
  const runs: Ack[] = [];
  for (const chunk of sorted) {
    const run = runs.at(-1);
    if (run?.messageId === chunk.messageId && chunk.offset <= run.offset + run.length) runs[runs.length - 1] = joined(run, chunk);
    else runs.push({ messageId: chunk.messageId, offset: chunk.offset, length: chunk.payload.length, last: chunk.last });
  }
  return runs;
}

/** The body of an answer 202. */
export function encodeAcks(acks: readonly Ack[]): Uint8Array {
  const writer = new ByteWriter();
  for (const ack of acks) {
    writer.u8((ACK_VERSION << 5) | ACK_DURABLE | (ack.last ? ACK_LAST : 0));
    writer.u24(ack.messageId).uleb(ack.offset).uleb(ack.length);
  }
  return writer.toBytes();
}

/**
 * Reads the body of an answer 202 as a device does. What cannot be read acknowledges nothing and is damage; the
 * acknowledgements before it stand.
 */
export function scanAcks(bytes: Uint8Array): AckScan {
  const reader = new ByteReader(bytes);
  const acks: Ack[] = [];
  const damage: Damage[] = [];
  try {
    while (!reader.atEnd && damage.length === 0) {
      const problem = scanAck(reader, acks);
      if (problem) damage.push(problem);
    }
  } catch (error) {
    damage.push(damageOf(error));
  }
  return { acks, damage };
}

function scanAck(reader: ByteReader, acks: Ack[]): Damage | undefined {
  const at = reader.offset;
  const flags = reader.u8();
  if (flags >>> 5 !== ACK_VERSION)
    return { offset: at, why: 'unknown-version', detail: `acknowledgement version ${flags >>> 5}` };
  if (flags & 0x1c) return { offset: at, why: 'malformed', detail: 'reserved flag bits are set' };
  const messageId = reader.u24();
  const offset = reader.varint(MAX_VARINT_BYTES);
  const length = reader.varint(MAX_VARINT_BYTES);
  if (length === 0 || offset + length > MAX_MESSAGE_BYTES)
    return { offset: at, why: 'malformed', detail: `${length} bytes at ${offset}` };
  if (flags & ACK_DURABLE) acks.push({ messageId, offset, length, last: (flags & ACK_LAST) !== 0 });
  return undefined;
}

/** A later chunk of the same run. The run ends with a last chunk only if no byte lies behind that chunk. */
function joined(run: Ack, chunk: Chunk): Ack {
  const end = run.offset + run.length;
  const chunkEnd = chunk.offset + chunk.payload.length;
  if (chunkEnd < end) return run;
  const last = chunk.last || (run.last && chunkEnd === end);
  return { ...run, length: chunkEnd - run.offset, last };
}
