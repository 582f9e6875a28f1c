/* A timer's interrupt that tells what it struck. */
#include "noinit/port.h"
#include "noinit/reboot.h"

__attribute__((interrupt("machine"))) void noinit_tick_entry(void)
{
    uint32_t mepc;
    __asm__ volatile("csrr %0, mepc" : "=r"(mepc));
    noinit_port_tick(mepc);
}
