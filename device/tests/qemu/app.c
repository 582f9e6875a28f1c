/* The application of two images: crashes at its first start, sends everything at its second. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(app);

int main(void);

NOINIT_RETAINED static uint32_t starts;

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    for (int i = 1; i <= 8; i++) {
        NOINIT_INF("start %u, step %d", (unsigned)starts, i);
    }
    if (starts == 1) {
        NOINIT_ERR("about to fail at %p", (const void *)0xa0000000);
        __asm__ volatile("udf #1");
    }
    qemu_send_chunks(200);
    qemu_exit(0);
}
