/* The newest entries of this core's log as an item of a crash (docs/formats/crash.md), written anew from what the ring's reader gives. */
#include "core/head.h"
#include "core/ring_block.h"
#include "crash/capture_parts.h"
#include "log/log_entry.h"
#include "log/log_ring.h"
#include "noinit/arch.h"

#if NOINIT_CRASH_LOG_BYTES

/* Heads of the item with its longest numbers, its CRC, and the end item behind it. */
#define OVERHEAD (2u + 5u + 9u + 1u + 5u + 9u + 9u + 1u + 3u + 3u + 5u)

/* Static: the stack is small. */
static struct {
    noinit_ring_cursor_t cursor;
    noinit_ring_cursor_t place; /* of the entry */
    noinit_ring_entry_t entry;
    noinit_segment_t segment;
    uint64_t before; /* stamp of the entry before */
    uint32_t next;   /* number of the entry that must follow */
} walk;

/*
 * On to the next entry; gives its bytes, 0 behind the last one. `*is_first`: it does not follow the one before, or is of another segment, and
 * begins a row of its own.
 */
static uint32_t step(bool *is_first)
{
    *is_first = false;
    walk.before = walk.entry.stamp;
    do {
        walk.place = walk.cursor;
        if (!noinit_ring_next(&walk.cursor, &walk.entry)) {
            return 0;
        }
        *is_first = *is_first || walk.entry.number != walk.next || !walk.entry.is_sound || walk.entry.kind == NOINIT_RING_KIND_SEGMENT;
        walk.next = walk.entry.number + 1u;
    } while (!walk.entry.is_sound || walk.entry.kind == NOINIT_RING_KIND_SEGMENT);
    if (*is_first) {
        walk.before = walk.entry.stamp;
    }
    /* Of what only a back end wanted, or was never closed, its stamp alone. */
    if (walk.entry.is_marked || walk.entry.kind == NOINIT_RING_KIND_OPEN) {
        walk.entry.kind = NOINIT_RING_KIND_OPEN;
        walk.entry.size = 0;
    }
    const uint32_t length = noinit_log_varint_size((uint32_t)(walk.entry.stamp - walk.before) << 1) + walk.entry.size;
    return length + (length < 31u ? 2u : length < 31u + 128u ? 3u : 4u);
}

static void begin(const noinit_ring_t *ring)
{
    walk.cursor = noinit_ring_oldest(ring);
    walk.next = walk.cursor.number - 1u; /* the first one begins a row */
}

/* A byte of the entry, into its check as well. */
static uint32_t put(noinit_cbor_t *cbor, uint32_t sum, uint32_t byte)
{
    noinit_cbor_byte(cbor, (uint8_t)byte);
    return noinit_ring_sum(sum, (uint8_t)byte);
}

static void put_entry(noinit_cbor_t *cbor)
{
    const uint32_t mark = walk.entry.kind == NOINIT_RING_KIND_OPEN ? 1u : 0u;
    uint32_t difference = (uint32_t)(walk.entry.stamp - walk.before) << 1 | mark;
    const uint32_t length = noinit_log_varint_size(difference) + walk.entry.size;
    const uint32_t more = length - 31u;
    uint8_t head[3];
    uint32_t heads = 1;
    head[0] = (uint8_t)(walk.entry.kind << 5 | (length < 31u ? length : 31u));
    if (length >= 31u) {
        head[heads++] = (uint8_t)(more < 128u ? more : more | 0x80u);
        if (more >= 128u) {
            head[heads++] = (uint8_t)(more >> 7);
        }
    }
    noinit_cbor_raw(cbor, head, heads);
    uint32_t sum = NOINIT_RING_CHECK_START;
    for (; difference >= 0x80u; difference >>= 7) {
        sum = put(cbor, sum, difference | 0x80u);
    }
    sum = put(cbor, sum, difference);
    for (uint32_t i = 0; i < walk.entry.size; i++) {
        uint8_t byte;
        noinit_ring_read(walk.cursor.ring, &walk.entry, i, &byte, 1);
        sum = put(cbor, sum, byte);
    }
    for (uint32_t i = 0; i < heads; i++) {
        sum = noinit_ring_sum(sum, head[i]);
    }
    noinit_cbor_byte(cbor, noinit_ring_fold(sum));
}

static uint64_t whole(const uint32_t halves[2])
{
    return (uint64_t)halves[1] << 32 | halves[0];
}

static void put_head(noinit_cbor_t *cbor, uint32_t core, uint32_t size)
{
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, walk.entry.number);
    noinit_cbor_uint64(cbor, walk.before);
    noinit_cbor_byte(cbor, NOINIT_CBOR_ARRAY | 3u);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, walk.segment.frequency);
    noinit_cbor_uint64(cbor, whole(walk.segment.stamp));
    noinit_cbor_uint64(cbor, whole(walk.segment.uptime));
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, core);
    noinit_cbor_head(cbor, NOINIT_CBOR_BYTES, size);
}

void noinit_capture_log(noinit_crash_writer_t *writer)
{
    noinit_cbor_t *cbor = &writer->cbor;
    const uint32_t core = NOINIT_ARCH_CORE();
    const noinit_ring_t *ring = &noinit_log_rings[core];
    const uint32_t used = cbor->size + OVERHEAD;
    uint32_t room = used < cbor->capacity ? cbor->capacity - used : 0u;
    room = room < NOINIT_CRASH_LOG_BYTES ? room : NOINIT_CRASH_LOG_BYTES;
    if (noinit_log_states[core].size == 0) {
        return;
    }
    /* Bytes of the last row, then without its oldest entries until it fits. */
    bool is_first;
    uint32_t row = 0;
    uint32_t total = 0;
    begin(ring);
    for (uint32_t size; (size = step(&is_first)) != 0; total += size) {
        if (is_first) {
            row = walk.entry.number;
            total = 0;
        }
    }
    begin(ring);
    uint32_t size;
    while ((size = step(&is_first)) != 0 && ((int32_t)(walk.entry.number - row) < 0 || total > room)) {
        total -= (int32_t)(walk.entry.number - row) < 0 ? 0u : size;
    }
    /* Entries of an earlier boot are there, and of this one none. */
    if (size == 0 || !noinit_ring_segment(&walk.place, &walk.segment) || walk.segment.origin.key.lineage != noinit_head.origin.key.lineage ||
        walk.segment.origin.key.boot != noinit_head.origin.key.boot) {
        return;
    }
    noinit_crash_open_item(writer, 7, 5);
    put_head(cbor, core, total);
    for (; total > 0 && size != 0; total -= size, size = step(&is_first)) {
        put_entry(cbor);
    }
    noinit_crash_close_item(writer);
}

#endif
