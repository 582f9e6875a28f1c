/* Appending: room is made one block at a time, each in a lock of its own, then the entry is reserved, filled and closed. */
#include "core/ring.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/ring_block.h"

#define HEAD_MAX (3u + NOINIT_RING_STAMP_MAX)

/* A gap entry: head, stamp 0, four bytes of count, check. */
#define GAP_TOTAL 7u
#define GAP_HEAD (NOINIT_RING_KIND_GAP << 5 | (GAP_TOTAL - 2u))

typedef enum {
    STEP_DONE,
    STEP_AGAIN, /* some room was made */
    STEP_SEAL,  /* only sealed blocks may be overwritten */
    STEP_NONE   /* no room */
} step_t;

/* What is to be reserved. */
typedef struct {
    uint32_t length; /* of the body */
    uint32_t mark;
    uint64_t now;
    uint32_t flags; /* of the block that it must be the first in; 0: any block */
} request_t;

static void store_flushed(uint32_t *word, uint32_t value)
{
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(*word, value);
    NOINIT_ARCH_FLUSH(word, sizeof *word);
}

void noinit_ring_begin_block(const noinit_ring_t *ring, uint32_t start, uint32_t number, uint32_t shape)
{
    noinit_ring_block_t *block = noinit_ring_block(ring, start);
    const noinit_ring_state_t *state = ring->state;
    shape |= (uint16_t)state->last_stamp_high | (uint32_t)state->segment << 24;
    NOINIT_STORE(block->number, number);
    NOINIT_STORE(block->time, state->last_stamp);
    NOINIT_STORE(block->shape, shape);
    NOINIT_STORE(block->crc, noinit_ring_header_check(number, state->last_stamp, shape));
}

void noinit_ring_end_block(const noinit_ring_t *ring)
{
    const uint32_t room = noinit_ring_room(ring);
    if (room % NOINIT_RING_PAYLOAD != 0) {
        NOINIT_STORE(*noinit_ring_at(ring, noinit_ring_head(ring)), NOINIT_RING_FILLER);
        ring->state->next += room;
    }
}

/* Gives the oldest block away, if it may go. A segment start is copied to the header while it still stands in the oldest block. */
static __attribute__((noinline)) step_t evict(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    noinit_ring_state_t *state = ring->state;
    /* The block behind it must be sealed too: what is still being written may have no number yet. */
    const uint32_t behind = noinit_ring_behind(ring, state->tail);
    if (state->sealed == state->tail || state->sealed == behind) {
        return STEP_SEAL;
    }
    const uint32_t number = noinit_ring_block(ring, behind)->number;
    if (state->drops_newest && (int32_t)(header->released - number) < 0) {
        return STEP_NONE;
    }
    for (uint32_t i = 0; i < 2u; i++) {
        if (state->holds[i] != NOINIT_RING_NO_HOLD && (int32_t)(state->holds[i] - number) < 0) {
            return STEP_NONE;
        }
    }
    const noinit_ring_block_t *oldest = noinit_ring_block(ring, state->tail);
    if ((oldest->flags & NOINIT_RING_BLOCK_SEGMENT) != 0) {
        const uint32_t *from = (const uint32_t *)(const void *)&oldest->payload[4];
        uint32_t *to = (uint32_t *)(void *)&header->segment;
        for (uint32_t i = 0; i < sizeof header->segment / 4u; i++) {
            NOINIT_STORE(to[i], from[i]);
        }
        NOINIT_ARCH_FLUSH(to, sizeof header->segment);
    }
    state->tail = behind;
    store_flushed(&header->tail, noinit_ring_block_place(behind));
    return STEP_AGAIN;
}

/* The entry's number is taken before: a fault that comes in before `next` has moved makes it one that was lost. */
static __attribute__((noinline)) void publish(const noinit_ring_t *ring, uint32_t end)
{
    NOINIT_ARCH_PUBLISH();
    ring->state->next = end + 2u;
    store_flushed(&ring->header->head, NOINIT_RING_PLACE(end));
}

