#include "noinit_freertos.h"

#include <stdbool.h>

/* Linker script: RAM that may be read. */
extern uint32_t __noinit_ram_start[];
extern uint32_t __noinit_ram_end[];

/* tasks.c: the task that runs. Its type is the kernel's; here it is an address. */
extern void *volatile pxCurrentTCB;

typedef struct {
    uintptr_t task; /* 0: a free place */
    uintptr_t low;
    uintptr_t end;
    uintptr_t name;
} task_t;
static volatile task_t tasks[NOINIT_FREERTOS_TASKS];

static bool is_ram(uintptr_t address, uintptr_t size)
{
    const uintptr_t start = (uintptr_t)__noinit_ram_start;
    const uintptr_t end = (uintptr_t)__noinit_ram_end;
    return (address & 3u) == 0 && address >= start && address < end && end - address >= size;
}

static uint32_t word_at(uintptr_t address, uint32_t number)
{
    return ((const volatile uint32_t *)address)[number];
}

#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_RISCV

#define CONTEXT_WORDS 31u
enum { PC = 0, RA = 1, SP = 2, T0 = 5 };

/* gp and tp are the same in all tasks, and not saved. */
static bool decode(uintptr_t top, noinit_thread_t *thread)
{
    const uintptr_t context = top + 4u * NOINIT_FREERTOS_EXTRA_WORDS;
    if (!is_ram(top, 4u * (NOINIT_FREERTOS_EXTRA_WORDS + CONTEXT_WORDS))) {
        return false;
    }
    uint32_t *const registers = thread->registers; /* `more` follows */
    registers[PC] = word_at(context, 0);
    registers[RA] = word_at(context, 1);
    registers[SP] = (uint32_t)(context + 4u * CONTEXT_WORDS);
    for (uint32_t i = T0; i < 17u; i++) {
        registers[i] = word_at(context, i - 3u);
    }
    for (uint32_t i = 17; i < 32u; i++) {
        thread->more[i - 17u] = word_at(context, i - 3u);
    }
    thread->known = 0xffffffe7u;
    return true;
}

#else

enum { R4 = 4, R12 = 12, SP, LR, PC, XPSR };
#define ALL 0x1ffffu
#define CALLEE_SAVED_WORDS 8u
#define NO_FLOATS (1u << 4) /* of EXC_RETURN */
#define IS_PADDED (1u << 9) /* of the stacked xPSR */

#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM3
#define BEFORE_R4 0u
#define BEHIND_R11 0u
#elif NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM4F
#define BEFORE_R4 0u
#define BEHIND_R11 1u
#define EXC_RETURN_WORD CALLEE_SAVED_WORDS
#else
#define BEFORE_R4 2u
#define BEHIND_R11 0u
#define EXC_RETURN_WORD 1u
#endif
#define CONTEXT_WORDS (BEFORE_R4 + CALLEE_SAVED_WORDS + BEHIND_R11)

static bool has_floats(uintptr_t context)
{
#ifdef EXC_RETURN_WORD
    return (word_at(context, EXC_RETURN_WORD) & NO_FLOATS) == 0;
#else
    (void)context;
    return false;
#endif
}

static bool decode(uintptr_t top, noinit_thread_t *thread)
{
    const uintptr_t context = top + 4u * NOINIT_FREERTOS_EXTRA_WORDS;
    if (!is_ram(top, 4u * (NOINIT_FREERTOS_EXTRA_WORDS + CONTEXT_WORDS))) {
        return false;
    }
    const bool floats = has_floats(context);
    const uintptr_t frame = context + 4u * (CONTEXT_WORDS + (floats ? 16u : 0u));
    const uint32_t frame_size = floats ? 104u : 32u;
    if (!is_ram(frame, frame_size)) {
        return false;
    }
    uint32_t *const registers = thread->registers;
    for (uint32_t i = 0; i < CALLEE_SAVED_WORDS; i++) {
        registers[R4 + i] = word_at(context, BEFORE_R4 + i);
    }
    for (uint32_t i = 0; i < 4u; i++) {
        registers[i] = word_at(frame, i);
    }
    registers[R12] = word_at(frame, 4);
    registers[LR] = word_at(frame, 5);
    registers[PC] = word_at(frame, 6);
    registers[XPSR] = word_at(frame, 7) & ~IS_PADDED;
    registers[SP] = (uint32_t)(frame + frame_size) + ((word_at(frame, 7) & IS_PADDED) != 0 ? 4u : 0u);
    thread->known = ALL;
    return true;
}

