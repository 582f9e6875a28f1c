#include <stdarg.h>

#include "core/store.h"
#include "log/clock.h"
#include "log/log_entry.h"
#include "log/log_ring.h"
#include "log/site.h"
#include "log/watch.h"
#include "noinit/arch.h"
#include "noinit/config.h"

#if !NOINIT_LOG_FRONTEND && !NOINIT_LOG_MODE_MINIMAL

#define WORDS_MAX 3u
/* First byte, stamp, id, words and check at their longest: with that much room nothing is measured. */
#define ENTRY_MAX (1u + 5u + 4u + WORDS_MAX * 5u + 1u)
#define CHECK_START 0xa5u

/* Where the next byte goes, and the check's sum so far. In registers as long as everything that uses it is inlined. */
typedef struct {
    uint8_t *next;
    uint32_t sum;
} cursor_t;

__attribute__((always_inline)) static inline void put_byte(cursor_t *cursor, uint32_t byte)
{
    NOINIT_STORE(*cursor->next, (uint8_t)byte);
    cursor->next++;
    cursor->sum = (cursor->sum << 1 | cursor->sum >> 31) + byte;
}

__attribute__((always_inline)) static inline void put_varint(cursor_t *cursor, uint32_t value)
{
    while (value >= 0x80u) {
        put_byte(cursor, (value & 0x7fu) | 0x80u);
        value >>= 7;
    }
    put_byte(cursor, value);
}

/* No room in the open block, or the first call of all: the long way, with the exact length. */
__attribute__((noinline)) static void log_slow(uintptr_t site, const noinit_source_t *source, va_list *arguments)
{
    const uint32_t count = (uint32_t)site & 3u;
    const uint32_t id = NOINIT_LOG_ID(site);
    uint32_t words[WORDS_MAX];
    uint32_t length = noinit_log_varint_size(id);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = noinit_log_zigzag(va_arg(*arguments, uint32_t));
        length += noinit_log_varint_size(words[i]);
    }
    noinit_ring_writer_t writer;
    if (noinit_log_reserve(&writer, length, noinit_log_mark(site, source))) {
        noinit_log_varint(&writer, id);
        for (uint32_t i = 0; i < count; i++) {
            noinit_log_varint(&writer, words[i]);
        }
        noinit_log_close(&writer, NOINIT_RING_KIND_LOG);
    }
}

/*
 * Writes the entry where it will stand, and publishes it with the last store: no reader looks behind `head`. So it needs no open mark. It
 * never leaves its block: where the room could be too little, the slow way measures.
 */
void noinit_log_short(uintptr_t site, const noinit_source_t *source, ...)
{
    va_list arguments;
    va_start(arguments, source);
    const noinit_ring_t *const ring = &noinit_log_rings[NOINIT_ARCH_CORE()];
    noinit_ring_state_t *const state = ring->state;
    const uint32_t lock = noinit_arch_lock();
    const uint32_t next = state->next;
    if (((0u - next) & (NOINIT_RING_BLOCK - 1u)) < ENTRY_MAX) {
        noinit_arch_unlock(lock);
        log_slow(site, source, &arguments);
    } else {
        const uint64_t now = noinit_log_now();
        const uint32_t delta = (uint32_t)now - state->last_stamp;
        uint8_t *const entry = (uint8_t *)ring->blocks + next - 2;
        cursor_t cursor = {entry + 1, CHECK_START};
        put_varint(&cursor, delta << 1 | noinit_log_mark(site, source));
        put_varint(&cursor, NOINIT_LOG_ID(site));
        for (uint32_t left = (uint32_t)site & 3u; left > 0; left--) {
            put_varint(&cursor, noinit_log_zigzag(va_arg(arguments, uint32_t)));
        }
        uint8_t *const check = cursor.next;
        cursor.next = entry;
        put_byte(&cursor, (uint32_t)(check - entry - 1)); /* kind 0 and a length below 31 */
        NOINIT_STORE(*check, (uint8_t)(cursor.sum + (cursor.sum >> 8) + (cursor.sum >> 16) + (cursor.sum >> 24)));
        NOINIT_ARCH_FLUSH(entry, check + 1 - entry);
        NOINIT_ARCH_PUBLISH();
        const uint32_t end = next + (uint32_t)(check - entry) + 1u;
        state->number++;
        state->last_stamp = (uint32_t)now;
        state->next = end;
        NOINIT_STORE(ring->header->head, NOINIT_RING_PLACE(end - 2u));
        NOINIT_ARCH_FLUSH(&ring->header->head, 4u);
        noinit_arch_unlock(lock);
        if (noinit_log_watch != 0) {
            noinit_log_written();
        }
    }
    va_end(arguments);
}

#endif
