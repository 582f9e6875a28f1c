/* At the start: what the boot before left is checked, made whole and sealed, or the ring begins anew. One context, nothing runs yet. */
#include "core/ring.h"

#include "core/crc.h"
#include "core/ring_block.h"
#include "noinit/config.h"
#include "noinit/port.h"

#define LAYOUT ((uint32_t)sizeof(noinit_ring_header_t) << 16 | 0u)
/* Numbers jump by no more from one block to the next: over a whole ring they stay comparable. */
#define JUMP_MAX 0x400000u

static uint32_t geometry_crc(const noinit_ring_header_t *header)
{
    return noinit_crc32(0, &header->layout, 12);
}

static uint32_t length_of(const noinit_ring_t *ring)
{
    return (uint32_t)((uintptr_t)ring->end - (uintptr_t)ring->header);
}

static bool is_ours(const noinit_ring_t *ring)
{
    const noinit_ring_header_t *header = ring->header;
    return header->layout == LAYOUT && header->address == (uint32_t)(uintptr_t)header && header->length == length_of(ring) &&
           header->crc == geometry_crc(header);
}

/* Every word is written once, in full width: RAM with ECC that was never written cannot be read. The magic comes last. */
static void start_anew(const noinit_ring_t *ring)
{
    noinit_ring_header_t *header = ring->header;
    noinit_ring_state_t *state = ring->state;
    uint32_t *word = &header->magic;
    const uint32_t *end = (const uint32_t *)(const void *)noinit_ring_at(ring, state->size);
    do {
        NOINIT_STORE(*word, 0u);
        NOINIT_ARCH_PUBLISH();
    } while (++word < end);
    NOINIT_STORE(header->layout, LAYOUT);
    NOINIT_STORE(header->address, (uint32_t)(uintptr_t)header);
    NOINIT_STORE(header->length, length_of(ring));
    NOINIT_STORE(header->crc, geometry_crc(header));
    noinit_ring_begin_block(ring, 0, 0, NOINIT_RING_BLOCK_HEADER, 0);
    const uint32_t place = noinit_ring_block_place(0);
    NOINIT_STORE(header->head, place);
    NOINIT_STORE(header->tail, place);
    NOINIT_STORE(header->sealed, place);
    NOINIT_STORE(header->released_check, ~0u);
    NOINIT_STORE(header->lost, noinit_ring_lost_word(0, 0xff));
    NOINIT_ARCH_FLUSH(header, length_of(ring));
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->magic, ring->magic);
    NOINIT_ARCH_FLUSH(header, sizeof header->magic);
}

/* The offset that a word of the header stands for; 0, where no entry is, if it is damaged. */
static uint32_t offset_of(const noinit_ring_t *ring, uint32_t word)
{
    const uint32_t offset = word & 0xffffu;
    const uint32_t in_block = offset % NOINIT_RING_BLOCK;
    const bool is_place = word == NOINIT_RING_PLACE(offset) && offset < ring->state->size &&
                          in_block >= NOINIT_RING_BLOCK_HEADER && in_block <= NOINIT_RING_BLOCK_END;
    return is_place ? offset : 0u;
}

static uint32_t start_of(uint32_t offset)
{
    return offset - offset % NOINIT_RING_BLOCK;
}

static bool is_whole(const noinit_ring_block_t *block)
{
    return block->crc == noinit_ring_crc(block);
}

/*
 * Finds head, tail and the first block that is not sealed. One that is damaged follows from the others: without the head, what was not
 * sealed is given up; without the tail, the blocks' own checks say where the oldest is; the last whole block before the head was sealed.
 */
static bool find_places(const noinit_ring_t *ring, uint32_t *head)
{
    const noinit_ring_header_t *header = ring->header;
    noinit_ring_state_t *state = ring->state;
    uint32_t tail = offset_of(ring, header->tail);
    uint32_t sealed = offset_of(ring, header->sealed);
    *head = offset_of(ring, header->head);
    if (*head == 0) {
        *head = sealed;
        state->is_damaged = true;
    }
    if (*head == 0) {
        return false;
    }
    if (tail == 0) {
        tail = noinit_ring_behind(ring, *head);
        state->is_damaged = true;
    }
    state->tail = start_of(tail);
    if (sealed == 0) {
        sealed = *head;
        while (start_of(sealed) != state->tail) {
            const uint32_t before = (start_of(sealed) == 0 ? state->size : start_of(sealed)) - NOINIT_RING_BLOCK;
            if (is_whole(noinit_ring_block(ring, before))) {
                break;
            }
            sealed = before;
        }
    }
    state->sealed = start_of(sealed);
    return noinit_ring_distance(ring, state->tail, state->sealed) <= noinit_ring_distance(ring, state->tail, start_of(*head));
}

