#include "noinit/arch.h"
#include "noinit/log_site.h"
#include "noinit/port.h"

/* `last` 0: never; a moment that would be 0 counts as 1. */
uint32_t noinit_log_rate_take(noinit_log_rate_t *rate, uint32_t interval_ms)
{
    const uint32_t lock = noinit_arch_lock();
    const uint32_t now = noinit_port_uptime_ms();
    uint32_t taken = 0;
    if (rate->last == 0 || now - rate->last >= interval_ms) {
        taken = rate->skipped + 1u;
        rate->skipped = 0;
        rate->last = now != 0 ? now : 1u;
    } else if (rate->skipped != UINT32_MAX - 1u) {
        rate->skipped++;
    }
    noinit_arch_unlock(lock);
    return taken;
}
