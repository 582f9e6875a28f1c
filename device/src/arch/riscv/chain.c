/*
 * The trap handler that the project already has, where mtvec points to noinit_fault_entry. It is a function without arguments. An interrupt
 * calls it, and goes on where it struck when it returns; an exception comes to it after the capture (noinit_arch_resume), with every register as
 * the exception left it but t0, which stands in mscratch.
 */
#include <stddef.h>

#include "arch/riscv/context.h"
#include "crash/capture.h"

static void (*chosen)(void);

void noinit_riscv_enter_interrupt(void);
/* The compiler keeps what a function may change. */
__attribute__((used, interrupt("machine"))) void noinit_riscv_call_chosen(void);

__asm__("    .pushsection .text.noinit_riscv_enter_interrupt,\"ax\",@progbits\n"
        "    .balign 4\n"
        "    .global noinit_riscv_enter_interrupt\n"
        "    .type noinit_riscv_enter_interrupt, @function\n"
        "noinit_riscv_enter_interrupt:\n"
        "    csrr t0, mscratch\n"
        "    j noinit_riscv_call_chosen\n"
        "    .popsection\n");

void noinit_riscv_call_chosen(void)
{
    chosen();
}

void noinit_arch_chain(void (*handler)(void))
{
    noinit_riscv_interrupt = NULL;
    chosen = handler;
    if (handler != NULL) {
        noinit_riscv_interrupt = noinit_riscv_enter_interrupt;
    }
}
