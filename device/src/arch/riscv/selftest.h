/* Crashes that only this processor knows (selftest/crash.c). */
#ifndef NOINIT_ARCH_RISCV_SELFTEST_H
#define NOINIT_ARCH_RISCV_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

/* No instruction, by definition. */
#define NOINIT_SELFTEST_NO_CODE 0u

static inline void noinit_selftest_run_undefined(void)
{
    __asm__ volatile(".balign 4\n\t.word 0");
}

static inline uintptr_t noinit_selftest_code_at(const volatile void *address)
{
    return (uintptr_t)address;
}

/* A division by zero has a result. */
static inline bool noinit_selftest_divide(void)
{
    return false;
}

/* Many cores do it, some trap. */
static inline bool noinit_selftest_read_unaligned(const volatile uint32_t *words)
{
    uint32_t result;
    __asm__ volatile("lw %0, 1(%1)" : "=r"(result) : "r"(words) : "memory");
    return false;
}

#endif
