/* How deep each kind of capture goes on the fault stack: it is painted before, and looked at where the chip would be reset. */
#include <noinit/noinit.h>

#include "board.h"

#ifdef __riscv
extern uint32_t noinit_riscv_stack[]; /* lowest word first */
#define FAULT_STACK noinit_riscv_stack
#else
extern uint32_t noinit_cm_capture[]; /* as the linker sees it */
#define FAULT_STACK noinit_cm_capture
#endif

#define WORDS (NOINIT_FAULT_STACK_BYTES / 4u)
#define PAINT 0x9a179a17u

NOINIT_LOG_REGISTER(stack);

int main(void);
_Noreturn void __wrap_noinit_port_reset(void);

static void print_used(void)
{
    uint32_t free_words = 0;
    while (free_words < WORDS && ((volatile uint32_t *)FAULT_STACK)[free_words] == PAINT) {
        free_words++;
    }
    char text[] = "used 0000";
    uint32_t used = 4u * (WORDS - free_words);
    for (uint32_t i = 9; i-- > 5u; used /= 10u) {
        text[i] = (char)('0' + used % 10u);
    }
    qemu_print(text);
}

/* In place of the port's. */
_Noreturn void __wrap_noinit_port_reset(void)
{
    print_used();
    qemu_exit(0);
}

static bool list_threads(uint32_t index, noinit_thread_t *thread)
{
    static uint32_t stack[16];
    thread->id = index + 1u;
    thread->name = "worker";
    thread->stack_low = (uint32_t)(uintptr_t)stack;
    thread->stack_size = sizeof stack;
    thread->known = 0x1ffffu;
    for (uint32_t i = 0; i < 17u; i++) {
        thread->registers[i] = thread->stack_low;
    }
    return index < 2u;
}

static uint32_t watched[16];
static const noinit_crash_region_t REGIONS[] = {{watched, sizeof watched}};

__attribute__((noinline)) static void end(uint32_t kind)
{
    switch (kind) {
    case 1:
#ifdef __riscv
        __asm__ volatile("unimp");
#else
        __asm__ volatile("udf #1");
#endif
        break;
    case 2:
        NOINIT_ASSERT(kind != 2, "%u and %d and %x", (unsigned)kind, -1000000, 0xffffffffu);
        break;
    case 3:
        noinit_stack_overflow("a thread");
    case 4:
        noinit_out_of_memory(4096);
    case 5:
        noinit_panic("no way out", 10);
    case 6:
        noinit_abort();
    case 7:
        (void)noinit_snapshot(NOINIT_REASON_UNKNOWN);
        break;
#ifdef __ARM_FP
    case 8:
        __asm__ volatile("vmov.f32 s0, #1.0\n\tudf #9" : : : "s0");
        break;
#endif
    default:
        break;
    }
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    NOINIT_INF("a line");
    noinit_crash_regions(REGIONS, 1);
    noinit_crash_threads(list_threads);
    for (uint32_t i = 0; i < WORDS; i++) {
        ((volatile uint32_t *)FAULT_STACK)[i] = PAINT;
    }
    end(qemu_argument("kind", 1));
    print_used();
    qemu_exit(0);
}
