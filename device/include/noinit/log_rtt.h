/*
 * A tee of the log to a debugger that reads memory (RTT): any viewer that looks for the id in RAM, or for the symbol _SEGGER_RTT, finds the
 * control block.
 *
 * With NOINIT_LOG_TEXT channel 0, `Terminal`, carries lines of text; without it channel 1, `noinit`, carries entries
 * (docs/formats/log-rtt.md) for `noinit logs`. NOINIT_LOG_RTT=1 links it as the back end `noinit_log_rtt`, which starts with the
 * others: by noinit_log_process, which feeds it too, or in immediate mode by noinit_init. Nothing of it runs locked. Where a data cache lies
 * between the processor and the debugger, the control block and the buffers must not be cached.
 */
#ifndef NOINIT_LOG_RTT_H
#define NOINIT_LOG_RTT_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/config.h"
#include "noinit/log_backend.h"

/* What happens where the debugger does not keep up. It starts with the first; the debugger changes it as it likes, or the firmware does. */
#define NOINIT_LOG_RTT_SKIP 0u  /* a line or an entry that does not fit whole is left out, and counted */
#define NOINIT_LOG_RTT_TRIM 1u  /* of a line what fits is written */
#define NOINIT_LOG_RTT_BLOCK 2u /* waits until it fits */

#define NOINIT_LOG_RTT_TEXT 0u
#define NOINIT_LOG_RTT_ENTRIES 1u

extern const noinit_log_backend_t noinit_log_rtt;

/* Any context. */
void noinit_log_rtt_mode_set(uint32_t channel, uint32_t mode);

/* Makes the control block findable; the back end does it when it starts. Again: nothing. Thread. */
void noinit_log_rtt_begin(void);

#endif
