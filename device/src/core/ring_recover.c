/* At the start: what the boot before left is checked, made whole and sealed, or the ring begins anew. One context, nothing runs yet. */
#include "core/ring.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/ring_block.h"

#define LAYOUT ((uint32_t)sizeof(noinit_ring_header_t) << 16 | 0u)
/* Numbers jump by no more from one block to the next: over a whole ring they stay comparable. */
#define JUMP_MAX 0x400000u

#if NOINIT_ECC_FLUSH
NOINIT_RETAINED_AS("8.ecc") volatile uint32_t noinit_ecc_word;
#endif

/* Without its magic nothing of the rest is looked at; every block is emptied, so that nothing of an earlier ring comes back. */
static __attribute__((noinline)) void start_anew(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    uint32_t *word = &header->magic;
    const uint32_t *end = (const uint32_t *)(const void *)noinit_ring_at(ring, ring->state->size);
    do {
        NOINIT_STORE(*word, 0u);
        NOINIT_ARCH_PUBLISH();
    } while (++word < end);
    const uint32_t place = noinit_ring_block_place(0);
    NOINIT_STORE(header->head, place);
    NOINIT_STORE(header->tail, place);
    NOINIT_STORE(header->sealed, place);
    NOINIT_STORE(header->lost, noinit_ring_lost_word(0, 0xff));
    noinit_ring_release(ring, 0);
}

/* The offset that a word of the header stands for; 0, where no entry is, if it is damaged. */
static uint32_t offset_of(const noinit_ring_t *ring, uint32_t word)
{
    const uint32_t offset = word & 0xffffu;
    const uint32_t in_block = offset % NOINIT_RING_BLOCK - NOINIT_RING_BLOCK_HEADER;
    return word == NOINIT_RING_PLACE(offset) && offset < ring->state->size && in_block <= NOINIT_RING_PAYLOAD ? offset : 0u;
}

static uint32_t start_of(uint32_t offset)
{
    return offset - offset % NOINIT_RING_BLOCK;
}

/*
 * Finds head, tail and the first block that is not sealed; gives the head, or 0. One that is damaged follows from the others: without
 * the head, what was not sealed is given up; without `sealed`, all but the open block counts as sealed; without the tail, the oldest is the
 * first block behind the head that is whole.
 */
static uint32_t find_places(const noinit_ring_t *ring)
{
    const noinit_ring_header_t *header = ring->header;
    noinit_ring_state_t *state = ring->state;
    uint32_t head = offset_of(ring, header->head);
    uint32_t tail = offset_of(ring, header->tail);
    uint32_t sealed = offset_of(ring, header->sealed);
    state->is_damaged = head == 0 || tail == 0 || sealed == 0;
    if (head == 0) {
        head = sealed;
    }
    if (sealed == 0) {
        sealed = head;
    }
    state->tail = tail != 0 ? start_of(tail) : noinit_ring_behind(ring, head);
    state->sealed = start_of(sealed);
    return noinit_ring_distance(ring, state->tail, state->sealed) <= noinit_ring_distance(ring, state->tail, start_of(head)) ? head : 0u;
}

/* Whether the block's header can be used, and its entries. */
static bool is_block_good(const noinit_ring_block_t *block, bool is_sealed)
{
    /* It may have its CRC already where the reset came before it counted as sealed. */
    return block->crc == noinit_ring_crc(block) ||
           (!is_sealed && block->crc == noinit_ring_header_check(block->number, block->time, block->shape));
}

/* Makes every block one that can be walked: of a damaged one nothing is used, the oldest is given away if it is damaged. */
static __attribute__((noinline)) void check_blocks(const noinit_ring_t *ring, uint32_t head)
{
    noinit_ring_state_t *state = ring->state;
    bool is_sealed = true;
    bool has_number = false;
    uint32_t behind = 0; /* what runs on behind the block before: its end as an offset in that block */
    uint32_t end = NOINIT_RING_BLOCK_END;
    for (uint32_t at = state->tail; end == NOINIT_RING_BLOCK_END; at = noinit_ring_behind(ring, at)) {
        noinit_ring_block_t *block = noinit_ring_block(ring, at);
        is_sealed = is_sealed && at != state->sealed;
        behind = behind > 2u * NOINIT_RING_BLOCK_END - NOINIT_RING_BLOCK_HEADER ? behind - NOINIT_RING_PAYLOAD : 0u;
        if (at == start_of(head)) {
            end = head % NOINIT_RING_BLOCK - 1u; /* the last one */
        }
        if (is_block_good(block, is_sealed) && (!has_number || block->number - state->number < JUMP_MAX)) {
            state->segment = block->flags & 0xfcu;
            state->last_stamp = block->time;
            state->last_stamp_high = block->time_high;
            has_number = true;
        } else if (is_sealed && at == state->tail) {
            state->tail = noinit_ring_behind(ring, at);
            state->is_damaged = true;
            continue;
        } else if (end != NOINIT_RING_BLOCK_HEADER - 1u) {
            /* An entry that was being written runs through blocks whose headers may not be written yet. */
            const bool is_between = !is_sealed && behind != 0;
            noinit_ring_begin_block(ring, at, state->number, is_between ? 0 : NOINIT_RING_SHAPE(0, NOINIT_RING_BLOCK_DAMAGED));
            if (is_sealed) {
                NOINIT_STORE(block->crc, noinit_ring_crc(block));
            }
            state->is_damaged = state->is_damaged || !is_between;
        } else {
            noinit_ring_begin_block(ring, at, state->number, NOINIT_RING_SHAPE(NOINIT_RING_BLOCK_HEADER, 0));
        }
        /* Above all numbers: whatever is open here will never be closed. */
        state->boot_number = block->number + 0x40000000u;
        const uint32_t counted = noinit_ring_count(ring, block, end, &state->number);
        behind = behind > counted ? behind : counted;
    }
}

