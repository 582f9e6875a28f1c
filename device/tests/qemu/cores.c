/* Two harts that log at once, each into its own ring, over a reset of both. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(cores);

int main(void);

#define LINES 40

NOINIT_RETAINED static uint32_t starts;

static volatile uint32_t arrived[2];

/* Neither goes further than one line ahead of the other, so that their lines really alternate. */
static void log_lines(uint32_t core)
{
    for (uint32_t i = 1; i <= LINES; i++) {
        NOINIT_INF("core %u line %u of start %u", (unsigned)core, (unsigned)i, (unsigned)starts);
        NOINIT_ARCH_PUBLISH();
        arrived[core] = i;
        while (arrived[1u - core] < i) {
        }
    }
}

/* At the second start its first line is what opens its ring. */
static void second(void)
{
    if (starts == 1) {
        (void)noinit_init_core();
    }
    log_lines(1);
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    qemu_start_hart(second);
    log_lines(0);
    if (starts == 1) {
        noinit_port_reset();
    }
    qemu_send_chunks(400);
    qemu_exit(0);
}
