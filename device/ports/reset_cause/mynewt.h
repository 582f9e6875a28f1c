/*
 * Mynewt. Raw is what hal_reset_cause() gives, an enumeration; it clears the register and remembers the answer: nothing to clear.
 *
 * Apache Mynewt hw/hal/include/hal/hal_system.h, enum hal_reset_reason: 1 to 6 in older ones, up to 8 in newer.
 *
 * SOFT is any software reset, that of Mynewt's own crash handler too: without noinit's handler a crash looks like a reset that was asked
 * for. On nRF chips a power-on and a brown-out are both POR.
 */
#ifndef NOINIT_RESET_CAUSE_MYNEWT_H
#define NOINIT_RESET_CAUSE_MYNEWT_H

#include "table.h"

static inline uint16_t noinit_reset_cause_mynewt(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {1, NOINIT_REASON_POWER_ON},        /* POR */
        {2, NOINIT_REASON_PIN_RESET},       /* PIN */
        {3, NOINIT_REASON_WATCHDOG},        /* WATCHDOG */
        {4, NOINIT_REASON_SOFTWARE_RESET},  /* SOFT */
        {5, NOINIT_REASON_BROWN_OUT},       /* BROWNOUT */
        {6, NOINIT_REASON_USER_RESET},      /* REQUESTED: a user asked */
        {7, NOINIT_REASON_LOW_POWER_WAKE},  /* SYS_OFF_INT */
        {8, NOINIT_REASON_FIRMWARE_UPDATE}, /* DFU */
    };
    return noinit_reset_cause_of_value(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw);
}

#endif
