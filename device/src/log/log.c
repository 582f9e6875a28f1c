#include "noinit/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/head.h"
#include "core/store.h"
#include "log/log_ring.h"
#include "noinit/port.h"

#define RING_MAGIC 0x474f4c4eu /* NLOG */

/* A short entry whole: head, body, check. */
#define SHORT_ENTRY_MAX (NOINIT_LOG_SHORT_MAX + 2u)

/* Strings are cut at 127 bytes, in a small ring earlier: 8 of them must fit. */
#define STRING_MAX (NOINIT_LOG_CAPACITY >= 2048 ? 127u : NOINIT_LOG_CAPACITY / 8u - 8u)

/* Behind the ring's bytes there is room for a short entry that begins at the last of them. */
typedef struct {
    noinit_ring_header_t header;
    uint8_t data[NOINIT_LOG_CAPACITY + SHORT_ENTRY_MAX];
} ring_memory_t;
NOINIT_RETAINED static ring_memory_t memory;

const noinit_ring_t noinit_log_ring = {&memory.header, memory.data, NOINIT_LOG_CAPACITY, RING_MAGIC};

void noinit_log_begin(void)
{
    (void)noinit_ring_recover(&noinit_log_ring);
    noinit_ring_append(&noinit_log_ring, NOINIT_RING_KIND_SEGMENT, &noinit_head.origin, sizeof noinit_head.origin);
}

/* Where the next byte goes, and the check's sum so far. In registers as long as everything that uses it is inlined. */
typedef struct {
    uint8_t *next;
    uint32_t sum;
} cursor_t;

#define CURSOR_START(place) {.next = (place), .sum = 0xa5u}

__attribute__((always_inline)) static inline void put_byte(cursor_t *cursor, uint8_t byte)
{
    NOINIT_STORE(*cursor->next, byte);
    cursor->next++;
    cursor->sum = (cursor->sum << 1 | cursor->sum >> 31) + byte;
}

__attribute__((always_inline)) static inline void put_varint(cursor_t *cursor, uint32_t value)
{
    while (value >= 0x80u) {
        put_byte(cursor, (uint8_t)(value | 0x80u));
        value >>= 7;
    }
    put_byte(cursor, (uint8_t)value);
}

static inline uint32_t zigzag(uint32_t value)
{
    return value << 1 ^ (uint32_t)((int32_t)value >> 31);
}

static uint32_t now(void)
{
    const uint32_t uptime = noinit_port_uptime_ms();
    NOINIT_STORE(noinit_last_seen.uptime, uptime);
    return uptime;
}

static void put_long_varint(noinit_ring_writer_t *writer, uint32_t value)
{
    for (; value >= 0x80u; value >>= 7) {
        noinit_ring_byte(writer, (uint8_t)(value | 0x80u));
    }
    noinit_ring_byte(writer, (uint8_t)value);
}

static void put_long_word(noinit_ring_writer_t *writer, uint32_t value)
{
    for (uint32_t shift = 0; shift < 32u; shift += 8u) {
        noinit_ring_byte(writer, (uint8_t)(value >> shift));
    }
}

static void put_long_string(noinit_ring_writer_t *writer, const char *text)
{
    uint32_t size = 0;
    while (size < STRING_MAX && text[size] != '\0') {
        size++;
    }
    const bool is_cut = text[size] != '\0';
    noinit_ring_byte(writer, (uint8_t)(size | (is_cut ? 0x80u : 0u)));
    for (; size > 0; size--) {
        noinit_ring_byte(writer, (uint8_t)*text++);
    }
}

static void put_long_argument(noinit_ring_writer_t *writer, uint32_t type, va_list *arguments)
{
    switch (type) {
    case NOINIT_LOG_TYPE_I64:
    case NOINIT_LOG_TYPE_U64:
    case NOINIT_LOG_TYPE_F64: {
        const uint64_t value = va_arg(*arguments, uint64_t);
        put_long_word(writer, (uint32_t)value);
        put_long_word(writer, (uint32_t)(value >> 32));
        break;
    }
    case NOINIT_LOG_TYPE_STRING:
        put_long_string(writer, va_arg(*arguments, const char *));
        break;
    case NOINIT_LOG_TYPE_F32:
        put_long_word(writer, va_arg(*arguments, uint32_t));
        break;
    default: {
        const uint32_t value = va_arg(*arguments, uint32_t);
        put_long_varint(writer, type == NOINIT_LOG_TYPE_I32 ? zigzag(value) : value);
        break;
    }
    }
}

