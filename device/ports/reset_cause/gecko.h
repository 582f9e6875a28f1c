/*
 * EFM32 and EFR32 Gecko. The bits add up until they are cleared.
 *
 *   series 0  0x400ca004  RMU_RSTCAUSE, cleared by RMU_CMD (0x400ca008) RCCLR, bit 0, and those that this leaves by a pulse of EMU_AUXCTRL
 *                         (0x400c6024) HRCCLR, bit 0; EMU_LOCK is open after a reset, a port that locks it first clears before that
 *   series 1  0x400e5004  RMU_RSTCAUSE, cleared by RMU_CMD (0x400e5008) RCCLR, bit 0
 *   series 2  EMU base + 0x94 RSTCAUSE, cleared by + 0x70 CMD RSTCAUSECLR, bit 17; base 0x40004000 on EFR32xG21 and xG22, 0x50004000 from
 *             their non-secure side; see the device's header for another
 *
 * Series 0: em_rmu.c of emlib, RMU_RSTCAUSE_*_XMASK and RMU_ResetCauseClear; libopencm3 efm32/rmu.h, RMU_RSTCAUSE_*; RMU_BASE and EMU_BASE
 * of the device header; EMU_AUXCTRL_HRCCLR of efm32g_emu.h, efm32hg_emu.h. Series 1: efr32fg1p_rmu.h, RMU_RSTCAUSE_*, RMU_CMD_RCCLR.
 * Series 2: efr32mg21_emu.h, EMU_TypeDef, EMU_RSTCAUSE_*, EMU_CMD_RSTCAUSECLR; EMU_S_BASE, EMU_NS_BASE of the device headers of xG21 and
 * xG22. Of xG22 only EMU_RSTCAUSE_VREGIN and the command's bit were looked up, not the offsets.
 *
 * A power-on makes every other bit meaningless, and so does a brown-out those of watchdog, lock-up and request. On series 0 it is the other
 * way round for some (back from EM4 the brown-out bits mean nothing), so its rows say what voids them: emlib's masks, except that its two
 * AVDD bits void each other and leave nothing, where here both are a brown-out. Where two are left, the more specific comes first.
 */
#ifndef NOINIT_RESET_CAUSE_GECKO_H
#define NOINIT_RESET_CAUSE_GECKO_H

#include "table.h"

/* Thread. */
static inline uint32_t noinit_reset_cause_gecko0_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400ca004u);
}

static inline void noinit_reset_cause_gecko0_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400ca008u) = 1u;
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400c6024u) = NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400c6024u) | 1u;
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400c6024u) = NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400c6024u) & ~1u;
}

/* A bit counts if none of `void_by` is set. */
static inline uint16_t noinit_reset_cause_gecko0(uint32_t raw)
{
    static const struct {
        uint16_t void_by;
        noinit_reset_cause_row_t row;
    } ROWS[] = {
        {0x0000, {0, NOINIT_REASON_POWER_ON}},        /* PORST */
        {0x0003, {4, NOINIT_REASON_WATCHDOG}},        /* WDOGRST */
        {0xefdf, {5, NOINIT_REASON_LOCKUP}},          /* LOCKUPRST */
        {0x0081, {1, NOINIT_REASON_BROWN_OUT}},       /* BODUNREGRST */
        {0x0091, {2, NOINIT_REASON_BROWN_OUT}},       /* BODREGRST */
        {0x001f, {9, NOINIT_REASON_BROWN_OUT}},       /* BODAVDD0 */
        {0x001f, {10, NOINIT_REASON_BROWN_OUT}},      /* BODAVDD1 */
        {0x0001, {11, NOINIT_REASON_BROWN_OUT}},      /* BUBODVDDDREG: the backup domain's */
        {0x0001, {12, NOINIT_REASON_BROWN_OUT}},      /* BUBODBUVIN */
        {0x0001, {13, NOINIT_REASON_BROWN_OUT}},      /* BUBODUNREG */
        {0x0001, {14, NOINIT_REASON_BROWN_OUT}},      /* BUBODREG */
        {0xef9f, {6, NOINIT_REASON_SOFTWARE_RESET}},  /* SYSREQRST */
        {0x0619, {8, NOINIT_REASON_LOW_POWER_WAKE}},  /* EM4WURST */
        {0x0719, {7, NOINIT_REASON_LOW_POWER_WAKE}},  /* EM4RST */
        {0x0001, {15, NOINIT_REASON_LOW_POWER_WAKE}}, /* BUMODERST: back from backup mode */
        {0x0001, {3, NOINIT_REASON_PIN_RESET}},       /* EXTRST */
    };
    for (uint32_t i = 0; i < NOINIT_RESET_CAUSE_ROWS(ROWS); i++) {
        if (((raw >> ROWS[i].row.key) & 1u) != 0u && (raw & ROWS[i].void_by) == 0u) {
            return ROWS[i].row.reason;
        }
    }
    return NOINIT_REASON_UNKNOWN;
}

