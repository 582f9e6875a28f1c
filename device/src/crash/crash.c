#include "noinit/crash.h"

#include "core/crc.h"
#include "core/head.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "noinit/port.h"

/* A slot in neither state is free. */
#define STATE_WRITING 0x57485243u
#define STATE_COMPLETE 0x43485243u

typedef struct {
    uint32_t state;
    uint32_t boot;
    uint32_t size; /* low half; the high half is its complement, so that one store is checked and whole */
    uint8_t bytes[NOINIT_CRASH_CAPACITY];
} slot_t;
NOINIT_RETAINED static slot_t slot;

static const noinit_crash_region_t *regions;
static uint32_t region_count;

void noinit_crash_regions(const noinit_crash_region_t *chosen, uint32_t count)
{
    region_count = 0;
    regions = chosen;
    region_count = count;
}

static uint32_t closed_size(void)
{
    const uint32_t size = slot.size & 0xffffu;
    return size <= NOINIT_CRASH_CAPACITY && (size ^ 0xffffu) == slot.size >> 16 ? size : 0u;
}

static void publish_size(uint32_t size)
{
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(slot.size, size | (size ^ 0xffffu) << 16);
}

static bool is_taken(void)
{
    return slot.state == STATE_WRITING || slot.state == STATE_COMPLETE;
}

bool noinit_crash_slot_is_open(uint32_t boot)
{
    return slot.state == STATE_WRITING && slot.boot == boot;
}

uint32_t noinit_crash_slot_pending(const uint8_t **bytes)
{
    *bytes = slot.bytes;
    return is_taken() ? closed_size() : 0u;
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
    publish_size(cbor->size);
}

static void open_item(noinit_crash_writer_t *writer, uint32_t elements, uint8_t kind)
{
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_ARRAY, elements);
    noinit_cbor_byte(&writer->cbor, kind);
}

bool noinit_crash_open(noinit_crash_writer_t *writer, const noinit_crash_cause_t *cause)
{
    const uint32_t boot = noinit_head()->boot;
    if (boot == 0 || is_taken()) {
        return false;
    }
    NOINIT_STORE(slot.boot, boot);
    publish_size(0);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(slot.state, STATE_WRITING);

    *writer = (noinit_crash_writer_t){.cbor = {.data = slot.bytes, .capacity = NOINIT_CRASH_CAPACITY}};
    noinit_cbor_t *cbor = &writer->cbor;
    const noinit_segment_t self = noinit_head_segment();
    noinit_record_head(cbor, &(noinit_record_head_t){NOINIT_RECORD_CRASH, self.lineage, self.boot, noinit_head_take_sequence(), self.build});
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

void noinit_crash_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, const uint32_t *words, uint32_t count)
{
    open_item(writer, 5, 2);
    noinit_cbor_byte(&writer->cbor, set);
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_UINT, known);
    noinit_cbor_string(&writer->cbor, NOINIT_CBOR_BYTES, words, 4u * count);
    close_item(writer);
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
    open_item(writer, 5, 3);
    noinit_cbor_byte(&writer->cbor, kind);
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_UINT, (uint32_t)address);
    noinit_cbor_string(&writer->cbor, NOINIT_CBOR_BYTES, (const volatile void *)address, size);
    close_item(writer);
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
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(slot.state, STATE_COMPLETE);
}

void noinit_crash_begin(void)
{
    if (is_taken() && closed_size() == 0) {
        noinit_crash_slot_release();
    }
    noinit_crash_place_canary();
}
