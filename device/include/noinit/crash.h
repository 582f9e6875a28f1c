/* What the device was doing when it stopped: docs/formats/crash.md. */
#ifndef NOINIT_CRASH_H
#define NOINIT_CRASH_H

#include <stdint.h>

#include "noinit/log.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Exception entry for the vector table's fault slots (HardFault, and where they exist MemManage, BusFault, UsageFault, NMI).
 * Switches to its own stack, captures, marks the reason and resets.
 */
void noinit_fault_entry(void);

/*
 * Exception entry for an interrupt that fires shortly before a watchdog: captures what was interrupted, marks
 * NOINIT_REASON_WATCHDOG, and waits for the watchdog.
 */
void noinit_watchdog_entry(void);

/* Checks the canary word at the end of the main stack; a broken one is captured as a stack overflow and resets. Thread or ISR. */
void noinit_stack_check(void);

/* Further memory that a crash takes along. */
typedef struct {
    const volatile void *address;
    uint32_t size;
} noinit_crash_region_t;

/* An array of regions and its length, in ROM; replaces the one given before. */
void noinit_crash_regions(const noinit_crash_region_t *regions, uint32_t count);

/*
 * NOINIT_ASSERT(condition, "text %d", value): where the condition is false the text is logged with its values, the state captured, and
 * the chip reset. Up to three arguments of at most 32 bits. Thread or ISR.
 */
#define NOINIT_ASSERT(condition, ...)          \
    do {                                       \
        if (!(condition)) {                    \
            NOINIT_ASSERT_FAILED(__VA_ARGS__); \
        }                                      \
    } while (0)

/* The same where it is already known that something is wrong. Never returns. */
#define NOINIT_ASSERT_FAILED(...)                               \
    do {                                                        \
        if (0) {                                                \
            noinit_log_check(__VA_ARGS__);                      \
        }                                                       \
        NOINIT_LOG_WORDS_(noinit_assert_failed, __VA_ARGS__);   \
    } while (0)

/* What the macro calls: the site with the count of its words in the two lowest bits. */
__attribute__((noreturn)) void noinit_assert_failed(uintptr_t site, ...);

#ifdef __cplusplus
}
#endif

#endif
