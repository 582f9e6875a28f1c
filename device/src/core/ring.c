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
    STEP_COPY,  /* a segment start is about to be overwritten: it belongs into the header first */
    STEP_NONE   /* no room */
} step_t;

/* What is to be reserved; and what that comes to behind entry `number`, found out before the lock. */
typedef struct {
    uint32_t length; /* of the body */
    uint32_t mark;
    uint64_t now;
    uint32_t flags; /* of the block that it must be the first in; 0: any block */
    uint32_t number;
    uint32_t next;
    uint32_t ticks;
    bool jumps; /* the stamp needs a block of its own */
    bool opens; /* a block, because of that or because there is no room */
    uint32_t blocks; /* that must be free */
    uint32_t last;   /* start of the one that it ends in */
    uint32_t end;    /* in that one */
    uint32_t total;
    uint8_t *head; /* of `bytes`, from the head's first */
    uint8_t *behind;
    uint8_t bytes[HEAD_MAX];
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
    NOINIT_ARCH_FLUSH(block, sizeof *block);
}

void noinit_ring_end_block(const noinit_ring_t *ring)
{
    const uint32_t room = noinit_ring_room(ring);
    if (room % NOINIT_RING_PAYLOAD != 0) {
        uint8_t *at = noinit_ring_at(ring, noinit_ring_head(ring));
        NOINIT_STORE(*at, NOINIT_RING_FILLER);
        NOINIT_ARCH_FLUSH(at, 1u);
        ring->state->next += room;
    }
}

static uint32_t *words_of(void *segment)
{
    return segment;
}

/* The segment start in the oldest block. */
static uint32_t *oldest_segment(const noinit_ring_t *ring)
{
    return words_of(&noinit_ring_block(ring, ring->state->tail)->payload[4]);
}

/*
 * Word by word, each in a lock of its own. What stood there is not needed any more: while it is in the oldest block, a segment start
 * outranks the header's.
 */
static __attribute__((noinline)) void copy_segment(const noinit_ring_t *ring)
{
    const uint32_t tail = ring->state->tail;
    uint32_t *to = words_of(&ring->header->segment);
    for (uint32_t i = 0; i < sizeof(noinit_segment_t) / 4u; i++) {
        const uint32_t lock = noinit_arch_lock();
        if (ring->state->tail == tail) {
            NOINIT_STORE(to[i], oldest_segment(ring)[i]);
        }
        noinit_arch_unlock(lock);
    }
    NOINIT_ARCH_FLUSH(to, sizeof(noinit_segment_t));
}

/* Whether a reader or the back ends still need an entry below `number`. */
static bool is_held(const noinit_ring_state_t *state, uint32_t number)
{
    for (uint32_t i = 0; i < 2u; i++) {
        if (state->holds[i] != NOINIT_RING_NO_HOLD && (int32_t)(state->holds[i] - number) < 0) {
            return true;
        }
    }
    return false;
}

/* Gives the oldest block away, if it may go. */
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
    if (is_held(state, number)) {
        return STEP_NONE;
    }
    const uint32_t *segment = oldest_segment(ring);
    if ((noinit_ring_block(ring, state->tail)->flags & NOINIT_RING_BLOCK_SEGMENT) != 0 &&
        (words_of(&header->segment)[9] != segment[9] || words_of(&header->segment)[10] != segment[10])) {
        return STEP_COPY; /* its number and its CRC say whether it is there */
    }
#if NOINIT_ARCH_HAS_CORES
    /* A reader on another core sets its hold before it looks at the tail: one of the two sees the other. */
    const uint32_t tail = state->tail;
    state->tail = behind;
    NOINIT_ARCH_PUBLISH();
    if (is_held(state, number)) {
        state->tail = tail;
        return STEP_NONE;
    }
#else
    state->tail = behind;
#endif
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

