#include "crash/capture_parts.h"
#include "log/assertion.h"
#include "noinit/log_site.h"
#include "noinit/port.h"
#include "noinit/reboot.h"

static void put_entry(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    uint8_t body[NOINIT_LOG_ASSERTION_MAX];
    const uint32_t size = noinit_log_assertion(body, capture->argument);
    noinit_cbor_byte(cbor, 4);
    noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, body, size);
    noinit_capture_put_reason(cbor, capture);
}

/* Called instead of noinit_assert_failed, on the stack that was in use: a log call needs more than the capture has. */
static void log_line(uintptr_t site, uint32_t first, uint32_t second, uint32_t third)
{
    noinit_log_short(site, &noinit_log_all, first, second, third);
    noinit_port_reset();
}

/* Interrupts stay masked: one that waits, or a switch to another thread, would let a firmware go on of which nothing may be expected any more. */
static void finish_assert(const noinit_capture_t *capture)
{
    noinit_arch_stay_masked(capture);
    noinit_arch_resume((void (*)(void))log_line);
}

__attribute__((used)) const noinit_capture_kind_t noinit_capture_assert = {
    .cause = NOINIT_CRASH_ASSERT, .reason = NOINIT_REASON_ASSERT, .put_detail = put_entry, .finish = finish_assert};
