/* At a byte on the UART it logs a hundred lines, at the next ones one more; back ends have each at once, a debugger takes them out of RAM. */
#include <noinit/log_control.h>
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(rtt);

int main(void);

static void wait_for_a_byte(void)
{
    while (qemu_uart_get() < 0) {
    }
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    NOINIT_INF("before the viewer came");
    while (noinit_log_process()) {
    }
    qemu_print("ready");
    wait_for_a_byte();
    for (int i = 1; i <= 100; i++) {
        NOINIT_WRN("line %d of %s", i, "a hundred");
        while (noinit_log_process()) {
        }
    }
    NOINIT_INF("the end");
    while (noinit_log_process()) {
    }
    for (;;) {
        qemu_print("done");
        wait_for_a_byte();
        NOINIT_INF("asked again");
        while (noinit_log_process()) {
        }
    }
}
