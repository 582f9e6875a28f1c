/** What one capture takes at most; a reader of crash messages takes no more (docs/formats/crash.md). */

/** Bytes of memory, all regions together. */
export const MAX_CAPTURE_BYTES = 1 << 20;
/** Regions, so that a reader with a smaller limit of 64 takes them all. */
export const MAX_CAPTURE_REGIONS = 64;
/** Threads beside the one that runs. */
export const MAX_CAPTURE_THREADS = 32;
/** Bytes of one stack. */
export const MAX_STACK_BYTES = 64 * 1024;
/** Bytes of a stack whose end nothing tells. */
export const STACK_BYTES = 8 * 1024;
/** Bytes of code around pc and lr, by which an ELF file is checked where the build is not known. */
export const CODE_BYTES = 1024;
/** Bytes that are searched for the build id where no ELF file says where it stands. */
export const SEARCH_BYTES = 64 * 1024;