/*
 * The first entry of the block says how many were dropped. The count is marked as taken over until that entry stands: recovery then knows
 * whether it does.
 */
static __attribute__((noinline)) void put_gap(const noinit_ring_t *ring, uint32_t start, uint32_t count)
{
    uint32_t *lost = &ring->header->lost;
    store_flushed(lost, noinit_ring_lost_word(count, noinit_ring_lost_flip(start)));
    uint8_t *at = noinit_ring_block(ring, start)->payload;
    NOINIT_STORE(at[0], (uint8_t)GAP_HEAD);
    NOINIT_STORE(at[1], 0);
    uint32_t sum = noinit_ring_sum(NOINIT_RING_CHECK_START, 0);
    uint32_t byte = 0x80;
    for (uint32_t i = 2; i < GAP_TOTAL - 1u; i++, count >>= 7) {
        byte = i < GAP_TOTAL - 2u ? 0x80u : 0u;
        byte |= count & 0x7fu;
        NOINIT_STORE(at[i], (uint8_t)byte);
        sum = noinit_ring_sum(sum, (uint8_t)byte);
    }
    NOINIT_STORE(at[GAP_TOTAL - 1u], noinit_ring_fold(noinit_ring_sum(sum, GAP_HEAD)));
    ring->state->number++;
    publish(ring, start + NOINIT_RING_BLOCK_HEADER + GAP_TOTAL);
    store_flushed(lost, noinit_ring_lost_word(0, 0xff));
}

/* Stores length, open mark and stamp; gives the first byte behind them. */
static void put_head(noinit_ring_writer_t *writer, uint32_t length, uint32_t stamp)
{
    uint8_t *at = writer->head;
    NOINIT_STORE(*at, (uint8_t)(NOINIT_RING_FILLER | (length < 31u ? length : 31u)));
    at++;
    if (length >= 31u) {
        length -= 31u;
        if (length >= 0x80u) {
            NOINIT_STORE(*at, (uint8_t)(length | 0x80u));
            at++;
            length >>= 7;
        }
        NOINIT_STORE(*at, (uint8_t)length);
        at++;
    }
    uint32_t sum = NOINIT_RING_CHECK_START;
    do {
        const uint8_t byte = (uint8_t)(stamp >= 0x80u ? stamp | 0x80u : stamp);
        NOINIT_STORE(*at, byte);
        at++;
        sum = noinit_ring_sum(sum, byte);
        stamp >>= 7;
    } while (stamp != 0);
    writer->sum = sum;
    writer->room -= (uint32_t)(at - writer->head);
    writer->at = at;
}

