#include <stddef.h>

#include "log/log_entry.h"
#include "log/site.h"

#define ARGUMENTS_MAX 33u

#if NOINIT_LOG_ROM_STRINGS
#ifndef NOINIT_LOG_ROM_START
/* Linker script: where flash begins and ends. */
extern const char __noinit_rom_start[], __noinit_rom_end[];
#define NOINIT_LOG_ROM_START (uintptr_t)__noinit_rom_start
#define NOINIT_LOG_ROM_END (uintptr_t)__noinit_rom_end
#endif
#endif

/*
 * The arguments are walked twice: first measured, as the length stands before the body, then written. In between a string may change (it
 * is not locked), so what is decided about it once is kept: its length byte.
 */
typedef struct {
    noinit_ring_writer_t *writer; /* NULL: only measures */
    uint32_t size;
    uint8_t strings[ARGUMENTS_MAX];
    /* Of a format that limits strings; else NULL. */
    noinit_log_limit_t *limit;
    const char *format;
    int32_t before;   /* the integer before this argument */
    uint32_t sources; /* arguments so far that the format knows nothing of: an instance's source */
} walk_t;

static void put_bytes(walk_t *walk, const void *bytes, uint32_t size)
{
    walk->size += size;
    if (walk->writer != NULL) {
        noinit_ring_fill(walk->writer, bytes, size);
    }
}

static void put_varint(walk_t *walk, uint32_t value)
{
    uint8_t bytes[5];
    uint32_t size = 0;
    for (; value >= 0x80u; value >>= 7) {
        bytes[size++] = (uint8_t)(value | 0x80u);
    }
    bytes[size++] = (uint8_t)value;
    put_bytes(walk, bytes, size);
}

/* A string's length byte: never looks behind its NUL, nor behind the precision of its conversion. */
static uint8_t measure_string(const walk_t *walk, const char *text, uint32_t index)
{
    const uint32_t limit = walk->limit == NULL ? NOINIT_LOG_NO_LIMIT : walk->limit(walk->format, index - walk->sources, walk->before);
    if (limit == NOINIT_LOG_ADDRESS) {
        return NOINIT_LOG_STRING_ADDRESS;
    }
    uint32_t size = 0;
    while (size < limit && size < NOINIT_LOG_STRING_MAX && text[size] != '\0') {
        size++;
    }
#if NOINIT_LOG_ROM_STRINGS
    /* Short ones are smaller as they are; one without a NUL in sight may have none. */
    if (size > 4u && limit == NOINIT_LOG_NO_LIMIT && (uintptr_t)text >= NOINIT_LOG_ROM_START && (uintptr_t)text < NOINIT_LOG_ROM_END) {
        return NOINIT_LOG_STRING_ADDRESS;
    }
#endif
    const uint32_t is_cut = size < limit && size == NOINIT_LOG_STRING_MAX && text[size] != '\0' ? 0x80u : 0u;
    return (uint8_t)(size | is_cut);
}

static void put_string(walk_t *walk, const char *text, uint32_t index)
{
    if (walk->writer == NULL) {
        walk->strings[index] = text == NULL ? 6 : measure_string(walk, text, index);
    }
    const uint8_t length = walk->strings[index];
    put_bytes(walk, &length, 1);
    if (length == NOINIT_LOG_STRING_ADDRESS) {
        put_varint(walk, (uint32_t)(uintptr_t)text);
    } else {
        put_bytes(walk, text == NULL ? "(null)" : text, length & 0x7fu);
    }
}

static void put_argument(walk_t *walk, uint32_t type, uint32_t index, va_list *arguments)
{
    if (type == NOINIT_LOG_TYPE_STRING) {
        put_string(walk, va_arg(*arguments, const char *), index);
    } else if (type == NOINIT_LOG_TYPE_I64 || type == NOINIT_LOG_TYPE_U64 || type == NOINIT_LOG_TYPE_F64) {
        const uint64_t value = va_arg(*arguments, uint64_t);
        put_bytes(walk, &value, sizeof value);
#if NOINIT_LOG_HAS_F128
    } else if (type == NOINIT_LOG_TYPE_F128) {
        const long double value = va_arg(*arguments, long double);
        put_bytes(walk, &value, 16);
#endif
    } else {
        const uint32_t value = va_arg(*arguments, uint32_t);
        if (type == NOINIT_LOG_TYPE_F32) {
            put_bytes(walk, &value, sizeof value);
        } else {
            walk->before = (int32_t)value;
            put_varint(walk, noinit_log_zigzag(value));
        }
    }
}

static void put_body(walk_t *walk, uint32_t id, uint32_t types, va_list *arguments)
{
    uint32_t index = 0;
    put_varint(walk, id);
    while (types != 0) {
        const uint32_t type = types & 15u;
        types >>= 4;
        if (type == NOINIT_LOG_TYPE_MORE) {
            types = va_arg(*arguments, uint32_t);
        } else if (type == NOINIT_LOG_TYPE_FORMAT) {
            walk->limit = va_arg(*arguments, noinit_log_limit_t *);
            walk->format = va_arg(*arguments, const char *);
        } else if (index < ARGUMENTS_MAX) {
            walk->sources = index == 0 && type == NOINIT_LOG_TYPE_SOURCE ? 1u : walk->sources;
            put_argument(walk, type, index, arguments);
            index++;
        }
    }
}

void noinit_log_send(uint32_t kind, uintptr_t site, const noinit_source_t *source, const void *data, uint32_t size, uint32_t types, va_list *arguments)
{
    /* Its strings are set while measuring. */
    walk_t walk;
    walk.writer = NULL;
    walk.size = 0;
    walk.limit = NULL;
    walk.before = 0;
    walk.sources = 0;
    va_list first;
    va_copy(first, *arguments);
    put_body(&walk, NOINIT_LOG_ID(site), types, &first);
    va_end(first);

    /* Arguments that alone are too long lose the whole entry, counted; data is cut. */
    const uint32_t room = NOINIT_RING_LENGTH_MAX - NOINIT_RING_STAMP_MAX;
    if (walk.size < room && size > room - walk.size) {
        size = room - walk.size;
    }
    noinit_ring_writer_t writer;
    if (noinit_log_reserve(&writer, walk.size + size, noinit_log_mark(site, source))) {
        walk.writer = &writer;
        put_body(&walk, NOINIT_LOG_ID(site), types, arguments);
        noinit_ring_fill(&writer, data, size);
        noinit_log_close(&writer, kind);
    }
}
