/* A kernel of two threads that give the processor to one another; PendSV switches. */
#include "faults.h"

void pendsv_entry(void);
uint32_t *switch_thread(uint32_t *saved);

typedef struct {
    uint32_t *saved; /* r4 to r11, exc_return, where it says so s16 to s31, the hardware's frame above them */
    const char *name;
    uint32_t low;
    uint32_t bytes;
} thread_t;

static thread_t threads[2];
static uint32_t running;
static void (*thread_code)(void);
static uint64_t waiting_stack[64];
uint64_t crashing_stack[CRASHING_STACK_BYTES / 8u] __attribute__((aligned(256)));

NOINLINE static void yield(void)
{
    REGISTER(0xe000ed04u) = 1u << 28; /* ICSR: PENDSVSET */
    __asm__ volatile("dsb\n\tisb");
}

__attribute__((used)) uint32_t *switch_thread(uint32_t *saved)
{
    threads[running].saved = saved;
    running ^= 1u;
    return threads[running].saved;
}

/* clang-format off */
__asm__(
    "    .syntax unified\n"
    "    .section .text.pendsv_entry,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global pendsv_entry\n"
    "    .type pendsv_entry, %function\n"
    "    .thumb_func\n"
    "pendsv_entry:\n"
    "    mrs r0, psp\n"
#if __ARM_ARCH >= 7
#ifdef __ARM_FP
    "    tst lr, #16\n    it eq\n    vstmdbeq r0!, {s16-s31}\n"
#endif
    "    stmdb r0!, {r4-r11, lr}\n"
    "    bl switch_thread\n"
    "    ldmia r0!, {r4-r11, lr}\n"
#ifdef __ARM_FP
    "    tst lr, #16\n    it eq\n    vldmiaeq r0!, {s16-s31}\n"
#endif
#else
    "    subs r0, #36\n"
    "    mov r3, r0\n"
    "    stmia r3!, {r4-r7}\n"
    "    mov r4, r8\n    mov r5, r9\n    mov r6, r10\n    mov r7, r11\n"
    "    stmia r3!, {r4-r7}\n"
    "    mov r4, lr\n    str r4, [r3]\n"
    "    bl switch_thread\n"
    "    mov r3, r0\n    adds r3, #16\n"
    "    ldmia r3!, {r4-r7}\n"
    "    mov r8, r4\n    mov r9, r5\n    mov r10, r6\n    mov r11, r7\n"
    "    ldr r4, [r3]\n    mov lr, r4\n    adds r3, #4\n"
    "    ldmia r0!, {r4-r7}\n"
    "    mov r0, r3\n"
#endif
    "    msr psp, r0\n"
    "    bx lr\n"
    "    .previous\n");
/* clang-format on */

NOINLINE static uint32_t wait_for(uint32_t event)
{
    volatile uint32_t mask = 1u << event;
    while ((sink & mask) == 0) {
        yield();
    }
    return mask;
}

static void wait_for_ever(void)
{
    for (uint32_t round = 9;; round++) {
        sink = wait_for(13) + round;
    }
}

static void run_code(void)
{
    thread_code();
    qemu_print("came through");
    qemu_exit(2);
}

/* As the kernel leaves a thread that waits: it begins in `code`, and has nobody to go back to. */
static void make(thread_t *thread, const char *name, uint64_t *stack, uint32_t bytes, void (*code)(void))
{
    uint32_t *const top = (uint32_t *)stack + bytes / 4u;
    top[-1] = 0x01000000u;
    top[-2] = (uint32_t)(uintptr_t)code & ~1u;
    top[-3] = 0xffffffffu;
    top[-9] = 0xfffffffdu;
    thread->saved = top - 17;
    thread->name = name;
    thread->low = (uint32_t)stack;
    thread->bytes = bytes;
}

/* For the capture: registers as switching left them. */
static bool list_thread(uint32_t index, noinit_thread_t *thread)
{
    if (index >= 2u) {
        return false;
    }
    thread->id = (uint32_t)&threads[index];
    thread->name = threads[index].name;
    thread->is_running = index == running;
    thread->stack_low = threads[index].low;
    thread->stack_size = threads[index].bytes;
    thread->known = 0;
    if (index != running) {
        const uint32_t *saved = threads[index].saved;
        for (uint32_t i = 0; i < 8u; i++) {
            thread->registers[4u + i] = saved[i];
        }
        const bool has_floats = (saved[8] & 16u) == 0;
        const uint32_t *frame = saved + 9 + (has_floats ? 16 : 0);
        for (uint32_t i = 0; i < 4u; i++) {
            thread->registers[i] = frame[i];
        }
        thread->registers[12] = frame[4];
        thread->registers[13] = (uint32_t)(frame + (has_floats ? 26 : 8)) + ((frame[7] & 1u << 9) != 0 ? 4u : 0u);
        thread->registers[14] = frame[5];
        thread->registers[15] = frame[6];
        thread->registers[16] = frame[7] & ~(1u << 9);
        thread->known = 0x1ffffu;
    }
    return true;
}

void run_threads(void (*code)(void))
{
    thread_code = code;
    noinit_crash_threads(list_thread);
    make(&threads[0], "waiting", waiting_stack, sizeof waiting_stack, wait_for_ever);
    make(&threads[1], "crashing", crashing_stack, CRASHING_STACK_BYTES, run_code);
    /* From here on the main stack is the handlers': go on as the first thread. */
    __asm__ volatile(
        "msr psp, %0\n\t"
        "movs r3, #2\n\t"
        "msr control, r3\n\t"
        "isb\n\t"
        "mov lr, %2\n\t"
        "bx %1"
        :
        : "r"((uint32_t *)waiting_stack + sizeof waiting_stack / 4u), "r"(wait_for_ever), "r"(0xffffffffu)
        : "r3", "memory");
    __builtin_unreachable();
}
