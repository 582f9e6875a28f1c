/** One chunk, and a body of many (docs/formats/chunk.md). */
import { ByteReader, crc16 } from '@noinit/bytes';
import type { Damage, DamageCode } from '@noinit/model';
import { MAX_CHUNK_BYTES, MAX_CHUNKS_A_BODY, MAX_MESSAGE_BYTES, MAX_VARINT_BYTES } from './limits.ts';
import { damageOf } from './malformed.ts';

export const CHUNK_VERSION = 0;
export const CHUNK_FIRST = 0x01;
export const CHUNK_LAST = 0x02;
export const CHUNK_CRC = 0x04;
const RESERVED = 0x18;
const CRC_BYTES = 2;

/** A piece of a message. `payload` is a view of the bytes that were scanned, not a copy. */
export interface Chunk {
  readonly version: 0;
  /** 24 bits. */
  readonly messageId: number;
  /** True exactly where `offset` is 0. */
  readonly first: boolean;
  /** The message ends with this payload. */
  readonly last: boolean;
  /** Place of the payload in the message. */
  readonly offset: number;
  /** Never empty. */
  readonly payload: Uint8Array;
}

export type ChunkScan = { readonly kind: 'chunk'; readonly chunk: Chunk } | { readonly kind: 'damage'; readonly damage: Damage };

export type BodySplit =
  | { readonly kind: 'chunks'; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'damage'; readonly damage: Damage };

/** Reads one chunk that fills `bytes`. What is wrong with it comes back as damage; nothing is guessed. */
export function scanChunk(bytes: Uint8Array): ChunkScan {
  if (bytes.length > MAX_CHUNK_BYTES) return damaged(0, 'too-large', `a chunk of ${bytes.length} bytes`);
  const flags = bytes[0];
  if (flags === undefined) return damaged(0, 'truncated', 'an empty chunk');
  // The version is the one thing that every version keeps in its place: nothing else may be judged before it is known.
  if (flags >>> 5 !== CHUNK_VERSION) return damaged(0, 'unknown-version', `chunk version ${flags >>> 5}`);
  if (flags & RESERVED) return damaged(0, 'malformed', `reserved flag bits are set in 0x${flags.toString(16).padStart(2, '0')}`);
  const content = flags & CHUNK_CRC ? bytes.subarray(0, Math.max(0, bytes.length - CRC_BYTES)) : bytes;
  if (flags & CHUNK_CRC && !crcMatches(bytes, content))
    return damaged(content.length, 'checksum-mismatch', 'the chunk’s CRC-16 is wrong');
  return scanContent(content, flags);
}

/** Splits a body of `application/vnd.noinit.chunks`: chunks, each after its length. One wrong length makes all of it unusable. */
export function splitChunks(body: Uint8Array): BodySplit {
  const reader = new ByteReader(body);
  const chunks: Uint8Array[] = [];
  try {
    while (!reader.atEnd) {
      const at = reader.offset;
      const length = reader.varint(MAX_VARINT_BYTES);
      if (length > MAX_CHUNK_BYTES) return damaged(at, 'too-large', `a chunk of ${length} bytes`);
      if (length === 0) return damaged(at, 'malformed', 'a chunk length of 0');
      if (chunks.length === MAX_CHUNKS_A_BODY) return damaged(at, 'too-large', `a body of over ${MAX_CHUNKS_A_BODY} chunks`);
      chunks.push(reader.take(length));
    }
  } catch (error) {
    return { kind: 'damage', damage: damageOf(error) };
  }
  return { kind: 'chunks', chunks };
}

function scanContent(content: Uint8Array, flags: number): ChunkScan {
  try {
    const reader = new ByteReader(content, { offset: 1 });
    const messageId = reader.u24();
    const offset = reader.varint(MAX_VARINT_BYTES);
    const first = (flags & CHUNK_FIRST) !== 0;
    if (first !== (offset === 0)) return damaged(0, 'malformed', `offset ${offset} does not fit the flag “first”`);
    const payload = reader.take(reader.remaining);
    if (payload.length === 0) return damaged(reader.offset, 'truncated', 'a chunk without payload');
    if (offset + payload.length > MAX_MESSAGE_BYTES)
      return damaged(4, 'too-large', `a message of over ${MAX_MESSAGE_BYTES} bytes`);
    const last = (flags & CHUNK_LAST) !== 0;
    return { kind: 'chunk', chunk: { version: CHUNK_VERSION, messageId, first, last, offset, payload } };
  } catch (error) {
    return { kind: 'damage', damage: damageOf(error) };
  }
}

function crcMatches(bytes: Uint8Array, content: Uint8Array): boolean {
  if (bytes.length < CRC_BYTES) return false;
  return new ByteReader(bytes, { offset: content.length }).u16() === crc16(content);
}

function damaged(offset: number, why: DamageCode, detail: string): { readonly kind: 'damage'; readonly damage: Damage } {
  return { kind: 'damage', damage: { offset, why, detail } };
}
