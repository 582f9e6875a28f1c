/* What the device was doing when it stopped: docs/formats/crash.md. */
#ifndef NOINIT_CRASH_H
#define NOINIT_CRASH_H

#include <stdint.h>

#include "noinit/log.h"

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
#define NOINIT_ASSERT_FAILED(...)                                                                                         \
    do {                                                                                                                  \
        if (0) {                                                                                                          \
            noinit_log_check(__VA_ARGS__);                                                                                \
        }                                                                                                                 \
        NOINIT_LOG_JOIN_(NOINIT_LOG_JOIN_(NOINIT_ASSERT_, NOINIT_LOG_COUNT_(__VA_ARGS__)), _)(__VA_ARGS__);               \
    } while (0)

/* What the macro calls: the site and the shape of its arguments as in noinit_log_short. */
_Noreturn void noinit_assert_failed(uintptr_t site_and_shape, ...);

/* clang-format off */
#define NOINIT_ASSERT_WORD_(x) _Static_assert(NOINIT_LOG_IS_WORD_(x), "an assertion takes integers of at most 32 bits and pointers")
#define NOINIT_ASSERT_0_(format) \
    NOINIT_LOG_DESCRIBE_(0, 0, format, 0); \
    noinit_assert_failed(NOINIT_LOG_SHORT_ID_(1u))
#define NOINIT_ASSERT_1_(format, a) \
    NOINIT_ASSERT_WORD_(a); \
    NOINIT_LOG_DESCRIBE_(0, 1, format, NOINIT_LOG_B_(a), 0); \
    noinit_assert_failed(NOINIT_LOG_SHORT_ID_(2u | NOINIT_LOG_S_(a, 0)), NOINIT_LOG_V_(a))
#define NOINIT_ASSERT_2_(format, a, b) \
    NOINIT_ASSERT_WORD_(a); \
    NOINIT_ASSERT_WORD_(b); \
    NOINIT_LOG_DESCRIBE_(0, 2, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), 0); \
    noinit_assert_failed(NOINIT_LOG_SHORT_ID_(4u | NOINIT_LOG_S_(a, 0) | NOINIT_LOG_S_(b, 1)), NOINIT_LOG_V_(a), NOINIT_LOG_V_(b))
#define NOINIT_ASSERT_3_(format, a, b, c) \
    NOINIT_ASSERT_WORD_(a); \
    NOINIT_ASSERT_WORD_(b); \
    NOINIT_ASSERT_WORD_(c); \
    NOINIT_LOG_DESCRIBE_(0, 3, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), 0); \
    noinit_assert_failed(NOINIT_LOG_SHORT_ID_(8u | NOINIT_LOG_S_(a, 0) | NOINIT_LOG_S_(b, 1) | NOINIT_LOG_S_(c, 2)), \
                         NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c))
/* clang-format on */

#endif
