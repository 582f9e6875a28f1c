#include "crash/snapshot.h"

#include "crash/capture_parts.h"
#include "noinit/arch.h"
#include "noinit/config.h"
#include "noinit/crash.h"
#include "noinit/port.h"

static uint32_t refused; /* since the last one that was taken */
static uint32_t last_ms;
static bool has_last;

/* One has not come to its end: until the entry has masked interrupts another one, of an interrupt or a thread, would write over its registers. */
static bool is_taking;

/* A function: the limit may be 0, and a comparison with that is always true. */
static bool is_at_least(uint32_t waited, uint32_t interval)
{
    return waited >= interval;
}

static bool is_due(void)
{
    const uint32_t lock = noinit_arch_lock();
    const uint32_t now = noinit_port_uptime_ms();
    const bool is = !is_taking && (!has_last || is_at_least(now - last_ms, NOINIT_SNAPSHOT_INTERVAL_MS));
    if (is) {
        is_taking = true;
        has_last = true;
        last_ms = now;
    } else {
        refused++;
    }
    noinit_arch_unlock(lock);
    return is;
}

/* Without optimisation its frame is on the stack that is captured; with it the entry is called by a jump. */
bool noinit_snapshot(uint16_t reason)
{
    return is_due() ? noinit_snapshot_entry(reason) : false;
}

uint32_t noinit_snapshot_refused(void)
{
    return refused;
}

static void put_refused(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    noinit_capture_put_reason(cbor, capture);
    noinit_cbor_pair(cbor, 8, refused);
}

/* What noinit_snapshot_entry then was: they return to its caller. */
static bool say_taken(void)
{
    return true;
}

static bool say_refused(void)
{
    return false;
}

static void go_on(const noinit_capture_t *capture)
{
    noinit_capture_phase = 0;
    is_taking = false;
    if (capture->is_kept) {
        refused = 0;
    } else {
        refused++;
        has_last = false; /* the next one need not wait */
    }
    noinit_arch_resume((void (*)(void))(capture->is_kept ? say_taken : say_refused));
}

__attribute__((used)) const noinit_capture_kind_t noinit_capture_snapshot = {
    .cause = NOINIT_CRASH_SNAPSHOT, .reason_is_argument = true, .put_detail = put_refused, .finish = go_on};
