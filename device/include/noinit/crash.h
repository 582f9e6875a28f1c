/* What the device was doing when it stopped: docs/formats/crash.md. */
#ifndef NOINIT_CRASH_H
#define NOINIT_CRASH_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/log.h"
#include "noinit/reboot.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Exception entry for the vector table's fault slots (HardFault, and where they exist MemManage, BusFault, UsageFault, SecureFault; mtvec on
 * RISC-V). Switches to its own stack, captures, marks the reason and resets. A handler that the project already has ends with a branch to it,
 * or is given to noinit_crash_chain: noinit defines no handler's name.
 */
void noinit_fault_entry(void);

/*
 * A handler that takes over after the capture of a fault, instead of the reset: it finds registers, stack, memory protection and interrupt mask as
 * the exception left them, and the fault's status bits set. It comes once: a crash after it is captured and ends in a reset. NULL: none. Thread only.
 */
void noinit_crash_chain(void (*handler)(void));

/*
 * Exception entry for an interrupt that fires shortly before a watchdog: captures what was interrupted, marks
 * NOINIT_REASON_WATCHDOG, and waits for the watchdog.
 */
void noinit_watchdog_entry(void);

/* Checks the canary word at the end of the main stack; a broken one is captured as a stack overflow and resets. Thread or ISR. */
void noinit_stack_check(void);

/* For an operating system's overflow hook: captures and resets. `thread` is its name, or NULL. Thread or ISR. */
__attribute__((noreturn)) void noinit_stack_overflow(const char *thread);

/* Memory below a stack that nobody may touch: an access to it that faults is a stack overflow. Replaces the one given before. Any context. */
void noinit_stack_guard(const volatile void *start, uint32_t size);

/* An allocation of `size` bytes failed: captures with size and caller, marks NOINIT_REASON_OUT_OF_MEMORY, resets. Thread or ISR. */
__attribute__((noreturn)) void noinit_out_of_memory(uint32_t size);

/* The firmware gives up, for a reason in words (Rust and C++ panic hooks; the first 64 bytes are kept): NOINIT_REASON_PANIC. Thread or ISR. */
__attribute__((noreturn)) void noinit_panic(const char *text, uint32_t size);

/* What a project's abort() calls: a panic whose text is "abort". */
__attribute__((noreturn)) void noinit_abort(void);

/*
 * Captures without a reset, as a crash does, with the reason it is given. False: the slots are taken, or the last one was less than
 * NOINIT_SNAPSHOT_INTERVAL_MS ago; such are counted. Interrupts are masked meanwhile. Privileged thread or ISR.
 */
bool noinit_snapshot(uint16_t reason);

/* How many were refused since the last one that was taken; the next one says it as well. Any context. */
uint32_t noinit_snapshot_refused(void);

/* From the secure side of a chip with two security worlds, where only it sees a fault: reason and place for a postcard; then reset. */
void noinit_secure_fault(uint16_t reason, uint32_t pc);

/* Further memory that a crash takes along. */
typedef struct {
    const volatile void *address;
    uint32_t size;
} noinit_crash_region_t;

/* An array of regions and its length, in ROM, the most important first; replaces the one given before. Thread only. */
void noinit_crash_regions(const noinit_crash_region_t *regions, uint32_t count);

/*
 * Variables that never leave the device, also not inside a region or a stack that is captured: NOINIT_SECRET static uint8_t key[16]; they
 * start as zeros. Copies of them on a stack, in registers or in a log line are not covered.
 */
#define NOINIT_SECRET __attribute__((section(".bss.noinit_secret")))

/* A thread of an operating system, for noinit_crash_threads. Strings and memory are read in the fault handler. */
typedef struct {
    uint32_t id;            /* the address of its control block */
    const char *name;       /* NULL: none */
    bool is_running;        /* the one that was interrupted: its registers are the crash's own */
    uint32_t stack_low;     /* its stack, 0 where not known */
    uint32_t stack_size;
    uint32_t known;         /* bits of `registers`; 0 for the running one */
    uint32_t registers[17]; /* as in register set 1 of docs/formats/crash.md, from its saved context; on RISC-V 32 of them */
#if defined(__riscv)
    uint32_t more[15];
#endif
} noinit_thread_t;

/*
 * Who lists the threads: gives the one with this index, false behind the last. Called in the fault handler: no locks, and nothing may be
 * trusted. ports/freertos and ports/zephyr have one. Replaces the one given before. Thread only.
 */
void noinit_crash_threads(bool (*next)(uint32_t index, noinit_thread_t *thread));

/*
 * NOINIT_ASSERT(condition, "text %d", value): where the condition is false the text is logged with its values, the state captured, and
 * the chip reset. Up to three arguments of at most 32 bits. Thread or ISR.
 */
#define NOINIT_ASSERT(condition, ...)          \
    do {                                       \
        if (!(condition)) {                    \
            NOINIT_ASSERT_FAILED(__VA_ARGS__); \
        }                                      \
    } while (0)

/* The same where it is already known that something is wrong. Never returns. */
#define NOINIT_ASSERT_FAILED(...)                               \
    do {                                                        \
        if (0) {                                                \
            noinit_log_check(__VA_ARGS__);                      \
        }                                                       \
        NOINIT_LOG_WORDS_(noinit_assert_failed, __VA_ARGS__);   \
    } while (0)

/* The same with a reason of its own: NOINIT_ASSERT_REASON(p != NULL, NOINIT_REASON_OUT_OF_MEMORY, "%u bytes", size). */
#define NOINIT_ASSERT_REASON(condition, reason_, ...) \
    do {                                              \
        if (!(condition)) {                           \
            noinit_reboot_mark(reason_);              \
            NOINIT_ASSERT_FAILED(__VA_ARGS__);        \
        }                                             \
    } while (0)

/* What the macro calls: the site with the count of its words in the two lowest bits. */
__attribute__((noreturn)) void noinit_assert_failed(uintptr_t site, ...);

#ifdef __cplusplus
}
#endif

#endif
