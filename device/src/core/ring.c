#include "core/ring.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/store.h"

#define CHECK_START 0xa5u
#define LAYOUT ((uint32_t)sizeof(noinit_ring_header_t) << 16 | 0u)

static uint8_t *at(const noinit_ring_t *ring, uint32_t place)
{
    return &ring->data[place & (ring->capacity - 1u)];
}

static uint32_t add(uint32_t sum, uint8_t byte)
{
    return (sum << 1 | sum >> 31) + byte;
}

static uint8_t fold(uint32_t sum)
{
    return (uint8_t)(sum + (sum >> 8) + (sum >> 16) + (sum >> 24));
}

static uint32_t geometry_crc(const noinit_ring_header_t *header)
{
    return noinit_crc32(0, &header->layout, 8);
}

/*
 * Walks from tail to head: false where that does not end exactly at head, or finds another count than the numbers say. The two stores of
 * an append or of an eviction are apart: a reset between them shows as a number that is one too high, and is undone here.
 */
static bool settle_entries(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    const uint32_t used = header->head - header->tail;
    if (used > ring->capacity) {
        return false;
    }
    uint32_t excess = header->head_number - header->tail_number;
    uint32_t walked = 0;
    for (; walked < used; excess--) {
        walked = noinit_ring_entry(ring, header->tail + walked).end - header->tail;
    }
    if (walked != used || excess + 1u > 2u) {
        return false;
    }
    if (excess == 1u) {
        NOINIT_STORE(header->head_number, header->head_number - 1u);
    } else if (excess != 0) {
        NOINIT_STORE(header->tail_number, header->tail_number - 1u);
    }
    return true;
}

static void start_anew(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    /* Without its magic nothing of the rest is looked at. */
    NOINIT_STORE(header->magic, 0u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->layout, LAYOUT);
    NOINIT_STORE(header->capacity, ring->capacity);
    NOINIT_STORE(header->crc, geometry_crc(header));
    NOINIT_STORE(header->head, 0u);
    NOINIT_STORE(header->tail, 0u);
    NOINIT_STORE(header->tail_number, 0u);
    NOINIT_STORE(header->head_number, 0u);
    NOINIT_STORE(header->read_number, 0u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->magic, ring->magic);
}

bool noinit_ring_recover(const noinit_ring_t *ring)
{
    const noinit_ring_header_t *header = ring->header;
    if (header->magic == ring->magic && header->layout == LAYOUT && header->capacity == ring->capacity &&
        header->crc == geometry_crc(header) && settle_entries(ring)) {
        return true;
    }
    start_anew(ring);
    return false;
}

noinit_ring_entry_t noinit_ring_entry(const noinit_ring_t *ring, uint32_t place)
{
    const uint32_t first = *at(ring, place);
    noinit_ring_entry_t entry = {.place = place, .kind = first >> 5, .size = first & 31u, .body = place + 1u};
    if (entry.size == 31u) {
        const uint32_t low = *at(ring, entry.body++);
        entry.size += low & 0x7fu;
        if ((low & 0x80u) != 0) {
            entry.size += (uint32_t)*at(ring, entry.body++) << 7;
        }
    }
    entry.end = entry.body + entry.size + 1u;
    return entry;
}

static uint32_t sum_up(const noinit_ring_t *ring, uint32_t sum, uint32_t place, uint32_t end)
{
    for (; place != end; place++) {
        sum = add(sum, *at(ring, place));
    }
    return sum;
}

bool noinit_ring_is_sound(const noinit_ring_t *ring, const noinit_ring_entry_t *entry)
{
    const uint32_t check = entry->end - 1u;
    const uint32_t sum = sum_up(ring, sum_up(ring, CHECK_START, entry->body, check), entry->place, entry->body);
    return *at(ring, check) == fold(sum);
}

void noinit_ring_read(const noinit_ring_t *ring, uint32_t place, void *bytes, uint32_t size)
{
    uint8_t *next = bytes;
    for (; size > 0; size--) {
        NOINIT_STORE(*next, *at(ring, place));
        next++;
        place++;
    }
}

