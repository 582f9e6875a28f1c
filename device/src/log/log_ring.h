/* The log's ring, as noinit_init and the packetizer see it. */
#ifndef NOINIT_LOG_LOG_RING_H
#define NOINIT_LOG_LOG_RING_H

#include <stdint.h>

#include "core/ring.h"

extern const noinit_ring_t noinit_log_ring;

/* Recovers the ring and opens this boot's segment. noinit_init only. */
void noinit_log_begin(void);

/* The largest body of a short entry: id and uptime of 5 bytes and three arguments of 5. */
#define NOINIT_LOG_SHORT_MAX 25u

/*
 * Logs as noinit_log_short does and leaves a copy of the body, at most NOINIT_LOG_SHORT_MAX bytes; gives its size. Also from the fault
 * handler.
 */
uint32_t noinit_log_assertion(uint8_t *body, uintptr_t site_and_shape, uint32_t first, uint32_t second, uint32_t third);

#endif