static uint32_t put(uint8_t *at, uint32_t sum, uint32_t byte)
{
    NOINIT_STORE(*at, (uint8_t)byte);
    return noinit_ring_sum(sum, (uint8_t)byte);
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
    uint32_t sum = put(&at[1], NOINIT_RING_CHECK_START, 0);
    sum = put(&at[2], sum, (count & 0x7fu) | 0x80u);
    sum = put(&at[3], sum, (count >> 7 & 0x7fu) | 0x80u);
    sum = put(&at[4], sum, (count >> 14 & 0x7fu) | 0x80u);
    sum = put(&at[5], sum, count >> 21);
    sum = put(&at[0], sum, GAP_HEAD);
    NOINIT_STORE(at[6], noinit_ring_fold(sum));
    NOINIT_STORE(at[7], NOINIT_RING_FILLER);
    NOINIT_ARCH_FLUSH(at, GAP_TOTAL + 1u);
    ring->state->number++;
    /* Before a segment start nobody may come in between: the gap then ends its block. */
    publish(ring, start + (ring->state->wants_segment ? NOINIT_RING_BLOCK_END : NOINIT_RING_BLOCK_HEADER + GAP_TOTAL));
    store_flushed(lost, noinit_ring_lost_word(0, 0xff));
}

/* Length, open mark and stamp, and where they go; not locked. */
static __attribute__((noinline)) void measure(noinit_ring_writer_t *writer, request_t *request)
{
    const noinit_ring_t *ring = writer->ring;
    const noinit_ring_state_t *state = ring->state;
    request->number = *(const volatile uint32_t *)&state->number;
    request->next = *(const volatile uint32_t *)&state->next;
    const uint64_t ticks = request->now - ((uint64_t)state->last_stamp_high << 32 | state->last_stamp);
    /* Negative: another context read the clock later and came in first. */
    request->jumps = request->flags != 0 || (int64_t)ticks >> 31 > 0;
    request->ticks = request->jumps || (int64_t)ticks < 0 ? 0u : (uint32_t)ticks;

    uint8_t *at = &request->bytes[HEAD_MAX - NOINIT_RING_STAMP_MAX];
    uint8_t *head = at;
    uint32_t stamp = request->ticks << 1 | request->mark;
    uint32_t sum = NOINIT_RING_CHECK_START;
    do {
        *at = (uint8_t)(stamp >= 0x80u ? stamp | 0x80u : stamp);
        sum = noinit_ring_sum(sum, *at++);
        stamp >>= 7;
    } while (stamp != 0);
    writer->sum = sum;
    uint32_t length = request->length + (uint32_t)(at - head);
    uint32_t total = length + 1u;
    if (length >= 31u) {
        length -= 31u;
        *--head = (uint8_t)length;
        if (length >= 0x80u) {
            *head = (uint8_t)(length >> 7);
            *--head = (uint8_t)(length | 0x80u);
        }
        length = 31u;
    }
    *--head = (uint8_t)(NOINIT_RING_FILLER | length);
    request->head = head;
    request->behind = at;
    total += (uint32_t)(&request->bytes[HEAD_MAX - NOINIT_RING_STAMP_MAX] - head);
    request->total = total;

    const uint32_t room = (0u - request->next) % NOINIT_RING_BLOCK;
    request->opens = request->jumps || (total > room && (total <= NOINIT_RING_SHORT_MAX || room < HEAD_MAX));
    request->blocks = request->opens && room != NOINIT_RING_PAYLOAD ? 1u : 0u;
    if (request->opens) {
        return;
    }
    request->last = request->next - 2u;
    for (uint32_t space = room; total > space; space = NOINIT_RING_PAYLOAD) {
        total -= space;
        request->blocks++;
        request->last = noinit_ring_behind(ring, request->last);
    }
    request->end = NOINIT_RING_BLOCK_HEADER + total;
}

