#include "core/head.h"
#include "crash/crash_slot.h"
#include "log/log_ring.h"
#include "noinit/noinit.h"
#include "reboot/boot_records.h"

static bool is_open;

/* The first boot of a new lineage, or the one after the last. `reason` ended the boot before. */
static noinit_head_t next_head(const noinit_head_t *last, bool is_whole, uint16_t hardware, uint16_t reason)
{
    if (!is_whole) {
        return (noinit_head_t){.lineage = noinit_port_random(), .boot = 1, .sequence = 1};
    }
    noinit_head_t next = *last;
    next.boot++;
    next.sequence++; /* the reboot record took one */
    if (hardware == NOINIT_REASON_POWER_ON) {
        next.unexpected = 0;
    }
    if ((reason & NOINIT_REASON_UNEXPECTED) != 0) {
        next.unexpected++;
    }
    return next;
}

/*
 * The records of the boot that ended and of the one that begins go into their ring first, the head is published last. A reset in between
 * makes the next start write them again under the same identity, which the server takes for the same record.
 */
noinit_result_t noinit_init(void)
{
    if (is_open) {
        return NOINIT_ERR_ALREADY;
    }
    const noinit_build_id_t build = noinit_build_id();
    if (build.size == 0) {
        return NOINIT_ERR_NO_BUILD_ID;
    }
    if (((uintptr_t)&noinit_last_seen & 7u) != 0) {
        return NOINIT_ERR_MISALIGNED;
    }

    noinit_head_t last;
    const bool is_whole = noinit_head_recover(&last);
    noinit_boot_records_recover();

    const noinit_boot_cause_t cause = noinit_boot_cause(&last);
    uint16_t reason = cause.reason;
    if (is_whole) {
        reason = noinit_boot_records_close(&last, &cause);
    }
    const noinit_head_t next = next_head(&last, is_whole, cause.reason, reason);
    noinit_boot_records_open(&next, &cause, is_whole);
    noinit_head_publish(&next);

    noinit_boot_records_begin();
    noinit_log_begin();
    noinit_crash_begin();
    is_open = true;
    return NOINIT_OK;
}
