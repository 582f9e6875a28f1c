/* One firmware, many crashes: scenarios by topic, each a function that main.c calls where the test wants it. */
#ifndef FAULTS_H
#define FAULTS_H

#include <noinit/noinit.h>

#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define NOINLINE __attribute__((noinline))

/* v7-M and later: faults of their own, an MPU that faults by itself, traps for division and alignment. */
#if __ARM_ARCH >= 7
#define HAS_FAULT_STATUS 1
#else
#define HAS_FAULT_STATUS 0
#endif
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define HAS_STACK_LIMITS 1
#else
#define HAS_STACK_LIMITS 0
#endif

/* Where nothing is: an access is a bus error on these boards. */
#define UNMAPPED 0xb0000000u

/* What `scenario=` may name: the table in main.c keeps them all in the image. */
#define SCENARIOS(X) \
    X(fault_undefined) \
    X(fault_padded) \
    X(fault_divide) \
    X(fault_unaligned) \
    X(fault_call_null) \
    X(fault_jump_even) \
    X(fault_call_data) \
    X(fault_call_protected) \
    X(fault_call_device) \
    X(fault_read_unmapped) \
    X(fault_write_unmapped) \
    X(fault_read_protected) \
    X(fault_write_protected) \
    X(fault_no_coprocessor) \
    X(fault_breakpoint) \
    X(fault_svc_masked) \
    X(overflow_guard) \
    X(overflow_limit) \
    X(overflow_canary) \
    X(overflow_hook) \
    X(assert_fails) \
    X(assert_with_reason) \
    X(memory_runs_out) \
    X(panics) \
    X(aborts) \
    X(secure_side_faults) \
    X(takes_snapshot) \
    X(hangs) \
    X(fault_while_capturing) \
    X(fault_with_own_handler)

#define DECLARE(name) void name(void);
SCENARIOS(DECLARE)

/* What the firmware stores for the sake of storing. */
extern volatile uint32_t sink;
extern volatile uint32_t zero;

/* Calls `code` three calls deep, each with variables of its own: what a trace must show. */
uint32_t outer(void (*code)(void), uint32_t seed);

/* The same with numbers in the registers of the floating-point unit, where there is one. */
float weigh(void (*code)(void), float grams);

/* Lets interrupt 2 or 3 come, here and now: 3 comes also while 2 is handled. */
void interrupt(uint32_t number);

/* Runs `code` on a thread's stack, beside another thread that waits; does not come back. */
void run_threads(void (*code)(void));

/* The control blocks of the two threads and their stacks, for scenarios about them. */
extern uint64_t crashing_stack[];
#define CRASHING_STACK_BYTES 1024u

/* Nobody may touch [start, start + size): size is a power of two from 32 up, and start a multiple of it. `is_code`: nobody may run it. */
void protect(const volatile void *start, uint32_t size, bool is_only_for_code);

#endif
