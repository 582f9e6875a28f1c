/* Runs a program on a QEMU machine and sends what was logged. */
#include "board.h"
#include "compat.h"
#include "noinit/log_backend.h"

void compat_write(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        qemu_uart_put(bytes[i]);
    }
}

void noinit_port_log_wake(void *thread);
void noinit_port_log_wake(void *thread)
{
    (void)thread;
}

void noinit_port_log_put(const uint8_t *bytes, uint32_t size)
{
    compat_write(bytes, size);
}

_Noreturn void compat_end(int code)
{
    qemu_send_chunks(64);
    qemu_exit(code);
}

#ifndef COMPAT_HAS_MAIN /* the program has */
int main(void)
{
    compat_end(compat_main());
}
#endif
