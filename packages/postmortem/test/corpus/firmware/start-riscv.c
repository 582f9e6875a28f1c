/* Start-up and trap capture on RV32: prints registers and memory, then ends QEMU. */
#include "machine.h"

#define MSIP (*(volatile uint32_t *)0x02000000u)
#define IS_INTERRUPT 0x80000000u

extern uint32_t __data_start, __bss_start, __bss_end, __stack_top;
extern void (*__init_array_start[])(void), (*__init_array_end[])(void);
uint32_t thread_stack[512] __attribute__((aligned(16)));
uint32_t *const thread_stack_top = thread_stack + 512;
static int systick_runs;

static uint32_t read_stack(uint32_t sp)
{
    return sp & ~3u;
}

/* saved: x1 to x31, then mepc. */
__attribute__((used)) void handle_trap(const uint32_t *saved, uint32_t mcause, uint32_t mtval, uint32_t mstatus)
{
    if (mcause & IS_INTERRUPT) {
        MSIP = 0;
        if (systick_runs++ == 0) {
            SysTick_Handler();
        } else {
            PendSV_Handler();
        }
        return;
    }
    put_text("X");
    put_words(saved, 32);
    end_line();
    put_text("Y");
    put_word(mcause);
    put_word(mtval);
    put_word(mstatus);
    put_word(saved[31]);
    end_line();
    put_memory(&__data_start, &__bss_end);
    put_memory((const uint32_t *)read_stack(saved[1]), &__stack_top);
    end_run();
}

/* The saved registers stand 128 bytes below the interrupted stack pointer, mepc in the last word; the frame information says so. */
__attribute__((naked, used, aligned(4))) void trap_entry(void)
{
    __asm__ volatile(
        ".cfi_signal_frame\n .cfi_return_column 64\n"
        "addi sp, sp, -128\n .cfi_def_cfa_offset 128\n"
        "sw x1, 0(sp)\n .cfi_offset 1, -128\n sw x3, 8(sp)\n .cfi_offset 3, -120\n sw x4, 12(sp)\n .cfi_offset 4, -116\n"
        "sw x5, 16(sp)\n .cfi_offset 5, -112\n sw x6, 20(sp)\n .cfi_offset 6, -108\n sw x7, 24(sp)\n .cfi_offset 7, -104\n"
        "sw x8, 28(sp)\n .cfi_offset 8, -100\n sw x9, 32(sp)\n .cfi_offset 9, -96\n sw x10, 36(sp)\n .cfi_offset 10, -92\n"
        "sw x11, 40(sp)\n .cfi_offset 11, -88\n sw x12, 44(sp)\n .cfi_offset 12, -84\n sw x13, 48(sp)\n .cfi_offset 13, -80\n"
        "sw x14, 52(sp)\n .cfi_offset 14, -76\n sw x15, 56(sp)\n .cfi_offset 15, -72\n sw x16, 60(sp)\n .cfi_offset 16, -68\n"
        "sw x17, 64(sp)\n .cfi_offset 17, -64\n sw x18, 68(sp)\n .cfi_offset 18, -60\n sw x19, 72(sp)\n .cfi_offset 19, -56\n"
        "sw x20, 76(sp)\n .cfi_offset 20, -52\n sw x21, 80(sp)\n .cfi_offset 21, -48\n sw x22, 84(sp)\n .cfi_offset 22, -44\n"
        "sw x23, 88(sp)\n .cfi_offset 23, -40\n sw x24, 92(sp)\n .cfi_offset 24, -36\n sw x25, 96(sp)\n .cfi_offset 25, -32\n"
        "sw x26, 100(sp)\n .cfi_offset 26, -28\n sw x27, 104(sp)\n .cfi_offset 27, -24\n sw x28, 108(sp)\n .cfi_offset 28, -20\n"
        "sw x29, 112(sp)\n .cfi_offset 29, -16\n sw x30, 116(sp)\n .cfi_offset 30, -12\n sw x31, 120(sp)\n .cfi_offset 31, -8\n"
        "csrr t0, mepc\n sw t0, 124(sp)\n .cfi_offset 64, -4\n"
        "addi t0, sp, 128\n sw t0, 4(sp)\n"
        "mv a0, sp\n csrr a1, mcause\n csrr a2, mtval\n csrr a3, mstatus\n"
        "call handle_trap\n"
        "lw t0, 124(sp)\n csrw mepc, t0\n"
        "lw x1, 0(sp)\n lw x5, 16(sp)\n lw x6, 20(sp)\n lw x7, 24(sp)\n lw x10, 36(sp)\n lw x11, 40(sp)\n lw x12, 44(sp)\n"
        "lw x13, 48(sp)\n lw x14, 52(sp)\n lw x15, 56(sp)\n lw x16, 60(sp)\n lw x17, 64(sp)\n lw x28, 108(sp)\n lw x29, 112(sp)\n"
        "lw x30, 116(sp)\n lw x31, 120(sp)\n addi sp, sp, 128\n mret");
}

void run_program(void)
{
    for (uint32_t *to = &__bss_start; to < &__bss_end;) {
        *to++ = 0;
    }
    __asm__ volatile("csrw mtvec, %0\n csrw mie, %1" ::"r"(trap_entry), "r"(8));
    for (void (**constructor)(void) = __init_array_start; constructor < __init_array_end; constructor++) {
        (*constructor)();
    }
    main();
    for (;;) {
    }
}

__attribute__((naked, section(".vectors"), used)) void Reset_Handler(void)
{
    __asm__ volatile(".cfi_undefined 1\n la sp, __stack_top\n .option push\n .option norelax\n la gp, __global_pointer$\n .option pop\n"
                     "call run_program\n 1: j 1b");
}

__attribute__((naked)) void run_on_thread_stack(void (*entry)(void))
{
    __asm__ volatile("la t0, thread_stack_top\n lw sp, 0(t0)\n li ra, 0\n jr a0");
}

static void interrupt_now(void)
{
    MSIP = 1;
    __asm__ volatile("csrsi mstatus, 8\n nop\n nop" ::: "memory");
}

void pend_systick(void)
{
    interrupt_now();
}

void pend_pendsv(void)
{
    interrupt_now();
}

__attribute__((naked)) void stop_here(void)
{
    __asm__ volatile("addi sp, sp, -128\n sw x1, 0(sp)\n sw x3, 8(sp)\n sw x4, 12(sp)\n sw x5, 16(sp)\n sw x6, 20(sp)\n sw x7, 24(sp)\n"
                     "sw x8, 28(sp)\n sw x9, 32(sp)\n sw x10, 36(sp)\n sw x11, 40(sp)\n sw x12, 44(sp)\n sw x13, 48(sp)\n sw x14, 52(sp)\n"
                     "sw x15, 56(sp)\n sw x16, 60(sp)\n sw x17, 64(sp)\n sw x18, 68(sp)\n sw x19, 72(sp)\n sw x20, 76(sp)\n sw x21, 80(sp)\n"
                     "sw x22, 84(sp)\n sw x23, 88(sp)\n sw x24, 92(sp)\n sw x25, 96(sp)\n sw x26, 100(sp)\n sw x27, 104(sp)\n"
                     "sw x28, 108(sp)\n sw x29, 112(sp)\n sw x30, 116(sp)\n sw x31, 120(sp)\n sw x1, 124(sp)\n"
                     "addi t0, sp, 128\n sw t0, 4(sp)\n mv a0, sp\n li a1, 3\n li a2, 0\n csrr a3, mstatus\n call handle_trap\n");
}

__attribute__((weak)) void SysTick_Handler(void) {}
__attribute__((weak)) void PendSV_Handler(void) {}
