/* Clocks of the project's own, and waiting for room. */
#include <string.h>

#include "check.h"
#include "host.h"
#include "log/clock.h"
#include "log/log_ring.h"
#include "noinit/log_control.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(motor, 4);

static uint64_t last_stamp;
static uint32_t processed;
static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    last_stamp = message->stamp;
    processed++;
}
static const noinit_log_backend_api_t api = {.process = process};
NOINIT_LOG_BACKEND_DEFINE(backend, api, true, NULL);

static uint64_t stamp_of_a_line(void)
{
    noinit_ring_release(&noinit_log_rings[0], noinit_log_rings[0].state->number);
    NOINIT_INF("x %d", 1);
    processed = 0;
    while (noinit_log_process()) {
    }
    CHECK(processed == 1u);
    return last_stamp;
}

static uint32_t ticks_32;
static uint32_t clock_32(void)
{
    return ticks_32;
}
static uint64_t ticks_64;
static uint64_t clock_64(void)
{
    return ticks_64;
}

static void pass(uint32_t milliseconds, uint32_t ticks)
{
    host_uptime_ms += milliseconds;
    ticks_32 += ticks;
    ticks_64 += ticks;
}

static void stamps_are_uptime_unless_told_otherwise(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    host_uptime_ms = 5000;
    CHECK(stamp_of_a_line() == 5000u && noinit_log_frequency() == 1000u);
}

static void uptime_is_carried_over_its_wrap(void)
{
    host_uptime_ms = 0xfffffff0u;
    CHECK(stamp_of_a_line() == 0xfffffff0u);
    host_uptime_ms = 0x10u;
    CHECK(stamp_of_a_line() == 0x100000010u);
    /* A wrap without a line, but with a sign of life before and behind it. */
    host_uptime_ms = 0xffff0000u;
    noinit_log_clock_alive();
    host_uptime_ms = 5u;
    noinit_alive();
    CHECK(stamp_of_a_line() == 0x200000005u);
}

static void a_clock_begins_a_segment_with_its_frequency(void)
{
    CHECK(noinit_log_clock_set(clock_32, 0) == NOINIT_ERR_TOO_SMALL);
    ticks_32 = 0xfffff000u;
    CHECK(noinit_log_clock_set(clock_32, 1000000) == NOINIT_OK && noinit_log_frequency() == 1000000u);
    pass(1, 1000);
    CHECK(stamp_of_a_line() == 1000u);
    const noinit_ring_t *ring = &noinit_log_rings[0];
    noinit_ring_cursor_t cursor = noinit_ring_oldest(ring);
    noinit_ring_entry_t entry;
    while (noinit_ring_next(&cursor, &entry)) {
    }
    noinit_segment_t segment;
    CHECK(noinit_ring_segment(&cursor, &segment) && segment.frequency == 1000000u && segment.stamp[0] == 0u);
    CHECK(((uint64_t)segment.uptime[1] << 32 | segment.uptime[0]) == 0x200000005u);
}

static void a_counter_of_32_bits_is_carried_over_its_wraps(void)
{
    const uint64_t before = stamp_of_a_line();
    for (uint32_t i = 0; i < 8u; i++) { /* four wraps, half of one at a time */
        pass(0x80000000u / 1000u, 0x80000000u);
        noinit_log_clock_alive();
    }
    CHECK(stamp_of_a_line() == before + 4u * 0x100000000u);
}

static void a_sleep_that_stops_the_clock_is_made_up_for(void)
{
    const uint64_t before = stamp_of_a_line();
    pass(60000, 0);
    CHECK(stamp_of_a_line() == before + 60000000u);
    pass(10, 10000);
    CHECK(stamp_of_a_line() == before + 60010000u);
}

static void drift_is_no_sleep(void)
{
    const uint64_t before = stamp_of_a_line();
    for (uint32_t i = 0; i < 100u; i++) { /* a clock that is 1 % slow, for 100 s */
        pass(1000, 990000);
        CHECK(stamp_of_a_line() == before + (i + 1u) * 990000u);
    }
}

static void a_counter_of_64_bits_needs_no_carrying(void)
{
    ticks_64 = 0x123456789abcull;
    CHECK(noinit_log_clock_set_64(clock_64, 480000000) == NOINIT_OK);
    host_uptime_ms += 20000;
    ticks_64 += 20ull * 480000000u;
    CHECK(stamp_of_a_line() == 20ull * 480000000u);
    CHECK(noinit_log_clock_set_64(NULL, 0) == NOINIT_OK && noinit_log_frequency() == 1000u);
    const uint64_t uptime = stamp_of_a_line();
    host_uptime_ms += 7u;
    CHECK(stamp_of_a_line() == uptime + 7u);
}

static uint32_t pauses;
static uint32_t room_after;
static bool may_wait = true;

bool noinit_port_log_pause(void)
{
    pauses++;
    host_uptime_ms++;
    if (pauses == room_after) { /* another thread reads the log */
        noinit_ring_release(&noinit_log_rings[0], noinit_log_rings[0].state->number);
    }
    return may_wait;
}

static uint32_t fill_up(void)
{
    noinit_ring_release(&noinit_log_rings[0], noinit_log_rings[0].state->number);
    may_wait = false;
    for (uint32_t i = 0; i < 1000u; i++) {
        NOINIT_INF("fill %d %s", 1, "up");
    }
    may_wait = true;
    pauses = 0;
    return noinit_log_rings[0].state->number;
}

static uint32_t lost_count(void)
{
    return noinit_log_rings[0].header->lost & 0xffffffu;
}

static void a_thread_waits_for_room(void)
{
    uint32_t number = fill_up();
    room_after = 5;
    const uint32_t lost = lost_count();
    NOINIT_INF("waits");
    CHECK(pauses == 5u && noinit_log_rings[0].state->number > number);
    CHECK(lost > 0u && lost_count() == 0u); /* the gap of those before is told, and waiting is no loss */

    number = fill_up();
    room_after = 0;
    const uint32_t lost_before = lost_count();
    NOINIT_INF("waits in vain");
    CHECK(pauses >= NOINIT_LOG_BLOCK_MS && pauses <= NOINIT_LOG_BLOCK_MS + 1u && noinit_log_rings[0].state->number == number);
    CHECK(lost_count() == lost_before + 1u);

    fill_up();
    may_wait = false;
    NOINIT_INF("from an interrupt");
    CHECK(pauses == 1u);
}

int main(void)
{
    RUN(stamps_are_uptime_unless_told_otherwise);
    RUN(uptime_is_carried_over_its_wrap);
    RUN(a_clock_begins_a_segment_with_its_frequency);
    RUN(a_counter_of_32_bits_is_carried_over_its_wraps);
    RUN(a_sleep_that_stops_the_clock_is_made_up_for);
    RUN(drift_is_no_sleep);
    RUN(a_counter_of_64_bits_needs_no_carrying);
    RUN(a_thread_waits_for_room);
    return 0;
}
