/* Appending: room is made one block at a time, each in a lock of its own, then the entry is reserved, filled and closed. */
#include "core/ring.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/ring_block.h"

#define HEAD_MAX (3u + NOINIT_RING_STAMP_MAX)

typedef enum {
    STEP_DONE,
    STEP_AGAIN, /* some room was made */
    STEP_SEAL,  /* only sealed blocks may be overwritten */
    STEP_NONE   /* no room */
} step_t;

static void store_flushed(uint32_t *word, uint32_t value)
{
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(*word, value);
    NOINIT_ARCH_FLUSH(word, sizeof *word);
}

void noinit_ring_begin_block(const noinit_ring_t *ring, uint32_t start, uint32_t number, uint32_t first, uint32_t flags)
{
    noinit_ring_block_t *block = noinit_ring_block(ring, start);
    NOINIT_STORE(block->number, number);
    NOINIT_STORE(block->time, ring->state->last_stamp);
    NOINIT_STORE(block->time_high, (uint16_t)ring->state->last_stamp_high);
    NOINIT_STORE(block->first, (uint8_t)first);
    NOINIT_STORE(block->flags, (uint8_t)(flags | ring->state->segment));
    NOINIT_STORE(block->crc, noinit_ring_header_check(block));
}

void noinit_ring_bridge(const noinit_ring_t *ring, uint32_t from, uint32_t to, uint32_t number)
{
    while (from / NOINIT_RING_BLOCK != to / NOINIT_RING_BLOCK) {
        from = noinit_ring_behind(ring, from);
        if (from / NOINIT_RING_BLOCK != to / NOINIT_RING_BLOCK) {
            noinit_ring_begin_block(ring, from, number, 0, 0);
        }
    }
}

/* Gives the oldest block away, if it may go. A segment start is copied to the header while it still stands in the oldest block. */
static step_t evict(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    noinit_ring_state_t *state = ring->state;
    /* The block behind it must be sealed too: what is still being written may have no number yet. */
    if (noinit_ring_distance(ring, state->tail, state->sealed) < 2u * NOINIT_RING_BLOCK) {
        return STEP_SEAL;
    }
    const uint32_t behind = noinit_ring_behind(ring, state->tail);
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
        for (uint32_t i = 0; i < sizeof header->segment / 4u; i++) {
            NOINIT_STORE(((uint32_t *)&header->segment)[i], from[i]);
        }
        NOINIT_ARCH_FLUSH(&header->segment, sizeof header->segment);
    }
    state->tail = behind;
    store_flushed(&header->tail, noinit_ring_block_place(behind));
    return STEP_AGAIN;
}

/* The entry's number is taken first: a fault that comes in before `next` has moved makes it one that was lost. */
static void publish(const noinit_ring_t *ring, uint32_t end)
{
    NOINIT_ARCH_PUBLISH();
    ring->state->next = end + 2u;
    store_flushed(&ring->header->head, NOINIT_RING_PLACE(end));
}

void noinit_ring_end_block(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    const uint32_t room = noinit_ring_room(ring);
    if (room != 0 && room != NOINIT_RING_PAYLOAD) {
        NOINIT_STORE(*noinit_ring_at(ring, noinit_ring_head(ring)), NOINIT_RING_FILLER);
        state->next += room;
    }
}

/*
 * Opens a block whose first entry says how many were dropped. The count is marked as taken over until that entry stands: recovery then
 * knows whether it does.
 */
static void open_with_gap(const noinit_ring_t *ring, uint32_t start, uint32_t count)
{
    noinit_ring_begin_block(ring, start, ring->state->number, NOINIT_RING_BLOCK_HEADER, 0);
    store_flushed(&ring->header->lost, noinit_ring_lost_word(count, noinit_ring_lost_flip(start)));
    noinit_ring_writer_t writer = {.ring = ring, .sum = NOINIT_RING_CHECK_START, .room = NOINIT_RING_PAYLOAD};
    writer.head = noinit_ring_block(ring, start)->payload;
    writer.at = writer.head + 1;
    noinit_ring_byte(&writer, 0);
    uint32_t length = 2;
    for (; count >= 0x80u; count >>= 7, length++) {
        noinit_ring_byte(&writer, (uint8_t)(count | 0x80u));
    }
    noinit_ring_byte(&writer, (uint8_t)count);
    const uint8_t first = (uint8_t)(NOINIT_RING_KIND_GAP << 5 | length);
    NOINIT_STORE(*writer.head, first);
    noinit_ring_byte(&writer, noinit_ring_fold(noinit_ring_sum(writer.sum, first)));
    ring->state->number++;
    uint32_t end = start + NOINIT_RING_BLOCK_HEADER + 2u + length;
    if (ring->state->wants_segment) {
        NOINIT_STORE(*noinit_ring_at(ring, end), NOINIT_RING_FILLER);
        end = start + NOINIT_RING_BLOCK_END;
    }
    publish(ring, end);
    store_flushed(&ring->header->lost, noinit_ring_lost_word(0, 0xff));
}

