#include "log/clock.h"

#include <stdbool.h>
#include <stddef.h>

#include "log/log_ring.h"
#include "noinit/arch.h"

#if NOINIT_LOG_CLOCK
#include "noinit/log_control.h"
#endif

/* The port's uptime as it was read last, carried to 64 bits. */
typedef struct {
    uint32_t low;
    uint32_t high;
} uptime_t;
static uptime_t uptimes[NOINIT_CORES];

uint64_t noinit_log_uptime_now(void)
{
    uptime_t *uptime = &uptimes[NOINIT_ARCH_CORE()];
#if !NOINIT_LOG_CLOCK
    /*
     * Short entries read the port by themselves, up to a wrap, and leave it in their stamp alone. Before this boot's segment start the stamp is
     * that of the boot before.
     */
    const noinit_ring_state_t *state = &noinit_log_states[NOINIT_ARCH_CORE()];
    if (!state->wants_segment && state->last_stamp_high == uptime->high && state->last_stamp > uptime->low) {
        uptime->low = state->last_stamp;
    }
#endif
    const uint32_t low = noinit_port_uptime_ms();
    if (low < uptime->low) {
        uptime->high++;
    }
    uptime->low = low;
    return (uint64_t)uptime->high << 32 | low;
}

void noinit_log_clock_alive(void)
{
    const uint32_t lock = noinit_arch_lock();
    (void)noinit_log_now();
    noinit_arch_unlock(lock);
}

#if NOINIT_LOG_CLOCK

/* The two clocks are compared over at most this long, so that their drift never looks like a sleep. */
#define COMPARE_MS 16000u
#define SLACK_MS 3u

/* One of the two functions, or none: the port's uptime. */
static uint32_t (*clock_32)(void);
static uint64_t (*clock_64)(void);
static uint32_t frequency = 1000;

typedef struct {
    uint64_t counter; /* as it was read last */
    uint64_t ticks;
    /* Since when the two clocks are compared. */
    uint64_t ticks_then;
    uint64_t uptime_then;
} ticking_t;
static ticking_t tickings[NOINIT_CORES];

uint32_t noinit_log_frequency(void)
{
    return frequency;
}

static uint64_t read_counter(void)
{
    return clock_64 != NULL ? clock_64() : clock_32();
}

/* A clock that stood still while uptime went on is moved forward by what it missed. */
static void correct(ticking_t *ticking, uint64_t uptime)
{
    const uint64_t elapsed = uptime - ticking->uptime_then;
    const uint64_t ticks = ticking->ticks - ticking->ticks_then;
    const uint64_t expected = elapsed * frequency / 1000u;
    const uint64_t slack = (uint64_t)SLACK_MS * frequency / 1000u + 1u;
    if (expected > ticks + ticks / 32u + slack) {
        ticking->ticks = ticking->ticks_then + expected;
    } else if (elapsed < COMPARE_MS) {
        return;
    }
    ticking->ticks_then = ticking->ticks;
    ticking->uptime_then = uptime;
}

uint64_t noinit_log_now(void)
{
    const uint64_t uptime = noinit_log_uptime_now();
    if (clock_32 == NULL && clock_64 == NULL) {
        return uptime;
    }
    ticking_t *ticking = &tickings[NOINIT_ARCH_CORE()];
    const uint64_t counter = read_counter();
    ticking->ticks += clock_64 != NULL ? counter - ticking->counter : (uint32_t)(counter - ticking->counter);
    ticking->counter = counter;
    correct(ticking, uptime);
    return ticking->ticks;
}

/* Whoever logs from now on has the new clock, and stands in a segment that says so. */
static noinit_result_t set(uint32_t (*new_32)(void), uint64_t (*new_64)(void), uint32_t new_frequency)
{
    const bool has_clock = new_32 != NULL || new_64 != NULL;
    if (has_clock && new_frequency == 0) {
        return NOINIT_ERR_TOO_SMALL;
    }
    const uint32_t lock = noinit_arch_lock();
    clock_32 = new_32;
    clock_64 = new_64;
    frequency = has_clock ? new_frequency : 1000u;
    for (uint32_t core = 0; core < NOINIT_CORES; core++) {
        tickings[core] = (ticking_t){.counter = has_clock ? read_counter() : 0u, .uptime_then = noinit_log_uptime_now()};
    }
    const noinit_ring_t *ring = &noinit_log_rings[NOINIT_ARCH_CORE()];
    if (ring->state->size != 0) {
        (void)noinit_ring_open_segment(ring); /* false: as soon as there is room */
    }
    noinit_arch_unlock(lock);
    return NOINIT_OK;
}

noinit_result_t noinit_log_clock_set(uint32_t (*clock)(void), uint32_t new_frequency)
{
    return set(clock, NULL, new_frequency);
}

noinit_result_t noinit_log_clock_set_64(uint64_t (*clock)(void), uint32_t new_frequency)
{
    return set(NULL, clock, new_frequency);
}

#endif
