/*
 * Two builds of it: VERSION 1 logs and crashes, VERSION 2 boots on the same RAM and sends everything. Both log from the same lines, so
 * that their dictionary ids are the same, with other texts.
 */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(update);

#if VERSION == 1
#define FIRST "pump %d started"
#define SECOND "pump %d of %s stopped after %d ms"
#else
#define FIRST "valve %d opened"
#define SECOND "valve %d of %s closed after %d ms"
#endif

int main(void);

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
    __asm__ volatile("udf #1");
#endif
    qemu_send_chunks(200);
    qemu_exit(0);
}