/* What is to be reserved, and where it came to lie. */
typedef struct {
    bool is_segment;
    uint32_t length; /* of the body */
    uint32_t mark;
    uint64_t now;
    uint32_t number;
    uint32_t end;
} request_t;

static void begin_segment(noinit_ring_state_t *state)
{
    state->segment = (uint8_t)(state->segment + 4u);
    state->wants_segment = false;
}

/* Stores length, open mark and stamp; gives the first byte behind them. */
static uint8_t *store_head(uint8_t *at, uint32_t length, uint32_t stamp, uint32_t *sum)
{
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
    for (;;) {
        const uint8_t byte = (uint8_t)(stamp >= 0x80u ? stamp | 0x80u : stamp);
        NOINIT_STORE(*at, byte);
        at++;
        *sum = noinit_ring_sum(*sum, byte);
        stamp >>= 7;
        if (stamp == 0) {
            return at;
        }
    }
}

/* One try, locked. */
static step_t try_reserve(noinit_ring_writer_t *writer, request_t *request)
{
    const noinit_ring_t *ring = writer->ring;
    noinit_ring_state_t *state = ring->state;
    const uint64_t last = (uint64_t)state->last_stamp_high << 32 | state->last_stamp;
    uint64_t now = request->now;
    /* Another context may have read the clock later and come in first. */
    if ((int64_t)(now - last) < 0 && !request->is_segment) {
        now = last;
    }
    const bool jumps = request->is_segment || (now - last) >> 31 != 0;
    const uint32_t stamp = jumps ? request->mark : (uint32_t)(now - last) << 1 | request->mark;
    uint32_t length = request->length + 1u;
    for (uint32_t rest = stamp; rest >= 0x80u; rest >>= 7) {
        length++;
    }
    const uint32_t total = length + (length < 31u ? 2u : length < 31u + 128u ? 3u : 4u);

    uint32_t at = noinit_ring_head(ring);
    uint32_t room = noinit_ring_room(ring);
    const uint32_t lost = ring->header->lost & NOINIT_RING_LOST_MAX;
    const bool opens = jumps || lost != 0 || (total > room && (total <= NOINIT_RING_SHORT_MAX || room < HEAD_MAX));
    uint32_t blocks = opens && room != NOINIT_RING_PAYLOAD ? 1u : 0u;
    if (opens) {
        room = NOINIT_RING_PAYLOAD;
    }
    uint32_t extra = 0;
    if (total > room) {
        extra = ((total - room + NOINIT_RING_PAYLOAD - 1u) * 9199u) >> 20; /* divided by 114, for up to 9,000 */
        blocks += extra;
    }
    if ((blocks + 2u) * NOINIT_RING_BLOCK > state->size) {
        return STEP_NONE;
    }
    if (noinit_ring_distance(ring, noinit_ring_behind(ring, at), state->tail) < blocks * NOINIT_RING_BLOCK) {
        return evict(ring);
    }
    if (opens) {
        noinit_ring_end_block(ring);
        const uint32_t start = blocks == extra ? at - NOINIT_RING_BLOCK_HEADER : noinit_ring_behind(ring, at);
        if (lost != 0) {
            open_with_gap(ring, start, lost);
            return STEP_AGAIN;
        }
        if (jumps) {
            state->last_stamp = (uint32_t)now;
            state->last_stamp_high = (uint32_t)(now >> 32);
        }
        if (request->is_segment) {
            begin_segment(state);
        }
        at = start + NOINIT_RING_BLOCK_HEADER;
        noinit_ring_begin_block(ring, start, state->number, NOINIT_RING_BLOCK_HEADER,
                                request->is_segment ? NOINIT_RING_BLOCK_SEGMENT : 0u);
    }
    request->number = ++state->number;
    writer->head = noinit_ring_at(ring, at);
    writer->at = store_head(writer->head, length, stamp, &writer->sum);
    writer->room = room - (uint32_t)(writer->at - writer->head);
    state->last_stamp = (uint32_t)now;
    state->last_stamp_high = (uint32_t)(now >> 32);
    uint32_t end = at + total;
    if (extra != 0) {
        end = at / NOINIT_RING_BLOCK * NOINIT_RING_BLOCK + extra * NOINIT_RING_BLOCK;
        if (end >= state->size) {
            end -= state->size;
        }
        const uint32_t place = NOINIT_RING_BLOCK_HEADER + total - room - (extra - 1u) * NOINIT_RING_PAYLOAD;
        noinit_ring_begin_block(ring, end, state->number, place < NOINIT_RING_BLOCK_END ? place : 0u, 0);
        end += place;
    }
    request->end = end;
    publish(ring, end);
    return STEP_DONE;
}