/* Goes over its arguments twice, the first time without storing: the length stands before the body. */
void noinit_log_long(uintptr_t site, uint32_t types, ...)
{
    if (!noinit_is_open) {
        return;
    }
    const uint32_t lock = noinit_arch_lock();
    const uint32_t uptime = now();
    noinit_ring_writer_t writer = {.ring = NULL};
    uint32_t size = 0;
    for (uint32_t pass = 0; pass < 2u; pass++) {
        if (pass != 0) {
            size = writer.next;
            noinit_ring_begin(&writer, &noinit_log_ring, size);
        }
        va_list arguments;
        va_start(arguments, types);
        put_long_varint(&writer, (uint32_t)site >> 2);
        put_long_varint(&writer, uptime);
        for (uint32_t left = types; left != 0; left >>= 4) {
            put_long_argument(&writer, left & 15u, &arguments);
        }
        va_end(arguments);
    }
    noinit_ring_commit(&writer, NOINIT_RING_KIND_LOG, size);
    noinit_arch_unlock(lock);
}

uint32_t noinit_log_assertion(uint8_t *body, uintptr_t site_and_shape, uint32_t first, uint32_t second, uint32_t third)
{
    if (!noinit_is_open) {
        return 0;
    }
    const uint32_t place = memory.header.head;
    noinit_log_short(site_and_shape, first, second, third);
    const noinit_ring_entry_t entry = noinit_ring_entry(&noinit_log_ring, place);
    noinit_ring_read(&noinit_log_ring, entry.body, body, entry.size);
    return entry.size;
}

/*
 * Writes the entry where it will stand. Until `head` moves, as the last store, no reader looks there; `head_number` goes before it,
 * and recovery sets it back where the second store is missing.
 */
void noinit_log_short(uintptr_t site_and_shape, ...)
{
    if (!noinit_is_open) {
        return;
    }
    noinit_ring_header_t *header = &memory.header;
    va_list arguments;
    va_start(arguments, site_and_shape);
    const uint32_t lock = noinit_arch_lock();
    const uint32_t head = header->head;
    if (head + SHORT_ENTRY_MAX - header->tail > NOINIT_LOG_CAPACITY) {
        noinit_ring_make_room(&noinit_log_ring, SHORT_ENTRY_MAX);
    }
    NOINIT_ARCH_PUBLISH();
    uint8_t *const entry = &memory.data[head & (NOINIT_LOG_CAPACITY - 1u)];
    cursor_t cursor = CURSOR_START(entry + 1);
    put_varint(&cursor, (uint32_t)site_and_shape >> 4 << 2);
    put_varint(&cursor, now());
    for (uint32_t shape = (uint32_t)site_and_shape & 15u; shape > 1u; shape >>= 1) {
        uint32_t value = va_arg(arguments, uint32_t);
        if ((shape & 1u) != 0) {
            value = zigzag(value);
        }
        put_varint(&cursor, value);
    }
    uint8_t *const check = cursor.next;
    cursor.next = entry;
    put_byte(&cursor, (uint8_t)(check - entry - 1)); /* kind 0 and a length below 31 */
    NOINIT_STORE(*check, (uint8_t)(cursor.sum + (cursor.sum >> 8) + (cursor.sum >> 16) + (cursor.sum >> 24)));
    /* What ran over the end of the ring belongs at its start. */
    for (uint8_t *over = &memory.data[NOINIT_LOG_CAPACITY]; over <= check; over++) {
        NOINIT_STORE(over[-NOINIT_LOG_CAPACITY], *over);
    }
    NOINIT_STORE(header->head_number, header->head_number + 1u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(header->head, head + (uint32_t)(check - entry) + 1u);
    noinit_arch_unlock(lock);
    va_end(arguments);
}
