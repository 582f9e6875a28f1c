#include "core/head.h"
#include "log/clock.h"
#include "noinit/reboot.h"

uint32_t noinit_reboot_unexpected_count(void)
{
    return noinit_head.counts[NOINIT_COUNT_UNEXPECTED];
}

uint32_t noinit_crash_count(void)
{
    return noinit_head.counts[NOINIT_COUNT_CRASHES];
}

bool noinit_reboot_is_loop(uint32_t limit)
{
    return noinit_head.counts[NOINIT_COUNT_UNHEALTHY] >= limit;
}

static void clear(uint32_t *count)
{
    const uint32_t lock = noinit_arch_lock();
    if (noinit_is_open) {
        *count = 0;
        noinit_head_publish();
    }
    noinit_arch_unlock(lock);
}

void noinit_reboot_unexpected_clear(void)
{
    clear(&noinit_head.counts[NOINIT_COUNT_UNEXPECTED]);
}

void noinit_healthy(void)
{
    clear(&noinit_head.counts[NOINIT_COUNT_UNHEALTHY]);
}

uint32_t noinit_operating_seconds(void)
{
    const uint32_t lock = noinit_arch_lock();
    const uint32_t *operating = noinit_head.counts + NOINIT_COUNT_OPERATING;
    const uint64_t before = (uint64_t)operating[1] << 32 | operating[0];
    const uint64_t now = before + noinit_log_uptime_now();
    noinit_arch_unlock(lock);
    /* 2^32 is 4294967 * 1000 + 296: a division in 64 bits would link 700 bytes. */
    const uint32_t low = (uint32_t)now;
    const uint32_t high = (uint32_t)(now >> 32);
    return high * 4294967u + low / 1000u + (high * 296u + low % 1000u) / 1000u;
}
