/* The line of a failed assertion, for the crash record. */
#ifndef NOINIT_LOG_ASSERTION_H
#define NOINIT_LOG_ASSERTION_H

#include <stdint.h>

/* The largest body: stamp of 10 bytes, id of 4, three words of 5. */
#define NOINIT_LOG_ASSERTION_MAX 29u

/*
 * What noinit_log_short would log of a site with up to three words (`words`: the site, then they): its stamp in full (ticks times two), id,
 * words. Gives its size. Interrupts masked; also the fault handler.
 */
uint32_t noinit_log_assertion(uint8_t *body, const uint32_t *words);

#endif
