/* The functions that noinit asks of a port, for the RP2040. */
#include <noinit/noinit.h>

#include "../reset_cause/rp2040.h"
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

uint32_t noinit_port_reset_cause_read(void)
{
    return noinit_reset_cause_rp2040_read();
}

void noinit_port_reset_cause_clear(void)
{
    noinit_reset_cause_rp2040_clear();
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    return noinit_reset_cause_rp2040(raw);
}

_Noreturn void noinit_port_reset(void)
{
    PSM_WDSEL = PSM_WDSEL_ALL_BUT_OSCILLATORS;
    WATCHDOG_CTRL = WATCHDOG_CTRL_TRIGGER;
    for (;;) {
    }
}