/* One try, locked. */
static __attribute__((noinline)) step_t try_reserve(noinit_ring_writer_t *writer, const request_t *request)
{
    const noinit_ring_t *ring = writer->ring;
    noinit_ring_state_t *state = ring->state;
    if (request->number != state->number || request->next != state->next) {
        return STEP_AGAIN; /* an interrupt came in between */
    }
    uint32_t at = noinit_ring_head(ring);
    const uint32_t room = noinit_ring_room(ring);
    uint32_t start = noinit_ring_behind(ring, at);
    uint32_t blocks = request->blocks;
    bool opens = request->opens;
    const uint32_t lost = ring->header->lost & NOINIT_RING_LOST_MAX;
    if (lost != 0) {
        opens = true;
        blocks = room == NOINIT_RING_PAYLOAD ? 0u : 1u;
    }
    if (noinit_ring_distance(ring, start, state->tail) < blocks * NOINIT_RING_BLOCK) {
        /* What is longer than the ring would empty it for nothing. */
        return (blocks + 2u) * NOINIT_RING_BLOCK > state->size ? STEP_NONE : evict(ring);
    }
    if (opens) {
        if (blocks == 0) {
            start = at - NOINIT_RING_BLOCK_HEADER;
        } else if (room != 0) {
            noinit_ring_end_block(ring);
            return STEP_AGAIN;
        }
        /* An open block with nothing in it takes the gap as it is; but before a segment start nobody may come in between. */
        const bool puts_gap = lost != 0 && (blocks == 0 || state->wants_segment);
        const bool is_asked = lost == 0 && request->jumps;
        if (is_asked) {
            state->last_stamp = (uint32_t)request->now;
            state->last_stamp_high = (uint32_t)(request->now >> 32);
            if (request->flags != 0) {
                state->segment = (uint8_t)(state->segment + 4u);
                state->wants_segment = false;
            }
        }
        at = start + NOINIT_RING_BLOCK_HEADER;
        if (blocks != 0 || is_asked) {
            noinit_ring_begin_block(ring, start, state->number,
                                    NOINIT_RING_SHAPE(NOINIT_RING_BLOCK_HEADER, is_asked ? request->flags : 0u));
        }
        if (puts_gap) {
            put_gap(ring, start, lost);
            return STEP_AGAIN;
        }
        if (!is_asked || request->flags == 0) {
            publish(ring, at);
            return STEP_AGAIN;
        }
        blocks = 0;
    }
    state->number++;
    writer->head = noinit_ring_at(ring, at);
    uint8_t *to = writer->head;
    for (const uint8_t *from = request->head; from != request->behind; from++) {
        NOINIT_STORE(*to, *from);
        to++;
    }
    NOINIT_ARCH_FLUSH(writer->head, (uint32_t)(to - writer->head));
    state->last_stamp += request->ticks;
    state->last_stamp_high += state->last_stamp < request->ticks ? 1u : 0u;
    uint32_t end = at + request->total;
    if (blocks != 0) {
        end = request->last + request->end;
        noinit_ring_begin_block(ring, request->last, state->number,
                                NOINIT_RING_SHAPE(request->end == NOINIT_RING_BLOCK_END ? 0u : request->end, 0));
    }
    writer->end = end;
    publish(ring, end);
    return STEP_DONE;
}

static __attribute__((noinline)) bool reserve(const noinit_ring_t *ring, noinit_ring_writer_t *writer, request_t *request)
{
    writer->ring = ring;
    for (;;) {
        measure(writer, request);
        const uint32_t sealed = ring->state->sealed;
        const uint32_t lock = noinit_arch_lock();
        const step_t step = try_reserve(writer, request);
        noinit_arch_unlock(lock);
        if (step == STEP_DONE) {
            writer->number = request->number + 1u;
            writer->at = writer->head + (request->behind - request->head);
            writer->room = NOINIT_RING_BLOCK_END - (uint32_t)(writer->at - (uint8_t *)ring->blocks) % NOINIT_RING_BLOCK;
            return true;
        }
        if (step == STEP_SEAL) {
            noinit_ring_seal(ring);
        }
        if (step == STEP_COPY) {
            copy_segment(ring);
        }
        if (step == STEP_NONE || (step == STEP_SEAL && ring->state->sealed == sealed)) {
            return false;
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
    request_t request; /* measured field by field: an initialiser would clear all of it */
    request.length = sizeof segment + 1u;
    request.mark = 0;
    request.now = (uint64_t)segment.stamp[1] << 32 | segment.stamp[0];
    request.flags = NOINIT_RING_BLOCK_SEGMENT;
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

/* By itself, so that its request is not on the stack below a segment start. */
static __attribute__((noinline)) bool reserve_entry(noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now)
{
    request_t request;
    request.length = length;
    request.mark = mark;
    request.now = now;
    request.flags = 0;
    return reserve(writer->ring, writer, &request);
}

bool noinit_ring_try(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now)
{
    const noinit_ring_state_t *state = ring->state;
    writer->ring = ring;
    return state->size != 0 && (!state->wants_segment || noinit_ring_open_segment(ring)) && reserve_entry(writer, length, mark, now);
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
    noinit_ring_byte(writer, noinit_ring_check(writer->sum, head, first));
    NOINIT_ARCH_FLUSH(writer->at - (NOINIT_RING_PAYLOAD - writer->room), NOINIT_RING_PAYLOAD - writer->room);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(*head, first);
    NOINIT_ARCH_FLUSH(head, 1u);
    noinit_ring_seal(writer->ring);
}
