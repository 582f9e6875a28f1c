/*
 * i.MX RT1021, RT1024: SRC_SRSR at 0x400f8008. The bits add up until they are cleared: 0 to 7 by ones, TEMPSENSE_RST_B (8) by a zero.
 *
 * MIMXRT1021.h: SRC_BASE, SRC_Type.SRSR, SRC_SRSR_*_MASK, SRC_SRSR_W1C_BITS_MASK; fsl_src.c: SRC_ClearResetStatusFlags.
 *
 * Bit 1 stands for SYSRESETREQ and for lock-up: MIMXRT1021.h calls it LOCKUP, the header of the RT1064 LOCKUP_SYSRESETREQ, and the
 * RT1064's manual names both. It is decoded as the first: a lock-up begins with a fault, which noinit's handler has recorded by then;
 * without that handler it looks like a reset that was asked for. IPP_RESET_B is the POR_B pin, which a power-on goes through.
 */
#ifndef NOINIT_RESET_CAUSE_IMXRT102X_H
#define NOINIT_RESET_CAUSE_IMXRT102X_H

#include "table.h"

/* Thread. */
static inline uint32_t noinit_reset_cause_imxrt102x_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400f8008u);
}

static inline void noinit_reset_cause_imxrt102x_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400f8008u) = 0x000000ffu;
}

static inline uint16_t noinit_reset_cause_imxrt102x(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {4, NOINIT_REASON_WATCHDOG},       /* WDOG_RST_B */
        {7, NOINIT_REASON_WATCHDOG},       /* WDOG3_RST_B */
        {8, NOINIT_REASON_TEMPERATURE},    /* TEMPSENSE_RST_B */
        {2, NOINIT_REASON_SECURITY},       /* CSU_RESET_B */
        {6, NOINIT_REASON_DEBUGGER},       /* JTAG_SW_RST */
        {5, NOINIT_REASON_DEBUGGER},       /* JTAG_RST_B */
        {1, NOINIT_REASON_SOFTWARE_RESET}, /* LOCKUP: and SYSRESETREQ */
        {3, NOINIT_REASON_PIN_RESET},      /* IPP_USER_RESET_B */
        {0, NOINIT_REASON_POWER_ON},       /* IPP_RESET_B */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
