/** Every limit of the wire formats (docs/formats/chunk.md, record.md, crash.md). What exceeds one is damage, never an exception. */

/** Bytes of one chunk, header and CRC included. */
export const MAX_CHUNK_BYTES = 65_535;
/** Chunks of one body: a body of the smallest chunks would else cost the server far more than its sender. */
export const MAX_CHUNKS_A_BODY = 16_384;
/** Bytes of one message, its CRC-32 included: the largest offset three LEB128 bytes can hold. */
export const MAX_MESSAGE_BYTES = 2_097_151;
/** LEB128 bytes of an offset or a length: 21 bits, enough for both limits above. */
export const MAX_VARINT_BYTES = 3;
/** Items of one message after its head: regions, and a thread with its registers each. */
export const MAX_ITEMS = 320;
/** CBOR tokens of one item. */
export const MAX_TOKENS = 4_096;
/** Arrays and maps inside each other. */
export const MAX_DEPTH = 8;
/** Bytes of one CBOR byte or text string. */
export const MAX_STRING_BYTES = 1_048_576;
/** Threads of one crash beside the one that crashed. */
export const MAX_THREADS = 64;
/** Memory regions of one crash, a stack of each thread among them, and their bytes together. */
export const MAX_REGIONS = 128;
export const MAX_REGION_BYTES = 1_048_576;
/**
 * Alternatives that the search for messages may follow where chunks contradict each other. Thirteen places with two answers
 * each fit; with many more, the CRC-32 would begin to accept mixtures by chance.
 */
export const MAX_SEARCH_PREFIXES = 16_384;
/** Bytes that one search may compare and sum: a largest message that was sent four times, cut differently each time. */
export const MAX_SEARCH_WORK = 16 * MAX_MESSAGE_BYTES;
/** Whole messages that one search gives. */
export const MAX_MESSAGES_PER_ID = 64;
