/* Every kind of log call on a ring that is full, for the longest stretch in which interrupts are masked. */
#include "board.h"
#include "noinit/log.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(masked);

static uint8_t data[4080];

static void short_calls(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        NOINIT_INF("none");
        NOINIT_INF("%u", i);
        NOINIT_WRN("%u %d", 4000000000u, -2000000000);
        NOINIT_ERR("%u %u %u", 4000000000u, 4000000001u, i);
    }
}

/* Small entries fill the ring; a long one then pushes more than 500 of them out. */
static void evict_many(void)
{
    for (uint32_t i = 0; i < 3000; i++) {
        NOINIT_INF("none");
    }
    NOINIT_HEXDUMP_INF(data, sizeof data, "all of %u", (unsigned)sizeof data);
}

int main(void);

int main(void)
{
    if (noinit_init() < 0) {
        qemu_exit(5);
    }
    short_calls(1500);
    evict_many();
    NOINIT_INF("%s %s", "a string", "and another, which is longer than the first one");
    NOINIT_PRINT("text %d\n", 5);
    for (uint32_t i = 0; i < 40; i++) {
        NOINIT_HEXDUMP_INF(data, i * 100u, "some of %u", i);
    }
    qemu_exit(0);
}
