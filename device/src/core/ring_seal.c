/* Sealing: a block that is full and has no open entry gets its CRC. */
#include "core/ring.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/ring_block.h"

uint16_t noinit_ring_crc(const noinit_ring_block_t *block)
{
    return noinit_crc16(NOINIT_CRC16_START, (const uint8_t *)block, offsetof(noinit_ring_block_t, crc));
}

/* Bytes of the entry at `entry`, check included. Reads up to three bytes: a block has two behind its payload. */
static uint32_t total_of(const uint8_t *entry)
{
    uint32_t length = *entry & 31u;
    if (length < 31u) {
        return length + 2u;
    }
    length += entry[1] & 0x7fu;
    if (entry[1] < 0x80u) {
        return length + 3u;
    }
    return length + ((uint32_t)entry[2] << 7) + 4u;
}

uint32_t noinit_ring_count(const noinit_ring_t *ring, const noinit_ring_block_t *block, uint32_t end, uint32_t *number)
{
    const uint8_t *bytes = (const uint8_t *)block;
    uint32_t at = noinit_ring_first_of(block);
    *number = block->number;
    for (; at < end && bytes[at] != NOINIT_RING_FILLER; at += total_of(&bytes[at])) {
        if (bytes[at] >= NOINIT_RING_FILLER && (int32_t)(*number - ring->state->boot_number) >= 0) {
            return 0;
        }
        (*number)++;
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
