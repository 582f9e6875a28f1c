/* What the parts of the back-end side know of each other. */
#ifndef NOINIT_LOG_BACKEND_SIDE_H
#define NOINIT_LOG_BACKEND_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/log_backend.h"

/* An entry was closed while noinit_log_watch has bit 0: wakes the thread, or in panic and immediate mode hands it over. Not locked. */
void noinit_log_backends_written(void);

/*
 * The ring is full and would drop the newest. Waits a moment; true: try again. `waited_ms` is 0 the first time. Not locked. Only where
 * NOINIT_LOG_BLOCK_MS is not 0.
 */
bool noinit_log_block(uint32_t *waited_ms);

/* The level of one back end (1 to 9) in a filter word, and what follows for the aggregate. Locks for a moment. */
void noinit_log_filter_change(noinit_source_t *source, uint32_t slot, uint32_t level);

/* The slot of a back end, 1 to 9. */
uint32_t noinit_log_backend_slot(const noinit_log_backend_t *backend);

/* For all sources, each as far as it is compiled in. */
void noinit_log_filter_all(const noinit_log_backend_t *backend, uint32_t level);

/* The name of a source, NULL where it is not in the table. */
const char *noinit_log_name_of(const noinit_source_t *source);

#endif
