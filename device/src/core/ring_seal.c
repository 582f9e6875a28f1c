/* Sealing: a block that is full and has no open entry gets its CRC. */
#include "core/ring.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/ring_block.h"

uint16_t noinit_ring_crc(const noinit_ring_block_t *block)
{
    return noinit_crc16(NOINIT_CRC16_START, (const uint8_t *)block, offsetof(noinit_ring_block_t, crc));
}

__attribute__((noinline)) uint32_t noinit_ring_head_size(const uint8_t *head, uint32_t *length)
{
    *length = *head & 31u;
    if (*length < 31u) {
        return 1;
    }
    *length += head[1] & 0x7fu;
    if (head[1] < 0x80u) {
        return 2;
    }
    *length += (uint32_t)head[2] << 7;
    return 3;
}

uint8_t noinit_ring_check(uint32_t sum, const uint8_t *head, uint8_t first)
{
    uint32_t length;
    const uint32_t size = noinit_ring_head_size(head, &length);
    sum = noinit_ring_sum(sum, first);
    for (uint32_t i = 1; i < size; i++) {
        sum = noinit_ring_sum(sum, head[i]);
    }
    return noinit_ring_fold(sum);
}

uint32_t noinit_ring_count(const noinit_ring_t *ring, const noinit_ring_block_t *block, uint32_t end, uint32_t *number)
{
    const uint8_t *bytes = (const uint8_t *)block;
    uint32_t at = noinit_ring_first_of(block);
    *number = block->number;
    while (at < end && bytes[at] != NOINIT_RING_FILLER) {
        if (bytes[at] >= NOINIT_RING_FILLER && (int32_t)(*number - ring->state->boot_number) >= 0) {
            return 0;
        }
        (*number)++;
        uint32_t length;
        at += noinit_ring_head_size(&bytes[at], &length);
        at += length + 1u;
    }
    return at;
}

/* Computes unlocked, then looks whether the block is still that block: its number has grown if it went round meanwhile. */
void noinit_ring_seal(const noinit_ring_t *ring)
{
    noinit_ring_state_t *state = ring->state;
    for (;;) {
        const uint32_t sealed = state->sealed;
        noinit_ring_block_t *block = noinit_ring_block(ring, sealed);
        const uint32_t number = block->number;
        uint32_t behind;
        if (block == noinit_ring_block(ring, noinit_ring_head(ring)) ||
            noinit_ring_count(ring, block, NOINIT_RING_BLOCK_END, &behind) == 0) {
            return;
        }
        const uint16_t crc = noinit_ring_crc(block);
        const uint32_t lock = noinit_arch_lock();
        if (state->sealed == sealed && block->number == number) {
            NOINIT_STORE(block->crc, crc);
            NOINIT_ARCH_FLUSH(block, sizeof *block);
            NOINIT_ARCH_PUBLISH();
            state->sealed = noinit_ring_behind(ring, sealed);
            NOINIT_STORE(ring->header->sealed, noinit_ring_block_place(state->sealed));
            NOINIT_ARCH_FLUSH(&ring->header->sealed, sizeof ring->header->sealed);
        }
        noinit_arch_unlock(lock);
    }
}