/* Makes every block one that can be walked: of a damaged one nothing is used, the oldest is given away if it is damaged. */
static void check_blocks(const noinit_ring_t *ring, uint32_t head)
{
    noinit_ring_state_t *state = ring->state;
    bool is_sealed = true;
    bool has_number = false;
    uint32_t carried = 0; /* bytes of an entry that began before this block */
    for (uint32_t at = state->tail;; at = noinit_ring_behind(ring, at)) {
        noinit_ring_block_t *block = noinit_ring_block(ring, at);
        const bool is_last = at == start_of(head);
        const bool is_empty = is_last && head % NOINIT_RING_BLOCK == NOINIT_RING_BLOCK_HEADER;
        is_sealed = is_sealed && at != state->sealed;
        /* A block may have its CRC already where the reset came before it counted as sealed. */
        if ((block->crc == noinit_ring_crc(block) || (!is_sealed && block->crc == noinit_ring_header_check(block))) &&
            (!has_number || block->number - state->number < JUMP_MAX)) {
            state->segment = block->flags & 0xfcu;
            state->last_stamp = block->time;
            state->last_stamp_high = block->time_high;
            /* Above all numbers: whatever is open here will never be closed. */
            state->boot_number = block->number + 0x40000000u;
            has_number = true;
        } else if (is_sealed && at == state->tail) {
            state->tail = noinit_ring_behind(ring, at);
            state->is_damaged = true;
            continue;
        } else if (is_empty) {
            noinit_ring_begin_block(ring, at, state->number, NOINIT_RING_BLOCK_HEADER, 0);
        } else {
            /* An entry that was being written runs through blocks whose headers may not be written yet. */
            const bool is_between = !is_sealed && !is_last && carried > NOINIT_RING_PAYLOAD;
            noinit_ring_begin_block(ring, at, state->number, 0, is_between ? 0u : NOINIT_RING_BLOCK_DAMAGED);
            if (is_sealed) {
                NOINIT_STORE(block->crc, noinit_ring_crc(block));
            }
            state->is_damaged = state->is_damaged || !is_between;
        }
        carried = carried > NOINIT_RING_PAYLOAD ? carried - NOINIT_RING_PAYLOAD : 0u;
        const uint32_t end = noinit_ring_count(ring, block, is_last ? head % NOINIT_RING_BLOCK : NOINIT_RING_BLOCK_END, &state->number);
        if (end > NOINIT_RING_BLOCK_END) {
            carried = end - NOINIT_RING_BLOCK_END;
        }
        if (is_last) {
            return;
        }
    }
}

/* Ends each block that is not sealed before its first entry whose check is wrong. */
static void check_entries(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    noinit_ring_cursor_t cursor = noinit_ring_enter(ring, state->sealed);
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
 * Of its two words one may be new already, or damaged: the one that gives up less counts. What was released had a number: where damage
 * took the entries, the next ones come behind it.
 */
static void check_released(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    uint32_t released = ring->header->released;
    const uint32_t other = ~ring->header->released_check;
    const uint32_t kept = state->number - noinit_ring_tail_number(ring);
    if (released != other) {
        const uint32_t lag = state->number - released;
        const uint32_t other_lag = state->number - other;
        if (lag > kept || (other_lag <= kept && other_lag > lag)) {
            released = other;
        }
        if (state->number - released > kept) {
            released = state->number - kept;
        }
    }
    if (released - state->number < JUMP_MAX) {
        state->number = released;
    }
    noinit_ring_release(ring, released);
}

/* A count that was being written as a gap is over if that entry came to stand: the head then is in the block that the check names. */
static void check_lost(const noinit_ring_t *ring, uint32_t head)
{
    uint32_t lost = ring->header->lost & NOINIT_RING_LOST_MAX;
    const uint32_t flip = (noinit_ring_lost_word(lost, 0) ^ ring->header->lost) >> 24;
    if (flip != 0xffu && flip != noinit_ring_lost_flip(noinit_ring_behind(ring, head))) {
        ring->state->is_damaged = ring->state->is_damaged || flip != noinit_ring_lost_flip(head);
        lost = 0;
    }
    NOINIT_STORE(ring->header->lost, noinit_ring_lost_word(lost, 0xff));
}

static noinit_result_t take_region(const noinit_ring_t *ring)
{
    const uintptr_t start = (uintptr_t)ring->header;
    const uintptr_t length = (uintptr_t)ring->end - start;
    if (start % 8u != 0) {
        return NOINIT_ERR_MISALIGNED;
    }
    if ((uintptr_t)ring->end < start || length < sizeof *ring->header + NOINIT_RING_BLOCKS_MIN * NOINIT_RING_BLOCK) {
        return NOINIT_ERR_TOO_SMALL;
    }
    if (length >= sizeof *ring->header + (NOINIT_RING_BLOCKS_MAX + 1u) * NOINIT_RING_BLOCK) {
        return NOINIT_ERR_TOO_LARGE;
    }
    ring->state->size = start_of((uint32_t)(length - sizeof *ring->header));
    return NOINIT_OK;
}

noinit_result_t noinit_ring_recover(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    const bool drops_newest = state->drops_newest;
    *state = (noinit_ring_state_t){.holds = {NOINIT_RING_NO_HOLD, NOINIT_RING_NO_HOLD}, .drops_newest = drops_newest};
    const noinit_result_t result = take_region(ring);
    if (result != NOINIT_OK) {
        return result;
    }
    uint32_t head = NOINIT_RING_BLOCK_HEADER;
#if defined(NOINIT_ECC_PORT) && NOINIT_ECC_PORT
    const bool is_readable = noinit_port_ram_is_readable();
#else
    const bool is_readable = true;
#endif
    if (!is_readable || ring->header->magic != ring->magic) {
        start_anew(ring);
    } else if (!is_ours(ring) || !find_places(ring, &head)) {
        start_anew(ring);
        head = NOINIT_RING_BLOCK_HEADER;
        state->is_damaged = true;
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
        noinit_ring_begin_block(ring, start_of(head), state->number, NOINIT_RING_BLOCK_HEADER, 0);
    }
    state->boot_number = state->number;
    noinit_ring_seal(ring);
    return NOINIT_OK;
}
