#include "noinit/crash.h"

#include "core/crc.h"
#include "core/head.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "noinit/port.h"

/*
 * `state` is how many bytes of closed items stand there, with WRITING while more are coming, and the complement of both in its high
 * half: one store says all of it, and anything else that may stand there is a free slot.
 */
#define WRITING 0x8000u

typedef struct {
    uint32_t boot;
    uint32_t state;
    uint8_t bytes[NOINIT_CRASH_CAPACITY];
} slot_t;
NOINIT_RETAINED_AS("7.slots") static slot_t slot;

static const noinit_crash_region_t *regions;
static uint32_t region_count;

void noinit_crash_regions(const noinit_crash_region_t *chosen, uint32_t count)
{
    region_count = 0;
    regions = chosen;
    region_count = count;
}

/* The size with WRITING; 0 where the slot is free. */
static uint32_t read_state(void)
{
    const uint32_t state = slot.state & 0xffffu;
    return slot.state >> 16 == (state ^ 0xffffu) && (state & ~WRITING) <= NOINIT_CRASH_CAPACITY ? state : 0u;
}

static void publish(uint32_t state)
{
    NOINIT_ARCH_FLUSH(&slot, sizeof slot);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(slot.state, state | (state ^ 0xffffu) << 16);
    NOINIT_ARCH_FLUSH(&slot.state, sizeof slot.state);
}

bool noinit_crash_slot_is_open(void)
{
    return (read_state() & WRITING) != 0 && slot.boot == noinit_head.origin.key.boot;
}

uint32_t noinit_crash_slot_pending(const uint8_t **bytes)
{
    *bytes = slot.bytes;
    return read_state() & ~WRITING;
}

void noinit_crash_slot_release(void)
{
    NOINIT_STORE(slot.state, 0u);
}

/* An item's CRC covers it; the first one's the record's head as well. */
static void close_item(noinit_crash_writer_t *writer)
{
    noinit_cbor_t *cbor = &writer->cbor;
    if (cbor->size + 3u > cbor->capacity) {
        cbor->size = writer->item;
        writer->is_cut = true;
        return;
    }
    const uint16_t crc = noinit_crc16(NOINIT_CRC16_START, cbor->data + writer->item, cbor->size - writer->item);
    noinit_cbor_byte(cbor, 0x19);
    noinit_cbor_byte(cbor, (uint8_t)(crc >> 8));
    noinit_cbor_byte(cbor, (uint8_t)crc);
    writer->item = cbor->size;
    publish(cbor->size | WRITING);
}

static void open_item(noinit_crash_writer_t *writer, uint32_t elements, uint8_t kind)
{
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_ARRAY, elements);
    noinit_cbor_byte(&writer->cbor, kind);
}

bool noinit_crash_open(noinit_crash_writer_t *writer, const noinit_crash_cause_t *cause)
{
    if (!noinit_is_open || read_state() != 0) {
        return false;
    }
    NOINIT_STORE(slot.boot, noinit_head.origin.key.boot);
    publish(WRITING);

    noinit_cbor_t *cbor = &writer->cbor;
    cbor->data = slot.bytes;
    cbor->capacity = NOINIT_CRASH_CAPACITY;
    cbor->size = 0;
    writer->item = 0;
    writer->is_cut = false;
    noinit_record_head(cbor, NOINIT_RECORD_CRASH, &noinit_head.origin, noinit_head_take_sequence());
    open_item(writer, 3, 1);
    noinit_cbor_head(cbor, NOINIT_CBOR_MAP, 3u + (cause->exception != 0 ? 1u : 0u) + (cause->assertion_size != 0 ? 1u : 0u));
    noinit_cbor_pair(cbor, 0, cause->cause);
    noinit_cbor_pair(cbor, 1, noinit_port_uptime_ms());
    noinit_cbor_pair(cbor, 2, cause->machine);
    if (cause->exception != 0) {
        noinit_cbor_pair(cbor, 3, cause->exception);
    }
    if (cause->assertion_size != 0) {
        noinit_cbor_byte(cbor, 4);
        noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, cause->assertion, cause->assertion_size);
    }
    close_item(writer);
    return true;
}

/* Register sets and regions: kind, which one, a number that says more, and the bytes. */
static void put_item(noinit_crash_writer_t *writer, uint8_t kind, uint8_t which, uint32_t number, const volatile void *bytes, uint32_t size)
{
    open_item(writer, 5, kind);
    noinit_cbor_byte(&writer->cbor, which);
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_UINT, number);
    noinit_cbor_string(&writer->cbor, NOINIT_CBOR_BYTES, bytes, size);
    close_item(writer);
}

void noinit_crash_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, const uint32_t *words, uint32_t count)
{
    put_item(writer, 2, set, known, words, 4u * count);
}

/* What a region takes beside its bytes (array, kind, address, length, CRC), with the end behind it. */
#define REGION_OVERHEAD (2u + 5u + 3u + 3u + 5u)

void noinit_crash_region(noinit_crash_writer_t *writer, uint8_t kind, uintptr_t address, uint32_t size)
{
    const uint32_t used = writer->cbor.size + REGION_OVERHEAD;
    const uint32_t room = used < writer->cbor.capacity ? (writer->cbor.capacity - used) & ~3u : 0u;
    if (size > room) {
        size = room;
        writer->is_cut = true;
    }
    if (size == 0) {
        return;
    }
    put_item(writer, 3, kind, (uint32_t)address, (const volatile void *)address, size);
}

void noinit_crash_close(noinit_crash_writer_t *writer)
{
    for (uint32_t i = 0; i < region_count; i++) {
        noinit_crash_region(writer, NOINIT_CRASH_REGION_DATA, (uintptr_t)regions[i].address, regions[i].size);
    }
    if (!writer->is_cut) {
        open_item(writer, 2, 4);
        close_item(writer);
    }
}

void noinit_crash_complete(void)
{
    publish(read_state() & ~WRITING);
}

void noinit_crash_begin(void)
{
    if ((read_state() & ~WRITING) == 0) {
        noinit_crash_slot_release();
    }
    noinit_crash_place_canary();
}