static inline uint32_t noinit_reset_cause_gecko1_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400e5004u);
}

static inline void noinit_reset_cause_gecko1_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x400e5008u) = 1u;
}

static inline uint16_t noinit_reset_cause_gecko1(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_POWER_ON},        /* PORST */
        {2, NOINIT_REASON_BROWN_OUT},       /* AVDDBOD */
        {3, NOINIT_REASON_BROWN_OUT},       /* DVDDBOD */
        {4, NOINIT_REASON_BROWN_OUT},       /* DECBOD */
        {11, NOINIT_REASON_WATCHDOG},       /* WDOGRST */
        {9, NOINIT_REASON_LOCKUP},          /* LOCKUPRST */
        {10, NOINIT_REASON_SOFTWARE_RESET}, /* SYSREQRST */
        {16, NOINIT_REASON_LOW_POWER_WAKE}, /* EM4RST */
        {8, NOINIT_REASON_PIN_RESET},       /* EXTRST */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

/* `emu`: base address of the EMU. */
static inline uint32_t noinit_reset_cause_gecko2_read(uint32_t emu)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, emu + 0x94u);
}

static inline void noinit_reset_cause_gecko2_clear(uint32_t emu)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, emu + 0x70u) = 1u << 17;
}

static inline uint16_t noinit_reset_cause_gecko2(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {0, NOINIT_REASON_POWER_ON},        /* POR */
        {7, NOINIT_REASON_BROWN_OUT},       /* DVDDBOD */
        {8, NOINIT_REASON_BROWN_OUT},       /* DVDDLEBOD */
        {9, NOINIT_REASON_BROWN_OUT},       /* DECBOD */
        {10, NOINIT_REASON_BROWN_OUT},      /* AVDDBOD */
        {11, NOINIT_REASON_BROWN_OUT},      /* IOVDD0BOD */
        {31, NOINIT_REASON_BROWN_OUT},      /* VREGIN: the converter's input */
        {3, NOINIT_REASON_WATCHDOG},        /* WDOG0 */
        {4, NOINIT_REASON_WATCHDOG},        /* WDOG1 */
        {5, NOINIT_REASON_LOCKUP},          /* LOCKUP */
        {13, NOINIT_REASON_SECURITY},       /* SETAMPER */
        {15, NOINIT_REASON_SECURITY},       /* SELOCKUP: the secure element's */
        {14, NOINIT_REASON_SOFTWARE_RESET}, /* SESYSREQ */
        {6, NOINIT_REASON_SOFTWARE_RESET},  /* SYSREQ */
        {2, NOINIT_REASON_LOW_POWER_WAKE},  /* EM4 */
        {1, NOINIT_REASON_PIN_RESET},       /* PIN */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw, NOINIT_REASON_UNKNOWN);
}

#endif
