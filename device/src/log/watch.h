/* Who wants to know that an entry was written: back ends, the reader's callback. Nothing of them is linked where nobody does. */
#ifndef NOINIT_LOG_WATCH_H
#define NOINIT_LOG_WATCH_H

#include <stdint.h>

#define NOINIT_LOG_WATCH_BACKENDS 1u
#define NOINIT_LOG_WATCH_CONSUMER 2u
#define NOINIT_LOG_WATCHERS 2u

/* A bit for each that watches. Changed locked. */
extern volatile uint32_t noinit_log_watch;

/*
 * Bytes that the open block must have left for an entry to go the short way: what its longest takes. Where somebody watches it is more than
 * a block has, as only the long way tells.
 */
#define NOINIT_LOG_SHORT_ROOM 26u
extern volatile uint32_t noinit_log_short_room;

/* Called outside the lock by the context that logged: a thread, an ISR or a fault handler. */
typedef void noinit_log_watcher_t(void);

/* Replaces the watcher of one bit; NULL ends it. Any context. */
void noinit_log_watch_set(uint32_t bit, noinit_log_watcher_t *watcher);

/* Tells all of them. The front end calls it after an entry was closed, if noinit_log_watch is not 0. */
void noinit_log_written(void);

#endif
