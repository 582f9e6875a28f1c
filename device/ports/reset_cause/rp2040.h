/*
 * RP2040. Raw is two registers in one: bits 0 and 1 of WATCHDOG_REASON (0x40058008), bits 8, 16 and 20 of CHIP_RESET (0x40064008). Both
 * are read-only and speak of the last reset alone: there is nothing to clear.
 *
 * pico-sdk hardware/regs/watchdog.h, WATCHDOG_REASON_*; vreg_and_chip_reset.h, VREG_AND_CHIP_RESET_CHIP_RESET_HAD_*; addressmap.h, *_BASE.
 *
 * WATCHDOG_REASON reads 0 after a reset of the whole chip, CHIP_RESET keeps what it had over a watchdog reset: the watchdog is asked
 * first. HAD_POR is power-on or brown-out. A SYSRESETREQ sets none of them and leaves what was there before.
 */
#ifndef NOINIT_RESET_CAUSE_RP2040_H
#define NOINIT_RESET_CAUSE_RP2040_H

#include "table.h"

/* Thread. */
static inline uint32_t noinit_reset_cause_rp2040_read(void)
{
    return (NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40058008u) & 0x00000003u) | (NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40064008u) & 0x00110100u);
}

static inline void noinit_reset_cause_rp2040_clear(void)
{
}

static inline uint16_t noinit_reset_cause_rp2040(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_WATCHDOG},       /* TIMER: it ran out */
        {1, NOINIT_REASON_SOFTWARE_RESET}, /* FORCE: CTRL.TRIGGER was written */
        {20, NOINIT_REASON_DEBUGGER},      /* HAD_PSM_RESTART: the debug port's */
        {16, NOINIT_REASON_PIN_RESET},     /* HAD_RUN */
        {8, NOINIT_REASON_POWER_ON},       /* HAD_POR */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
