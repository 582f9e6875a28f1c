/* Plays a script of ring operations: the same script in wasm, on ARM and natively. script.ts makes the words, model.ts knows what must come out. */
#ifndef PROOF_MACHINE_H
#define PROOF_MACHINE_H

#include <stdint.h>

/* An operation is six words: the code, then what it needs. */
#define PROOF_OP_WORDS 6u
#define PROOF_APPEND 1u  /* kind | mark << 8, length, seed, stamp: reserve, fill in pieces, close */
#define PROOF_RESERVE 2u /* slot, kind | mark << 8, length, stamp */
#define PROOF_FILL 3u    /* slot, seed, from, count */
#define PROOF_CLOSE 4u   /* slot, kind */
#define PROOF_RELEASE 5u /* number */
#define PROOF_HOLD 6u    /* which, number */
#define PROOF_START 7u   /* lineage, boot, stamp, 1 to drop the newest: a boot, which recovers and opens a segment */

/* The region of the ring; before anything else. */
void proof_place(uint32_t address, uint32_t size);

/* 1 where the operation was taken, 0 where an entry was dropped; of PROOF_START, the ring's result. */
int32_t proof_step(const uint32_t *op);

/* The number that the next entry gets. */
uint32_t proof_number(void);

/* The number of this boot's first entry. */
uint32_t proof_boot_number(void);

/* All closed entries as the ring's own cursor finds them, seven words each: number, kind | mark << 8 | sound << 9, size, sum of the body, stamp (2), offset. */
uint32_t proof_walk(uint32_t *words, uint32_t most);

#endif
