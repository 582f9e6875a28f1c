export { type Ack, type AckScan, acknowledge, encodeAcks, scanAcks } from './ack.ts';
export { type Assembly, assembleMessages, type ByteRange, type PartialMessage } from './assembly.ts';
export { type BodySplit, type Chunk, type ChunkScan, scanChunk, splitChunks } from './chunk.ts';
export {
  MAX_CHUNK_BYTES,
  MAX_CHUNKS_A_BODY,
  MAX_DEPTH,
  MAX_ITEMS,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGES_PER_ID,
  MAX_REGION_BYTES,
  MAX_REGIONS,
  MAX_SEARCH_PREFIXES,
  MAX_SEARCH_WORK,
  MAX_STRING_BYTES,
  MAX_THREADS,
  MAX_TOKENS,
} from './limits.ts';
export { endsWithItsCrc, scanCutMessage, scanMessage } from './message.ts';
