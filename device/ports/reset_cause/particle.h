/*
 * Particle Device OS. Raw is what System.resetReason() gives, an enumeration, after System.enableFeature(FEATURE_RESET_INFO): nothing to
 * clear.
 *
 * Device OS system_defs.h, System_Reset_Reason. Newer headers call 90 RECOVERY and keep UPDATE_TIMEOUT as its old name: it stays the
 * unexpected one of the two. 150 is not in older ones.
 *
 * Without that feature, and where the bootloader is older than it, everything is NONE. PANIC comes from the system's own handler.
 */
#ifndef NOINIT_RESET_CAUSE_PARTICLE_H
#define NOINIT_RESET_CAUSE_PARTICLE_H

#include "table.h"

static inline uint16_t noinit_reset_cause_particle(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {20, NOINIT_REASON_PIN_RESET},       /* PIN_RESET */
        {30, NOINIT_REASON_LOW_POWER_WAKE},  /* POWER_MANAGEMENT: low-power management */
        {40, NOINIT_REASON_POWER_ON},        /* POWER_DOWN */
        {50, NOINIT_REASON_BROWN_OUT},       /* POWER_BROWNOUT */
        {60, NOINIT_REASON_WATCHDOG},        /* WATCHDOG */
        {70, NOINIT_REASON_FIRMWARE_UPDATE}, /* UPDATE */
        {80, NOINIT_REASON_UPDATE_FAILED},   /* UPDATE_ERROR */
        {90, NOINIT_REASON_UPDATE_FAILED},   /* UPDATE_TIMEOUT, RECOVERY */
        {100, NOINIT_REASON_FACTORY_RESET},  /* FACTORY_RESET */
        {110, NOINIT_REASON_SOFTWARE_RESET}, /* SAFE_MODE: asked for */
        {120, NOINIT_REASON_SOFTWARE_RESET}, /* DFU_MODE: asked for */
        {130, NOINIT_REASON_PANIC},          /* PANIC */
        {140, NOINIT_REASON_SOFTWARE_RESET}, /* USER: the application called System.reset */
        {150, NOINIT_REASON_SOFTWARE_RESET}, /* CONFIG_UPDATE: to apply a changed configuration */
    };
    return noinit_reset_cause_of_value(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw);
}

#endif
