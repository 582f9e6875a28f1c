/*
 * The clock of the log: ticks in 64 bits, carried over the wraps of the counter that they come from. Each core has its own.
 */
#ifndef NOINIT_LOG_CLOCK_H
#define NOINIT_LOG_CLOCK_H

#include <stdint.h>

#include "noinit/arch.h"
#include "noinit/config.h"
#include "noinit/port.h"

/* Milliseconds since the start; wraps of the port's counter, every 49 days, are carried. Locked, or in a fault handler. */
uint64_t noinit_log_uptime_now(void);

/* Ticks. Locked, or in a fault handler. */
#if NOINIT_LOG_CLOCK
uint64_t noinit_log_now(void);
#else
static inline uint64_t noinit_log_now(void)
{
    return noinit_log_uptime_now();
}
#endif

/* Ticks a second. */
#if NOINIT_LOG_CLOCK
uint32_t noinit_log_frequency(void);
#else
static inline uint32_t noinit_log_frequency(void)
{
    return 1000u;
}
#endif

/* Reads the clock, so that no wrap is missed: called by noinit_alive. Locks for a moment. Any context. */
void noinit_log_clock_alive(void);

#endif
