/* The line of a failed assertion, for the log and for the crash record. */
#ifndef NOINIT_LOG_ASSERTION_H
#define NOINIT_LOG_ASSERTION_H

#include <stdint.h>

/* The largest body: stamp of 10 bytes, id of 4, three words of 5. */
#define NOINIT_LOG_ASSERTION_MAX 29u

/*
 * Logs what noinit_log_short would of a site with up to three words, and leaves a copy: its stamp in full (ticks times two), id, words.
 * Gives its size. Any context, also the fault handler.
 */
uint32_t noinit_log_assertion(uint8_t *body, uintptr_t site, uint32_t first, uint32_t second, uint32_t third);

#endif
