/*
 * One crash record in retained memory, kept from its first store until the server has it: a later crash does not replace it.
 *
 * The record is written item by item; `size` covers the items that were closed. A reset while it is written leaves a cut record, which is
 * sent as it is, and tells the next start that the capture itself failed.
 */
#ifndef NOINIT_CRASH_CRASH_SLOT_H
#define NOINIT_CRASH_CRASH_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cbor.h"

/* noinit_init: whether the boot that `noinit_head` names began a capture and did not finish it. */
bool noinit_crash_slot_is_open(void);

/* noinit_init, after the head was published: frees a slot without a closed item, puts the canary at the end of the main stack. */
void noinit_crash_begin(void);

/* src/arch: at the low end of the main stack, which noinit_stack_check looks at. */
void noinit_crash_place_canary(void);

/* The closed items that wait to be sent; size 0 if there are none. */
uint32_t noinit_crash_slot_pending(const uint8_t **bytes);
void noinit_crash_slot_release(void);

/* Why a crash record is written: the numbers of docs/formats/crash.md. */
#define NOINIT_CRASH_FAULT 1u
#define NOINIT_CRASH_ASSERT 2u
#define NOINIT_CRASH_STACK_OVERFLOW 3u
#define NOINIT_CRASH_WATCHDOG 4u

#define NOINIT_CRASH_MACHINE_CORTEX_M 1u

typedef struct {
    uint8_t cause;
    uint8_t machine;
    uint32_t exception;          /* IPSR; 0 where no exception was taken */
    const uint8_t *assertion;    /* the failed assertion's log body */
    uint32_t assertion_size;     /* 0: none */
} noinit_crash_cause_t;

typedef struct {
    noinit_cbor_t cbor;
    uint32_t item;    /* where the item being written begins */
    bool is_cut;      /* something did not fit */
} noinit_crash_writer_t;

/*
 * The record, in this order: open, registers and regions, close, complete. Fault handler only. `open` is false where the slot is taken or
 * noinit_init has not run.
 */
bool noinit_crash_open(noinit_crash_writer_t *writer, const noinit_crash_cause_t *cause);
void noinit_crash_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, const uint32_t *words, uint32_t count);
void noinit_crash_region(noinit_crash_writer_t *writer, uint8_t kind, uintptr_t address, uint32_t size);
/* The regions the project chose (noinit_crash_regions), then the end item. */
void noinit_crash_close(noinit_crash_writer_t *writer);
/* After the reason was marked: an open record without a mark tells the next start that the capture failed. */
void noinit_crash_complete(void);

#define NOINIT_CRASH_REGION_STACK 1u
#define NOINIT_CRASH_REGION_DATA 2u

#endif
