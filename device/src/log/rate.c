#include "noinit/arch.h"
#include "noinit/log_site.h"
#include "noinit/port.h"

/* `last` 0: never. Moments are odd, so that none of them is 0; an interval is off by one at most. */
uint32_t noinit_log_rate_take(noinit_log_rate_t *rate, uint32_t interval_ms)
{
    const uint32_t lock = noinit_arch_lock();
    const uint32_t now = noinit_port_uptime_ms() | 1u;
    uint32_t taken = 0;
    if (rate->last == 0 || now - rate->last >= interval_ms) {
        taken = rate->skipped + 1u;
        rate->skipped = 0;
        rate->last = now;
    } else if (rate->skipped != UINT32_MAX - 1u) {
        rate->skipped++;
    }
    noinit_arch_unlock(lock);
    return taken;
}
