#include "log/watch.h"

#include <stddef.h>

#include "noinit/arch.h"

volatile uint32_t noinit_log_watch;
volatile uint32_t noinit_log_short_room = NOINIT_LOG_SHORT_ROOM;

static noinit_log_watcher_t *watchers[NOINIT_LOG_WATCHERS];

void noinit_log_watch_set(uint32_t bit, noinit_log_watcher_t *watcher)
{
    const uint32_t lock = noinit_arch_lock();
    watchers[bit >> 1] = watcher;
    noinit_log_watch = watcher != NULL ? noinit_log_watch | bit : noinit_log_watch & ~bit;
    noinit_log_short_room = noinit_log_watch != 0 ? 128u : NOINIT_LOG_SHORT_ROOM;
    noinit_arch_unlock(lock);
}

void noinit_log_written(void)
{
    for (uint32_t i = 0; i < NOINIT_LOG_WATCHERS; i++) {
        noinit_log_watcher_t *const watcher = watchers[i];
        if (watcher != NULL) {
            watcher();
        }
    }
}
