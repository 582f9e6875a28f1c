/*
 * The application behind that bootloader: crashes at its first start while the chip blames the watchdog, resets at its second for no reason
 * that the chip knows of, and sends everything at its third. Linked so that the SDK asks the functions below and not the board's.
 */
#include <noinit/noinit.h>

#include "board.h"
#include "stash.h"

int main(void);
uint32_t __wrap_noinit_port_reset_cause_read(void);
void __wrap_noinit_port_reset_cause_clear(void);
uint16_t __wrap_noinit_port_reset_cause_decode(uint32_t raw);

NOINIT_RETAINED static uint32_t starts;

uint32_t __wrap_noinit_port_reset_cause_read(void)
{
    return RESET_CAUSE;
}

void __wrap_noinit_port_reset_cause_clear(void)
{
    RESET_CAUSE = 0;
}

uint16_t __wrap_noinit_port_reset_cause_decode(uint32_t raw)
{
    return (raw & RESET_CAUSE_WATCHDOG) != 0 ? NOINIT_REASON_WATCHDOG : NOINIT_REASON_UNKNOWN;
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    if (starts == 1) {
        RESET_CAUSE = RESET_CAUSE_WATCHDOG; /* as the chip would set it at the reset that comes */
        __asm__ volatile("udf #1");
    }
    if (starts == 2) {
        noinit_port_reset();
    }
    qemu_send_chunks(200);
    qemu_exit(0);
}
