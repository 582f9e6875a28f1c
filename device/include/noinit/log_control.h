/*
 * What runs the log at run time: handling entries, filters, back ends on and off, panic, clocks.
 *
 *     while (noinit_log_process()) {
 *     }
 *
 * Nothing here is needed for the retained ring: entries are kept and uploaded without it. Where it is not used, nothing of it is linked.
 */
#ifndef NOINIT_LOG_CONTROL_H
#define NOINIT_LOG_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/config.h"
#include "noinit/log.h"
#include "noinit/log_backend.h"
#include "noinit/result.h"

/* Filters ------------------------------------------------------------------------------------------------------------------------ */

/* Sources (modules and instances) are numbered from 0 in the order in which the linker has them. Any context. */
uint32_t noinit_log_source_count(void);

/* NULL where there is no such source, or where names are not in the firmware (NOINIT_LOG_TEXT). Any context. */
const char *noinit_log_source_name(uint32_t source_id);

/* The source of that name, or -1. Any context. */
int32_t noinit_log_source_find(const char *name);

/* The number of a source, or -1. Any context. */
int32_t noinit_log_source_id(const noinit_source_t *source);

/*
 * Lets entries up to `level` through to a back end, of all back ends where it is NULL. Cut to what is compiled in; gives the level really
 * set (of all: the most verbose one). A back end that is off keeps level 0. Without NOINIT_LOG_TEXT the firmware does not know from an
 * entry where it comes from: each back end then gets what ring or back ends wanted. Any context.
 */
uint32_t noinit_log_filter_set(const noinit_log_backend_t *backend, uint32_t source_id, uint32_t level);

/* What the back end lets through now; of NULL the aggregate over ring and back ends. Any context. */
uint32_t noinit_log_filter_get(const noinit_log_backend_t *backend, uint32_t source_id);

/* The most verbose level compiled in. Any context. */
uint32_t noinit_log_compiled_level(uint32_t source_id);

/* The same for the retained ring, which is none of the nine. Its level is at least NOINIT_LEVEL_ERR. Any context. */
uint32_t noinit_log_ring_level_set(uint32_t source_id, uint32_t level);
uint32_t noinit_log_ring_level_get(uint32_t source_id);

/* Back ends ---------------------------------------------------------------------------------------------------------------------- */

/*
 * Starts those that are to start by themselves. noinit_log_process and noinit_log_panic do so if nobody has: call it where entries must
 * find their filters before. Again: nothing. Thread.
 */
void noinit_log_begin_backends(void);

/* On, from the next entry on, up to `level`, for all sources; `context` is what noinit_log_backend_context gives. Thread. */
void noinit_log_backend_enable(const noinit_log_backend_t *backend, void *context, uint32_t level);

/* Off. Thread. */
void noinit_log_backend_disable(const noinit_log_backend_t *backend);

/* Handling ----------------------------------------------------------------------------------------------------------------------- */

/*
 * Gives the oldest entry that back ends have not had to those that want it, and holds it against being overwritten as long as that
 * takes. True: there are more. One thread at a time; a second caller, from wherever, gets false.
 */
bool noinit_log_process(void);

/* The same without a back end: the entry is stepped over. */
bool noinit_log_skip(void);

/* Entries that wait for back ends now, and the most that ever did. Any context. */
uint32_t noinit_log_buffered(void);
uint32_t noinit_log_buffered_max(void);

/*
 * From now on noinit_port_log_wake(thread) is called whenever another NOINIT_LOG_TRIGGER_THRESHOLD entries wait. `thread` means
 * something to the port only. NULL: nobody is woken. With NOINIT_LOG_PROCESS_THREAD there is a thread already: without effect. Needs a
 * threshold. Thread.
 */
#if NOINIT_LOG_TRIGGER_THRESHOLD
void noinit_log_thread_set(void *thread);
#endif

/* What the thread of NOINIT_LOG_PROCESS_THREAD runs, after NOINIT_LOG_PROCESS_THREAD_DELAY_MS; never returns. */
#if NOINIT_LOG_PROCESS_THREAD
void noinit_log_thread(void);
#endif

/*
 * The scheduler can no longer be relied on. Back ends are told, everything that waits is handed to them, and from now on each entry is
 * handed over inside the call that logs it. A fault handler of the project may call it; again: what waits is handed over. Any context.
 */
void noinit_log_panic(void);
bool noinit_log_is_panic(void);

/* Clock, needs NOINIT_LOG_CLOCK=1 ------------------------------------------------------------------------------------------------- */

/*
 * Stamps come from `clock`, which counts `frequency` ticks a second and wraps at 32 bits (at 64). Opens a segment that says the
 * frequency; its stamps begin at 0. NULL goes back to the port's uptime. Where the clock stood still while the port's uptime went on
 * (a sleep), stamps are moved forward by as much. Thread.
 *
 * Half a wrap must not pass without a log entry or noinit_alive().
 */
noinit_result_t noinit_log_clock_set(uint32_t (*clock)(void), uint32_t frequency);
noinit_result_t noinit_log_clock_set_64(uint64_t (*clock)(void), uint32_t frequency);

/* Ticks a second: 1,000 unless a clock was set. Any context. */
#if NOINIT_LOG_CLOCK
uint32_t noinit_log_frequency(void);
#endif

/* What the port adds, each only where the option is used ------------------------------------------------------------------------- */

/* noinit_log_thread_set, NOINIT_LOG_PROCESS_THREAD: wakes the thread. Called from wherever entries are logged, ISRs too. */
void noinit_port_log_wake(void *thread);

/* NOINIT_LOG_PROCESS_THREAD: starts a thread that calls `run` after `delay_ms`. What it gives is passed to noinit_port_log_wake. */
void *noinit_port_log_thread_start(void (*run)(void), uint32_t delay_ms);

/* NOINIT_LOG_PROCESS_THREAD: sleeps until woken, a second at most. */
void noinit_port_log_thread_wait(void);

/*
 * NOINIT_LOG_BLOCK_MS: the ring is full. False where the caller must not wait (ISR, locked, no scheduler yet); otherwise lets others
 * run for about a millisecond and gives true.
 */
bool noinit_port_log_pause(void);

#endif
