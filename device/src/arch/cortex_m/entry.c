/*
 * The ways into a capture on Cortex-M: v6-M, v7-M, v7E-M with or without floating point, v8-M (one security world). Each entry leaves the
 * registers as they were, puts them into the context, switches to a stack of its own (the one in use may be what broke), and goes on in C.
 *
 * A section each, so that only those that are used are linked, and with them only their kinds.
 */
#include "arch/cortex_m/context.h"
#include "crash/capture.h"

/* The stack, which grows down from the context. `used`: only the assembly names it, which link-time optimisation does not read. */
extern struct noinit_cm_capture {
    uint64_t stack[NOINIT_FAULT_STACK_BYTES / 8];
    noinit_cm_context_t context;
} noinit_cm_capture;
__attribute__((used)) struct noinit_cm_capture noinit_cm_capture;

/* clang-format off */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

/* The far branch that v6-M has is a call: lr goes along in r1. */
#define ENTRY(name, kind) __asm__( \
    "    .syntax unified\n" \
    "    .cfi_sections .debug_frame\n" \
    "    .section .text." name ",\"ax\",%progbits\n" \
    "    .balign 4\n" \
    "    .global " name "\n" \
    "    .type " name ", %function\n" \
    "    .thumb_func\n" \
    name ":\n" \
    "    .cfi_startproc\n" \
    "    mov r12, r0\n" \
    "    ldr r0, 8f\n" \
    "    stmia r0!, {r1-r7}\n" \
    "    mov r1, lr\n" \
    "    ldr r2, 9f\n" \
    "    bl noinit_cm_enter\n" \
    "    .balign 4\n" \
    "8:  .word noinit_cm_capture + " TEXT(NOINIT_FAULT_STACK_BYTES) " + 4\n" \
    "9:  .word " kind "\n" \
    "    .cfi_endproc\n" \
    "    .size " name ", . - " name "\n" \
    "    .previous\n");

ENTRY("noinit_fault_entry", "noinit_capture_fault")
ENTRY("noinit_watchdog_entry", "noinit_capture_watchdog")
ENTRY("noinit_assert_failed", "noinit_capture_assert")
ENTRY("noinit_stack_overflow", "noinit_capture_overflow")
ENTRY("noinit_stack_broken", "noinit_capture_canary")
ENTRY("noinit_out_of_memory", "noinit_capture_memory")
ENTRY("noinit_panic", "noinit_capture_panic")
ENTRY("noinit_abort", "noinit_capture_abort")
ENTRY("noinit_snapshot_entry", "noinit_capture_snapshot")

__asm__(
    "    .syntax unified\n"
    "    .cfi_sections .debug_frame\n"
    "    .section .text.noinit_cm_enter,\"ax\",%progbits\n"
    "    .balign 2\n"
    "    .global noinit_cm_context\n"
    "    .set noinit_cm_context, noinit_cm_capture + " TEXT(NOINIT_FAULT_STACK_BYTES) "\n"
    "    .global noinit_cm_enter\n"
    "    .type noinit_cm_enter, %function\n"
    "    .thumb_func\n"
    "noinit_cm_enter:\n"
    "    .cfi_startproc\n" /* what a fault here returns to is in lr: that of unprivileged code is wanted */
    "    mov lr, r1\n"
    "    mrs r3, control\n"
    "    mrs r4, ipsr\n"
    "    cmp r4, #0\n"
    "    bne 1f\n"
    "    lsls r4, r3, #31\n"
    "    beq 1f\n"
    "    udf #78\n" /* unprivileged code cannot read what is captured: a fault in its name can */
    "1:  mov r1, r8\n"
    "    mov r4, r9\n"
    "    mov r5, r10\n"
    "    mov r6, r11\n"
    "    mov r7, r12\n"
    "    stmia r0!, {r1, r4-r6}\n"
    "    adds r0, #4\n" /* r12 of a call is not known, that of an exception stands in its frame */
    "    mov r1, sp\n"
    "    mov r4, lr\n"
    "    movs r5, #0\n"
    "    mrs r6, xpsr\n"
    "    stmia r0!, {r1, r4-r6}\n"
    "    str r1, [r0, #36]\n"
    "    mrs r1, msp\n"
    "    mov r5, r2\n"
    "    mrs r2, psp\n"
    "    mrs r4, primask\n"
    "    cpsid i\n"
    "    stmia r0!, {r1-r4}\n"
#if NOINIT_CM_HAS_FAULT_STATUS
    "    mrs r1, basepri\n"
    "    mrs r2, faultmask\n"
#endif
    "    mov r3, lr\n"
    "    stmia r0!, {r1-r3}\n"
#if NOINIT_CM_HAS_LIMITS
    /* The limits are those of the stacks that we leave. */
    "    mrs r1, msplim\n"
    "    mrs r2, psplim\n"
    "    stmia r0!, {r1, r2}\n"
    "    movs r1, #0\n    msr msplim, r1\n    msr psplim, r1\n"
    "    subs r0, #104\n"
#else
    "    subs r0, #96\n"
#endif
    "    str r7, [r0, #0]\n"
    "    mov sp, r0\n"
    "    mov r1, r0\n"
    "    mov r0, r5\n"
    "    bl noinit_capture\n"
    "    .cfi_endproc\n"
    "    .size noinit_cm_enter, . - noinit_cm_enter\n"
    "    .previous\n");
/* clang-format on */
