/* The log's rings, one a core: where they lie, and how each begins a boot. */
#ifndef NOINIT_LOG_LOG_RING_H
#define NOINIT_LOG_LOG_RING_H

#include "core/ring.h"
#include "noinit/config.h"

#define NOINIT_LOG_RING_MAGIC 0x474f4c4eu /* NLOG */

extern noinit_ring_state_t noinit_log_states[NOINIT_CORES];

#if NOINIT_CORES == 1
extern const noinit_ring_t noinit_log_rings[1];
#else
/* Filled in by noinit_log_begin: where one core's share ends is no constant. */
extern noinit_ring_t noinit_log_rings[NOINIT_CORES];
#endif

/* Recovers the ring of this core and opens its segment, as soon as there is room. NOINIT_ERR_ of the region. noinit_start only. */
noinit_result_t noinit_log_begin(uint32_t core);

#endif
