/* What differs between processors and must be inlined: the interrupt lock, the program counter, the order of stores. */
#ifndef NOINIT_ARCH_H
#define NOINIT_ARCH_H

#include <stdint.h>

/* Memory that a reset leaves alone: an output section .noinit in a MEMORY region of its own, never cleared at start. */
#ifndef NOINIT_RETAINED
#define NOINIT_RETAINED __attribute__((section(".noinit"), aligned(8)))
#endif

/*
 * Stores before it are made before stores after it. Enough where retained RAM is not cached; a chip with a data cache defines
 * NOINIT_ARCH_PUBLISH in its configuration and cleans the cache here.
 */
#ifndef NOINIT_ARCH_PUBLISH
#define NOINIT_ARCH_PUBLISH() __asm__ volatile("" ::: "memory")
#endif

#if defined(__arm__) && defined(__thumb__)

/* Masks interrupts; gives what noinit_arch_unlock needs. Privileged code only. Not against NMI and faults. */
static inline uint32_t noinit_arch_lock(void)
{
    uint32_t primask;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask) : : "memory");
    return primask;
}

static inline void noinit_arch_unlock(uint32_t primask)
{
    __asm__ volatile("msr primask, %0" : : "r"(primask) : "memory");
}

__attribute__((always_inline)) static inline uint32_t noinit_arch_pc(void)
{
    uint32_t pc;
    __asm__ volatile("mov %0, pc" : "=r"(pc));
    return pc;
}

#else /* a host: one thread, no interrupts; what the unit tests run on */

static inline uint32_t noinit_arch_lock(void)
{
    return 0;
}

static inline void noinit_arch_unlock(uint32_t state)
{
    (void)state;
}

static inline uint32_t noinit_arch_pc(void)
{
    return 0;
}

#endif

/* Where the function that uses it returns to. */
#define NOINIT_ARCH_RETURN_ADDRESS() ((uint32_t)(uintptr_t)__builtin_return_address(0))

#endif
