#include "crash/capture.h"

#include <stddef.h>

#include "core/head.h"
#include "crash/capture_parts.h"
#include "crash/crash_slot.h"
#include "crash/postcard.h"
#include "noinit/crash.h"
#include "noinit/port.h"

/* All but this is idle: a firmware that writes where it should not must not keep its crash from being captured. */
#define BUSY 0x59535542u

uint32_t noinit_capture_phase;
void (*noinit_capture_chain)(void);
void (*noinit_capture_threads)(noinit_crash_writer_t *writer);

static const noinit_crash_region_t *regions;
static uint32_t region_count;

void noinit_crash_regions(const noinit_crash_region_t *chosen, uint32_t count)
{
    region_count = 0;
    regions = chosen;
    region_count = count;
}

void noinit_capture_put_reason(noinit_cbor_t *cbor, const noinit_capture_t *reasoned)
{
    noinit_cbor_pair(cbor, 5, reasoned->reason);
}

static void put_cause(noinit_crash_writer_t *writer, const noinit_capture_t *capture, uint32_t sequence)
{
    noinit_cbor_t *cbor = &writer->cbor;
    const noinit_capture_kind_t *kind = capture->kind;
    noinit_record_head(cbor, NOINIT_RECORD_CRASH, &noinit_head.origin, sequence);
    noinit_crash_open_item(writer, 3, 1);
    noinit_cbor_byte(cbor, (uint8_t)(NOINIT_CBOR_MAP | (4u + (capture->exception != 0) + (kind->put_detail != NULL))));
    noinit_cbor_pair(cbor, 0, capture->cause);
    noinit_cbor_pair(cbor, 1, noinit_port_uptime_ms());
    noinit_cbor_pair(cbor, 2, NOINIT_CRASH_MACHINE);
    if (capture->exception != 0) {
        noinit_cbor_pair(cbor, 3, capture->exception);
    }
    (kind->put_detail != NULL ? kind->put_detail : noinit_capture_put_reason)(cbor, capture);
    noinit_crash_close_item(writer);
}

/* A function: the limit may be 0. */
static uint32_t at_most(uint32_t size, uint32_t limit)
{
    return size < limit ? size : limit;
}

/* By importance: what does not fit any more is left away. */
static void put_record(noinit_crash_writer_t *writer, const noinit_capture_t *capture, uint32_t sequence)
{
    put_cause(writer, capture, sequence);
    noinit_arch_registers(writer, capture);
    const uint32_t size = (uint32_t)(capture->stack_end - capture->stack);
    noinit_crash_region(writer, NOINIT_CRASH_REGION_STACK, capture->stack, at_most(size, NOINIT_CRASH_STACK_BYTES));
    if (capture->other_stack != 0) {
        noinit_crash_region(writer, NOINIT_CRASH_REGION_STACK, capture->other_stack, NOINIT_CRASH_THREAD_STACK_BYTES);
    }
    if (noinit_capture_threads != NULL) {
        noinit_capture_threads(writer);
    }
    for (uint32_t i = 0; i < region_count; i++) {
        noinit_crash_region(writer, NOINIT_CRASH_REGION_DATA, (uintptr_t)regions[i].address, regions[i].size);
    }
#if NOINIT_CRASH_LOG_BYTES
    noinit_capture_log(writer);
#endif
    if (!writer->is_cut) {
        noinit_crash_open_item(writer, 2, 4);
        noinit_crash_close_item(writer);
    }
    noinit_crash_slot_publish(writer->cbor.size, true);
}

/* Static: the stack is small. */
static struct {
    noinit_capture_t capture;
    noinit_crash_writer_t writer;
} now;

static void take(void)
{
    noinit_crash_mark(true);
    noinit_arch_place(&now.capture);
    const bool is_snapshot = now.capture.cause == NOINIT_CRASH_SNAPSHOT;
    if (!is_snapshot) {
        /* What was marked before counts, if it is not stale. */
        now.capture.reason = noinit_reboot_mark_from(now.capture.reason, now.capture.pc, now.capture.lr);
        noinit_postcard_write(now.capture.cause, now.capture.reason, now.capture.pc, now.capture.lr, now.capture.fault_bits);
    }
    uint32_t sequence;
    now.writer.cbor.data = noinit_crash_slot_take(is_snapshot, &sequence);
    now.writer.cbor.capacity = NOINIT_CRASH_ROOM;
    now.writer.cbor.size = 0;
    now.writer.item = 0;
    now.writer.is_cut = false;
    now.capture.is_kept = now.writer.cbor.data != NULL;
    if (now.capture.is_kept) {
        put_record(&now.writer, &now.capture, sequence);
    }
    noinit_crash_mark(false);
}

__attribute__((used)) void noinit_capture(const noinit_capture_kind_t *kind, const uint32_t *argument)
{
    if (noinit_capture_phase == BUSY) {
        noinit_port_reset(); /* a fault in here, or in what comes behind: what was written so far is kept */
    }
    noinit_capture_phase = BUSY;
    now.capture.kind = kind;
    now.capture.argument = argument;
    now.capture.cause = kind->cause;
    now.capture.reason = kind->reason_is_argument ? (uint16_t)*argument : kind->reason;
    now.capture.is_kept = false;
    now.capture.pc = 0;
    now.capture.lr = 0;
    now.capture.exception = 0;
    now.capture.fault_bits = 0;
    now.capture.other_stack = 0;
    noinit_arch_open_memory();
    if (noinit_is_open) {
        take();
    }
    if (kind->finish != NULL) {
        kind->finish(&now.capture);
    }
    noinit_port_reset();
}

static void finish_fault(const noinit_capture_t *fault)
{
    (void)fault;
    if (noinit_capture_chain != NULL) {
        noinit_capture_chain();
    }
}

__attribute__((used)) const noinit_capture_kind_t noinit_capture_fault = {
    .cause = NOINIT_CRASH_FAULT, .is_exception = true, .reason = NOINIT_REASON_FAULT, .finish = finish_fault};
