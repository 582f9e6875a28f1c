/* Start-up, vectors, and a dump of everything as a debugger would take it: no exception is undone. */
#include "traps.h"

#define SYS_WRITE0 4
#define SYS_EXIT_EXTENDED 0x20

extern uint32_t __ram_start, __stack_top;
uint32_t thread_stack[512] __attribute__((aligned(8)));
/* r0 to r12, sp, lr, pc, xpsr, msp, psp, control, then fpccr, fpscr, s0 to s31 */
uint32_t captured[20 + 34];

static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static char line[160];

static void put_words(char kind, const uint32_t *from, uint32_t count)
{
    uint32_t used = 0;
    line[used++] = kind;
    for (uint32_t i = 0; i < count; i++) {
        line[used++] = ' ';
        for (int shift = 28; shift >= 0; shift -= 4) {
            line[used++] = "0123456789abcdef"[(from[i] >> shift) & 15];
        }
    }
    line[used++] = '\n';
    line[used] = 0;
    semihost(SYS_WRITE0, line);
}

__attribute__((used, noreturn)) void print_all(void)
{
    for (uint32_t i = 0; i < 20; i += 4) {
        put_words('R', captured + i, 4);
    }
#ifdef __ARM_FP
    for (uint32_t i = 20; i < 54; i += 2) {
        put_words('F', captured + i, 2);
    }
#endif
    for (const uint32_t *at = &__ram_start; at < &__stack_top; at += 8) {
        uint32_t words[9];
        words[0] = (uint32_t)at;
        for (int i = 0; i < 8; i++) {
            words[i + 1] = at[i];
        }
        put_words('M', words, 9);
    }
    const uint32_t exit_block[2] = {0x20026u, 0};
    semihost(SYS_EXIT_EXTENDED, exit_block);
    for (;;) {
    }
}

/* Runs on the stack of whoever called it but pushes nothing before all is copied. */
__attribute__((naked, used)) void stop(void)
{
    __asm__ volatile("cpsid i\n"
                     "mov r12, r0\n ldr r0, =captured\n"
                     "str r1, [r0, #4]\n str r2, [r0, #8]\n str r3, [r0, #12]\n str r4, [r0, #16]\n str r5, [r0, #20]\n"
                     "str r6, [r0, #24]\n str r7, [r0, #28]\n"
                     "mov r1, r12\n str r1, [r0]\n mov r1, r8\n str r1, [r0, #32]\n mov r1, r9\n str r1, [r0, #36]\n"
                     "mov r1, r10\n str r1, [r0, #40]\n mov r1, r11\n str r1, [r0, #44]\n"
                     "mov r1, sp\n str r1, [r0, #52]\n mov r1, lr\n str r1, [r0, #56]\n ldr r1, =stop\n str r1, [r0, #60]\n"
                     "mrs r1, xpsr\n movs r2, #1\n lsls r2, r2, #24\n orrs r1, r2\n str r1, [r0, #64]\n"
                     "mrs r1, msp\n str r1, [r0, #68]\n mrs r1, psp\n str r1, [r0, #72]\n mrs r1, control\n str r1, [r0, #76]\n"
#ifdef __ARM_FP
                     "ldr r1, =0xE000EF34\n ldr r1, [r1]\n str r1, [r0, #80]\n"
                     "vmrs r1, fpscr\n str r1, [r0, #84]\n adds r0, #88\n vstmia r0, {s0-s31}\n"
#endif
                     "ldr r1, =__stack_top\n ldr r0, =2048\n subs r1, r0\n"
                     "bl print_all\n");
}

__attribute__((noreturn)) void Reset_Handler(void)
{
#ifdef __ARM_FP
    REG(0xE000ED88) |= 0xFu << 20;
    __asm__ volatile("dsb\n isb");
#endif
    scenario();
    for (;;) {
    }
}

__attribute__((naked, noinline)) void run_on_thread_stack(void (*entry)(void), void (*back)(void))
{
    __asm__ volatile("ldr r2, =thread_stack+2048\n msr psp, r2\n movs r3, #2\n msr control, r3\n isb\n mov lr, r1\n bx r0\n");
}

__attribute__((section(".vectors"), used)) const void *const vectors[48] = {
    [0] = &__stack_top,
    [1] = (const void *)Reset_Handler,
    [3] = (const void *)fault_handler,
    [4] = (const void *)fault_handler,
    [5] = (const void *)fault_handler,
    [6] = (const void *)fault_handler,
    [11] = (const void *)svc_handler,
    [14] = (const void *)pendsv_handler,
    [15] = (const void *)systick_handler,
    [16] = (const void *)irq0_handler,
};

/* Nothing is thrown here, but tables for unwinding name these. */
void __aeabi_unwind_cpp_pr0(void) {}
void __aeabi_unwind_cpp_pr1(void) {}
void __aeabi_unwind_cpp_pr2(void) {}

void *memcpy(void *to, const void *from, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = ((const volatile uint8_t *)from)[i];
    }
    return to;
}

void *memset(void *to, int value, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}
