/*
 * PSoC 6. Raw is what Cy_SysLib_GetResetReason() gives; Cy_SysLib_ClearResetReason() clears it (RES_CAUSE, 0x40260800, and RES_CAUSE2,
 * 0x40260804, by ones, and the hibernation token). Call the two: the second register and the token are folded in there.
 *
 * cy_syslib.h of psoc6pdl and of mtb-pdl-cat1 3.20, CY_SYSLIB_RESET_*; cy_syslib.c, Cy_SysLib_ClearResetReason; cyip_srss.h, SRSS_Type, and
 * SRSS_BASE of the device header.
 *
 * The bits add up until they are cleared. A power-on, a brown-out and the XRES pin clear them all and set none: 0 is PowerOn here, and
 * stands for all three. WakeFromHibernate moved from bit 18 to bit 31 between versions of the library: both are known.
 */
#ifndef NOINIT_RESET_CAUSE_PSOC6_H
#define NOINIT_RESET_CAUSE_PSOC6_H

#include "table.h"

static inline uint16_t noinit_reset_cause_psoc6(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_WATCHDOG},          /* HWWDT */
        {5, NOINIT_REASON_SOFTWARE_WATCHDOG}, /* SWWDT0: the multi-counter watchdogs */
        {6, NOINIT_REASON_SOFTWARE_WATCHDOG}, /* SWWDT1 */
        {7, NOINIT_REASON_SOFTWARE_WATCHDOG}, /* SWWDT2 */
        {8, NOINIT_REASON_SOFTWARE_WATCHDOG}, /* SWWDT3 */
        {1, NOINIT_REASON_HARDWARE},          /* ACT_FAULT: asked by the fault structures, awake */
        {2, NOINIT_REASON_HARDWARE},          /* DPSLP_FAULT: and in deep sleep */
        {3, NOINIT_REASON_CLOCK_FAILURE},     /* CSV_WCO_LOSS */
        {16, NOINIT_REASON_CLOCK_FAILURE},    /* loss of a high-frequency clock */
        {17, NOINIT_REASON_CLOCK_FAILURE},    /* its frequency was wrong */
        {18, NOINIT_REASON_LOW_POWER_WAKE},   /* HIB_WAKEUP */
        {31, NOINIT_REASON_LOW_POWER_WAKE},   /* HIB_WAKEUP in later versions */
        {4, NOINIT_REASON_SOFTWARE_RESET},    /* SOFT: a debugger's SYSRESETREQ too */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_POWER_ON);
}

#endif