static bool reserve(noinit_ring_writer_t *writer, request_t *request)
{
    const noinit_ring_t *ring = writer->ring;
    writer->sum = NOINIT_RING_CHECK_START;
    for (;;) {
        const uint32_t sealed = ring->state->sealed;
        const uint32_t lock = noinit_arch_lock();
        const step_t step = try_reserve(writer, request);
        noinit_arch_unlock(lock);
        if (step == STEP_DONE) {
            noinit_ring_bridge(ring, (uint32_t)(writer->head - (uint8_t *)ring->blocks), request->end, request->number);
            return true;
        }
        if (step == STEP_SEAL) {
            noinit_ring_seal(ring);
        }
        if (step == STEP_NONE || (step == STEP_SEAL && ring->state->sealed == sealed)) {
            return false;
        }
    }
}

bool noinit_ring_open_segment(const noinit_ring_t *ring)
{
    noinit_segment_t segment;
    ring->describe(ring, &segment);
    noinit_ring_writer_t writer = {.ring = ring};
    request_t request = {.is_segment = true, .length = sizeof segment + 1u};
    request.now = (uint64_t)segment.stamp[1] << 32 | segment.stamp[0];
    ring->state->wants_segment = true;
    if (!reserve(&writer, &request)) {
        return false;
    }
    segment.number = request.number - 1u;
    segment.flags = (uint8_t)(ring->state->segment | (ring->state->is_damaged ? 1u : 0u));
    ring->state->is_damaged = false;
    segment.crc = noinit_crc16(NOINIT_CRC16_START, (const uint8_t *)&segment, offsetof(noinit_segment_t, crc));
    noinit_ring_byte(&writer, 0);
    noinit_ring_fill(&writer, &segment, sizeof segment);
    noinit_ring_close(&writer, NOINIT_RING_KIND_SEGMENT);
    return true;
}

bool noinit_ring_reserve(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now)
{
    writer->ring = ring;
    request_t request = {.length = length, .mark = mark, .now = now};
    const noinit_ring_state_t *state = ring->state;
    if (state->size != 0 && (!state->wants_segment || noinit_ring_open_segment(ring)) && reserve(writer, &request)) {
        return true;
    }
    noinit_ring_lose(ring, 1);
    return false;
}

void noinit_ring_lose(const noinit_ring_t *ring, uint32_t count)
{
    if (ring->state->size == 0 || count == 0) {
        return;
    }
    const uint32_t lock = noinit_arch_lock();
    const uint32_t left = NOINIT_RING_LOST_MAX - (ring->header->lost & NOINIT_RING_LOST_MAX);
    count = NOINIT_RING_LOST_MAX - (count < left ? left - count : 0u);
    store_flushed(&ring->header->lost, noinit_ring_lost_word(count, 0xff));
    /* The count stands where it was lost: nothing comes before it. */
    noinit_ring_end_block(ring);
    noinit_arch_unlock(lock);
}

void noinit_ring_byte(noinit_ring_writer_t *writer, uint8_t byte)
{
    const noinit_ring_t *ring = writer->ring;
    if (writer->room == 0) {
        const uint32_t start = noinit_ring_behind(ring, (uint32_t)(writer->at - 1 - (uint8_t *)ring->blocks));
        NOINIT_ARCH_FLUSH(writer->at - NOINIT_RING_PAYLOAD, NOINIT_RING_PAYLOAD);
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
        if ((head[1] & 0x80u) != 0) {
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
