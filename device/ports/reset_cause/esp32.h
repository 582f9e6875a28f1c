/*
 * ESP32 and ESP32-C3. Raw is what esp_reset_reason() gives, an enumeration that is the same on both; the system keeps it, so there is
 * nothing to clear: `return (uint32_t)esp_reset_reason();`. RTC_NOINIT_ATTR memory is what outlives a reset there.
 *
 * ESP-IDF components/esp_system/include/esp_system.h, esp_reset_reason_t: 0 to 10 in 4.x, up to 15 in that of 2024.
 *
 * A brown-out can come as a watchdog: the RTC watchdog fires while the supply is still low, and its reset takes the record of the first
 * (espressif/esp-idf#10834). On the first silicon of the ESP32 a power-on ends in an RTC watchdog reset as well (espressif/esp-idf#168).
 */
#ifndef NOINIT_RESET_CAUSE_ESP32_H
#define NOINIT_RESET_CAUSE_ESP32_H

#include "table.h"

static inline uint16_t noinit_reset_cause_esp32(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {1, NOINIT_REASON_POWER_ON},          /* POWERON */
        {2, NOINIT_REASON_PIN_RESET},         /* EXT: not on the ESP32 itself */
        {3, NOINIT_REASON_SOFTWARE_RESET},    /* SW */
        {4, NOINIT_REASON_PANIC},             /* PANIC: exception or abort, where noinit's handler was not in the way */
        {5, NOINIT_REASON_WATCHDOG},          /* INT_WDT */
        {6, NOINIT_REASON_SOFTWARE_WATCHDOG}, /* TASK_WDT */
        {7, NOINIT_REASON_WATCHDOG},          /* WDT: any other one */
        {8, NOINIT_REASON_LOW_POWER_WAKE},    /* DEEPSLEEP */
        {9, NOINIT_REASON_BROWN_OUT},         /* BROWNOUT */
        {10, NOINIT_REASON_PIN_RESET},        /* SDIO: the host on that bus, as a pin would */
        {11, NOINIT_REASON_DEBUGGER},         /* USB: the host that flashes or watches */
        {12, NOINIT_REASON_DEBUGGER},         /* JTAG */
        {13, NOINIT_REASON_MEMORY_ERROR},     /* EFUSE */
        {14, NOINIT_REASON_BROWN_OUT},        /* PWR_GLITCH */
        {15, NOINIT_REASON_LOCKUP},           /* CPU_LOCKUP */
    };
    return noinit_reset_cause_of_value(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw);
}

static inline uint16_t noinit_reset_cause_esp32c3(uint32_t raw)
{
    return noinit_reset_cause_esp32(raw);
}

#endif
