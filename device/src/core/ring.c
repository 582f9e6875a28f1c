#include "core/ring.h"

#include "core/crc.h"
#include "core/store.h"

#define CHECK_START 0xa5u

static uint8_t at(const noinit_ring_t *ring, uint32_t place)
{
    return ring->data[place & (ring->capacity - 1u)];
}

static uint32_t rotate(uint32_t sum)
{
    return (sum << 1) | (sum >> 31);
}

static uint8_t fold(uint32_t sum)
{
    return (uint8_t)(sum + (sum >> 8) + (sum >> 16) + (sum >> 24));
}

static uint32_t geometry_crc(const noinit_ring_t *ring)
{
    return noinit_crc32(0, &ring->header->layout, 8);
}

/* Entries from tail to head, or UINT32_MAX where the walk does not end at head. */
static uint32_t count_entries(const noinit_ring_t *ring)
{
    const uint32_t used = ring->header->head - ring->header->tail;
    if (used > ring->capacity) {
        return UINT32_MAX;
    }
    uint32_t count = 0;
    uint32_t place = ring->header->tail;
    while (place != ring->header->head) {
        place = noinit_ring_entry(ring, place).end;
        if (place - ring->header->tail > used) {
            return UINT32_MAX;
        }
        count++;
    }
    return count;
}

/* The two stores of an append or a release are apart: a reset between them shows as a count that does not fit, and is undone here. */
static bool settle_numbers(noinit_ring_header_t *header, uint32_t count)
{
    const uint32_t claimed = header->head_number - header->tail_number;
    if (claimed == count) {
        return true;
    }
    if (claimed == count + 1u) {
        NOINIT_STORE(header->head_number, header->tail_number + count);
        return true;
    }
    if (claimed + 1u == count) {
        NOINIT_STORE(header->tail_number, header->tail_number - 1u);
        return true;
    }
    return false;
}

static void start_anew(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    /* Without its magic nothing of the rest is looked at. */
    NOINIT_STORE(header->magic, 0u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->layout, (uint16_t)NOINIT_RING_LAYOUT);
    NOINIT_STORE(header->header_size, (uint16_t)sizeof *header);
    NOINIT_STORE(header->capacity, ring->capacity);
    NOINIT_STORE(header->crc, geometry_crc(ring));
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
    noinit_ring_header_t *header = ring->header;
    if (header->magic == ring->magic && header->layout == NOINIT_RING_LAYOUT && header->header_size == sizeof *header &&
        header->capacity == ring->capacity && header->crc == geometry_crc(ring)) {
        const uint32_t count = count_entries(ring);
        if (count != UINT32_MAX && settle_numbers(header, count)) {
            return true;
        }
    }
    start_anew(ring);
    return false;
}

noinit_ring_entry_t noinit_ring_entry(const noinit_ring_t *ring, uint32_t place)
{
    const uint8_t first = at(ring, place);
    noinit_ring_entry_t entry = {.kind = first >> 5, .size = first & 31u, .body = place + 1u};
    if (entry.size == 31u) {
        const uint8_t low = at(ring, entry.body++);
        entry.size += low & 0x7fu;
        if ((low & 0x80u) != 0) {
            entry.size += (uint32_t)at(ring, entry.body++) << 7;
        }
    }
    entry.end = entry.body + entry.size + 1u;
    return entry;
}

bool noinit_ring_is_sound(const noinit_ring_t *ring, const noinit_ring_entry_t *entry, uint32_t place)
{
    uint32_t sum = CHECK_START;
    for (uint32_t i = entry->body; i != entry->end - 1u; i++) {
        sum = rotate(sum) + at(ring, i);
    }
    for (uint32_t i = place; i != entry->body; i++) {
        sum = rotate(sum) + at(ring, i);
    }
    return at(ring, entry->end - 1u) == fold(sum);
}

void noinit_ring_read_segment(const noinit_ring_t *ring, const noinit_ring_entry_t *entry, noinit_segment_t *segment)
{
    uint8_t *bytes = (uint8_t *)segment;
    for (uint32_t i = 0; i < sizeof *segment; i++) {
        NOINIT_STORE(bytes[i], at(ring, entry->body + i));
    }
}