#endif

/* Where the task's registers are saved: the first member of its control block. */
static uintptr_t saved_context(uintptr_t task)
{
    return is_ram(task, 4) ? (uintptr_t)*(void *const volatile *)task : 0u;
}

static bool next(uint32_t index, noinit_thread_t *thread)
{
    for (uint32_t i = 0; i < NOINIT_FREERTOS_TASKS; i++) {
        const volatile task_t *const task = &tasks[i];
        if (task->task == 0 || index-- != 0) {
            continue;
        }
        thread->id = (uint32_t)task->task;
        thread->is_running = (uintptr_t)pxCurrentTCB == task->task;
        thread->name = is_ram(task->name & ~(uintptr_t)3u, 4) ? (const char *)task->name : NULL;
        if (is_ram(task->low, 4) && task->end > task->low && is_ram(task->low, task->end - task->low)) {
            thread->stack_low = (uint32_t)task->low;
            thread->stack_size = (uint32_t)(task->end - task->low);
        }
        const uintptr_t context = saved_context(task->task);
        const bool is_in_stack = context >= task->low && context < task->end;
        if (!thread->is_running && (!is_in_stack || !decode(context, thread))) {
            thread->known = 0;
        }
        return true;
    }
    return false;
}

/* What a new task would find in its registers is at the top of its stack: where its stack ends, whatever the kernel is configured to keep. */
static uintptr_t stack_end(uintptr_t task)
{
    static noinit_thread_t first;
    return decode(saved_context(task), &first) ? first.registers[SP] : 0u;
}

void noinit_freertos_created(const volatile void *task, const volatile void *stack, const char *name)
{
    for (uint32_t i = 0; i < NOINIT_FREERTOS_TASKS; i++) {
        if (tasks[i].task == 0) {
            tasks[i].low = (uintptr_t)stack;
            tasks[i].end = stack_end((uintptr_t)task);
            tasks[i].name = (uintptr_t)name;
            tasks[i].task = (uintptr_t)task;
            break;
        }
    }
    noinit_crash_threads(next);
}

void noinit_freertos_deleted(const volatile void *task)
{
    for (uint32_t i = 0; i < NOINIT_FREERTOS_TASKS; i++) {
        if (tasks[i].task == (uintptr_t)task) {
            tasks[i].task = 0;
        }
    }
}

#if defined(__riscv)
/*
 * For mtvec in direct mode, in the place of freertos_risc_v_trap_handler: exceptions go to the capture with every register as they found it,
 * ecalls (yields) and interrupts to the kernel.
 */
/* clang-format off */
__asm__("    .pushsection .text.noinit_freertos_trap_entry,\"ax\",@progbits\n"
        "    .balign 4\n"
        "    .global noinit_freertos_trap_entry\n"
        "    .type noinit_freertos_trap_entry, @function\n"
        "noinit_freertos_trap_entry:\n"
        "    csrw mscratch, t0\n"
        "    csrr t0, mcause\n"
        "    bltz t0, 1f\n"
        "    addi t0, t0, -11\n" /* ecall from machine mode */
        "    beqz t0, 1f\n"
        "    csrr t0, mscratch\n"
        "    j noinit_fault_entry\n"
        "1:  csrr t0, mscratch\n"
        "    j freertos_risc_v_trap_handler\n"
        "    .popsection\n");
/* clang-format on */
#endif

static size_t refused;

void noinit_freertos_refused(size_t size)
{
    refused = size;
}

/*
 * FreeRTOS's hooks, for configCHECK_FOR_STACK_OVERFLOW and configUSE_MALLOC_FAILED_HOOK. A project that has hooks of its own defines
 * NOINIT_FREERTOS_HOOKS 0 and calls what they call.
 */
#ifndef NOINIT_FREERTOS_HOOKS
#define NOINIT_FREERTOS_HOOKS 1
#endif
#if NOINIT_FREERTOS_HOOKS
void vApplicationStackOverflowHook(void *task, char *name);
void vApplicationStackOverflowHook(void *task, char *name)
{
    (void)task;
    noinit_stack_overflow(name);
}

void vApplicationMallocFailedHook(void);
void vApplicationMallocFailedHook(void)
{
    noinit_out_of_memory((uint32_t)refused);
}
#endif
