/* Logs, is reset in the middle of it, logs on, and sends everything: what every board and every compiler must get right. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(boards);

int main(void);

NOINIT_RETAINED static struct {
    uint32_t magic;
    uint32_t starts;
} kept;

static const uint8_t DATA[] = {0, 1, 2, 3, 0xfc, 0xfd, 0xfe, 0xff};

static void log_all(uint32_t start)
{
    NOINIT_INF("start %u", (unsigned)start);
    for (int32_t i = -2; i <= 2; i++) {
        NOINIT_WRN("%d of %u at %p", (int)i, 5u, (const void *)0x1234);
    }
    NOINIT_ERR("wide %llx, %ld, %s", 0x1122334455667788ull, -1L, "text");
    NOINIT_INF("floats %f %.3f", 7.875, (double)0.5f);
    NOINIT_HEXDUMP_INF(DATA, sizeof DATA, "data of start %u", (unsigned)start);
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    if (kept.magic != 0x626f6172u) {
        kept.magic = 0x626f6172u;
        kept.starts = 0;
    }
    kept.starts++;
    log_all(kept.starts);
    if (kept.starts == 1) {
        noinit_port_reset();
    }
    qemu_send_chunks(64);
    qemu_exit(0);
}
