/* Log calls of every kind, one behind the other, for the trace of their stores. frontend.ts knows what each must show. */
#include "board.h"
#include "log/log_ring.h"
#include "noinit/log.h"
#include "noinit/noinit.h"

/* Behind the log's region, where nothing else stands: how many calls were made, and 1 more for the start. */
#define PROGRESS (*(volatile uint32_t *)0x21400000u)

NOINIT_LOG_REGISTER(proof);

static void raw_text(uint32_t i)
{
    char text[] = "raw  0000 that is long enough for a block's end";
    for (uint32_t at = 8, rest = i; at > 4; at--, rest /= 10u) {
        text[at] = (char)('0' + rest % 10u);
    }
    noinit_log_text(text, sizeof text - 1u - i % 32u);
}

static void call(uint32_t i)
{
    static uint8_t data[150];
    switch (i % 8u) {
    case 0:
        NOINIT_INF("%u of %d", i, -1000 * (int)i);
        break;
    case 1:
        NOINIT_ERR("call %u", i);
        break;
    case 2:
        NOINIT_WRN("%u, %u and %d", i, i * 2654435761u, -70000 * (int)i);
        break;
    case 3:
        NOINIT_INF("%s for %u", i % 16u == 3u ? "a string that goes along" : "short", i);
        break;
    case 4:
        for (uint32_t k = 0; k < sizeof data; k++) {
            data[k] = (uint8_t)(i + k);
        }
        NOINIT_HEXDUMP_INF(data, i * 7u % sizeof data, "dump %u", i);
        break;
    case 5:
        raw_text(i);
        break;
    case 6:
        NOINIT_PRINT("print %u\n", i);
        break;
    default:
        NOINIT_INF("%u %u %u %u", i, 1u, 2u, 4000000000u);
        break;
    }
}

int main(void);

int main(void)
{
    const uint32_t first = qemu_argument("first", 0);
    const uint32_t calls = qemu_argument("calls", 0);
    const uint32_t release = qemu_argument("release", 0);
    if (noinit_init() < 0) {
        qemu_exit(5);
    }
    PROGRESS = 1;
    for (uint32_t i = 0; i < calls; i++) {
        call(first + i);
        /* As a reader that comes by now and then: a step of its own has no entry. */
        if (release != 0 && i % release == release - 1u) {
            noinit_ring_release(&noinit_log_rings[0], noinit_log_states[0].number - 3u);
        }
        PROGRESS = i + 2u;
    }
    qemu_exit(0);
}