/* One try, locked. */
static __attribute__((noinline)) step_t try_reserve(noinit_ring_writer_t *writer, const request_t *request)
{
    const noinit_ring_t *ring = writer->ring;
    noinit_ring_state_t *state = ring->state;
    const uint32_t low = (uint32_t)request->now;
    const uint32_t high = (uint32_t)(request->now >> 32);
    uint32_t ticks = low - state->last_stamp;
    const uint32_t high_ticks = high - state->last_stamp_high - (low < state->last_stamp ? 1u : 0u);
    bool jumps = request->flags != 0;
    if ((int32_t)high_ticks < 0) {
        ticks = 0; /* another context read the clock later and came in first */
    } else {
        jumps = jumps || (high_ticks | ticks >> 31) != 0;
    }
    if (jumps) {
        ticks = 0;
    }
    uint32_t length = request->length + 1u;
    for (uint32_t rest = ticks; rest >= 0x40u; rest >>= 7) {
        length++;
    }
    const uint32_t total = length + (length < 31u ? 2u : length < 31u + 128u ? 3u : 4u);

    uint32_t at = noinit_ring_head(ring);
    uint32_t room = noinit_ring_room(ring);
    uint32_t start = noinit_ring_behind(ring, at);
    uint32_t blocks = 0;
    const uint32_t lost = ring->header->lost & NOINIT_RING_LOST_MAX;
    const bool opens = jumps || lost != 0 || (total > room && (total <= NOINIT_RING_SHORT_MAX || room < HEAD_MAX));
    if (opens) {
        if (room == NOINIT_RING_PAYLOAD) {
            start = at - NOINIT_RING_BLOCK_HEADER;
        } else {
            blocks = 1;
        }
    } else if (total > room) {
        blocks = ((total - room + NOINIT_RING_PAYLOAD - 1u) * 9199u) >> 20; /* divided by 114, for up to 9,000 */
    }
    if (noinit_ring_distance(ring, noinit_ring_behind(ring, at), state->tail) < blocks * NOINIT_RING_BLOCK) {
        /* What is longer than the ring would empty it for nothing. */
        return (blocks + 2u) * NOINIT_RING_BLOCK > state->size ? STEP_NONE : evict(ring);
    }
    if (opens) {
        noinit_ring_end_block(ring);
        if (jumps && lost == 0) {
            state->last_stamp = low;
            state->last_stamp_high = high;
            if (request->flags != 0) {
                state->segment = (uint8_t)(state->segment + 4u);
                state->wants_segment = false;
            }
        }
        at = start + NOINIT_RING_BLOCK_HEADER;
        room = NOINIT_RING_PAYLOAD;
        noinit_ring_begin_block(ring, start, state->number, NOINIT_RING_SHAPE(NOINIT_RING_BLOCK_HEADER, lost != 0 ? 0 : request->flags));
        if (lost != 0) {
            put_gap(ring, start, lost);
            if (state->wants_segment) {
                noinit_ring_end_block(ring);
            }
            return STEP_AGAIN;
        }
        if (request->flags == 0) {
            publish(ring, at);
            return STEP_AGAIN;
        }
    }
    writer->number = ++state->number;
    writer->head = noinit_ring_at(ring, at);
    writer->room = room;
    put_head(writer, length, ticks << 1 | request->mark);
    state->last_stamp += ticks;
    state->last_stamp_high += state->last_stamp < ticks ? 1u : 0u;
    uint32_t end = at + total;
    if (blocks != 0 && !opens) {
        start = at - at % NOINIT_RING_BLOCK + blocks * NOINIT_RING_BLOCK;
        if (start >= state->size) {
            start -= state->size;
        }
        end = NOINIT_RING_BLOCK_HEADER + total - room - (blocks - 1u) * NOINIT_RING_PAYLOAD;
        noinit_ring_begin_block(ring, start, state->number, NOINIT_RING_SHAPE(end == NOINIT_RING_BLOCK_END ? 0u : end, 0));
        end += start;
    }
    writer->end = end;
    publish(ring, end);
    return STEP_DONE;
}

static __attribute__((noinline)) bool reserve(const noinit_ring_t *ring, noinit_ring_writer_t *writer, const request_t *request)
{
    writer->ring = ring;
    for (;;) {
        const uint32_t sealed = ring->state->sealed;
        const uint32_t lock = noinit_arch_lock();
        const step_t step = try_reserve(writer, request);
        noinit_arch_unlock(lock);
        if (step == STEP_SEAL) {
            noinit_ring_seal(ring);
        }
        if (step == STEP_DONE || step == STEP_NONE || (step == STEP_SEAL && ring->state->sealed == sealed)) {
            return step == STEP_DONE;
        }
    }
}

