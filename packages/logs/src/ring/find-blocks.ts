/** Where the blocks of a stream begin: their CRCs tell. */
import { Crc16Window } from '@noinit/bytes';
import { EntryCursor, FILLER, KIND } from '../entries/entry-cursor.ts';
import { BLOCK_BYTES, type Block, PAYLOAD_END, readBlock } from './block.ts';

export type StreamPart =
  | { readonly kind: 'block'; readonly block: Block }
  /** What is no whole block. */
  | { readonly kind: 'rest'; readonly start: number; readonly end: number };

/** Blocks and what is between them, in the order of the stream. */
export function findBlocks(bytes: Uint8Array): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  const window = new Crc16Window(bytes, PAYLOAD_END);
  let rest = 0;
  for (let at = 0; at + BLOCK_BYTES <= bytes.length; ) {
    const low = bytes[at + PAYLOAD_END] as number;
    const high = bytes[at + PAYLOAD_END + 1] as number;
    const block = window.crcAt(at) === (low | (high << 8)) ? readBlock(bytes, at) : undefined;
    if (!block?.hasRightCrc || !hasEntries(block)) {
      at += 1;
      continue;
    }
    if (at > rest) parts.push({ kind: 'rest', start: rest, end: at });
    parts.push({ kind: 'block', block });
    at += BLOCK_BYTES;
    rest = at;
  }
  if (rest < bytes.length) parts.push({ kind: 'rest', start: rest, end: bytes.length });
  return parts;
}

/** One in 65,536 places has a right CRC by chance; its entries would have to be right too. */
export function hasEntries({ bytes, offset, first }: Block): boolean {
  const cursor = new EntryCursor(bytes);
  const end = offset + PAYLOAD_END;
  for (let at = offset + first; first !== 0 && at < end && bytes[at] !== FILLER; at = cursor.end) {
    const step = cursor.step(at, end);
    if (step === 'cut') return true;
    if (step === 'overlong' || !(cursor.isIntact || cursor.kind === KIND.open)) return false;
  }
  return true;
}
