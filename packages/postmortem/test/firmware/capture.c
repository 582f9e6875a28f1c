/* Start-up and fault capture of the corpus: prints registers and memory as hex lines through semihosting, then ends QEMU. */
#include "corpus.h"

#define REG(address) (*(volatile uint32_t *)(address))
#define SYS_WRITE0 4
#define SYS_EXIT_EXTENDED 0x20

extern uint32_t __data_start, __data_end, __data_load, __bss_start, __bss_end, __stack_top;
uint32_t thread_stack[512] __attribute__((aligned(8)));
uint32_t *const thread_stack_top = thread_stack + 512;

static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static char line[72];
static uint32_t used;

static void flush(char last)
{
    line[used] = last;
    line[used + 1] = 0;
    semihost(SYS_WRITE0, line);
    used = 0;
}

static void put(char c)
{
    if (used == 64) {
        flush(0);
    }
    line[used++] = c;
}

static void put_word(uint32_t word)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[(word >> shift) & 15]);
    }
    put(' ');
}

static void put_memory(const uint32_t *from, const uint32_t *to)
{
    put('M');
    put(' ');
    put_word((uint32_t)from);
    while (from < to) {
        put_word(*from++);
    }
    flush('\n');
}

static void put_special(uint32_t exc_return)
{
    uint32_t psp, control, primask;
    __asm__ volatile("mrs %0, psp\n mrs %1, control\n mrs %2, primask" : "=r"(psp), "=r"(control), "=r"(primask));
    put('S');
    put(' ');
    put_word(psp);
    put_word(control);
    put_word(primask);
    put_word(exc_return);
    flush('\n');
}

__attribute__((used)) void capture(const uint32_t *frame, uint32_t exc_return, const uint32_t *saved, const uint32_t *floats)
{
    const uint32_t size = (exc_return & 0x10u) ? 0x20u : 0x68u;
    const uint32_t sp = (uint32_t)frame + size + ((frame[7] & 0x200u) ? 4u : 0u);
    put('R');
    put(' ');
    for (int i = 0; i < 4; i++) {
        put_word(frame[i]);
    }
    for (int i = 0; i < 8; i++) {
        put_word(saved[i]);
    }
    put_word(frame[4]);
    put_word(sp);
    put_word(frame[5]);
    put_word(frame[6]);
    put_word(frame[7]);
    flush('\n');
    put_special(exc_return);
    put('F');
    put(' ');
    put_word(REG(0xE000ED04));
#if __ARM_ARCH >= 7
    put_word(REG(0xE000ED28));
    put_word(REG(0xE000ED2C));
    put_word(REG(0xE000ED34));
    put_word(REG(0xE000ED38));
#endif
    flush('\n');
    if (floats != 0) {
        put('P');
        put(' ');
        for (int i = 0; i < 16; i++) {
            put_word((exc_return & 0x10u) ? 0u : frame[8 + i]);
        }
        for (int i = 0; i < 16; i++) {
            put_word(floats[i]);
        }
        flush('\n');
    }
    const uint32_t *main_stack = (exc_return & 4u) ? saved + 8 : (const uint32_t *)sp;
    put_memory(&__data_start, &__data_end);
    put_memory(&__bss_start, &__bss_end);
    put_memory(main_stack, &__stack_top);
    const uint32_t exit_block[2] = {0x20026u, 0};
    semihost(SYS_EXIT_EXTENDED, exit_block);
    for (;;) {
    }
}

__attribute__((naked, used)) void HardFault_Handler(void)
{
    __asm__ volatile("mov r0, lr\n movs r1, #4\n tst r0, r1\n beq 1f\n mrs r0, psp\n b 2f\n"
                     "1: mrs r0, msp\n2: mov r1, lr\n"
                     "mov r2, r8\n mov r3, r9\n push {r2, r3}\n mov r2, r10\n mov r3, r11\n push {r2, r3}\n"
                     "sub sp, #16\n mov r2, sp\n str r4, [r2]\n str r5, [r2, #4]\n str r6, [r2, #8]\n str r7, [r2, #12]\n"
                     /* r8..r11 stand in the order r10 r11 r8 r9 above r7: swap the pairs */
                     "ldr r4, [r2, #16]\n ldr r5, [r2, #24]\n str r5, [r2, #16]\n str r4, [r2, #24]\n"
                     "ldr r4, [r2, #20]\n ldr r5, [r2, #28]\n str r5, [r2, #20]\n str r4, [r2, #28]\n"
#ifdef __ARM_FP
                     "sub sp, #64\n mov r3, sp\n vstmia r3, {s16-s31}\n"
#else
                     "movs r3, #0\n"
#endif
                     "bl capture\n");
}

/* The compiler calls these for initialised arrays and copies of structs. */
void *memset(void *to, int value, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}

void *memcpy(void *to, const void *from, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
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
    REG(0xE000ED04) = 1u << 26;
    __asm__ volatile("dsb\n isb" ::: "memory");
}

__attribute__((section(".vectors"), used)) const void *const vectors[48] = {
    [0] = &__stack_top,
    [1] = (const void *)Reset_Handler,
    [3] = (const void *)HardFault_Handler,
    [4] = (const void *)HardFault_Handler,
    [5] = (const void *)HardFault_Handler,
    [6] = (const void *)HardFault_Handler,
    [15] = (const void *)SysTick_Handler,
};
