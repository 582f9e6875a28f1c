/*
 * Zephyr. Raw is what hwinfo_get_reset_cause() gives (0 where it fails), hwinfo_clear_reset_cause() clears it: on many chips the flags add
 * up until then.
 *
 * Zephyr include/zephyr/drivers/hwinfo.h, RESET_*.
 *
 * Drivers say what their chip says: where a power-on sets brown-out and pin as well (STM32F4), so do the flags, hence power-on before
 * both. The Nordic driver gives no flag after a power-on; none is *unknown*, as other drivers give none for what they do not know.
 */
#ifndef NOINIT_RESET_CAUSE_ZEPHYR_H
#define NOINIT_RESET_CAUSE_ZEPHYR_H

#include "table.h"

static inline uint16_t noinit_reset_cause_zephyr(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {4, NOINIT_REASON_WATCHDOG},        /* WATCHDOG */
        {8, NOINIT_REASON_LOCKUP},          /* CPU_LOCKUP */
        {6, NOINIT_REASON_SECURITY},        /* SECURITY */
        {9, NOINIT_REASON_MEMORY_ERROR},    /* PARITY */
        {16, NOINIT_REASON_MEMORY_ERROR},   /* FLASH */
        {11, NOINIT_REASON_CLOCK_FAILURE},  /* CLOCK */
        {10, NOINIT_REASON_CLOCK_FAILURE},  /* PLL */
        {14, NOINIT_REASON_TEMPERATURE},    /* TEMPERATURE */
        {5, NOINIT_REASON_DEBUGGER},        /* DEBUG */
        {7, NOINIT_REASON_LOW_POWER_WAKE},  /* LOW_POWER_WAKE */
        {13, NOINIT_REASON_USER_RESET},     /* USER */
        {15, NOINIT_REASON_SOFTWARE_RESET}, /* BOOTLOADER: on the way in or out */
        {1, NOINIT_REASON_SOFTWARE_RESET},  /* SOFTWARE */
        {3, NOINIT_REASON_POWER_ON},        /* POR */
        {2, NOINIT_REASON_BROWN_OUT},       /* BROWNOUT */
        {0, NOINIT_REASON_PIN_RESET},       /* PIN */
        {12, NOINIT_REASON_HARDWARE},       /* HARDWARE: none of the above */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
