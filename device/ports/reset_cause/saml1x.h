/*
 * SAML10, SAML11: RSTC.RCAUSE, 8 bits at 0x40000c00. Read-only: a reset sets its own bit and clears all others, so nothing is cleared.
 *
 * saml11/include/component/rstc.h, RSTC_RCAUSE_*_Pos; saml11/include/instance/rstc.h, REG_RSTC_RCAUSE.
 */
#ifndef NOINIT_RESET_CAUSE_SAML1X_H
#define NOINIT_RESET_CAUSE_SAML1X_H

#include "table.h"

/* Thread; from the secure side, or where the RSTC is left to the other. */
static inline uint32_t noinit_reset_cause_saml1x_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint8_t, 0x40000c00u);
}

static inline void noinit_reset_cause_saml1x_clear(void)
{
}

static inline uint16_t noinit_reset_cause_saml1x(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {5, NOINIT_REASON_WATCHDOG},       /* WDT */
        {2, NOINIT_REASON_BROWN_OUT},      /* BODVDD */
        {1, NOINIT_REASON_BROWN_OUT},      /* BODCORE */
        {6, NOINIT_REASON_SOFTWARE_RESET}, /* SYST */
        {4, NOINIT_REASON_PIN_RESET},      /* EXT */
        {0, NOINIT_REASON_POWER_ON},       /* POR */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
