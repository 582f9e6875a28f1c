/*
 * A tee of the log to a debugger that reads memory (RTT): any viewer that looks for the id finds the control block.
 *
 * Channel 0 carries text (`Terminal`, NOINIT_LOG_TEXT=1), channel 1 `noinit` the entries as they stand in the ring, for `noinit logs`:
 * without NOINIT_LOG_TEXT channel 0 stays empty. NOINIT_LOG_RTT=1 links it; it is a back end named `rtt`, on from the start.
 */
#ifndef NOINIT_LOG_RTT_H
#define NOINIT_LOG_RTT_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/config.h"
#include "noinit/log_backend.h"

/* What happens where the debugger does not keep up: set by it, or here. Blocking waits outside of every lock. */
#define NOINIT_LOG_RTT_SKIP 0u  /* what does not fit whole is left out */
#define NOINIT_LOG_RTT_TRIM 1u  /* for text: what fits is written */
#define NOINIT_LOG_RTT_BLOCK 2u /* waits until it fits */

extern const noinit_log_backend_t noinit_log_rtt;

/* Bytes into channel 0 or 1, or nothing; false: they did not fit. One caller at a time for one channel. */
bool noinit_log_rtt_write(uint32_t channel, const uint8_t *bytes, uint32_t size);

#endif
