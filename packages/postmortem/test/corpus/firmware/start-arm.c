/* Start-up and fault capture on Cortex-M: prints registers and memory, then ends QEMU. */
#include "machine.h"

#define REG(address) (*(volatile uint32_t *)(address))
#define ICSR REG(0xE000ED04)

extern uint32_t __data_start, __data_end, __data_load, __bss_start, __bss_end, __stack_top;
extern void (*__init_array_start[])(void), (*__init_array_end[])(void);
uint32_t thread_stack[512] __attribute__((aligned(8)));
uint32_t *const thread_stack_top = thread_stack + 512;

static void put_special(uint32_t exc_return, uint32_t msp)
{
    uint32_t psp, control, primask;
    __asm__ volatile("mrs %0, psp\n mrs %1, control\n mrs %2, primask" : "=r"(psp), "=r"(control), "=r"(primask));
    put_text("S");
    put_word(psp);
    put_word(control);
    put_word(primask);
    put_word(exc_return);
    put_word(msp);
    end_line();
}

static void put_all_memory(const uint32_t *main_stack)
{
    put_memory(&__data_start, &__data_end);
    put_memory(&__bss_start, &__bss_end);
    put_memory(main_stack, &__stack_top);
    end_run();
}

/* A floating-point frame has 18 words more, an aligned one a word of padding. */
__attribute__((used)) void capture(const uint32_t *frame, uint32_t exc_return, const uint32_t *saved, const uint32_t *floats)
{
    const uint32_t size = (exc_return & 0x10u) ? 0x20u : 0x68u;
    const uint32_t sp = (uint32_t)frame + size + ((frame[7] & 0x200u) ? 4u : 0u);
    const uint32_t *main_stack = (exc_return & 4u) ? saved + 8 + (floats ? 16 : 0) : (const uint32_t *)sp;
    put_text("R");
    put_words(frame, 4);
    put_words(saved, 8);
    put_word(frame[4]);
    put_word(sp);
    put_word(frame[5]);
    put_word(frame[6]);
    put_word(frame[7]);
    end_line();
    put_special(exc_return, (uint32_t)main_stack);
    put_text("F");
    put_word(ICSR);
#if __ARM_ARCH >= 7
    put_word(REG(0xE000ED28));
    put_word(REG(0xE000ED2C));
    put_word(REG(0xE000ED34));
    put_word(REG(0xE000ED38));
#endif
    end_line();
    if (floats != 0) {
        put_text("P");
        for (int i = 0; i < 16; i++) {
            put_word((exc_return & 0x10u) ? floats[16 + i] : frame[8 + i]);
        }
        put_words(floats, 16);
        end_line();
    }
    put_all_memory(main_stack);
}

/* Below the saved registers: s16 to s31, then s0 to s15. With a floating-point frame the latter stand in that frame. */
__attribute__((naked, used)) void HardFault_Handler(void)
{
    __asm__ volatile("mov r0, lr\n movs r1, #4\n tst r0, r1\n beq 1f\n mrs r0, psp\n b 2f\n"
                     "1: mrs r0, msp\n2: mov r1, lr\n"
#ifdef __ARM_FP
                     "vpush {s0-s15}\n vpush {s16-s31}\n mov r3, sp\n"
#else
                     "movs r3, #0\n"
#endif
                     "mov r2, r11\n push {r2}\n mov r2, r10\n push {r2}\n mov r2, r9\n push {r2}\n mov r2, r8\n push {r2}\n"
                     "push {r4-r7}\n mov r2, sp\n"
                     "bl capture\n");
}

/* words: r0 to r12, sp, lr, pc, xpsr. The Thumb bit reads as 0 by mrs; a debugger sees it. */
__attribute__((used)) void capture_stop(const uint32_t *words)
{
    put_text("R");
    put_words(words, 16);
    put_word(words[16] | 0x01000000u);
    end_line();
    put_all_memory((const uint32_t *)words[13]);
}

__attribute__((naked)) void stop_here(void)
{
    __asm__ volatile("push {r4}\n mrs r4, xpsr\n push {r4}\n ldr r4, [sp, #4]\n sub sp, #64\n"
                     "str r0, [sp, #0]\n str r1, [sp, #4]\n str r2, [sp, #8]\n str r3, [sp, #12]\n"
                     "str r4, [sp, #16]\n str r5, [sp, #20]\n str r6, [sp, #24]\n str r7, [sp, #28]\n"
                     "mov r0, r8\n str r0, [sp, #32]\n mov r0, r9\n str r0, [sp, #36]\n mov r0, r10\n str r0, [sp, #40]\n"
                     "mov r0, r11\n str r0, [sp, #44]\n mov r0, r12\n str r0, [sp, #48]\n"
                     "add r0, sp, #72\n str r0, [sp, #52]\n mov r0, lr\n str r0, [sp, #56]\n"
                     "movs r1, #1\n bics r0, r1\n str r0, [sp, #60]\n"
                     "mov r0, sp\n bl capture_stop\n");
}

static void start_memory(void)
{
    const uint32_t *from = &__data_load;
    for (uint32_t *to = &__data_start; to < &__data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &__bss_start; to < &__bss_end;) {
        *to++ = 0;
    }
}

__attribute__((noreturn)) void Reset_Handler(void)
{
    start_memory();
#ifdef __ARM_FP
    REG(0xE000ED88) |= 0xFu << 20;
    __asm__ volatile("dsb\n isb");
#endif
    /* PendSV goes before SysTick. */
    REG(0xE000ED20) = 0x80000000u;
    for (void (**constructor)(void) = __init_array_start; constructor < __init_array_end; constructor++) {
        (*constructor)();
    }
    main();
    for (;;) {
    }
}

void run_on_thread_stack(void (*entry)(void))
{
    __asm__ volatile("msr psp, %0\n movs r3, #2\n msr control, r3\n isb\n movs r3, #0\n mov lr, r3\n bx %1"
                     :
                     : "r"(thread_stack_top), "r"(entry)
                     : "r3", "memory");
    __builtin_unreachable();
}

void pend_systick(void)
{
    ICSR = 1u << 26;
    __asm__ volatile("dsb\n isb" ::: "memory");
}

void pend_pendsv(void)
{
    ICSR = 1u << 28;
    __asm__ volatile("dsb\n isb" ::: "memory");
}

/* A program may take hard faults itself. */
__attribute__((weak, alias("HardFault_Handler"))) void Fault_Vector(void);

__attribute__((weak)) void SysTick_Handler(void) {}
__attribute__((weak)) void PendSV_Handler(void) {}
__attribute__((weak)) void SVC_Handler(void) {}

__attribute__((section(".vectors"), used)) const void *const vectors[48] = {
    [0] = &__stack_top,
    [1] = (const void *)Reset_Handler,
    [2] = (const void *)HardFault_Handler,
    [3] = (const void *)Fault_Vector,
    [4 ... 7] = (const void *)HardFault_Handler,
    [11] = (const void *)SVC_Handler,
    [14] = (const void *)PendSV_Handler,
    [15] = (const void *)SysTick_Handler,
};
