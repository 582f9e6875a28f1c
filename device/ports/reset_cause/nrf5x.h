/*
 * nRF51, nRF52, nRF53, nRF91: RESETREAS. Its bits add up until they are cleared, by writing ones; none is set after a power-on or a
 * brown-out, so 0 is PowerOn here.
 *
 *   nRF51, nRF52          0x40000400  POWER.RESETREAS
 *   nRF53 application     0x50005400  RESET.RESETREAS, 0x40005400 from the non-secure side; network core 0x41005400
 *   nRF91                 0x50005400  POWER.RESETREAS, 0x40005400 from the non-secure side
 *
 * nrf9160_bitfields.h of nrfx, POWER_RESETREAS_*_Pos; for nRF51, nRF52840 and both cores of the nRF5340 registers generated from Nordic's
 * SVD files; the addresses in the register crates nrf5340-app-pac and nrf9160-pac 0.12.2; nrf_reset.h of nrfx, nrf_reset_resetreas_get: the
 * bits add up, and none of them is a power-on or a brown-out.
 */
#ifndef NOINIT_RESET_CAUSE_NRF5X_H
#define NOINIT_RESET_CAUSE_NRF5X_H

#include "table.h"

#define NOINIT_RESETREAS_NRF51 0x40000400u
#define NOINIT_RESETREAS_NRF52 0x40000400u
#define NOINIT_RESETREAS_NRF53 0x50005400u
#define NOINIT_RESETREAS_NRF53_NON_SECURE 0x40005400u
#define NOINIT_RESETREAS_NRF53_NETWORK 0x41005400u
#define NOINIT_RESETREAS_NRF91 0x50005400u
#define NOINIT_RESETREAS_NRF91_NON_SECURE 0x40005400u

/* `address`: one of the above. Thread. With a SoftDevice enabled, its own calls instead (sd_power_reset_reason_get, _clr). */
static inline uint32_t noinit_reset_cause_nrf5x_read(uint32_t address)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, address);
}

static inline void noinit_reset_cause_nrf5x_clear(uint32_t address)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, address) = 0xffffffffu;
}

static inline uint16_t noinit_reset_cause_nrf51(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {1, NOINIT_REASON_WATCHDOG},        /* DOG */
        {3, NOINIT_REASON_LOCKUP},          /* LOCKUP */
        {18, NOINIT_REASON_DEBUGGER},       /* DIF: woken from system off by the debug interface */
        {17, NOINIT_REASON_LOW_POWER_WAKE}, /* LPCOMP */
        {16, NOINIT_REASON_LOW_POWER_WAKE}, /* OFF: a pin's DETECT */
        {2, NOINIT_REASON_SOFTWARE_RESET},  /* SREQ */
        {0, NOINIT_REASON_PIN_RESET},       /* RESETPIN */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_POWER_ON);
}

/*
 * Erratum 136, "Bits in RESETREAS are set when they should not be": where RESETPIN is set, system_nrf52.c of nrfx clears all others. It may
 * not have run before us, so the pin comes first.
 */
static inline uint16_t noinit_reset_cause_nrf52(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_PIN_RESET},       /* RESETPIN */
        {1, NOINIT_REASON_WATCHDOG},        /* DOG */
        {3, NOINIT_REASON_LOCKUP},          /* LOCKUP */
        {18, NOINIT_REASON_DEBUGGER},       /* DIF */
        {20, NOINIT_REASON_LOW_POWER_WAKE}, /* VBUS */
        {19, NOINIT_REASON_LOW_POWER_WAKE}, /* NFC */
        {17, NOINIT_REASON_LOW_POWER_WAKE}, /* LPCOMP */
        {16, NOINIT_REASON_LOW_POWER_WAKE}, /* OFF */
        {2, NOINIT_REASON_SOFTWARE_RESET},  /* SREQ */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_POWER_ON);
}

/* Both cores; 16 to 18, 23 and 27 are the network core's and speak of itself (L…) or of the application core's hold (MFORCEOFF). */
static inline uint16_t noinit_reset_cause_nrf53(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {1, NOINIT_REASON_WATCHDOG},        /* DOG0 */
        {25, NOINIT_REASON_WATCHDOG},       /* DOG1 */
        {18, NOINIT_REASON_WATCHDOG},       /* LDOG */
        {4, NOINIT_REASON_LOCKUP},          /* LOCKUP */
        {17, NOINIT_REASON_LOCKUP},         /* LLOCKUP */
        {2, NOINIT_REASON_DEBUGGER},        /* CTRLAP */
        {27, NOINIT_REASON_DEBUGGER},       /* LCTRLAP */
        {7, NOINIT_REASON_DEBUGGER},        /* DIF */
        {26, NOINIT_REASON_LOW_POWER_WAKE}, /* VBUS */
        {24, NOINIT_REASON_LOW_POWER_WAKE}, /* NFC */
        {6, NOINIT_REASON_LOW_POWER_WAKE},  /* LPCOMP */
        {5, NOINIT_REASON_LOW_POWER_WAKE},  /* OFF */
        {16, NOINIT_REASON_SOFTWARE_RESET}, /* LSREQ */
        {3, NOINIT_REASON_SOFTWARE_RESET},  /* SREQ */
        {23, NOINIT_REASON_SOFTWARE_RESET}, /* MFORCEOFF: the application core let it go */
        {0, NOINIT_REASON_PIN_RESET},       /* RESETPIN */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_POWER_ON);
}

static inline uint16_t noinit_reset_cause_nrf91(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {1, NOINIT_REASON_WATCHDOG},        /* DOG */
        {17, NOINIT_REASON_LOCKUP},         /* LOCKUP */
        {18, NOINIT_REASON_DEBUGGER},       /* CTRLAP */
        {4, NOINIT_REASON_DEBUGGER},        /* DIF */
        {2, NOINIT_REASON_LOW_POWER_WAKE},  /* OFF */
        {16, NOINIT_REASON_SOFTWARE_RESET}, /* SREQ */
        {0, NOINIT_REASON_PIN_RESET},       /* RESETPIN */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_POWER_ON);
}

#endif
