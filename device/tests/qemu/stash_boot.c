/* A bootloader that reads, and so clears, the reset-cause register (a word of RAM here), and stashes it. It links nothing of the SDK. */
#include <noinit/bootloader.h>

#include "board.h"
#include "stash.h"

int main(void);
void noinit_fault_entry(void);
void noinit_watchdog_entry(void);

extern uint8_t __noinit_start[];

#define APP 0x100000u
#define VTOR (*(volatile uint32_t *)0xe000ed08u)

void noinit_fault_entry(void)
{
    qemu_exit(9);
}

void noinit_watchdog_entry(void)
{
    qemu_exit(9);
}

int main(void)
{
    const uint32_t raw = RESET_CAUSE;
    if (raw != 0) {
        noinit_stash_reset_cause(__noinit_start, raw);
        RESET_CAUSE = 0;
    }
    const uint32_t *vectors = (const uint32_t *)APP;
    VTOR = APP;
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(vectors[0]), "r"(vectors[1]) : "memory");
    for (;;) {
    }
}