/*
 * Frees the entry at the tail. Number first, then place: recovery sees a number that is one too high and sets it back. A segment start is
 * copied to the header while it still stands at the tail, where it outranks the copy.
 */
static void evict(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    const noinit_ring_entry_t entry = noinit_ring_entry(ring, header->tail);
    const uint32_t used = header->head - header->tail;
    if (used > ring->capacity || entry.end - header->tail > used) {
        /* Only a stray store can have done this: give up what is there rather than walk through it. */
        start_anew(ring);
        return;
    }
    if (entry.kind == NOINIT_RING_KIND_SEGMENT && entry.size >= sizeof header->segment) {
        noinit_ring_read(ring, entry.body, &header->segment, sizeof header->segment);
        NOINIT_ARCH_PUBLISH();
    }
    NOINIT_STORE(header->tail_number, header->tail_number + 1u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->tail, entry.end);
}

void noinit_ring_make_room(const noinit_ring_t *ring, uint32_t needed)
{
    while (ring->header->head + needed - ring->header->tail > ring->capacity) {
        evict(ring);
    }
}

void noinit_ring_begin(noinit_ring_writer_t *writer, const noinit_ring_t *ring, uint32_t size)
{
    /* The first byte, and behind it what does not fit into its five bits, in sevens. */
    const uint32_t head = size < 31u ? 1u : size < 31u + 128u ? 2u : 3u;
    noinit_ring_make_room(ring, head + size + 1u);
    /* What an interrupted append wrote behind `head` is nobody's: the new entry goes over it. */
    NOINIT_ARCH_PUBLISH();
    writer->ring = ring;
    writer->next = ring->header->head + head;
    writer->sum = CHECK_START;
}

void noinit_ring_byte(noinit_ring_writer_t *writer, uint8_t byte)
{
    if (writer->ring != NULL) {
        NOINIT_STORE(*at(writer->ring, writer->next), byte);
    }
    writer->next++;
    writer->sum = add(writer->sum, byte);
}

void noinit_ring_commit(noinit_ring_writer_t *writer, uint32_t kind, uint32_t size)
{
    noinit_ring_header_t *header = writer->ring->header;
    const uint32_t check = writer->next;
    writer->next = header->head;
    kind <<= 5;
    if (size < 31u) {
        noinit_ring_byte(writer, (uint8_t)(kind | size));
    } else {
        noinit_ring_byte(writer, (uint8_t)(kind | 31u));
        size -= 31u;
        if (size >= 0x80u) {
            noinit_ring_byte(writer, (uint8_t)(size | 0x80u));
            size >>= 7;
        }
        noinit_ring_byte(writer, (uint8_t)size);
    }
    NOINIT_STORE(*at(writer->ring, check), fold(writer->sum));
    NOINIT_STORE(header->head_number, header->head_number + 1u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->head, check + 1u);
}

void noinit_ring_append(const noinit_ring_t *ring, uint32_t kind, const void *body, uint32_t size)
{
    const uint8_t *bytes = body;
    const uint32_t lock = noinit_arch_lock();
    noinit_ring_writer_t writer;
    noinit_ring_begin(&writer, ring, size);
    for (uint32_t i = 0; i < size; i++) {
        noinit_ring_byte(&writer, bytes[i]);
    }
    noinit_ring_commit(&writer, kind, size);
    noinit_arch_unlock(lock);
}

void noinit_ring_discard(const noinit_ring_t *ring, uint32_t number)
{
    const noinit_ring_header_t *header = ring->header;
    const uint32_t lock = noinit_arch_lock();
    while ((int32_t)(number - header->tail_number) > 0 && header->tail != header->head) {
        evict(ring);
    }
    noinit_arch_unlock(lock);
}

void noinit_ring_release(const noinit_ring_t *ring, uint32_t number)
{
    /* First: entries that are still there below it are not counted as dropped if they go now. */
    NOINIT_STORE(ring->header->read_number, number);
    NOINIT_ARCH_PUBLISH();
    noinit_ring_discard(ring, number);
}

uint32_t noinit_ring_dropped(const noinit_ring_t *ring)
{
    const uint32_t dropped = ring->header->tail_number - ring->header->read_number;
    return dropped < 0x80000000u ? dropped : 0u;
}
