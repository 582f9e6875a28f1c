#include "reboot/marks.h"

#include "core/crc.h"
#include "core/store.h"
#include "log/clock.h"
#include "noinit/reboot.h"

NOINIT_RETAINED_AS("2.alive") noinit_sign_t noinit_sign;
NOINIT_RETAINED_AS("3.marks") noinit_mark_t noinit_marks[2];

static uint32_t check_of(const noinit_mark_t *mark)
{
    return noinit_crc32(noinit_head.origin.key.lineage + noinit_head.origin.key.boot, mark->words, sizeof mark->words);
}

bool noinit_mark_is_whole(const noinit_mark_t *mark)
{
    return mark->check == check_of(mark);
}

/* Remembers the uptime; gives its low half. Locked. */
static uint32_t see(void)
{
#if NOINIT_LOG_CLOCK
    (void)noinit_log_now();
#endif
    const uint64_t uptime = noinit_log_uptime_now();
    NOINIT_STORE(noinit_sign.words[NOINIT_SIGN_UPTIME], (uint32_t)uptime);
    NOINIT_STORE(noinit_sign.words[NOINIT_SIGN_UPTIME + 1u], (uint32_t)(uptime >> 32));
    NOINIT_ARCH_FLUSH(&noinit_sign, sizeof noinit_sign);
    return (uint32_t)uptime;
}

static bool counts(const noinit_mark_t *mark, uint32_t uptime)
{
    return noinit_mark_is_whole(mark) && !noinit_mark_is_stale(mark, uptime);
}

/* Which mark this reason becomes; NULL: none, others came first. */
static noinit_mark_t *place_for(uint16_t reason, uint32_t uptime)
{
    noinit_mark_t *mark = noinit_marks;
    if (!counts(mark, uptime)) {
        return mark;
    }
    mark++;
    return (reason & NOINIT_REASON_UNEXPECTED) != 0 && !counts(mark, uptime) ? mark : NULL;
}

void noinit_reboot_mark_from(uint16_t reason, uint32_t pc, uint32_t lr)
{
    const uint32_t lock = noinit_arch_lock();
    /* Before noinit_init all of it still speaks of the boot before. */
    if (noinit_is_open) {
        const uint32_t uptime = see();
        noinit_mark_t *mark = place_for(reason, uptime);
        if (mark != NULL) {
            NOINIT_STORE(mark->words[NOINIT_MARK_REASON], reason);
            NOINIT_STORE(mark->words[NOINIT_MARK_PC], pc & ~1u);
            NOINIT_STORE(mark->words[NOINIT_MARK_LR], lr);
            NOINIT_STORE(mark->words[NOINIT_MARK_UPTIME], uptime);
            NOINIT_ARCH_PUBLISH();
            NOINIT_STORE(mark->check, check_of(mark));
            NOINIT_ARCH_FLUSH(mark, sizeof *mark);
        }
    }
    noinit_arch_unlock(lock);
}

void noinit_reboot_unmark(void)
{
    const uint32_t lock = noinit_arch_lock();
    if (noinit_is_open) {
        for (uint32_t i = 2; i-- > 0;) {
            NOINIT_STORE(noinit_marks[i].check, ~check_of(&noinit_marks[i]));
        }
        NOINIT_ARCH_FLUSH(noinit_marks, sizeof noinit_marks);
    }
    noinit_arch_unlock(lock);
}

void noinit_alive_at(uint32_t task, uint32_t pc)
{
    const uint32_t lock = noinit_arch_lock();
    if (NOINIT_ARCH_CORE() != 0) {
        (void)noinit_log_now(); /* no wrap of its clock is missed; the boot's uptime is the first core's */
    } else if (noinit_is_open) {
        const uint32_t before = noinit_sign.words[NOINIT_SIGN_UPTIME];
        NOINIT_STORE(noinit_sign.words[NOINIT_SIGN_TASK], task);
        NOINIT_STORE(noinit_sign.words[NOINIT_SIGN_PC], pc & ~1u);
        NOINIT_STORE(noinit_sign.words[NOINIT_SIGN_INTERVAL], noinit_port_uptime_ms() - before);
        NOINIT_ARCH_PUBLISH();
        (void)see();
    }
    noinit_arch_unlock(lock);
#if NOINIT_HEALTHY_MS != 0
    if (noinit_head.counts[NOINIT_COUNT_UNHEALTHY] != 0 && noinit_sign.words[NOINIT_SIGN_UPTIME] >= NOINIT_HEALTHY_MS && noinit_is_open) {
        noinit_healthy();
    }
#endif
}

void noinit_alive(void)
{
    noinit_alive_at(0, NOINIT_ARCH_RETURN_ADDRESS());
}
