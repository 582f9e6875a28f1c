/*
 * STM32 F4, F7, H7, L4, WB: the reset flags of the RCC. They add up until RMVF clears them or the supply fails.
 *
 *   F4, F7  0x40023874  RCC_CSR, RMVF bit 24
 *   H7      0x580244d0  RCC_RSR, RMVF bit 16
 *   L4      0x40021094  RCC_CSR, RMVF bit 23
 *   WB      0x58000094  RCC_CSR, RMVF bit 23
 *
 * RCC_CSR_*RSTF and RCC_CSR_RMVF: F4 of the register crate stm32f4 0.15.1, F7 and L4 of libopencm3 stm32/f7/rcc.h and stm32/l4/rcc.h, WB of
 * stm32wb55xx.h. RCC_RSR_*: stm32h745xx.h, both cores. RCC_BASE: libopencm3 f4, f7, l4, h7/memorymap.h, WB of the register crate stm32wb.
 * Offsets: RCC_TypeDef (0x74, H7 0xd0), L4 of NuttX, STM32L4_RCC_CSR_OFFSET, WB of that crate. Clearing: LL_RCC_ClearResetFlags sets RMVF.
 *
 * The pin flag is set with every reset, as each pulls NRST low: it comes last. A power-on sets the power-on flag and the brown-out flag
 * (F4, F7, H7), a brown-out the second alone: power-on is asked before it, and both after what a running firmware can cause, for a
 * power-on clears older flags. L4 and WB have no power-on flag: their brown-out flag is set at power-on too. Where RAM was whole the
 * supply dipped, hence BrownOut; where RAM was lost no boot is there whose end it could spoil.
 */
#ifndef NOINIT_RESET_CAUSE_STM32_H
#define NOINIT_RESET_CAUSE_STM32_H

#include "table.h"

/* Thread; each reads its register, and sets RMVF in it. */
static inline uint32_t noinit_reset_cause_stm32f4_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40023874u);
}

static inline void noinit_reset_cause_stm32f4_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40023874u) = NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40023874u) | (1u << 24);
}

static inline uint16_t noinit_reset_cause_stm32f4(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {29, NOINIT_REASON_WATCHDOG},       /* IWDGRSTF */
        {30, NOINIT_REASON_WATCHDOG},       /* WWDGRSTF */
        {31, NOINIT_REASON_LOW_POWER_WAKE}, /* LPWRRSTF: Stop or Standby was entered, which the option bytes forbid */
        {28, NOINIT_REASON_SOFTWARE_RESET}, /* SFTRSTF */
        {27, NOINIT_REASON_POWER_ON},       /* PORRSTF */
        {25, NOINIT_REASON_BROWN_OUT},      /* BORRSTF */
        {26, NOINIT_REASON_PIN_RESET},      /* PINRSTF */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw & 0xfe000000u, NOINIT_REASON_UNKNOWN);
}

/* The F7 has the F4's register at the F4's place. */
static inline uint32_t noinit_reset_cause_stm32f7_read(void)
{
    return noinit_reset_cause_stm32f4_read();
}

static inline void noinit_reset_cause_stm32f7_clear(void)
{
    noinit_reset_cause_stm32f4_clear();
}

static inline uint16_t noinit_reset_cause_stm32f7(uint32_t raw)
{
    return noinit_reset_cause_stm32f4(raw);
}

static inline uint32_t noinit_reset_cause_stm32h7_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x580244d0u);
}

static inline void noinit_reset_cause_stm32h7_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x580244d0u) = NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x580244d0u) | (1u << 16);
}

/* Bits of a second core (18, 25, 27, 29, 31) are 0 where there is none. C1RSTF and C2RSTF (17, 18) come with every reset and say nothing alone. */
static inline uint16_t noinit_reset_cause_stm32h7(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {26, NOINIT_REASON_WATCHDOG},       /* IWDG1RSTF */
        {27, NOINIT_REASON_WATCHDOG},       /* IWDG2RSTF */
        {28, NOINIT_REASON_WATCHDOG},       /* WWDG1RSTF */
        {29, NOINIT_REASON_WATCHDOG},       /* WWDG2RSTF */
        {30, NOINIT_REASON_LOW_POWER_WAKE}, /* LPWR1RSTF: an illegal entry into DStandby or CStop */
        {31, NOINIT_REASON_LOW_POWER_WAKE}, /* LPWR2RSTF */
        {24, NOINIT_REASON_SOFTWARE_RESET}, /* SFT1RSTF */
        {25, NOINIT_REASON_SOFTWARE_RESET}, /* SFT2RSTF */
        {23, NOINIT_REASON_POWER_ON},       /* PORRSTF */
        {21, NOINIT_REASON_BROWN_OUT},      /* BORRSTF */
        {22, NOINIT_REASON_PIN_RESET},      /* PINRSTF */
        {19, NOINIT_REASON_LOW_POWER_WAKE}, /* D1RSTF alone: the domain came back from DStandby */
        {20, NOINIT_REASON_LOW_POWER_WAKE}, /* D2RSTF */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw & 0xfffe0000u, NOINIT_REASON_UNKNOWN);
}

static inline uint32_t noinit_reset_cause_stm32l4_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40021094u);
}

static inline void noinit_reset_cause_stm32l4_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40021094u) = NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x40021094u) | (1u << 23);
}

static inline uint16_t noinit_reset_cause_stm32l4(uint32_t raw)
{
    static const noinit_reset_cause_row_t ROWS[] = {
        {29, NOINIT_REASON_WATCHDOG},       /* IWDGRSTF */
        {30, NOINIT_REASON_WATCHDOG},       /* WWDGRSTF */
        {24, NOINIT_REASON_SECURITY},       /* FWRSTF: the firewall was touched */
        {31, NOINIT_REASON_LOW_POWER_WAKE}, /* LPWRRSTF */
        {28, NOINIT_REASON_SOFTWARE_RESET}, /* SFTRSTF */
        {25, NOINIT_REASON_SOFTWARE_RESET}, /* OBLRSTF: option bytes were loaded because the firmware asked */
        {27, NOINIT_REASON_BROWN_OUT},      /* BORRSTF */
        {26, NOINIT_REASON_PIN_RESET},      /* PINRSTF */
    };
    return noinit_reset_cause_of_bits(ROWS, NOINIT_RESET_CAUSE_ROWS(ROWS), raw & 0xff000000u, NOINIT_REASON_UNKNOWN);
}

static inline uint32_t noinit_reset_cause_stm32wb_read(void)
{
    return NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x58000094u);
}

static inline void noinit_reset_cause_stm32wb_clear(void)
{
    NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x58000094u) = NOINIT_RESET_CAUSE_REGISTER(uint32_t, 0x58000094u) | (1u << 23);
}

/* As the L4 without a firewall. */
static inline uint16_t noinit_reset_cause_stm32wb(uint32_t raw)
{
    return noinit_reset_cause_stm32l4(raw & 0xfe000000u);
}

#endif
