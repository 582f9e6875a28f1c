/* What a boot says of itself while it runs: signs of life, and why it will end. */
#include "core/crc.h"
#include "core/store.h"
#include "log/clock.h"
#include "noinit/reboot.h"
#include "reboot/boot_place.h"

static uint32_t *mark_at(noinit_boot_place_t *place, uint32_t i)
{
    return place->reboot + NOINIT_REBOOT_MARKS + NOINIT_MARK_NUMBERS * i;
}

static uint32_t check_of(const uint32_t *mark)
{
    return noinit_crc32(0, mark, NOINIT_MARK_NUMBERS * sizeof *mark);
}

uint32_t noinit_mark_that_counts(noinit_boot_place_t *place, uint32_t i)
{
    uint32_t *mark = mark_at(place, i);
    if (place->mark_checks[i] != check_of(mark)) {
        NOINIT_STORE(mark[NOINIT_MARK_REASON], 0u);
    }
    return place->reboot[NOINIT_REBOOT_UPTIME] - mark[NOINIT_MARK_UPTIME] <= NOINIT_MARK_STALE_MS ? mark[NOINIT_MARK_REASON] : 0u;
}

uint32_t noinit_reason_marked(noinit_boot_place_t *place)
{
    const uint32_t first = noinit_mark_that_counts(place, 0);
    return first != 0 ? first : noinit_mark_that_counts(place, 1);
}

/*
 * Remembers the uptime; gives its low half. Locked. A reset between the two stores is off by 2^32 ms where the high half changes, which it does every 49 days.
 */
static uint32_t see(noinit_boot_place_t *now)
{
#if NOINIT_LOG_CLOCK
    (void)noinit_log_now();
#endif
    const uint64_t uptime = noinit_log_uptime_now();
    NOINIT_STORE(now->reboot[NOINIT_REBOOT_UPTIME], (uint32_t)uptime);
    NOINIT_STORE(now->reboot[NOINIT_REBOOT_UPTIME + 1], (uint32_t)(uptime >> 32));
    NOINIT_ARCH_FLUSH(now, sizeof *now);
    return (uint32_t)uptime;
}

/* Which mark this reason becomes: the first one that counts, or the first unexpected one after it; 2: none, others came first. */
static uint32_t choose(noinit_boot_place_t *now, uint32_t reason)
{
    if (noinit_mark_that_counts(now, 1) != 0) {
        return 2;
    }
    return noinit_mark_that_counts(now, 0) == 0 ? 0u : (reason & NOINIT_REASON_UNEXPECTED) != 0 ? 1u : 2u;
}

uint16_t noinit_reboot_mark_from(uint16_t reason, uint32_t pc, uint32_t lr)
{
    const uint32_t lock = noinit_arch_lock();
    if (noinit_is_open) {
        noinit_boot_place_t *now = noinit_boot_now;
        const uint32_t uptime = see(now);
        const uint32_t i = choose(now, reason);
        if (i < 2u) {
            uint32_t *mark = mark_at(now, i);
            NOINIT_STORE(mark[NOINIT_MARK_REASON], reason);
            NOINIT_STORE(mark[NOINIT_MARK_PC], pc & ~1u);
            NOINIT_STORE(mark[NOINIT_MARK_LR], lr);
            NOINIT_STORE(mark[NOINIT_MARK_UPTIME], uptime);
            NOINIT_ARCH_PUBLISH();
            NOINIT_STORE(now->mark_checks[i], check_of(mark));
            NOINIT_ARCH_FLUSH(now, sizeof *now);
        }
        reason = (uint16_t)noinit_reason_marked(now);
    }
    noinit_arch_unlock(lock);
    return reason;
}

void noinit_reboot_unmark(void)
{
    const uint32_t lock = noinit_arch_lock();
    if (noinit_is_open) {
        noinit_boot_place_t *now = noinit_boot_now;
        /* The later one first: alone it would be taken for what the firmware wanted. */
        for (uint32_t i = 2; i-- > 0;) {
            NOINIT_STORE(mark_at(now, i)[NOINIT_MARK_REASON], 0u);
        }
        NOINIT_ARCH_FLUSH(now, sizeof *now);
    }
    noinit_arch_unlock(lock);
}

void noinit_alive_at(uint32_t task, uint32_t pc)
{
    const uint32_t lock = noinit_arch_lock();
    if (NOINIT_ARCH_CORE() != 0) {
        (void)noinit_log_now(); /* no wrap of its clock is missed; the boot's uptime is the first core's */
    } else if (noinit_is_open) {
        noinit_boot_place_t *now = noinit_boot_now;
        const uint32_t before = now->reboot[NOINIT_REBOOT_UPTIME];
        /* What ran is stored before when: after a reset in between it is newer than the uptime beside it. */
        NOINIT_STORE(now->reboot[NOINIT_REBOOT_TASK], task);
        NOINIT_STORE(now->reboot[NOINIT_REBOOT_PC], pc & ~1u);
        const uint32_t uptime = see(now);
        NOINIT_STORE(now->reboot[NOINIT_REBOOT_INTERVAL], uptime - before);
        NOINIT_ARCH_FLUSH(now, sizeof *now);
#if NOINIT_HEALTHY_MS != 0
        if (uptime >= NOINIT_HEALTHY_MS && noinit_head.counts[NOINIT_COUNT_UNHEALTHY] != 0) {
            noinit_healthy();
        }
#endif
    }
    noinit_arch_unlock(lock);
}

void noinit_alive(void)
{
    noinit_alive_at(0, NOINIT_ARCH_RETURN_ADDRESS());
}
