/** What a core file may cost. What exceeds a limit is damage; the rest is read. */

/** Threads: real firmware has some dozens. */
export const MAX_CORE_THREADS = 4096;
/** Pieces of memory: every read of memory searches them. */
export const MAX_CORE_REGIONS = 4096;
/** Bytes of memory, all pieces together. Headers may overlap in the file, so its size is no limit. */
export const MAX_CORE_BYTES = 64 * 1024 * 1024;
/** Pieces of damage that are listed one by one. */
export const MAX_CORE_DAMAGE = 100;
/** Bytes of notes, all segments together. */
export const MAX_CORE_NOTE_BYTES = 16 * 1024 * 1024;
