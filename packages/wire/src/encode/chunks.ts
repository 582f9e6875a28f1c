/** Cuts a message into chunks as the packetizer does (docs/formats/chunk.md). */
import { ByteWriter, crc16 } from '@noinit/bytes';
import { CHUNK_CRC, CHUNK_FIRST, CHUNK_LAST, CHUNK_VERSION } from '../chunk.ts';

export interface ChunkOptions {
  /** 24 bits. */
  readonly messageId: number;
  /** Bytes of one chunk at most, header and CRC included; at least 8, or 10 with a CRC. */
  readonly size: number;
  /** Whether each chunk carries a CRC of its own. */
  readonly crc?: boolean;
}

/** Chunks in order, each as full as `size` allows. */
export function encodeChunks(message: Uint8Array, options: ChunkOptions): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let offset = 0; offset < message.length; ) {
    const payload = message.subarray(offset, offset + payloadRoom(offset, options));
    chunks.push(encodeChunk(payload, offset, offset + payload.length === message.length, options));
    offset += payload.length;
  }
  return chunks;
}

/** One chunk of any payload, also of one that no packetizer would cut. */
export function encodeChunk(payload: Uint8Array, offset: number, last: boolean, options: Omit<ChunkOptions, 'size'>): Uint8Array {
  const flags = (CHUNK_VERSION << 5) | (options.crc ? CHUNK_CRC : 0) | (last ? CHUNK_LAST : 0) | (offset === 0 ? CHUNK_FIRST : 0);
  const writer = new ByteWriter().u8(flags).u24(options.messageId).uleb(offset).bytes(payload);
  return options.crc ? writer.u16(crc16(writer.toBytes())).toBytes() : writer.toBytes();
}

/** A body of `application/vnd.noinit.chunks`. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const chunk of chunks) writer.uleb(chunk.length).bytes(chunk);
  return writer.toBytes();
}

function payloadRoom(offset: number, { size, crc }: ChunkOptions): number {
  const header = 4 + (offset < 0x80 ? 1 : offset < 0x4000 ? 2 : 3);
  const room = size - header - (crc ? 2 : 0);
  if (room < 1) throw new RangeError(`a chunk of ${size} bytes has no room for a payload`);
  return room;
}
