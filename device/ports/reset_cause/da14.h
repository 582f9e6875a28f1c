/*
 * DA1453x, DA1468x, DA1469x: RESET_STAT_REG. Its bits add up until zero is written to it.
 *
 *   DA1453x  0x50000304  16 bits, CRG_AON: POR, HW, SW, watchdog
 *   DA1468x              CRG_TOP->RESET_STAT_REG of the vendor's header: and SWD
 *   DA1469x  0x500000bc  32 bits, CRG_TOP: and the CMAC's watchdog
 *
 * DA1453x: crg_aon/reset_stat_reg of the da14531 register crate 0.2.1. DA1469x: Zephyr's hwinfo_smartbond.c and Mynewt's hal_system.c
 * (CRG_TOP_RESET_STAT_REG_*_Msk, cleared by 0), and the positions as models of the chip have them. DA1468x was not checked against a
 * source, nor that a DA1458x has no such register.
 *
 * A power-on sets other bits as well: it is asked first. 0 is the way back from hibernation, which leaves RAM as it was
 * configured; a DA1453x that wakes with RESET_ON_WAKEUP reports HW, as the pin does.
 */
#ifndef NOINIT_RESET_CAUSE_DA14_H
#define NOINIT_RESET_CAUSE_DA14_H

#include "table.h"

/* Thread. */
static inline uint32_t noinit_reset_cause_da1453x_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint16_t, 0x50000304u);
}

static inline void noinit_reset_cause_da1453x_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint16_t, 0x50000304u) = 0u;
}

static inline uint32_t noinit_reset_cause_da1469x_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x500000bcu);
}

static inline void noinit_reset_cause_da1469x_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x500000bcu) = 0u;
}

/* All of them: a family without a bit reads it as 0. */
static inline uint16_t noinit_reset_cause_da14(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_POWER_ON},       /* PORESET_STAT */
        {3, NOINIT_REASON_WATCHDOG},       /* WDOGRESET_STAT */
        {5, NOINIT_REASON_WATCHDOG},       /* CMAC_WDOGRESET_STAT */
        {4, NOINIT_REASON_DEBUGGER},       /* SWD_HWRESET_STAT */
        {2, NOINIT_REASON_SOFTWARE_RESET}, /* SWRESET_STAT */
        {1, NOINIT_REASON_PIN_RESET},      /* HWRESET_STAT */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_LOW_POWER_WAKE);
}

#endif
