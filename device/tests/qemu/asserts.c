/* Two assertions in one function: the compiler makes one call of both, so only the log site says which line it was. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(asserts);

__attribute__((noinline)) static void check(int level, int valve)
{
    NOINIT_ASSERT(level != 7, "level is wrong");
    NOINIT_INF("between %d", valve);
    NOINIT_ASSERT(valve != 3, "valve is wrong");
    NOINIT_INF("behind %d", valve);
}

int main(void);
int main(void)
{
    noinit_reboot_t last;
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    if (noinit_reboot_last(&last)) {
        qemu_send_chunks(1000);
        qemu_exit(0);
    }
    check((int)qemu_argument("level", 0), (int)qemu_argument("valve", 0));
    qemu_exit(2);
}
