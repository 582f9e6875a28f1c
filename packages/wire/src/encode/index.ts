export { CborWriter } from './cbor-writer.ts';
export { type ChunkOptions, encodeChunk, encodeChunks, joinChunks } from './chunks.ts';
export { type EncodableRecord, encodeMessage, sealMessage } from './message.ts';
