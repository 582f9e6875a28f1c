/* Start-up, task switch and fault capture of the look-alikes on RV32: a switch is an environment call, all else prints the dump. */
#include "../firmware/corpus.h"

#define UART (*(volatile uint8_t *)0x10000000u)
#define UART_STATUS (*(volatile uint8_t *)0x10000005u)
#define UART_READY 0x20u
#define UART_EMPTY 0x40u
#define POWER (*(volatile uint32_t *)0x00100000u)
#define POWER_OFF 0x5555u
#define ENVIRONMENT_CALL 11u

extern uint32_t __data_start, __bss_start, __bss_end, __stack_top;

static void put(char c)
{
    while ((UART_STATUS & UART_READY) == 0) {
    }
    UART = (uint8_t)c;
}

static void put_word(uint32_t word)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[(word >> shift) & 15]);
    }
    put(' ');
}

static void put_line(char kind, const uint32_t *words, unsigned count)
{
    put(kind);
    put(' ');
    for (unsigned i = 0; i < count; i++) {
        put_word(words[i]);
    }
    put('\n');
}

static void put_memory(const uint32_t *from, const uint32_t *to)
{
    put('M');
    put(' ');
    put_word((uint32_t)from);
    while (from < to) {
        put_word(*from++);
    }
    put('\n');
}

/* saved: mepc, x1, x5 to x31, critical nesting, mstatus; the task's stack pointer was above it. */
__attribute__((used)) void capture(const uint32_t *saved, uint32_t mcause, uint32_t mtval)
{
    uint32_t words[32];
    words[0] = saved[1];
    words[1] = (uint32_t)(saved + 31);
    __asm__ volatile("mv %0, gp\n mv %1, tp" : "=r"(words[2]), "=r"(words[3]));
    for (int i = 4; i < 31; i++) {
        words[i] = saved[i - 2];
    }
    words[31] = saved[0];
    put_line('X', words, 32);
    const uint32_t status[] = {mcause, mtval, saved[30], saved[0]};
    put_line('Y', status, 4);
    put_memory(&__data_start, &__stack_top);
    while ((UART_STATUS & UART_EMPTY) == 0) {
    }
    POWER = POWER_OFF;
    for (;;) {
    }
}

__attribute__((naked, used, aligned(4))) void trap_entry(void)
{
    __asm__ volatile("addi sp, sp, -124\n sw x1, 4(sp)\n sw x5, 8(sp)\n sw x6, 12(sp)\n sw x7, 16(sp)\n sw x8, 20(sp)\n sw x9, 24(sp)\n"
                     "sw x10, 28(sp)\n sw x11, 32(sp)\n sw x12, 36(sp)\n sw x13, 40(sp)\n sw x14, 44(sp)\n sw x15, 48(sp)\n"
                     "sw x16, 52(sp)\n sw x17, 56(sp)\n sw x18, 60(sp)\n sw x19, 64(sp)\n sw x20, 68(sp)\n sw x21, 72(sp)\n"
                     "sw x22, 76(sp)\n sw x23, 80(sp)\n sw x24, 84(sp)\n sw x25, 88(sp)\n sw x26, 92(sp)\n sw x27, 96(sp)\n"
                     "sw x28, 100(sp)\n sw x29, 104(sp)\n sw x30, 108(sp)\n sw x31, 112(sp)\n sw x0, 116(sp)\n"
                     "csrr t0, mstatus\n sw t0, 120(sp)\n csrr t0, mepc\n csrr a1, mcause\n li t1, %0\n bne a1, t1, 1f\n"
                     "addi t0, t0, 4\n sw t0, 0(sp)\n la t0, current\n lw t0, 0(t0)\n lw t1, 0(t0)\n sw sp, 0(t1)\n"
                     "la sp, __stack_top\n call next_task\n la t0, current\n lw t0, 0(t0)\n lw t1, 0(t0)\n lw sp, 0(t1)\n"
                     "lw t0, 0(sp)\n csrw mepc, t0\n lw t0, 120(sp)\n csrw mstatus, t0\n"
                     "lw x1, 4(sp)\n lw x5, 8(sp)\n lw x6, 12(sp)\n lw x7, 16(sp)\n lw x8, 20(sp)\n lw x9, 24(sp)\n lw x10, 28(sp)\n"
                     "lw x11, 32(sp)\n lw x12, 36(sp)\n lw x13, 40(sp)\n lw x14, 44(sp)\n lw x15, 48(sp)\n lw x16, 52(sp)\n"
                     "lw x17, 56(sp)\n lw x18, 60(sp)\n lw x19, 64(sp)\n lw x20, 68(sp)\n lw x21, 72(sp)\n lw x22, 76(sp)\n"
                     "lw x23, 80(sp)\n lw x24, 84(sp)\n lw x25, 88(sp)\n lw x26, 92(sp)\n lw x27, 96(sp)\n lw x28, 100(sp)\n"
                     "lw x29, 104(sp)\n lw x30, 108(sp)\n lw x31, 112(sp)\n addi sp, sp, 124\n mret\n"
                     "1: sw t0, 0(sp)\n mv a0, sp\n csrr a2, mtval\n la sp, __stack_top\n j capture\n" ::"i"(ENVIRONMENT_CALL));
}

__attribute__((noipa)) void pend_systick(void)
{
    __asm__ volatile("ecall" ::: "memory");
}

void *memcpy(void *to, const void *from, unsigned long length)
{
    for (unsigned long i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

__attribute__((used)) void run_program(void)
{
    for (uint32_t *to = &__bss_start; to < &__bss_end;) {
        *to++ = 0;
    }
    __asm__ volatile("csrw mtvec, %0" ::"r"(trap_entry));
    main();
    for (;;) {
    }
}

__attribute__((naked, section(".start"), used)) void Reset_Handler(void)
{
    __asm__ volatile(".cfi_undefined 1\n la sp, __stack_top\n j run_program");
}
