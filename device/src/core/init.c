#include "core/head.h"
#include "crash/crash_slot.h"
#include "log/log_ring.h"
#include "noinit/noinit.h"
#include "reboot/boot_records.h"

/* Turns the head of the boot before into that of this one. `reason` ended the boot before. */
static void step_head(const noinit_build_id_t *build, bool is_whole, uint16_t hardware, uint16_t reason)
{
    if (!is_whole) {
        /* The rest is 0 from the start-up code. */
        noinit_head.origin.key.lineage = noinit_port_random();
        noinit_head.sequence = 1;
    } else {
        noinit_head.sequence++; /* the reboot record took one */
        if (hardware == NOINIT_REASON_POWER_ON) {
            noinit_head.unexpected = 0;
        }
        noinit_head.unexpected += reason >> 15; /* NOINIT_REASON_UNEXPECTED */
    }
    noinit_head.origin.key.boot++;
    for (uint32_t i = 0; i < sizeof noinit_head.origin.build; i++) {
        noinit_head.origin.build[i] = build->bytes[i];
    }
}

/*
 * The records of the boot that ended and of the one that begins go into their ring first, the head is published last. A reset in between
 * makes the next start write them again under the same identity, which the server takes for the same record.
 */
noinit_result_t noinit_init(void)
{
    if (noinit_is_open) {
        return NOINIT_ERR_ALREADY;
    }
    const noinit_build_id_t *build = noinit_build_id();
    if (build == NULL) {
        return NOINIT_ERR_NO_BUILD_ID;
    }
    if (((uintptr_t)&noinit_last_seen & 7u) != 0) {
        return NOINIT_ERR_MISALIGNED;
    }

    const bool is_whole = noinit_head_recover();
    (void)noinit_ring_recover(&noinit_boot_ring);
    const uint16_t hardware = noinit_boot_cause();
    const uint16_t reason = is_whole ? noinit_boot_records_close() : 0u;
    step_head(build, is_whole, hardware, reason);
    noinit_boot_records_open(build, is_whole);
    noinit_head_publish();

    noinit_boot_records_begin();
    noinit_log_begin();
    noinit_crash_begin();
    noinit_is_open = true;
    return NOINIT_OK;
}
