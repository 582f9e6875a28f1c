/* At a byte on the UART it logs a hundred lines, at the next ones one more; back ends have each at once, a debugger takes them out of RAM. */
#include <noinit/log_control.h>
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(rtt);

int main(void);

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    NOINIT_INF("before the viewer came");
    while (noinit_log_process()) {
    }
    while (qemu_uart_get() < 0) {
    }
    for (int i = 1; i <= 100; i++) {
        NOINIT_WRN("line %d of %s", i, "a hundred");
        while (noinit_log_process()) {
        }
    }
    NOINIT_INF("the end");
    for (;;) {
        if (qemu_uart_get() >= 0) {
            NOINIT_INF("asked again");
        }
        (void)noinit_log_process();
    }
}
