/* Says everything a device can say over two boots and prints its chunks as hex, for device/tests/wire.test.ts. Build with a one-way link. */
#include "noinit/noinit.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "crash/crash_slot.h"
#include "host.h"

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

static void crash(void)
{
    static const uint8_t body[] = {0xd0, 0x0f, 7, 6}; /* 1000 ms, site 7, the word 3 */
    static const uint32_t words[33] = {1, 2, 3, 0xffffffffu};
    noinit_crash_writer_t writer;
    const noinit_crash_cause_t cause = {NOINIT_CRASH_ASSERT, NOINIT_CRASH_MACHINE_CORTEX_M, 0, body, sizeof body};
    CHECK(noinit_crash_open(&writer, &cause));
    noinit_crash_registers(&writer, 1, 0x1ffff, words, 17);
    noinit_crash_registers(&writer, 2, 0x7f, words, 7);
    noinit_crash_registers(&writer, 3, 1, words, 1);
    noinit_crash_registers(&writer, 4, 0xffffffffu, words, 33);
    noinit_crash_region(&writer, NOINIT_CRASH_REGION_STACK, (uintptr_t)words, sizeof words);
    noinit_crash_close(&writer);
    noinit_reboot_mark(NOINIT_REASON_ASSERT);
    noinit_crash_complete();
}

static int first_boot(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    print_chunks();
    log_everything();
    noinit_alive();
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
    CHECK(host_run(first_boot) == 0);
    host_reset_reason = NOINIT_REASON_SOFTWARE_RESET;
    host_reset_raw = 0x1234567;
    CHECK(host_run(second_boot) == 0);
    return 0;
}
