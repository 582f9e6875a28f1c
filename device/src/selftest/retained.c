/*
 * Whether RAM outlives a reset here. The pattern stands in a crash slot that holds no record; the line that is logged before the reset and the
 * one after it show the same of the log's region.
 *
 * A reset that loses RAM loses what would tell the next start that the test runs. What the chip says then decides: after a reset that was no
 * power-on RAM should have been kept. A chip that cannot tell its resets apart is reset again by each call.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/store.h"
#include "crash/crash_slot.h"
#include "noinit/config.h"
#include "noinit/log.h"
#include "noinit/reboot.h"
#include "noinit/selftest.h"
#include "reboot/boot_records.h"

#define WORDS (NOINIT_CRASH_CAPACITY / 4u)

/* This boot's verdict was given: the next call begins anew. */
static bool is_told;

/* Every bit of a word differs from that of its neighbours somewhere in the sequence. */
static uint32_t word_of(uint32_t number)
{
    uint32_t word = (number + 1u) * 0x9e3779b1u;
    word ^= word >> 15;
    return word * 0x85ebca77u;
}

static uint32_t count_kept(uint32_t *pattern)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; pattern != NULL && i < WORDS; i++) {
        kept += pattern[i] == word_of(i) ? 1u : 0u;
        NOINIT_STORE(pattern[i], 0u);
    }
    return kept;
}

__attribute__((noreturn)) static void write_and_reset(uint32_t *pattern)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        NOINIT_STORE(pattern[i], word_of(i));
    }
    NOINIT_ARCH_FLUSH(pattern, WORDS * 4u);
    NOINIT_LOG_SEND_(NOINIT_LEVEL_INF, 0, 0, &noinit_log_all, "self-test: reset, to see what RAM keeps");
    noinit_reboot(NOINIT_REASON_SELF_TEST);
}

static noinit_result_t tell(uint32_t kept)
{
    is_told = true;
    if (kept != WORDS) {
        NOINIT_LOG_SEND_(NOINIT_LEVEL_ERR, 0, 0, &noinit_log_all, "self-test: RAM kept %u of %u words over the reset", kept, WORDS);
        return NOINIT_ERR_NOT_KEPT;
    }
    NOINIT_LOG_SEND_(NOINIT_LEVEL_INF, 0, 0, &noinit_log_all, "self-test: RAM survives a reset");
    return NOINIT_OK;
}

/* Whether this boot is the one after the test's reset. */
static bool is_after_reset(void)
{
    noinit_reboot_t last;
    if (noinit_reboot_last(&last)) {
        return last.reason == NOINIT_REASON_SELF_TEST;
    }
    const uint32_t hardware = noinit_boot_hardware();
    return hardware != NOINIT_REASON_POWER_ON && hardware != NOINIT_REASON_BROWN_OUT && hardware != NOINIT_REASON_UNKNOWN;
}

noinit_result_t noinit_selftest_retained(void)
{
    if (!noinit_is_open) {
        return NOINIT_ERR_NOT_STARTED;
    }
    uint32_t *pattern = (uint32_t *)(void *)noinit_crash_slot_spare();
    if (!is_told && is_after_reset()) {
        return tell(count_kept(pattern));
    }
    if (pattern == NULL) {
        return NOINIT_ERR_NOT_READY;
    }
    write_and_reset(pattern);
}
