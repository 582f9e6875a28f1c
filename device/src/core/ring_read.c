/* Reading: entry by entry, from any context and any core; no value in retained memory leads outside the region. */
#include "core/ring.h"

#include "core/crc.h"
#include "core/ring_block.h"

/* Goes through an entry's bytes. */
typedef struct {
    const noinit_ring_t *ring;
    uint32_t at;
    uint8_t flags; /* of the blocks it came into */
} reader_t;

/* Behind the last byte of a block the next one follows. */
static uint8_t take(reader_t *reader)
{
    if (reader->at % NOINIT_RING_BLOCK >= NOINIT_RING_BLOCK_END) {
        const uint32_t start = noinit_ring_behind(reader->ring, reader->at);
        reader->flags |= noinit_ring_block(reader->ring, start)->flags;
        reader->at = start + NOINIT_RING_BLOCK_HEADER;
    }
    return *noinit_ring_at(reader->ring, reader->at++);
}

void noinit_ring_enter(noinit_ring_cursor_t *cursor, uint32_t start)
{
    const noinit_ring_block_t *block = noinit_ring_block(cursor->ring, start);
    cursor->offset = start + noinit_ring_first_of(block);
    cursor->number = block->number;
    cursor->stamp = (uint64_t)block->time_high << 32 | block->time;
}

/* To the oldest block; again if that went meanwhile. */
static __attribute__((noinline)) void rewind_cursor(noinit_ring_cursor_t *cursor)
{
    const volatile uint32_t *tail = &cursor->ring->state->tail;
    uint32_t start;
    do {
        start = *tail;
        noinit_ring_enter(cursor, start);
        NOINIT_ARCH_PUBLISH();
    } while (start != *tail);
}

noinit_ring_cursor_t noinit_ring_oldest(const noinit_ring_t *ring)
{
    noinit_ring_cursor_t cursor;
    cursor.ring = ring;
    rewind_cursor(&cursor);
    return cursor;
}

uint32_t noinit_ring_tail_number(const noinit_ring_t *ring)
{
    return noinit_ring_oldest(ring).number;
}

noinit_ring_cursor_t noinit_ring_first(const noinit_ring_t *ring)
{
    noinit_ring_cursor_t cursor = noinit_ring_oldest(ring);
    noinit_ring_entry_t entry;
    while ((int32_t)(ring->header->released - cursor.number) > 0 && noinit_ring_next(&cursor, &entry)) {
    }
    return cursor;
}

/* Fills in what the bytes at the cursor say; gives the offset behind the check. */
static uint32_t parse(const noinit_ring_cursor_t *cursor, noinit_ring_entry_t *entry)
{
    reader_t reader = {.ring = cursor->ring, .at = cursor->offset};
    const uint8_t *head = noinit_ring_at(reader.ring, reader.at);
    uint32_t length;
    reader.at += noinit_ring_head_size(head, &length);
    uint32_t left = length;
    uint32_t stamp = 0;
    uint32_t sum = NOINIT_RING_CHECK_START;
    uint8_t byte = 0x80;
    for (uint32_t shift = 0; byte >= 0x80u && left > 0 && shift < 32u; shift += 7u, left--) {
        byte = take(&reader);
        sum = noinit_ring_sum(sum, byte);
        stamp |= (uint32_t)(byte & 0x7fu) << shift;
    }
    entry->number = cursor->number;
    entry->kind = *head >> 5;
    entry->offset = cursor->offset;
    entry->body = reader.at;
    entry->size = left;
    entry->stamp = cursor->stamp + (stamp >> 1);
    entry->is_marked = (stamp & 1u) != 0;
    entry->is_sound = byte < 0x80u && length < reader.ring->state->size;
    for (; left > 0; left--) {
        sum = noinit_ring_sum(sum, take(&reader));
    }
    if ((take(&reader) != noinit_ring_check(sum, head, *head) && entry->kind != NOINIT_RING_KIND_OPEN) || (reader.flags & NOINIT_RING_BLOCK_DAMAGED) != 0) {
        entry->is_sound = false;
    }
    return reader.at;
}

