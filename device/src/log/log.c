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

typedef struct {
    noinit_ring_header_t header;
    uint8_t data[NOINIT_LOG_CAPACITY];
} ring_memory_t;
NOINIT_RETAINED static ring_memory_t memory;

const noinit_ring_t noinit_log_ring = {&memory.header, memory.data, NOINIT_LOG_CAPACITY, RING_MAGIC};

void noinit_log_begin(void)
{
    (void)noinit_ring_recover(&noinit_log_ring);
    noinit_segment_t segment;
    segment.key = noinit_head.key;
    for (uint32_t i = 0; i < sizeof segment.build; i++) {
        segment.build[i] = noinit_build_id().bytes[i];
    }
    noinit_ring_append(&noinit_log_ring, NOINIT_RING_KIND_SEGMENT, &segment, sizeof segment);
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

/* The long path goes over its arguments twice: the length stands before the body. Without a writer it only counts. */
typedef struct {
    noinit_ring_writer_t *writer;
    uint32_t size;
} long_body_t;

static void put_long_byte(long_body_t *body, uint32_t byte)
{
    if (body->writer != NULL) {
        noinit_ring_byte(&noinit_log_ring, body->writer, (uint8_t)byte);
    }
    body->size++;
}

static void put_long_varint(long_body_t *body, uint32_t value)
{
    for (; value >= 0x80u; value >>= 7) {
        put_long_byte(body, value | 0x80u);
    }
    put_long_byte(body, value);
}

static void put_long_word(long_body_t *body, uint32_t value)
{
    for (uint32_t i = 0; i < 4u; i++, value >>= 8) {
        put_long_byte(body, value);
    }
}

static void put_long_string(long_body_t *body, const char *text)
{
    uint32_t size = 0;
    while (size < STRING_MAX && text[size] != '\0') {
        size++;
    }
    const bool is_cut = text[size] != '\0';
    put_long_byte(body, size | (is_cut ? 0x80u : 0u));
    for (uint32_t i = 0; i < size; i++) {
        put_long_byte(body, (uint8_t)text[i]);
    }
}

static void put_long_argument(long_body_t *body, uint32_t type, va_list *arguments)
{
    switch (type) {
    case NOINIT_LOG_TYPE_I64:
    case NOINIT_LOG_TYPE_U64:
    case NOINIT_LOG_TYPE_F64: {
        const uint64_t value = va_arg(*arguments, uint64_t);
        put_long_word(body, (uint32_t)value);
        put_long_word(body, (uint32_t)(value >> 32));
        break;
    }
    case NOINIT_LOG_TYPE_STRING:
        put_long_string(body, va_arg(*arguments, const char *));
        break;
    case NOINIT_LOG_TYPE_F32:
        put_long_word(body, va_arg(*arguments, uint32_t));
        break;
    default: {
        const uint32_t value = va_arg(*arguments, uint32_t);
        put_long_varint(body, type == NOINIT_LOG_TYPE_I32 ? zigzag(value) : value);
        break;
    }
    }
}

typedef struct {
    uintptr_t site;
    uint32_t uptime;
    uint32_t types;
} long_entry_t;

static uint32_t put_long_body(noinit_ring_writer_t *writer, const long_entry_t *entry, va_list *arguments)
{
    long_body_t body = {.writer = writer};
    put_long_varint(&body, (uint32_t)entry->site >> 2);
    put_long_varint(&body, entry->uptime);
    for (uint32_t types = entry->types; types != 0; types >>= 4) {
        put_long_argument(&body, types & 15u, arguments);
    }
    return body.size;
}

/* Locked. */
static void log_list(uintptr_t site, uint32_t types, va_list *arguments)
{
    va_list again;
    va_copy(again, *arguments);
    const long_entry_t entry = {.site = site, .uptime = now(), .types = types};
    const uint32_t size = put_long_body(NULL, &entry, arguments);
    noinit_ring_writer_t writer = noinit_ring_begin(&noinit_log_ring, size);
    (void)put_long_body(&writer, &entry, &again);
    noinit_ring_commit(&noinit_log_ring, &writer, NOINIT_RING_KIND_LOG, size);
    va_end(again);
}

void noinit_log_long(uintptr_t site, uint32_t types, ...)
{
    if (!noinit_is_open) {
        return;
    }
    va_list arguments;
    va_start(arguments, types);
    const uint32_t lock = noinit_arch_lock();
    log_list(site, types, &arguments);
    noinit_arch_unlock(lock);
    va_end(arguments);
}

/* A short entry on the long path: for one that would cross the end of the ring's memory, and for assertions. Locked. */
static void log_words(uintptr_t site_and_shape, va_list *arguments)
{
    uint32_t types = 0;
    uint32_t place = 0;
    for (uint32_t shape = (uint32_t)site_and_shape & 15u; shape > 1u; shape >>= 1, place += 4u) {
        types |= ((shape & 1u) != 0 ? NOINIT_LOG_TYPE_I32 : NOINIT_LOG_TYPE_U32) << place;
    }
    log_list(site_and_shape & ~(uintptr_t)15u, types, arguments);
}

uint32_t noinit_log_assertion(uint8_t *body, uintptr_t site_and_shape, ...)
{
    if (!noinit_is_open) {
        return 0;
    }
    va_list arguments;
    va_start(arguments, site_and_shape);
    const uint32_t place = memory.header.head;
    log_words(site_and_shape, &arguments);
    va_end(arguments);
    const noinit_ring_entry_t entry = noinit_ring_entry(&noinit_log_ring, place);
    for (uint32_t i = 0; i < entry.size && i < NOINIT_LOG_SHORT_MAX; i++) {
        body[i] = memory.data[(entry.body + i) & (NOINIT_LOG_CAPACITY - 1u)];
    }
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
    const uint32_t place = head & (NOINIT_LOG_CAPACITY - 1u);
    if (place > NOINIT_LOG_CAPACITY - SHORT_ENTRY_MAX) {
        log_words(site_and_shape, &arguments);
    } else {
        if (head + SHORT_ENTRY_MAX - header->tail > NOINIT_LOG_CAPACITY) {
            noinit_ring_make_room(&noinit_log_ring, SHORT_ENTRY_MAX);
        }
        NOINIT_ARCH_PUBLISH();
        uint8_t *const entry = &memory.data[place];
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
        NOINIT_STORE(header->head_number, header->head_number + 1u);
        NOINIT_ARCH_PUBLISH();
        NOINIT_STORE(header->head, head + (uint32_t)(check - entry) + 1u);
    }
    noinit_arch_unlock(lock);
    va_end(arguments);
}
