/* Two harts that log, each into its own ring: `scenario=` says how they go together. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(cores);

int main(void);

#define LINES 100u

NOINIT_RETAINED static uint32_t starts;

static volatile uint32_t arrived[2];
static bool is_paced;

static void log_lines(uint32_t core)
{
    for (uint32_t i = 1; i <= LINES; i++) {
        NOINIT_INF("core %u line %u of start %u", (unsigned)core, (unsigned)i, (unsigned)starts);
        NOINIT_ARCH_PUBLISH();
        arrived[core] = i;
        while (is_paced && arrived[1u - core] < i) {
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

/* Neither goes further than one line ahead of the other: their lines alternate. Over a reset of both. */
static void alternate(void)
{
    is_paced = true;
    qemu_start_hart(second);
    log_lines(0);
    if (starts == 1) {
        noinit_port_reset();
    }
}

/* As fast as each can. */
static void race(void)
{
    qemu_start_hart(second);
    log_lines(0);
    while (arrived[1] < LINES) {
    }
}

/* The first sends what the second has logged while it goes on logging: one reads a ring that the other writes. */
static void read_while_written(void)
{
    qemu_start_hart(second);
    for (uint32_t i = 1; i <= LINES; i++) {
        if (i % 10u == 0) {
            NOINIT_INF("core 0 line %u of start %u", (unsigned)i, (unsigned)starts);
        }
        while (arrived[1] < i) {
        }
        qemu_send_chunks(200);
    }
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    switch (qemu_argument("scenario", 0)) {
    case 0:
        alternate();
        break;
    case 1:
        race();
        break;
    default:
        read_while_written();
    }
    qemu_send_chunks(400);
    qemu_exit(0);
}
