/* The log calls that are interrupted, one a case. */
#ifndef PROOF_CALLS_H
#define PROOF_CALLS_H

#include <stdint.h>

#define CASE_SHORT 0u
#define CASE_LONG 1u
#define CASE_HEXDUMP 2u
#define CASE_TEXT 3u
#define CASE_WORDS 4u /* short, with words that take five bytes */

/* Fills the ring with `count` entries first, so that the call that counts meets a seal or an eviction. */
void calls_fill(uint32_t count);
void calls_make(uint32_t number);

/* From the interrupt. */
void calls_interrupt(uint32_t is_long);

/* The log's region, byte for byte, behind a word that the host reads. */
void calls_keep(uint32_t word);

/* All memory of the program but its stack, as it is now, to have it again. */
void calls_remember(void);
void calls_put_back(void);

#endif
