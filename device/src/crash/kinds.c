/* Calls that end in a capture; of each only what is used is linked. */
#include <stddef.h>

#include "crash/capture_parts.h"
#include "noinit/reboot.h"

#define TEXT_MAX 64u

/* Of a text the record takes so much. */
static void put_text(noinit_cbor_t *cbor, const noinit_capture_t *capture, const char *text, uint32_t size)
{
    noinit_capture_put_reason(cbor, capture);
    noinit_cbor_byte(cbor, 7);
    noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, text, size < TEXT_MAX ? size : TEXT_MAX);
}

static void put_name(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    const char *name = (const char *)(uintptr_t)capture->argument[0];
    uint32_t size = 0;
    while (name != NULL && size < TEXT_MAX && name[size] != '\0') {
        size++;
    }
    put_text(cbor, capture, name, size);
}

static void put_size(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    noinit_capture_put_reason(cbor, capture);
    noinit_cbor_pair(cbor, 6, capture->argument[0]);
}

static void put_panic(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    put_text(cbor, capture, (const char *)(uintptr_t)capture->argument[0], capture->argument[1]);
}

static void put_abort(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    put_text(cbor, capture, "abort", 5);
}

#if NOINIT_WATCHDOG_RESETS
#define WATCHDOG_REASON NOINIT_REASON_SOFTWARE_WATCHDOG
#define wait_for_reset NULL
#else
#define WATCHDOG_REASON NOINIT_REASON_WATCHDOG
static void wait_for_reset(const noinit_capture_t *capture)
{
    (void)capture;
    for (;;) {
    }
}
#endif

__attribute__((used)) const noinit_capture_kind_t noinit_capture_watchdog = {
    .cause = NOINIT_CRASH_WATCHDOG, .is_exception = true, .reason = WATCHDOG_REASON, .finish = wait_for_reset};
__attribute__((used)) const noinit_capture_kind_t noinit_capture_overflow = {
    .cause = NOINIT_CRASH_STACK_OVERFLOW, .reason = NOINIT_REASON_STACK_OVERFLOW, .put_detail = put_name};
__attribute__((used)) const noinit_capture_kind_t noinit_capture_canary = {.cause = NOINIT_CRASH_STACK_OVERFLOW, .reason = NOINIT_REASON_STACK_OVERFLOW};
__attribute__((used)) const noinit_capture_kind_t noinit_capture_memory = {
    .cause = NOINIT_CRASH_OUT_OF_MEMORY, .reason = NOINIT_REASON_OUT_OF_MEMORY, .put_detail = put_size};
__attribute__((used)) const noinit_capture_kind_t noinit_capture_panic = {.cause = NOINIT_CRASH_PANIC, .reason = NOINIT_REASON_PANIC, .put_detail = put_panic};
__attribute__((used)) const noinit_capture_kind_t noinit_capture_abort = {.cause = NOINIT_CRASH_PANIC, .reason = NOINIT_REASON_PANIC, .put_detail = put_abort};
