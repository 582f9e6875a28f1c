/* A timer's interrupt that tells what it struck. */
#include "noinit/port.h"
#include "noinit/reboot.h"

/* Weak: a firmware that does not use it need not have it, also where the linker keeps what nobody calls. */
extern __attribute__((weak)) void noinit_port_tick(uint32_t pc);

__attribute__((interrupt("machine"))) void noinit_tick_entry(void)
{
    uint32_t mepc;
    __asm__ volatile("csrr %0, mepc" : "=r"(mepc));
    noinit_port_tick(mepc);
}