/*
 * Frees the entry at the tail. Number first, then place: recovery sees a number that is one too high and sets it back. A segment start is
 * copied to the header while it still stands at the tail, where it outranks the copy.
 */
void noinit_ring_evict(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    const noinit_ring_entry_t entry = noinit_ring_entry(ring, header->tail);
    const uint32_t used = header->head - header->tail;
    if (used > ring->capacity || entry.end - header->tail > used) {
        /* Only a stray store can have done this: give up what is there rather than walk through it. */
        start_anew(ring);
        return;
    }
    if (entry.kind == NOINIT_RING_KIND_SEGMENT && entry.size >= sizeof(noinit_segment_t)) {
        noinit_ring_read_segment(ring, &entry, &header->segment);
        NOINIT_ARCH_PUBLISH();
    }
    NOINIT_STORE(header->tail_number, header->tail_number + 1u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->tail, entry.end);
}

void noinit_ring_make_room(const noinit_ring_t *ring, uint32_t needed)
{
    while (ring->header->head + needed - ring->header->tail > ring->capacity) {
        noinit_ring_evict(ring);
    }
}

/* The first byte and what follows it, first byte lowest. */
static uint32_t head_bytes(uint32_t kind, uint32_t size, uint32_t *count)
{
    *count = 1;
    if (size < 31u) {
        return kind << 5 | size;
    }
    const uint32_t more = size - 31u;
    uint32_t bytes = kind << 5 | 31u | (more & 0x7fu) << 8;
    *count = 2;
    if (more >= 0x80u) {
        bytes |= 0x8000u | more >> 7 << 16;
        *count = 3;
    }
    return bytes;
}

noinit_ring_writer_t noinit_ring_begin(const noinit_ring_t *ring, uint32_t size)
{
    uint32_t head;
    (void)head_bytes(0, size, &head);
    noinit_ring_make_room(ring, head + size + 1u);
    /* What an interrupted append wrote behind `head` is nobody's: the new entry goes over it. */
    NOINIT_ARCH_PUBLISH();
    return (noinit_ring_writer_t){.next = ring->header->head + head, .sum = CHECK_START};
}

void noinit_ring_byte(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint8_t byte)
{
    NOINIT_STORE(ring->data[writer->next & (ring->capacity - 1u)], byte);
    writer->next++;
    writer->sum = rotate(writer->sum) + byte;
}

void noinit_ring_commit(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t kind, uint32_t size)
{
    noinit_ring_header_t *header = ring->header;
    const uint32_t check_place = writer->next;
    writer->next = header->head;
    uint32_t count;
    for (uint32_t bytes = head_bytes(kind, size, &count); count > 0; count--, bytes >>= 8) {
        noinit_ring_byte(ring, writer, (uint8_t)bytes);
    }
    NOINIT_STORE(ring->data[check_place & (ring->capacity - 1u)], fold(writer->sum));
    NOINIT_STORE(header->head_number, header->head_number + 1u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->head, check_place + 1u);
}

void noinit_ring_append(const noinit_ring_t *ring, uint32_t kind, const void *body, uint32_t size)
{
    const uint8_t *bytes = body;
    const uint32_t lock = noinit_arch_lock();
    noinit_ring_writer_t writer = noinit_ring_begin(ring, size);
    for (uint32_t i = 0; i < size; i++) {
        noinit_ring_byte(ring, &writer, bytes[i]);
    }
    noinit_ring_commit(ring, &writer, kind, size);
    noinit_arch_unlock(lock);
}

void noinit_ring_release(const noinit_ring_t *ring, uint32_t end, uint32_t count)
{
    noinit_ring_header_t *header = ring->header;
    const uint32_t lock = noinit_arch_lock();
    /* read_number first: entries that are still there below it are not counted as dropped if they go now. */
    NOINIT_STORE(header->read_number, header->tail_number + count);
    NOINIT_ARCH_PUBLISH();
    while (header->tail != end && header->tail != header->head) {
        noinit_ring_evict(ring);
    }
    noinit_arch_unlock(lock);
}

uint32_t noinit_ring_dropped(const noinit_ring_t *ring)
{
    const uint32_t dropped = ring->header->tail_number - ring->header->read_number;
    return dropped < 0x80000000u ? dropped : 0u;
}
