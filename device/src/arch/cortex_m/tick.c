/* noinit_tick_entry: the place that a timer's interrupt struck, for the port. */
#include "noinit/port.h"
#include "noinit/reboot.h"

/* Weak: a firmware that does not use it need not have it, also where the linker keeps what nobody calls. */
extern __attribute__((weak)) void noinit_port_tick(uint32_t pc);

/* Link-time optimisation does not read the assembly. */
extern void (*const noinit_cm_tick)(uint32_t pc);
__attribute__((used)) void (*const noinit_cm_tick)(uint32_t pc) = noinit_port_tick;

/* No stack is used: the port's function returns from the exception by itself, as lr tells it. */
/* clang-format off */
__asm__(
    "    .syntax unified\n"
    "    .section .text.noinit_tick_entry,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global noinit_tick_entry\n"
    "    .type noinit_tick_entry, %function\n"
    "    .thumb_func\n"
    "noinit_tick_entry:\n"
    "    mov r0, lr\n"
    "    lsls r0, r0, #29\n" /* EXC_RETURN bit 2: the thread's stack */
    "    bmi 1f\n"
    "    mrs r0, msp\n"
    "    b 2f\n"
    "1:  mrs r0, psp\n"
    "2:  ldr r0, [r0, #24]\n"
    "    ldr r1, 9f\n"
    "    ldr r1, [r1]\n"
    "    bx r1\n"
    "    .balign 4\n"
    "9:  .word noinit_cm_tick\n"
    "    .size noinit_tick_entry, . - noinit_tick_entry\n"
    "    .previous\n");
/* clang-format on */