bool noinit_ring_open_segment(const noinit_ring_t *ring)
{
    noinit_segment_t segment;
    noinit_ring_writer_t writer;
    noinit_ring_state_t *state = ring->state;
    ring->describe(ring, &segment);
    state->wants_segment = true;
    const request_t request = {
        .length = sizeof segment + 1u,
        .now = (uint64_t)segment.stamp[1] << 32 | segment.stamp[0],
        .flags = NOINIT_RING_BLOCK_SEGMENT,
    };
    if (!reserve(ring, &writer, &request)) {
        return false;
    }
    segment.number = writer.number - 1u;
    segment.flags = (uint8_t)(state->segment | (state->is_damaged ? 1u : 0u));
    state->is_damaged = false;
    segment.crc = noinit_crc16(NOINIT_CRC16_START, (const uint8_t *)&segment, offsetof(noinit_segment_t, crc));
    noinit_ring_byte(&writer, 0);
    noinit_ring_fill(&writer, &segment, sizeof segment);
    noinit_ring_close(&writer, NOINIT_RING_KIND_SEGMENT);
    return true;
}

bool noinit_ring_try(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now)
{
    const request_t request = {.length = length, .mark = mark, .now = now};
    const noinit_ring_state_t *state = ring->state;
    return state->size != 0 && (!state->wants_segment || noinit_ring_open_segment(ring)) && reserve(ring, writer, &request);
}

bool noinit_ring_reserve(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now)
{
    const bool is_reserved = noinit_ring_try(ring, writer, length, mark, now);
    if (!is_reserved) {
        noinit_ring_lose(ring, 1);
    }
    return is_reserved;
}

void noinit_ring_lose(const noinit_ring_t *ring, uint32_t count)
{
    if (ring->state->size == 0 || count == 0) {
        return;
    }
    const uint32_t lock = noinit_arch_lock();
    const uint32_t lost = ring->header->lost & NOINIT_RING_LOST_MAX;
    count = count < NOINIT_RING_LOST_MAX - lost ? lost + count : NOINIT_RING_LOST_MAX;
    store_flushed(&ring->header->lost, noinit_ring_lost_word(count, 0xff));
    /* The count stands where it was lost: nothing comes before it. */
    noinit_ring_end_block(ring);
    noinit_arch_unlock(lock);
}

void noinit_ring_byte(noinit_ring_writer_t *writer, uint8_t byte)
{
    if (writer->room == 0) {
        const noinit_ring_t *ring = writer->ring;
        NOINIT_ARCH_FLUSH(writer->at - NOINIT_RING_PAYLOAD, NOINIT_RING_PAYLOAD);
        const uint32_t start = noinit_ring_behind(ring, (uint32_t)(writer->at - 1 - (uint8_t *)ring->blocks));
        /* The header of the last block was written with the reservation. */
        if (writer->end - start > NOINIT_RING_BLOCK) {
            noinit_ring_begin_block(ring, start, writer->number, 0);
        }
        writer->at = noinit_ring_at(ring, start + NOINIT_RING_BLOCK_HEADER);
        writer->room = NOINIT_RING_PAYLOAD;
    }
    NOINIT_STORE(*writer->at, byte);
    writer->at++;
    writer->room--;
    writer->sum = noinit_ring_sum(writer->sum, byte);
}

void noinit_ring_fill(noinit_ring_writer_t *writer, const void *bytes, uint32_t size)
{
    const uint8_t *next = bytes;
    for (; size > 0; size--) {
        noinit_ring_byte(writer, *next++);
    }
}

void noinit_ring_close(noinit_ring_writer_t *writer, uint32_t kind)
{
    uint8_t *const head = writer->head;
    const uint8_t first = (uint8_t)((*head & 31u) | kind << 5);
    uint32_t sum = noinit_ring_sum(writer->sum, first);
    if ((first & 31u) == 31u) {
        sum = noinit_ring_sum(sum, head[1]);
        if (head[1] >= 0x80u) {
            sum = noinit_ring_sum(sum, head[2]);
        }
    }
    noinit_ring_byte(writer, noinit_ring_fold(sum));
    NOINIT_ARCH_FLUSH(writer->at - (NOINIT_RING_PAYLOAD - writer->room), NOINIT_RING_PAYLOAD - writer->room);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(*head, first);
    NOINIT_ARCH_FLUSH(head, 1u);
    noinit_ring_seal(writer->ring);
}
