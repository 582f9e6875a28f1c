/* Tries out on the desk what is hoped for in the field. Not linked unless called. */
#ifndef NOINIT_SELFTEST_H
#define NOINIT_SELFTEST_H

#include <stdint.h>

#include "noinit/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Whether retained RAM survives a reset here: the first call writes a pattern into a crash slot that is free, says in the log that it will
 * reset, marks NOINIT_REASON_SELF_TEST and resets; the call after it, in the next boot, looks, says in the log what it found, and gives
 * NOINIT_OK or NOINIT_ERR_NOT_KEPT. Where RAM was lost, only what the chip says of its reset tells the second call from the first: on a chip
 * that cannot tell, each call resets again; do not call it at every start there. NOINIT_ERR_NOT_READY: every slot holds a crash that was not
 * sent yet; NOINIT_ERR_NOT_STARTED: before noinit_init. Thread only.
 */
noinit_result_t noinit_selftest_retained(void);

/* Kinds of crash. One that the core does not take for one gives back NOINIT_ERR_NOT_READY; the others do not come back, but for SNAPSHOT. */
typedef enum {
    NOINIT_CRASH_KIND_UNDEFINED = 1,   /* an undefined instruction */
    NOINIT_CRASH_KIND_CALL_NULL = 2,   /* a call of address 0 */
    NOINIT_CRASH_KIND_CALL_DATA = 3,   /* a call of a variable that holds no code */
    NOINIT_CRASH_KIND_READ = 4,        /* a read where nothing is: NOINIT_SELFTEST_BAD_ADDRESS */
    NOINIT_CRASH_KIND_WRITE = 5,
    NOINIT_CRASH_KIND_DIVIDE = 6,      /* by zero: v7-M and v8-M Mainline, where it switches the trap on */
    NOINIT_CRASH_KIND_UNALIGNED = 7,   /* a read: Cortex-M, where it switches the trap on; RISC-V cores that trap */
    NOINIT_CRASH_KIND_OVERFLOW = 8,    /* recursion without end; found by guard, limit or canary, whichever there is */
    NOINIT_CRASH_KIND_ASSERT = 9,
    NOINIT_CRASH_KIND_ABORT = 10,
    NOINIT_CRASH_KIND_OUT_OF_MEMORY = 11,
    NOINIT_CRASH_KIND_PANIC = 12,
    NOINIT_CRASH_KIND_HANG = 13,       /* interrupts on, for ever: for the watchdog */
    NOINIT_CRASH_KIND_HANG_MASKED = 14,
    NOINIT_CRASH_KIND_DOUBLE = 15,     /* a fault while the first is captured; where that came as a HardFault, a lock-up */
    NOINIT_CRASH_KIND_SNAPSHOT = 16
} noinit_crash_kind_t;

noinit_result_t noinit_selftest_crash(noinit_crash_kind_t kind);

#ifdef __cplusplus
}
#endif

#endif
