/* Crashes that only this processor knows (selftest/crash.c). */
#ifndef NOINIT_ARCH_CORTEX_M_SELFTEST_H
#define NOINIT_ARCH_CORTEX_M_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

/* Two undefined instructions: zeros would be harmless ones. */
#define NOINIT_SELFTEST_NO_CODE 0xdededed0u

#define NOINIT_SELFTEST_CCR (*(volatile uint32_t *)0xe000ed14u)

static inline void noinit_selftest_run_undefined(void)
{
    __asm__ volatile("udf #0");
}

/* What Thumb code is called by has bit 0 set. */
static inline uintptr_t noinit_selftest_code_at(const volatile void *address)
{
    return (uintptr_t)address | 1u;
}

static inline bool noinit_selftest_divide(void)
{
#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
    NOINIT_SELFTEST_CCR |= 1u << 4; /* DIV_0_TRP */
    uint32_t result = 1;
    __asm__ volatile("dsb\n\tisb\n\tudiv %0, %0, %1" : "+r"(result) : "r"(0u));
#endif
    return false;
}

/* v6-M and v8-M Baseline know no other way than to fault. */
static inline bool noinit_selftest_read_unaligned(const volatile uint32_t *words)
{
#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
    NOINIT_SELFTEST_CCR |= 1u << 3; /* UNALIGN_TRP */
#endif
    uint32_t result;
    __asm__ volatile("dsb\n\tisb\n\tldr %0, [%1]" : "=r"(result) : "r"((uintptr_t)words + 1u) : "memory");
    return false;
}

#endif
