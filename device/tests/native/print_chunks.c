/* Says everything a device can say over two boots and prints its chunks as hex, for device/tests/wire.test.ts. Build with a one-way link. */
#include "noinit/noinit.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "crash/capture_parts.h"
#include "host.h"
#include "host_arch.h"

NOINIT_LOG_REGISTER(host);

static size_t chunk_size;

static void print_chunks(void)
{
    uint8_t chunk[512];
    size_t size = chunk_size;
    while (noinit_packetizer_get_chunk(chunk, &size)) {
        for (size_t i = 0; i < size; i++) {
            printf("%02x", chunk[i]);
        }
        printf("\n");
        size = chunk_size;
    }
    fflush(stdout);
}

static void log_everything(void)
{
    static const char long_text[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
    NOINIT_INF("ready");
    NOINIT_WRN("speed %d of %u", -5, 4000000000u);
    NOINIT_ERR("%d %d %d", -2147483647 - 1, 0, 2147483647);
    NOINIT_INF("%lld %llx", -5ll, 0xfedcba9876543210ull);
    NOINIT_INF("%s and %s", "short", long_text);
    NOINIT_INF("%.3f %g", (double)1.5f, 0.1);
    NOINIT_INF("%c%c %hhu %#x %p", 'o', 'k', (unsigned char)200, 255u, (void *)0x20000100);
    for (unsigned i = 0; i < 40; i++) {
        host_uptime_ms += 7;
        NOINIT_INF("line %u", i);
    }
}

NOINIT_REASON(EXPECTED, 17, Calibrated, "A calibration was asked for.");

static uint32_t waiting_stack[64] = {[60] = 60, 61, 62, 63};
static const uint8_t captured[] = {1, 2, 3, 4, 5};

/* Three threads: the one that runs, one that waits with all of its registers, and one of which nothing is known. */
static bool next_thread(uint32_t index, noinit_thread_t *thread)
{
    static const char *const names[] = {"main", "waiting", NULL};
    thread->id = 0x20000400u + index * 0x100u;
    thread->name = index < 3 ? names[index] : NULL;
    thread->is_running = index == 0;
    if (index == 1) {
        thread->stack_low = (uint32_t)(uintptr_t)waiting_stack;
        thread->stack_size = sizeof waiting_stack;
        thread->known = 0x1ffff;
        for (uint32_t i = 0; i < 17; i++) {
            thread->registers[i] = 0x2000u + i;
        }
        thread->registers[13] = (uint32_t)(uintptr_t)&waiting_stack[60];
    }
    return index < 3;
}

static void put_entry(noinit_cbor_t *cbor, const noinit_capture_t *capture)
{
    static const uint8_t body[] = {0xd0, 0x0f, 7, 6}; /* 1000 ms, site 7, the word 3 */
    noinit_cbor_byte(cbor, 4);
    noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, body, sizeof body);
    noinit_capture_put_reason(cbor, capture);
}

static void crash(void)
{
    static const noinit_capture_kind_t kind = {
        .cause = NOINIT_CRASH_ASSERT, .reason = NOINIT_REASON_ASSERT, .put_detail = put_entry};
    static const uint32_t stack[33] = {1, 2, 3, 0xffffffffu};
    host_processor.stack = stack;
    host_processor.stack_size = sizeof stack;
    host_processor.sets = 3;
    (void)host_capture(&kind, NULL);
}

static int first_boot(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    print_chunks();
    log_everything();
    noinit_alive();
    host_uptime_ms += 900;
    noinit_alive();
    NOINIT_REBOOT_MARK(Calibrated);
    static const noinit_crash_region_t regions[] = {{captured, sizeof captured}};
    noinit_crash_regions(regions, 1);
    noinit_crash_threads(next_thread);
    crash();
    return 0;
}

static int second_boot(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    NOINIT_INF("again");
    print_chunks();
    return 0;
}

int main(int count, char **arguments)
{
    CHECK(count == 2);
    chunk_size = (size_t)atoi(arguments[1]);
    CHECK(host_run(first_boot) == HOST_RESET_EXIT);
    host_reset_reason = NOINIT_REASON_SOFTWARE_RESET;
    host_reset_raw = 0x1234567;
    CHECK(host_run(second_boot) == 0);
    return 0;
}