/* Ends each block that is not sealed before its first entry whose check is wrong. */
static void check_entries(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    noinit_ring_cursor_t cursor = {.ring = ring};
    noinit_ring_enter(&cursor, state->sealed);
    noinit_ring_entry_t entry;
    while (noinit_ring_next(&cursor, &entry)) {
        if (!entry.is_sound) {
            NOINIT_STORE(*noinit_ring_at(ring, entry.offset), NOINIT_RING_FILLER);
            cursor.offset = start_of(entry.offset) + NOINIT_RING_BLOCK_END;
            state->is_damaged = true;
        }
    }
    state->last_stamp = (uint32_t)cursor.stamp;
    state->last_stamp_high = (uint32_t)(cursor.stamp >> 32);
}

/*
 * Of its two words one may be new already, or damaged: the one that gives up less counts, if it can be right. What was
 * released had a number: where damage took the entries, the next ones come behind it.
 */
static void check_released(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    uint32_t lag = state->number - ring->header->released;
    const uint32_t other = state->number - ~ring->header->released_check;
    if (lag != other) {
        const uint32_t kept = state->number - noinit_ring_tail_number(ring);
        if (lag < other ? other <= kept : lag > kept) {
            lag = other;
        }
        lag = lag < kept ? lag : kept;
    }
    const uint32_t released = state->number - lag;
    if (0u - lag < JUMP_MAX) {
        state->number = released;
    }
    noinit_ring_release(ring, released);
}

/* A count that was being written as a gap is over if that entry came to stand: the head then is behind it in the block that the check names. */
static void check_lost(const noinit_ring_t *ring, uint32_t head)
{
    uint32_t lost = ring->header->lost & NOINIT_RING_LOST_MAX;
    const uint32_t flip = (noinit_ring_lost_word(lost, 0) ^ ring->header->lost) >> 24;
    const bool is_empty = head % NOINIT_RING_BLOCK == NOINIT_RING_BLOCK_HEADER;
    const uint32_t waits = noinit_ring_lost_flip(is_empty ? head : noinit_ring_behind(ring, head));
    if (flip != 0xffu && flip != waits) {
        ring->state->is_damaged = ring->state->is_damaged || is_empty || flip != noinit_ring_lost_flip(head);
        lost = 0;
    }
    NOINIT_STORE(ring->header->lost, noinit_ring_lost_word(lost, 0xff));
}

noinit_result_t noinit_ring_recover(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    noinit_ring_state_t *state = ring->state;
    /* All but the policy; field by field, which takes no memset. */
    state->next = 0;
    state->number = 0;
    state->last_stamp = 0;
    state->last_stamp_high = 0;
    state->size = 0;
    state->tail = 0;
    state->sealed = 0;
    state->boot_number = 0;
    state->holds[0] = state->holds[1] = NOINIT_RING_NO_HOLD;
    state->segment = 0;
    state->wants_segment = ring->describe != NULL; /* from here on the stamps are not this boot's */
    state->is_damaged = false;
    /* Layout, address and length stand one behind the other in the header. */
    const uint32_t geometry[] = {LAYOUT, (uint32_t)(uintptr_t)header, (uint32_t)((uintptr_t)ring->end - (uintptr_t)header)};
    const uint32_t crc = noinit_crc32(0, geometry, sizeof geometry);
    if ((uintptr_t)header % 8u != 0) {
        return NOINIT_ERR_MISALIGNED;
    }
    if (ring->end < (const uint8_t *)&ring->blocks[NOINIT_RING_BLOCKS_MIN]) {
        return NOINIT_ERR_TOO_SMALL;
    }
    if (ring->end >= (const uint8_t *)&ring->blocks[NOINIT_RING_BLOCKS_MAX + 1u]) {
        return NOINIT_ERR_TOO_LARGE;
    }
    state->size = start_of(geometry[2] - (uint32_t)sizeof *header);
    uint32_t head = 0;
    if (header->magic == ring->magic) {
        if (header->crc == crc) {
            head = find_places(ring);
        }
        state->is_damaged = state->is_damaged || head == 0;
    }
    if (head == 0) {
        state->tail = state->sealed = 0;
        start_anew(ring);
        head = NOINIT_RING_BLOCK_HEADER;
    }
    check_blocks(ring, head);
    state->next = head + 2u;
    state->boot_number = state->number;
    check_entries(ring);
    check_released(ring);
    check_lost(ring, head);
    /* What this boot writes begins in a block of its own. */
    noinit_ring_end_block(ring);
    if (noinit_ring_room(ring) != 0) {
        noinit_ring_begin_block(ring, start_of(head), state->number, NOINIT_RING_SHAPE(NOINIT_RING_BLOCK_HEADER, 0));
    }
    state->boot_number = state->number;
    uint32_t *words = &header->layout;
    for (uint32_t i = 0; i < sizeof geometry / 4u; i++) {
        NOINIT_STORE(words[i], geometry[i]);
    }
    NOINIT_STORE(header->crc, crc);
    NOINIT_ARCH_FLUSH(header, geometry[2]);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->magic, ring->magic);
    NOINIT_ARCH_FLUSH(&header->magic, sizeof header->magic);
    noinit_ring_seal(ring);
    return NOINIT_OK;
}
