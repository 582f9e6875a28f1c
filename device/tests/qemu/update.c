/*
 * Two builds of it: VERSION 1 logs and crashes, VERSION 2 boots on the same RAM and sends everything. Both log from the same lines, so
 * that their dictionary ids are the same, with other texts.
 */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(update);

/* The same number, and another meaning. */
#if VERSION == 1
NOINIT_REASON(UNEXPECTED, 17, PumpStuck, "The pump did not turn.");
#define STUCK NOINIT_REASON_PumpStuck
#else
NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move.");
#define STUCK NOINIT_REASON_ValveStuck
#endif

#if VERSION == 1
#define FIRST "pump %d started"
#define SECOND "pump %d of %s stopped after %d ms"
#else
#define FIRST "valve %d opened"
#define SECOND "valve %d of %s closed after %d ms"
#endif

int main(void);

#if VERSION == 1
/* Whose name only the first build's ELF file has. */
static __attribute__((noinline)) void fail(void)
{
    __asm__ volatile("udf #1");
}
#endif

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    for (int i = 0; i < 3; i++) {
        NOINIT_INF(FIRST, i);
    }
    NOINIT_WRN(SECOND, 2, "basement", 250);
#if VERSION == 1
    noinit_alive();
    noinit_reboot_mark((uint16_t)STUCK);
    fail();
#else
    noinit_reboot_mark((uint16_t)STUCK);
    noinit_reboot_unmark();
#endif
    qemu_send_chunks(200);
    qemu_exit(0);
}
