/** What a server may cost us, whatever it sends. */

/** Bytes of one packet, its run lengths expanded. */
export const MAX_PACKET_BYTES = 1 << 20;
/** Times that one packet is sent, where the server says that it came damaged. */
export const MAX_SENDS = 4;
/** Answers to one packet that may come damaged before it is given up. */
export const MAX_DAMAGED_ANSWERS = 4;
/** Packets that are no answer (console output, notifications) before one is. */
export const MAX_ASIDES = 10_000;
/** Bytes of one XML document, and of all that describe one target. */
export const MAX_DOCUMENT_BYTES = 1 << 20;
/** Documents that a target description includes, and how deep. */
export const MAX_INCLUDES = 64;
export const MAX_INCLUDE_DEPTH = 8;
/** Registers of a target, and the highest number of one. A RISC-V with all its control registers has above 4,000. */
export const MAX_REGISTERS = 8_192;
export const MAX_REGISTER_NUMBER = 0xffff;
export const MAX_REGISTER_BITS = 4_096;
export const MAX_THREADS = 256;
/** Characters of a thread's name. */
export const MAX_NAME_CHARACTERS = 128;
/** Symbols that a server may ask for. */
export const MAX_SYMBOL_QUERIES = 1_000;
/** Bytes that one packet reads. */
export const MAX_READ_BYTES = 0x4000;
/** How long one connection is used, in milliseconds: a slow probe reads a megabyte in less than two minutes. */
export const MAX_TOTAL_MS = 10 * 60_000;
/** Pieces that a document may come in. */
export const MAX_PIECES = 4_096;
