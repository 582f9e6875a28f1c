#include "log/log_entry.h"

#include "core/head.h"
#include "log/clock.h"
#include "log/log_ring.h"
#include "log/watch.h"
#include "noinit/arch.h"
#if NOINIT_LOG_BLOCK_MS
#include "log/backend.h"
#endif

bool noinit_log_reserve(noinit_ring_writer_t *writer, uint32_t length, uint32_t mark)
{
    const uint32_t core = NOINIT_ARCH_CORE();
    if (noinit_log_states[core].size == 0 && !noinit_start()) {
        return false;
    }
    const noinit_ring_t *ring = &noinit_log_rings[core];
    if (length > NOINIT_RING_LENGTH_MAX - NOINIT_RING_STAMP_MAX) {
        noinit_ring_lose(ring, 1);
        return false;
    }
    bool is_reserved = false;
#if NOINIT_LOG_BLOCK_MS
    uint32_t waited_ms = 0;
    do {
#endif
        /* Making room takes long and locks for itself. An interrupt that logs in between is later: this entry then gets its stamp. */
        const uint32_t lock = noinit_arch_lock();
        const uint64_t now = noinit_log_now();
        noinit_arch_unlock(lock);
#if NOINIT_LOG_BLOCK_MS
        is_reserved = noinit_ring_try(ring, writer, length, mark, now);
    } while (!is_reserved && noinit_log_block(&waited_ms));
    if (!is_reserved) {
        noinit_ring_lose(ring, 1);
    }
#else
        is_reserved = noinit_ring_reserve(ring, writer, length, mark, now);
#endif
    return is_reserved;
}

void noinit_log_varint(noinit_ring_writer_t *writer, uint32_t value)
{
    for (; value >= 0x80u; value >>= 7) {
        noinit_ring_byte(writer, (uint8_t)(value | 0x80u));
    }
    noinit_ring_byte(writer, (uint8_t)value);
}

void noinit_log_close(noinit_ring_writer_t *writer, uint32_t kind)
{
    noinit_ring_close(writer, kind);
    if (noinit_log_watch != 0) {
        noinit_log_written();
    }
}

void noinit_log_bytes(uint32_t kind, const void *bytes, uint32_t size)
{
    noinit_ring_writer_t writer;
    if (noinit_log_reserve(&writer, size, 0)) {
        noinit_ring_fill(&writer, bytes, size);
        noinit_log_close(&writer, kind);
    }
}
