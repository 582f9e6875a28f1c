/* Reading: entry by entry, from any context and any core; no value in retained memory leads outside the region. */
#include "core/ring.h"

#include "core/crc.h"
#include "core/ring_block.h"

/* The byte at `*offset`; moves on. Behind the last byte of a block the next one follows. */
static uint8_t take(const noinit_ring_t *ring, uint32_t *offset)
{
    if (*offset % NOINIT_RING_BLOCK >= NOINIT_RING_BLOCK_END) {
        *offset = noinit_ring_behind(ring, *offset) + NOINIT_RING_BLOCK_HEADER;
    }
    return *noinit_ring_at(ring, (*offset)++);
}

noinit_ring_cursor_t noinit_ring_enter(const noinit_ring_t *ring, uint32_t start)
{
    const noinit_ring_block_t *block = noinit_ring_block(ring, start);
    const uint32_t first = block->first;
    return (noinit_ring_cursor_t){
        .ring = ring,
        .offset = start + (first != 0 && first < NOINIT_RING_BLOCK_END ? first : NOINIT_RING_BLOCK_END),
        .number = block->number,
        .stamp = (uint64_t)block->time_high << 32 | block->time,
    };
}

noinit_ring_cursor_t noinit_ring_oldest(const noinit_ring_t *ring)
{
    const volatile uint32_t *tail = &ring->state->tail;
    for (;;) {
        const uint32_t start = *tail;
        const noinit_ring_cursor_t cursor = noinit_ring_enter(ring, start);
        NOINIT_ARCH_PUBLISH();
        if (start == *tail) {
            return cursor;
        }
    }
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
    const noinit_ring_t *ring = cursor->ring;
    uint32_t at = cursor->offset;
    const uint8_t first = take(ring, &at);
    uint32_t length = first & 31u;
    if (length == 31u) {
        const uint8_t low = take(ring, &at);
        length += low & 0x7fu;
        if (low >= 0x80u) {
            length += (uint32_t)take(ring, &at) << 7;
        }
    }
    uint32_t left = length;
    uint32_t stamp = 0;
    uint32_t sum = NOINIT_RING_CHECK_START;
    uint8_t byte = 0x80;
    for (uint32_t shift = 0; byte >= 0x80u && left > 0; shift += 7u, left--) {
        byte = take(ring, &at);
        sum = noinit_ring_sum(sum, byte);
        stamp |= shift < 32u ? (uint32_t)(byte & 0x7fu) << shift : 0u;
    }
    *entry = (noinit_ring_entry_t){
        .number = cursor->number,
        .kind = first >> 5,
        .offset = cursor->offset,
        .body = at,
        .size = left,
        .stamp = cursor->stamp + (stamp >> 1),
        .is_marked = (stamp & 1u) != 0,
        .is_sound = byte < 0x80u && length < ring->state->size,
    };
    for (; left > 0; left--) {
        sum = noinit_ring_sum(sum, take(ring, &at));
    }
    uint32_t head = cursor->offset;
    for (uint32_t size = length < 31u ? 1u : length < 31u + 128u ? 2u : 3u; size > 0; size--) {
        sum = noinit_ring_sum(sum, take(ring, &head));
    }
    if (take(ring, &at) != noinit_ring_fold(sum) && entry->kind != NOINIT_RING_KIND_OPEN) {
        entry->is_sound = false;
    }
    return at;
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
        *cursor = noinit_ring_enter(ring, noinit_ring_behind(ring, at));
    }
}

bool noinit_ring_next(noinit_ring_cursor_t *cursor, noinit_ring_entry_t *entry)
{
    const noinit_ring_t *ring = cursor->ring;
    for (;;) {
        const uint32_t head = noinit_ring_head(ring);
        NOINIT_ARCH_PUBLISH();
        noinit_ring_cursor_t next = noinit_ring_oldest(ring);
        if ((int32_t)(next.number - cursor->number) < 0) {
            next = *cursor;
        }
        if (!settle(&next, head)) {
            return false;
        }
        const uint32_t at = next.offset;
        const uint32_t end = parse(&next, entry);
        NOINIT_ARCH_PUBLISH();
        if ((int32_t)(noinit_ring_tail_number(ring) - next.number) > 0) {
            continue;
        }
        if (entry->kind == NOINIT_RING_KIND_OPEN && (int32_t)(entry->number - ring->state->boot_number) >= 0) {
            return false;
        }
        if (noinit_ring_distance(ring, at, end) > noinit_ring_distance(ring, at, head)) {
            entry->is_sound = false;
        }
        next.number++;
        next.stamp = entry->stamp;
        next.offset = at / NOINIT_RING_BLOCK == end / NOINIT_RING_BLOCK ? end : (at | (NOINIT_RING_BLOCK - 1u)) - 1u;
        *cursor = next;
        return true;
    }
}

void noinit_ring_read(const noinit_ring_t *ring, const noinit_ring_entry_t *entry, uint32_t from, void *bytes, uint32_t size)
{
    uint8_t *next = bytes;
    uint32_t at = entry->body;
    for (; from > 0; from--) {
        (void)take(ring, &at);
    }
    for (; size > 0; size--) {
        *next++ = take(ring, &at);
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
