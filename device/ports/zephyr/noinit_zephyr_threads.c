/*
 * The threads of Zephyr's kernel in a crash record: the list that CONFIG_THREAD_MONITOR keeps, and the registers that a switch leaves in each
 * thread. Cortex-M by PendSV (not CONFIG_USE_SWITCH, whose layout is another), RISC-V by a call: only what a call keeps is saved there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/kernel.h>

#include "noinit/crash.h"
#include "noinit_zephyr.h"

#ifndef CONFIG_THREAD_MONITOR
#error "noinit_zephyr_threads.c needs CONFIG_THREAD_MONITOR: the kernel has no list of its threads otherwise"
#endif

/* Linker script: RAM that may be read. */
extern uint32_t __noinit_ram_start[];
extern uint32_t __noinit_ram_end[];

static bool is_ram(uintptr_t address, uintptr_t size)
{
    const uintptr_t start = (uintptr_t)__noinit_ram_start;
    const uintptr_t end = (uintptr_t)__noinit_ram_end;
    return (address & 3u) == 0 && address >= start && address < end && end - address >= size;
}

#if defined(__riscv)

/* A switch is a call: the thread goes on behind it, and nobody may ask for the registers that a call may change. */
static void read_registers(const struct k_thread *of, noinit_thread_t *thread)
{
    const struct _callee_saved *const saved = &of->callee_saved;
    thread->registers[0] = (uint32_t)saved->ra;
    thread->registers[2] = (uint32_t)saved->sp;
    thread->registers[8] = (uint32_t)saved->s0;
    thread->registers[9] = (uint32_t)saved->s1;
    const unsigned long high[] = {saved->s2, saved->s3, saved->s4, saved->s5,  saved->s6,
                                  saved->s7, saved->s8, saved->s9, saved->s10, saved->s11};
    for (uint32_t i = 0; i < 10u; i++) {
        thread->more[i + 1u] = (uint32_t)high[i]; /* x18 to x27; `more` begins with x17 */
    }
    thread->known = 1u << 0 | 1u << 2 | 1u << 8 | 1u << 9 | 0x0ffc0000u;
}

#else

enum { R4 = 4, R12 = 12, SP, LR, PC, XPSR };
#define NO_FLOATS (1u << 4) /* of EXC_RETURN */
#define IS_PADDED (1u << 9) /* of the stacked xPSR */

static bool has_floats(const struct k_thread *of)
{
#if defined(CONFIG_ARM_STORE_EXC_RETURN)
    return (of->arch.mode_exc_return & NO_FLOATS) == 0;
#else
    (void)of;
    return false;
#endif
}

static void read_registers(const struct k_thread *of, noinit_thread_t *thread)
{
#ifndef CONFIG_USE_SWITCH
    const struct _callee_saved *const saved = &of->callee_saved;
    const uint32_t frame_size = has_floats(of) ? 104u : 32u;
    if (!is_ram(saved->psp, frame_size)) {
        return;
    }
    const volatile uint32_t *const frame = (const volatile uint32_t *)(uintptr_t)saved->psp;
    uint32_t *const registers = thread->registers;
    for (uint32_t i = 0; i < 4u; i++) {
        registers[i] = frame[i];
    }
    registers[R4] = saved->v1;
    registers[R4 + 1] = saved->v2;
    registers[R4 + 2] = saved->v3;
    registers[R4 + 3] = saved->v4;
    registers[R4 + 4] = saved->v5;
    registers[R4 + 5] = saved->v6;
    registers[R4 + 6] = saved->v7;
    registers[R4 + 7] = saved->v8;
    registers[R12] = frame[4];
    registers[LR] = frame[5];
    registers[PC] = frame[6];
    registers[XPSR] = frame[7] & ~IS_PADDED;
    registers[SP] = saved->psp + frame_size + ((frame[7] & IS_PADDED) != 0 ? 4u : 0u);
    thread->known = 0x1ffffu;
#else
    (void)of;
    (void)thread;
#endif
}

#endif

static bool is_current(const struct k_thread *one)
{
    for (uint32_t i = 0; i < sizeof _kernel.cpus / sizeof _kernel.cpus[0]; i++) {
        if (_kernel.cpus[i].current == one) {
            return true;
        }
    }
    return false;
}

static bool next(uint32_t index, noinit_thread_t *thread)
{
    const struct k_thread *one = _kernel.threads;
    for (; index != 0 && is_ram((uintptr_t)one, sizeof *one); index--) {
        one = one->next_thread;
        if (one == _kernel.threads) {
            return false; /* a broken list that leads back */
        }
    }
    if (!is_ram((uintptr_t)one, sizeof *one)) {
        return false;
    }
    thread->id = (uint32_t)(uintptr_t)one;
    thread->is_running = is_current(one);
#if defined(CONFIG_THREAD_NAME)
    thread->name = one->name;
#endif
#if defined(CONFIG_THREAD_STACK_INFO)
    if (is_ram(one->stack_info.start, one->stack_info.size)) {
        thread->stack_low = (uint32_t)one->stack_info.start;
        thread->stack_size = (uint32_t)one->stack_info.size;
    }
#endif
    if (!thread->is_running) {
        read_registers(one, thread);
    }
    return true;
}

int noinit_zephyr_threads(void)
{
    noinit_crash_threads(next);
    return 0;
}
