/* What differs between processors and must be inlined: the interrupt lock, the core's number, the program counter, the order of stores. */
#ifndef NOINIT_ARCH_H
#define NOINIT_ARCH_H

#include <stdint.h>

#include "noinit/config.h"

#if defined(NOINIT_CORES) && NOINIT_CORES > 1
#define NOINIT_ARCH_HAS_CORES 1
#else
#define NOINIT_ARCH_HAS_CORES 0
#endif

/* Memory that a reset leaves alone: an output section .noinit in a MEMORY region of its own, never cleared at start. */
#ifndef NOINIT_RETAINED
#define NOINIT_RETAINED __attribute__((section(".noinit"), aligned(8), used))
#endif

/*
 * The SDK's own, one section an object: linker scripts sort them by name, so that two builds of the same configuration have them at the same
 * places whatever order their objects are linked in. docs/formats/retained.md has the order. Used: else clang makes a variable of each member,
 * and they no longer lie where gcc has them.
 */
#ifndef NOINIT_RETAINED_AS
#define NOINIT_RETAINED_AS(name_) __attribute__((section(".noinit.sdk." name_), aligned(8), used))
#endif

/*
 * Stores before it are made before stores after it, in the eyes of a reset and of the other cores; a reader of another core's ring
 * puts it between its loads. On one core the compiler's order is the memory's, as long as retained RAM is not cached and the core keeps
 * the order of its stores. Where that is not so, define it in the configuration: `__asm__ volatile("dmb" ::: "memory")` on a Cortex-M7.
 */
#ifndef NOINIT_ARCH_PUBLISH
#if !NOINIT_ARCH_HAS_CORES
#define NOINIT_ARCH_PUBLISH() __asm__ volatile("" ::: "memory")
#elif defined(__riscv)
#define NOINIT_ARCH_PUBLISH() __asm__ volatile("fence rw, rw" ::: "memory")
#elif defined(__arm__)
#define NOINIT_ARCH_PUBLISH() __asm__ volatile("dmb" ::: "memory")
#else
#define NOINIT_ARCH_PUBLISH() __sync_synchronize()
#endif
#endif

/*
 * What was stored at `address` is in RAM when it is done, and a reset keeps it. For a chip with a data cache: clean its lines
 * (SCB_CleanDCache_by_Addr) where the MPU does not make the region write-through or uncached. For RAM with ECC that holds its last write
 * back until another word is written: write another word. Called with interrupts masked.
 */
#ifndef NOINIT_ARCH_FLUSH
#define NOINIT_ARCH_FLUSH(address, size) ((void)(address), (void)(size))
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

#elif defined(__riscv)

/* mstatus.MIE. Machine mode only. */
static inline uint32_t noinit_arch_lock(void)
{
    uintptr_t status;
    __asm__ volatile("csrrci %0, mstatus, 8" : "=r"(status) : : "memory");
    return (uint32_t)status;
}

static inline void noinit_arch_unlock(uint32_t status)
{
    __asm__ volatile("csrs mstatus, %0" : : "r"((uintptr_t)status & 8u) : "memory");
}

__attribute__((always_inline)) static inline uint32_t noinit_arch_pc(void)
{
    uintptr_t pc;
    __asm__ volatile("auipc %0, 0" : "=r"(pc));
    return (uint32_t)pc;
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

/* Which core runs this, 0 to NOINIT_CORES - 1: whose ring is written. Numbers of another kind are mapped in the configuration. */
#ifndef NOINIT_ARCH_CORE
#if !NOINIT_ARCH_HAS_CORES
#define NOINIT_ARCH_CORE() 0u
#elif defined(__riscv)
#define NOINIT_ARCH_CORE() noinit_arch_hart()
static inline uint32_t noinit_arch_hart(void)
{
    uintptr_t hart;
    __asm__("csrr %0, mhartid" : "=r"(hart));
    return (uint32_t)hart;
}
#else
#error "NOINIT_CORES > 1 needs NOINIT_ARCH_CORE() in the configuration: this processor has no register that every chip has"
#endif
#endif

/* Where the function that uses it returns to. */
#define NOINIT_ARCH_RETURN_ADDRESS() ((uint32_t)(uintptr_t)__builtin_return_address(0))

#endif
