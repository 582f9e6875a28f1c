/*
 * A capture, from the entry to what comes after it: what src/crash does on every processor, and what src/arch does on its own. It runs on a
 * stack of its own (NOINIT_FAULT_STACK_BYTES), with interrupts masked, and nothing may be trusted.
 *
 * An entry (src/arch, assembly, each in a section of its own, so that only those that are used are linked) saves the registers as they were,
 * switches to that stack, and calls noinit_capture with its kind and with where it put the arguments that it was called with. noinit_capture
 * comes back only where a test's kind has a `finish` that does.
 *
 * | entry | kind | arguments |
 * | noinit_fault_entry | noinit_capture_fault | |
 * | noinit_watchdog_entry | noinit_capture_watchdog | |
 * | noinit_assert_failed | noinit_capture_assert | site, three words |
 * | noinit_stack_overflow | noinit_capture_overflow | name |
 * | noinit_stack_broken | noinit_capture_canary | |
 * | noinit_out_of_memory | noinit_capture_memory | size |
 * | noinit_panic | noinit_capture_panic | text, size |
 * | noinit_abort | noinit_capture_abort | |
 * | noinit_snapshot_entry | noinit_capture_snapshot | reason |
 */
#ifndef NOINIT_CRASH_CAPTURE_H
#define NOINIT_CRASH_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "crash/crash_writer.h"

typedef struct noinit_capture_kind noinit_capture_kind_t;

typedef struct {
    const noinit_capture_kind_t *kind;
    const uint32_t *argument; /* the first four that the entry was called with */
    /* The kind's, which noinit_arch_place may know better: a fault may be a stack overflow. */
    uint8_t cause;
    uint16_t reason;
    bool is_kept;        /* a slot took it */
    /* By noinit_arch_place; 0 at its beginning. */
    uint32_t pc;         /* of what crashed; 0, and lr as well: not known */
    uint32_t lr;
    uint32_t exception;  /* Cortex-M: IPSR of the exception taken */
    uint32_t fault_bits; /* docs/formats/postcard.md */
    uintptr_t stack;     /* the stack that was in use, from its pointer */
    uintptr_t stack_end; /* to its top, or to the end of RAM where that is not known; both lie in RAM, `stack` on a word */
    uintptr_t other_stack; /* where a second one was in use below it (a thread's under a handler's), the same way; 0: none */
} noinit_capture_t;

struct noinit_capture_kind {
    uint8_t cause; /* NOINIT_CRASH_ */
    bool is_exception;       /* the processor took one; else a call */
    bool reason_is_argument; /* the first */
    uint16_t reason;
    /* Writes the last pairs of the cause's map (docs/formats/crash.md), the reason and one more; NULL: the reason alone. */
    void (*put_detail)(noinit_cbor_t *cbor, const noinit_capture_t *capture);
    /* What comes after the capture, on the same stack; NULL, or where it comes back: a reset. */
    void (*finish)(const noinit_capture_t *capture);
};

extern const noinit_capture_kind_t noinit_capture_fault, noinit_capture_watchdog, noinit_capture_assert, noinit_capture_overflow,
    noinit_capture_canary, noinit_capture_memory, noinit_capture_panic, noinit_capture_abort, noinit_capture_snapshot;

/* capture.c. */
void noinit_capture(const noinit_capture_kind_t *kind, const uint32_t *argument);

/* src/arch: nothing may stand between us and memory. What it changes, noinit_arch_resume puts back. */
void noinit_arch_open_memory(void);

/* src/arch: reads the exception's frame, if it lies where one can, and the fault's status. */
void noinit_arch_place(noinit_capture_t *capture);

/* src/arch: every register set of docs/formats/crash.md that the processor has. */
void noinit_arch_registers(noinit_crash_writer_t *writer, const noinit_capture_t *capture);

#if defined(__riscv)
/* noinit_crash_chain tells the entry, to which interrupts come as well. */
void noinit_arch_chain(void (*handler)(void));
#endif

/* src/arch: noinit_arch_resume then leaves interrupts masked. */
void noinit_arch_stay_masked(const noinit_capture_t *capture);

/*
 * src/arch, in a section of its own: everything as the entry found it (registers, stack, memory protection, interrupts), and on to `target`: a
 * function called instead of the entry, with the same arguments and the same return address.
 */
__attribute__((noreturn)) void noinit_arch_resume(void (*target)(void));

#endif
