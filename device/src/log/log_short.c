#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

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
_Static_assert(NOINIT_LOG_SHORT_ROOM == 1u + 5u + 4u + WORDS_MAX * 5u + 1u, "first byte, stamp, id, words, check");
#define CHECK_START 0xa5u

/* On ARM and 32-bit RISC-V a va_list is a pointer to them. Asked by va_arg, GCC would keep it in memory over the lock: 3 instructions a word. */
#if defined(__arm__) || (defined(__riscv) && __riscv_xlen == 32)
#define START_WORDS()             \
    const uint32_t *words = NULL; \
    __builtin_memcpy(&words, &arguments, sizeof words)
#define NEXT_WORD() (*words++)
#else
#define START_WORDS() (void)0
#define NEXT_WORD() va_arg(arguments, uint32_t)
#endif

/* Where the next byte goes, and the check's sum so far. In registers as long as everything that uses it is inlined. */
typedef struct {
    uint8_t *next;
    uint32_t sum;
} cursor_t;

/* One step of the check. GCC makes two instructions of it where one will do, for each byte of every entry. */
__attribute__((always_inline)) static inline uint32_t step(uint32_t sum, uint32_t byte)
{
#if defined(__thumb2__)
    __asm__("add %0, %1, %0, ror #31" : "+r"(sum) : "r"(byte));
    return sum;
#else
    return (sum << 1 | sum >> 31) + byte;
#endif
}

__attribute__((always_inline)) static inline void put_byte(cursor_t *cursor, uint32_t byte)
{
    NOINIT_STORE(*cursor->next, (uint8_t)byte);
    cursor->next++;
    cursor->sum = step(cursor->sum, byte);
}

__attribute__((always_inline)) static inline void put_varint(cursor_t *cursor, uint32_t value)
{
    for (; value >= 0x80u; value >>= 7) {
        put_byte(cursor, (value & 0x7fu) | 0x80u);
    }
    put_byte(cursor, value);
}

#if NOINIT_CORES == 1
extern uint8_t __noinit_log_start[]; /* linker script */
#endif

__attribute__((always_inline)) static inline noinit_ring_header_t *header_of_ring(void)
{
#if NOINIT_CORES == 1
    return (noinit_ring_header_t *)(void *)__noinit_log_start;
#else
    return noinit_log_rings[NOINIT_ARCH_CORE()].header;
#endif
}

/*
 * A varint that may be long: interrupts are let in behind its first byte, so that three of them do not keep them out for too long. False: one
 * of them logged, and has taken the place, or found no room and ended the block.
 */
__attribute__((always_inline)) static inline bool put_word(cursor_t *cursor, uint32_t value, uint32_t *lock, const noinit_ring_state_t *state)
{
    if (value >= 0x80u) {
        put_byte(cursor, (value & 0x7fu) | 0x80u);
        value >>= 7;
        if (__builtin_expect(value >= 0x80u, 0)) {
            const uint32_t before = state->number + (state->next << 16);
            noinit_arch_unlock(*lock);
            *lock = noinit_arch_lock();
            if (state->number + (state->next << 16) != before) {
                return false;
            }
            do {
                put_byte(cursor, (value & 0x7fu) | 0x80u);
                value >>= 7;
            } while (value >= 0x80u);
        }
    }
    put_byte(cursor, value);
    return true;
}

/* NOINIT_RING_PLACE in one instruction less. */
static inline uint32_t place_of(uint32_t offset)
{
    return offset - (offset << 16) - 0x10000u;
}

/* No room in the open block, the first call of all, or a clock that wrapped: the long way, with the exact length. */
__attribute__((noinline)) static void log_slow(uintptr_t site, const noinit_source_t *source, va_list *arguments)
{
    const uint32_t id = NOINIT_LOG_ID(site);
    uint32_t words[1u + WORDS_MAX] = {id};
    uint32_t length = 0;
    const uint32_t count = 1u + ((uint32_t)site & 3u);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            words[i] = noinit_log_zigzag(va_arg(*arguments, uint32_t));
        }
        length += noinit_log_varint_size(words[i]);
    }
    noinit_ring_writer_t writer;
    if (noinit_log_reserve(&writer, length, noinit_log_mark(site, source))) {
        for (uint32_t i = 0; i < count; i++) {
            noinit_log_varint(&writer, words[i]);
        }
        noinit_log_close(&writer, NOINIT_RING_KIND_LOG);
    }
}

/*
 * The clock's low half, for an entry that can be told from the one before by it; false where the high half counts too. Of the default clock
 * that is the port's uptime: the stamp that it leaves is how noinit_log_uptime_now knows of it.
 */
__attribute__((always_inline)) static inline bool read_clock(const noinit_ring_state_t *state, uint32_t *now)
{
#if NOINIT_LOG_CLOCK
    const uint64_t ticks = noinit_log_now();
    *now = (uint32_t)ticks;
    const bool is_near = (uint32_t)(ticks >> 32) == state->last_stamp_high;
#else
    *now = noinit_port_uptime_ms();
    const bool is_near = true;
#endif
    return is_near && *now >= state->last_stamp && (int32_t)(*now - state->last_stamp) >= 0;
}

/*
 * Writes the entry where it will stand, and publishes it with the last store: no reader looks behind `head`. So it needs no open mark. It
 * never leaves its block: where the room could be too little, or somebody is to be told, the slow way is taken.
 */
void noinit_log_short(uintptr_t site, const noinit_source_t *source, ...)
{
    va_list arguments;
    noinit_ring_state_t *const state = &noinit_log_states[NOINIT_ARCH_CORE()];
    uint32_t lock = noinit_arch_lock();
    const uint32_t next = state->next;
    uint32_t now = 0;
    if (((0u - next) & (NOINIT_RING_BLOCK - 1u)) < noinit_log_short_room || !read_clock(state, &now)) {
        goto slow;
    }
    noinit_ring_header_t *const header = header_of_ring();
    uint8_t *const blocks = (uint8_t *)header + sizeof *header;
    uint8_t *const entry = blocks + next - 2;
    cursor_t cursor = {entry + 1, CHECK_START};
    put_varint(&cursor, (now - state->last_stamp) << 1 | noinit_log_mark(site, source));
    put_varint(&cursor, NOINIT_LOG_ID(site));
    va_start(arguments, source);
    START_WORDS();
    for (uint32_t left = (uint32_t)site << 30; left != 0; left -= 1u << 30) { /* the count, in the top bits */
        if (!put_word(&cursor, noinit_log_zigzag(NEXT_WORD()), &lock, state)) {
            va_end(arguments);
            goto slow;
        }
    }
    va_end(arguments);
    uint8_t *const check = cursor.next;
    cursor.next = entry;
    put_byte(&cursor, (uint32_t)(check - entry - 1)); /* kind 0 and a length below 31 */
    NOINIT_STORE(*check, (uint8_t)(cursor.sum + (cursor.sum >> 8) + (cursor.sum >> 16) + (cursor.sum >> 24)));
    NOINIT_ARCH_FLUSH(entry, (uint32_t)(check + 1 - entry));
    NOINIT_ARCH_PUBLISH();
    const uint32_t offset = (uint32_t)(check + 1 - blocks);
    state->number++;
    state->last_stamp = now;
    state->next = offset + 2u;
    NOINIT_STORE(header->head, place_of(offset));
    NOINIT_ARCH_FLUSH(&header->head, 4u);
    noinit_arch_unlock(lock);
    return;
slow:
    noinit_arch_unlock(lock);
    va_start(arguments, source);
    log_slow(site, source, &arguments);
    va_end(arguments);
}

#endif
