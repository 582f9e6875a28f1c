#include "log/log_ring.h"

#include "core/head.h"
#include "log/clock.h"
#include "noinit/port.h"

extern uint8_t __noinit_log_start[];
extern uint8_t __noinit_log_end[];

noinit_ring_state_t noinit_log_states[NOINIT_CORES];

static void describe(const noinit_ring_t *ring, noinit_segment_t *segment)
{
    const uint32_t lock = noinit_arch_lock();
    const uint64_t uptime = noinit_log_uptime_now();
    const uint64_t stamp = noinit_log_now();
    noinit_arch_unlock(lock);
    segment->origin = noinit_head.origin;
    segment->stamp[0] = (uint32_t)stamp;
    segment->stamp[1] = (uint32_t)(stamp >> 32);
    segment->uptime[0] = (uint32_t)uptime;
    segment->uptime[1] = (uint32_t)(uptime >> 32);
    segment->frequency = noinit_log_frequency();
    segment->core = (uint8_t)(ring->state - noinit_log_states);
}

#if NOINIT_CORES == 1
const noinit_ring_t noinit_log_rings[1] = {{
    .header = (noinit_ring_header_t *)(void *)__noinit_log_start,
    .blocks = (noinit_ring_block_t *)(void *)(__noinit_log_start + sizeof(noinit_ring_header_t)),
    .end = __noinit_log_end,
    .magic = NOINIT_LOG_RING_MAGIC,
    .state = noinit_log_states,
    .describe = describe,
}};
#else
_Static_assert(NOINIT_CORES <= 4, "NOINIT_CORES must be at most 4");

/* A call that comes before its core was located finds a ring that is not recovered. */
noinit_ring_t noinit_log_rings[NOINIT_CORES] = {
    {.state = &noinit_log_states[0]},
    {.state = &noinit_log_states[1]},
#if NOINIT_CORES > 2
    {.state = &noinit_log_states[2]},
#endif
#if NOINIT_CORES > 3
    {.state = &noinit_log_states[3]},
#endif
};

/* Every share begins at a multiple of 8. */
static void locate(uint32_t core)
{
    const uint32_t share = (uint32_t)(__noinit_log_end - __noinit_log_start) / NOINIT_CORES & ~7u;
    uint8_t *const start = __noinit_log_start + core * share;
    noinit_log_rings[core] = (noinit_ring_t){
        .header = (noinit_ring_header_t *)(void *)start,
        .blocks = (noinit_ring_block_t *)(void *)(start + sizeof(noinit_ring_header_t)),
        .end = start + share,
        .magic = NOINIT_LOG_RING_MAGIC,
        .state = &noinit_log_states[core],
        .describe = describe,
    };
}
#endif

noinit_result_t noinit_log_begin(uint32_t core)
{
#if NOINIT_CORES > 1
    locate(core);
#endif
    const noinit_ring_t *ring = &noinit_log_rings[core];
    ring->state->drops_newest = NOINIT_LOG_DROP_NEWEST != 0;
    const noinit_result_t result = noinit_ring_recover(ring);
    if (result == NOINIT_OK) {
        (void)noinit_ring_open_segment(ring);
    }
    return result;
}
