/* Back to the stack in use, with everything as the entry found it, for what goes on after a capture. */
#include "arch/cortex_m/context.h"
#include "crash/capture.h"

void noinit_cm_leave(void (*target)(void), const noinit_cm_context_t *context);

/* clang-format off */
__asm__(
    "    .syntax unified\n"
    "    .section .text.noinit_cm_leave,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global noinit_cm_leave\n"
    "    .type noinit_cm_leave, %function\n"
    "    .thumb_func\n"
    "noinit_cm_leave:\n"
    "    mov r12, r0\n"
    "    mov r0, r1\n"
    "    adds r0, #32\n"
    "    ldmia r0!, {r1-r4}\n"
    "    mov r8, r1\n"
    "    mov r9, r2\n"
    "    mov r10, r3\n"
    "    mov r11, r4\n"
    "    adds r0, #32\n" /* to primask */
    "    ldr r1, [r0, #24]\n"
    "    mov sp, r1\n"
#if NOINIT_CM_HAS_LIMITS
    "    ldr r1, [r0, #16]\n    msr msplim, r1\n"
    "    ldr r1, [r0, #20]\n    msr psplim, r1\n"
#endif
    "    ldr r1, [r0, #12]\n"
    "    mov lr, r1\n"
    "    ldr r1, [r0, #0]\n"
    "    subs r0, #80\n"
    "    cmp r1, #0\n"
    "    beq 1f\n"
    "    ldmia r0, {r0-r7}\n"
    "    bx r12\n"
    "1:  ldmia r0, {r0-r7}\n" /* an interrupt may use the context again from here on */
    "    cpsie i\n"
    "    bx r12\n"
    "    .size noinit_cm_leave, . - noinit_cm_leave\n"
    "    .previous\n");
/* clang-format on */

_Noreturn void noinit_arch_resume(void (*target)(void))
{
    noinit_cm_close_memory();
    noinit_cm_leave(target, &noinit_cm_context);
    for (;;) {
    }
}

void noinit_arch_stay_masked(const noinit_capture_t *capture)
{
    (void)capture;
    noinit_cm_context.special[NOINIT_CM_PRIMASK] = 1;
}
