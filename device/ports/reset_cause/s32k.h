/*
 * S32K1xx: RCM_SRS at 0x4007f008. Read-only, and of the last reset alone: nothing to clear. (RCM_SSRS, 0x4007f018, adds them up.)
 *
 * S32K144_RCM.h: IP_RCM_BASE, RCM_Type (SRS is read-only there), RCM_SRS_*_MASK; CMU_LOC, which the S32K144 has not: RCM_SRS_CMU_LOC of
 * NuttX, RCM_PARAM_ECMU_LOC.
 *
 * A power-on sets POR and LVD, a brown-out LVD alone: power-on is asked before it (from the manual, not checked again).
 */
#ifndef NOINIT_RESET_CAUSE_S32K_H
#define NOINIT_RESET_CAUSE_S32K_H

#include "table.h"

/* Thread. */
static inline uint32_t noinit_reset_cause_s32k_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x4007f008u);
}

static inline void noinit_reset_cause_s32k_clear(void)
{
}

static inline uint16_t noinit_reset_cause_s32k(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {5, NOINIT_REASON_WATCHDOG},        /* WDOG */
        {9, NOINIT_REASON_LOCKUP},          /* LOCKUP */
        {2, NOINIT_REASON_CLOCK_FAILURE},   /* LOC */
        {3, NOINIT_REASON_CLOCK_FAILURE},   /* LOL */
        {4, NOINIT_REASON_CLOCK_FAILURE},   /* CMU_LOC, of S32K11x */
        {13, NOINIT_REASON_HARDWARE},       /* SACKERR: a peripheral did not let it stop */
        {8, NOINIT_REASON_DEBUGGER},        /* JTAG */
        {11, NOINIT_REASON_DEBUGGER},       /* MDM_AP */
        {10, NOINIT_REASON_SOFTWARE_RESET}, /* SW */
        {7, NOINIT_REASON_POWER_ON},        /* POR */
        {1, NOINIT_REASON_BROWN_OUT},       /* LVD */
        {6, NOINIT_REASON_PIN_RESET},       /* PIN */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
