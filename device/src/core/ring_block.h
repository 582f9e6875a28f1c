/* What the files of the ring share: how to step from byte to byte and from block to block. */
#ifndef NOINIT_CORE_RING_BLOCK_H
#define NOINIT_CORE_RING_BLOCK_H

#include "core/ring.h"
#include "core/store.h"

#define NOINIT_RING_CHECK_START 0xa5u
#define NOINIT_RING_FILLER ((uint8_t)(NOINIT_RING_KIND_OPEN << 5))
#define NOINIT_RING_LOST_MAX 0xffffffu

static inline uint32_t noinit_ring_sum(uint32_t sum, uint8_t byte)
{
    return (sum << 1 | sum >> 31) + byte;
}

static inline uint8_t noinit_ring_fold(uint32_t sum)
{
    return (uint8_t)(sum + (sum >> 8) + (sum >> 16) + (sum >> 24));
}

/* `offset` is below state->size; any offset inside the block. */
static inline noinit_ring_block_t *noinit_ring_block(const noinit_ring_t *ring, uint32_t offset)
{
    return &ring->blocks[offset / NOINIT_RING_BLOCK];
}

static inline uint8_t *noinit_ring_at(const noinit_ring_t *ring, uint32_t offset)
{
    return (uint8_t *)ring->blocks + offset;
}

/* Where the block behind the one with `offset` starts. */
static inline uint32_t noinit_ring_behind(const noinit_ring_t *ring, uint32_t offset)
{
    offset = (offset | (NOINIT_RING_BLOCK - 1u)) + 1u;
    return offset == ring->state->size ? 0u : offset;
}

/* From `from` on to `to`, both below state->size. */
static inline uint32_t noinit_ring_distance(const noinit_ring_t *ring, uint32_t from, uint32_t to)
{
    return to >= from ? to - from : to + ring->state->size - from;
}

/* Offset in the block of the first entry that begins in it; its end: none does. */
static inline uint32_t noinit_ring_first_of(const noinit_ring_block_t *block)
{
    const uint32_t first = block->first;
    return first - 1u < NOINIT_RING_BLOCK_END ? first : NOINIT_RING_BLOCK_END;
}

/* Offset of the next entry: in the open block, or at its end. */
static inline uint32_t noinit_ring_head(const noinit_ring_t *ring)
{
    return ring->state->next - 2u;
}

/* Bytes left in the open block. */
static inline uint32_t noinit_ring_room(const noinit_ring_t *ring)
{
    return (0u - ring->state->next) % NOINIT_RING_BLOCK;
}

/* A block's place in the header. */
static inline uint32_t noinit_ring_block_place(uint32_t start)
{
    return NOINIT_RING_PLACE(start + NOINIT_RING_BLOCK_HEADER);
}

/* Stands in an open block's crc: any flipped bit of its header shows. */
static inline uint16_t noinit_ring_header_check(uint32_t number, uint32_t time, uint32_t shape)
{
    const uint32_t sum = number ^ time ^ shape;
    return (uint16_t) ~(sum ^ sum >> 16);
}

#define NOINIT_RING_SHAPE(first, flags) ((uint32_t)(first) << 16 | (uint32_t)(flags) << 24)

/* Writes a block's header; its time is the stamp of the entry before. */
void noinit_ring_begin_block(const noinit_ring_t *ring, uint32_t start, uint32_t number, uint32_t shape);

/* Nothing more goes into the open block, unless nothing is in it yet. Locked. */
void noinit_ring_end_block(const noinit_ring_t *ring);

/* Bytes of the head that begins at `head`; what it says. A head never crosses the end of its block, which has two more bytes behind it. */
uint32_t noinit_ring_head_size(const uint8_t *head, uint32_t *length);

/* The check of an entry: `sum` is that of what stands behind its head, whose first byte is `first` once it is closed. */
uint8_t noinit_ring_check(uint32_t sum, const uint8_t *head, uint8_t first);

/*
 * Counts from the block's number on over the entries that begin in it, up to offset `end`. Gives the offset behind the last one, which may
 * be behind the block; or 0: one of them is open and may still be closed.
 */
uint32_t noinit_ring_count(const noinit_ring_t *ring, const noinit_ring_block_t *block, uint32_t end, uint32_t *number);

/* Of a sealed block. */
uint16_t noinit_ring_crc(const noinit_ring_block_t *block);

/* Moves the cursor to the first entry of the block that starts there. */
void noinit_ring_enter(noinit_ring_cursor_t *cursor, uint32_t start);

/* The word that keeps `count`; `flip` is 0xff, or the block's where its gap entry is being written. */
static inline uint32_t noinit_ring_lost_word(uint32_t count, uint32_t flip)
{
    return count | ((count + (count >> 8) + (count >> 16)) ^ flip) << 24;
}

static inline uint32_t noinit_ring_lost_flip(uint32_t offset)
{
    return offset / NOINIT_RING_BLOCK % 128u;
}

#endif
