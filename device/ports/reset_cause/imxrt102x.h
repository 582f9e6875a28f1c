/*
 * i.MX RT1021, RT1024: SRC_SRSR at 0x400f8008. The bits add up until they are cleared by ones.
 *
 * i.MX RT1020 Processor Reference Manual, SRC, "SRC Reset Status Register"; MIMXRT1021.h.
 *
 * One bit stands for SYSRESETREQ and for lock-up. It is decoded as the first: a lock-up begins with a fault, which noinit's handler has
 * recorded by then; without that handler it looks like a reset that was asked for. A power-on sets IPP_RESET_B alone.
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
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400f8008u) = 0x000001ffu;
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
        {1, NOINIT_REASON_SOFTWARE_RESET}, /* LOCKUP_SYSRESETREQ */
        {3, NOINIT_REASON_PIN_RESET},      /* IPP_USER_RESET_B */
        {0, NOINIT_REASON_POWER_ON},       /* IPP_RESET_B */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