/* Steps over the ends of blocks. False: at the head. */
static bool settle(noinit_ring_cursor_t *cursor, uint32_t head)
{
    const noinit_ring_t *ring = cursor->ring;
    for (;;) {
        const uint32_t at = cursor->offset;
        const bool is_last = at / NOINIT_RING_BLOCK == head / NOINIT_RING_BLOCK;
        if (is_last && at >= head) {
            return false;
        }
        if (at % NOINIT_RING_BLOCK != NOINIT_RING_BLOCK_END && *noinit_ring_at(ring, at) != NOINIT_RING_FILLER) {
            return true;
        }
        if (is_last) {
            return false;
        }
        noinit_ring_enter(cursor, noinit_ring_behind(ring, at));
    }
}

/* Whether the block that the cursor stands in is still the one that it stood in. */
static bool is_standing(const noinit_ring_cursor_t *cursor)
{
    const noinit_ring_t *ring = cursor->ring;
    NOINIT_ARCH_PUBLISH();
    const uint32_t tail = *(const volatile uint32_t *)&ring->state->tail;
    return noinit_ring_distance(ring, tail, cursor->offset) <= noinit_ring_distance(ring, tail, noinit_ring_head(ring) | (NOINIT_RING_BLOCK - 1u)) &&
           (int32_t)(noinit_ring_block(ring, cursor->offset)->number - cursor->number) <= 0;
}

bool noinit_ring_next(noinit_ring_cursor_t *cursor, noinit_ring_entry_t *entry)
{
    const noinit_ring_t *ring = cursor->ring;
    uint32_t end;
    uint32_t head;
    do {
        if (!is_standing(cursor)) {
            rewind_cursor(cursor);
        }
        head = noinit_ring_head(ring);
        NOINIT_ARCH_PUBLISH();
        if (!settle(cursor, head)) {
            return false;
        }
        end = parse(cursor, entry);
    } while (!is_standing(cursor));
    if (entry->kind == NOINIT_RING_KIND_OPEN && (int32_t)(entry->number - ring->state->boot_number) >= 0) {
        return false;
    }
    const uint32_t at = cursor->offset;
    if (noinit_ring_distance(ring, at, end) > noinit_ring_distance(ring, at, head)) {
        entry->is_sound = false;
    }
    cursor->number++;
    cursor->stamp = entry->stamp;
    /* What runs on ends the block, and so does what is wrong: its length may be. */
    cursor->offset = entry->is_sound && at / NOINIT_RING_BLOCK == end / NOINIT_RING_BLOCK ? end : (at | (NOINIT_RING_BLOCK - 1u)) - 1u;
    return true;
}

void noinit_ring_read(const noinit_ring_t *ring, const noinit_ring_entry_t *entry, uint32_t from, void *bytes, uint32_t size)
{
    uint8_t *next = bytes;
    reader_t reader = {.ring = ring, .at = entry->body};
    for (; from > 0; from--) {
        (void)take(&reader);
    }
    for (; size > 0; size--) {
        *next++ = take(&reader);
    }
}

void noinit_ring_release(const noinit_ring_t *ring, uint32_t number)
{
    NOINIT_STORE(ring->header->released_check, ~number);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(ring->header->released, number);
    NOINIT_ARCH_FLUSH(&ring->header->released, 8u);
}

uint32_t noinit_ring_overwritten(const noinit_ring_t *ring)
{
    const uint32_t count = noinit_ring_tail_number(ring) - ring->header->released;
    return (int32_t)count > 0 ? count : 0u;
}

bool noinit_ring_segment(const noinit_ring_cursor_t *cursor, noinit_segment_t *segment)
{
    const noinit_ring_t *ring = cursor->ring;
    noinit_ring_cursor_t place = *cursor;
    (void)settle(&place, noinit_ring_head(ring));
    const noinit_ring_block_t *own = noinit_ring_block(ring, place.offset);
    const uint8_t *from = (const uint8_t *)&ring->header->segment;
    const noinit_ring_block_t *block;
    uint32_t at = ring->state->tail;
    do {
        block = noinit_ring_block(ring, at);
        if ((block->flags & NOINIT_RING_BLOCK_SEGMENT) != 0) {
            from = &block->payload[4];
        }
        at = noinit_ring_behind(ring, at);
    } while (block != own && at != ring->state->tail);
    for (uint32_t i = 0; i < sizeof *segment; i++) {
        ((uint8_t *)segment)[i] = from[i];
    }
    return segment->crc == noinit_crc16(NOINIT_CRC16_START, from, sizeof *segment - 2u) && ((segment->flags ^ own->flags) & 0xfcu) == 0;
}
