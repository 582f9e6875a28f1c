/*
 * ESP8266. Raw is `system_get_rst_info()->reason`, which the system keeps: nothing to clear.
 *
 * ESP8266_NONOS_SDK include/user_interface.h, enum rst_reason, system_get_rst_info.
 *
 * 0 is a power-on here, so a bootloader's stash (noinit/bootloader.h) would outrank a power-on: do not stash on this chip. Boards that
 * pull the reset pin at power-on report 6 for it.
 */
#ifndef NOINIT_RESET_CAUSE_ESP8266_H
#define NOINIT_RESET_CAUSE_ESP8266_H

#include "table.h"

static inline uint16_t noinit_reset_cause_esp8266(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_POWER_ON},          /* DEFAULT_RST */
        {1, NOINIT_REASON_WATCHDOG},          /* WDT_RST */
        {2, NOINIT_REASON_FAULT},             /* EXCEPTION_RST */
        {3, NOINIT_REASON_SOFTWARE_WATCHDOG}, /* SOFT_WDT_RST */
        {4, NOINIT_REASON_SOFTWARE_RESET},    /* SOFT_RESTART */
        {5, NOINIT_REASON_LOW_POWER_WAKE},    /* DEEP_SLEEP_AWAKE */
        {6, NOINIT_REASON_PIN_RESET},         /* EXT_SYS_RST */
    };
    return noinit_reset_cause_of_value(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw);
}

#endif
