/* The functions that noinit asks of a port, for the RP2040. */
#include <noinit/noinit.h>

#include "board.h"
#include "rp2040.h"

static uint32_t random_value;

void board_set_random(uint32_t value)
{
    random_value = value;
}

uint32_t noinit_port_random(void)
{
    return random_value;
}

uint32_t noinit_port_uptime_ms(void)
{
    uint32_t high;
    uint32_t low;
    do {
        high = TIMER_TIMERAWH;
        low = TIMER_TIMERAWL;
    } while (high != TIMER_TIMERAWH);
    return (uint32_t)((((uint64_t)high << 32) | low) / 1000u);
}

/*
 * Raw is WATCHDOG_REASON (bits 0 and 1) with CHIP_RESET (bits 8, 16, 20). Both are read-only and tell about the last reset alone, so there
 * is nothing to clear. CHIP_RESET keeps the last chip-level reset over a watchdog reset: the watchdog is asked first.
 */
uint32_t noinit_port_reset_cause_read(void)
{
    return (WATCHDOG_REASON & (WATCHDOG_REASON_TIMER | WATCHDOG_REASON_FORCE)) |
           (CHIP_RESET & (CHIP_RESET_HAD_POR | CHIP_RESET_HAD_RUN | CHIP_RESET_HAD_PSM_RESTART));
}

void noinit_port_reset_cause_clear(void)
{
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    const uint32_t watchdog = raw;
    const uint32_t chip = raw;
    if ((watchdog & WATCHDOG_REASON_TIMER) != 0u) {
        return NOINIT_REASON_WATCHDOG;
    }
    if ((watchdog & WATCHDOG_REASON_FORCE) != 0u) {
        return NOINIT_REASON_SOFTWARE_RESET;
    }
    if ((chip & CHIP_RESET_HAD_PSM_RESTART) != 0u) {
        return NOINIT_REASON_DEBUGGER;
    }
    if ((chip & CHIP_RESET_HAD_RUN) != 0u) {
        return NOINIT_REASON_PIN_RESET;
    }
    return (chip & CHIP_RESET_HAD_POR) != 0u ? NOINIT_REASON_POWER_ON : NOINIT_REASON_UNKNOWN;
}

_Noreturn void noinit_port_reset(void)
{
    PSM_WDSEL = PSM_WDSEL_ALL_BUT_OSCILLATORS;
    WATCHDOG_CTRL = WATCHDOG_CTRL_TRIGGER;
    for (;;) {
    }
}
