/* What the default set costs: this program calls all of it, empty.c nothing. Their difference is the SDK. */
#define NOINIT_LOG_MODULE "size"
#include <noinit/noinit.h>

int main(void);

static uint32_t counter;
static const noinit_crash_region_t REGIONS[] = {{&counter, sizeof counter}};

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        return 1;
    }
    noinit_crash_regions(REGIONS, 1);
    for (;;) {
        noinit_alive();
        noinit_stack_check();
        NOINIT_INF("two integers: %d %d", (int)counter, 7);
        NOINIT_INF("a string: %s, wide: %llu", "text", 1ull);
        NOINIT_ASSERT(counter != 3, "three: %u", (unsigned)counter);
        uint8_t chunk[64];
        size_t size = sizeof chunk;
        if (noinit_packetizer_get_chunk(chunk, &size)) {
            if (noinit_packetizer_ack(chunk, size) != NOINIT_OK) {
                noinit_packetizer_resend();
            }
        }
        if (noinit_reboot_unexpected_count() > 3) {
            noinit_reboot(NOINIT_REASON_SHUTDOWN);
        }
    }
}
