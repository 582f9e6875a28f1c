/*
 * A capture, from the entry to the reset: what crash.c does on every processor, and what src/arch does on its own. All of it runs on a stack
 * of its own (NOINIT_FAULT_STACK_BYTES), with interrupts masked, and nothing may be trusted.
 *
 * The entries save the registers as they were, switch to that stack and call noinit_capture. Its order: the open mark; the place; the reason
 * and the postcard; only then a slot, the registers, the stack, and the rest by their importance. A fault in the middle of it comes back
 * to noinit_capture, which leaves everything as it is and has the chip reset.
 */
#ifndef NOINIT_CRASH_CAPTURE_H
#define NOINIT_CRASH_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "crash/crash_slot.h"

typedef struct {
    uint32_t cause;        /* NOINIT_CRASH_: the entry's */
    uint32_t argument[4];  /* what the entry was called with: assertion site and words, size, text and its size, reason, name */
    bool is_exception;     /* the processor took one; else a call */
    /* By noinit_arch_place. */
    bool is_overflow;      /* the fault is a stack's that was too small */
    bool has_place;        /* pc and lr are known */
    uint32_t pc;
    uint32_t lr;
    uint32_t exception;    /* Cortex-M: IPSR of the exception taken */
    uint32_t fault_bits;   /* docs/formats/postcard.md */
    uint32_t stack;        /* where the stack that was in use begins */
    uint32_t stack_end;    /* and ends: its top, or the end of RAM where that is not known */
} noinit_capture_t;

typedef enum {
    NOINIT_CAPTURE_RESET,   /* the chip is to be reset; of an assertion, once its line was logged on the stack that was in use */
    NOINIT_CAPTURE_WAIT,    /* for the watchdog */
    NOINIT_CAPTURE_RETURN,  /* a snapshot was taken: go on as if nothing had been */
    NOINIT_CAPTURE_REFUSED  /* it was not */
} noinit_capture_end_t;

/* crash.c. The context is src/arch's own and only given on. */
noinit_capture_end_t noinit_capture(noinit_capture_t *capture, const void *context);

/* src/arch. Nothing may stand between us and memory: guards off. */
void noinit_arch_open_memory(void);

/* Reads the exception's frame, if it lies where one can, and the fault's status. */
void noinit_arch_place(noinit_capture_t *capture, const void *context);

/* Every register set of docs/formats/crash.md that the processor has. */
void noinit_arch_registers(noinit_crash_writer_t *writer, const noinit_capture_t *capture, const void *context);

#endif
