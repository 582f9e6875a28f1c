/*
 * Minimal mode: a front end without ring, stamps and back ends. Each line goes out as text in the call that logs it: `E: stalled at 7 rpm`,
 * a hexdump eight bytes a line below. Levels are filtered as ever. Nothing is buffered; threads that log at once mix their lines.
 */
#include <stdarg.h>
#include <stddef.h>

#include "log/site.h"
#include "log_text/line.h"
#include "log_text/print.h"
#include "noinit/config.h"
#include "noinit/log.h"

#if NOINIT_LOG_MODE_MINIMAL
#if !NOINIT_LOG_TEXT
#error "NOINIT_LOG_MODE_MINIMAL needs NOINIT_LOG_TEXT=1"
#endif

#define DUMP_BYTES 8u

/* Arguments as the macros of log.h pass them. */
typedef struct {
    noinit_text_arguments_t base;
    uint32_t types; /* four bits each, of those that are still to come */
    bool is_short;  /* words only; the descriptor says which */
    const uint8_t *site_types;
    va_list list;
} call_t;

static uint32_t next_type(call_t *call)
{
    if (call->is_short) {
        const uint32_t type = *call->site_types;
        call->site_types += type != 0 ? 1 : 0;
        return type;
    }
    for (;;) {
        const uint32_t type = call->types & 15u;
        call->types >>= 4;
        if (type == NOINIT_LOG_TYPE_MORE) {
            call->types = va_arg(call->list, uint32_t);
        } else if (type == NOINIT_LOG_TYPE_FORMAT) {
            (void)va_arg(call->list, noinit_log_limit_t *); /* the format itself is at hand */
            (void)va_arg(call->list, const char *);
        } else {
            return type;
        }
    }
}

static void take_string(noinit_text_value_t *value, const char *text, uint32_t wanted, uint32_t limit)
{
    if (wanted == NOINIT_TEXT_POINTER) { /* %p of a char pointer */
        value->type = NOINIT_TEXT_POINTER;
        value->bits[0] = (uintptr_t)text;
        return;
    }
    value->text = text == NULL ? "(null)" : text;
    while (value->size < limit && value->text[value->size] != '\0') {
        value->size++;
    }
}

static void take(noinit_text_arguments_t *base, uint32_t wanted, uint32_t limit, noinit_text_value_t *value)
{
    call_t *call = (call_t *)(void *)base;
    *value = (noinit_text_value_t){.type = next_type(call)};
    switch (value->type) {
    case NOINIT_LOG_TYPE_I64:
    case NOINIT_LOG_TYPE_U64:
    case NOINIT_LOG_TYPE_F64:
        value->bits[0] = va_arg(call->list, uint64_t);
        break;
#if NOINIT_LOG_HAS_F128
    case NOINIT_LOG_TYPE_F128: {
        const long double number = va_arg(call->list, long double);
        __builtin_memcpy(value->bits, &number, sizeof value->bits);
        break;
    }
#endif
    case NOINIT_LOG_TYPE_STRING:
        take_string(value, va_arg(call->list, const char *), wanted, limit);
        break;
    case NOINIT_TEXT_MISSING:
        break;
    default:
        value->bits[0] = va_arg(call->list, uint32_t);
        if (value->type == NOINIT_LOG_TYPE_I32) {
            value->bits[0] = (uint64_t)(int64_t)(int32_t)(uint32_t)value->bits[0];
        }
        break;
    }
}

static void put(noinit_text_sink_t *sink, const char *bytes, uint32_t size)
{
    (void)sink;
    noinit_port_log_put((const uint8_t *)bytes, size);
}

static void put_raw(noinit_text_sink_t *sink, const char *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            put(sink, "\r", 1);
        }
        put(sink, &bytes[i], 1);
    }
}

static void put_level(noinit_text_sink_t *sink, const noinit_log_site_t *site)
{
    static const char letters[] = "?EWID";
    noinit_text_put(sink, &letters[site->level <= 4u ? site->level : 0u], 1);
    noinit_text_put(sink, ": ", 2);
}

static void put_line(noinit_text_sink_t *sink, const noinit_log_site_t *site, call_t *call)
{
    const bool is_raw = (site->flags & NOINIT_LOG_FLAG_TEXT) != 0;
    if (is_raw) {
        sink->put = put_raw;
    } else {
        put_level(sink, site);
    }
    noinit_text_value_t value;
    if (site->types[0] == NOINIT_TEXT_SOURCE) {
        take(&call->base, NOINIT_TEXT_SOURCE, 0, &value);
    }
    if (site->function != NULL && (site->flags & (NOINIT_LOG_FLAG_FUNCTION | NOINIT_LOG_FLAG_HEXDUMP)) == NOINIT_LOG_FLAG_FUNCTION) {
        noinit_text_put_string(sink, site->function);
        noinit_text_put(sink, ": ", 2);
    }
    noinit_text_print(sink, noinit_text_site_format(site), &call->base);
    sink->room = NOINIT_TEXT_MAX;
    noinit_text_put(sink, "\r\n", is_raw ? 0 : 2);
}

static void put_dump_line(noinit_text_sink_t *sink, const noinit_log_site_t *site, const uint8_t *bytes, uint32_t size)
{
    static const char digits[] = "0123456789abcdef";
    put_level(sink, site);
    for (uint32_t i = 0; i < DUMP_BYTES; i++) {
        if (i < size) {
            noinit_text_put(sink, &digits[bytes[i] >> 4], 1);
            noinit_text_put(sink, &digits[bytes[i] & 15u], 1);
            noinit_text_put(sink, " ", 1);
        } else {
            noinit_text_fill(sink, ' ', 3);
        }
    }
    noinit_text_put(sink, "|", 1);
    for (uint32_t i = 0; i < DUMP_BYTES; i++) {
        const char character = i >= size ? ' ' : bytes[i] >= 0x20u && bytes[i] < 0x7fu ? (char)bytes[i] : '.';
        noinit_text_put(sink, &character, 1);
    }
    noinit_text_put(sink, "\r\n", 2);
}

static const noinit_log_site_t *site_at(uintptr_t address)
{
    return (const noinit_log_site_t *)(address & ~(uintptr_t)15u);
}

void noinit_log_short(uintptr_t address, const noinit_source_t *source, ...)
{
    (void)source;
    noinit_text_sink_t sink = {put, NOINIT_TEXT_MAX};
    const noinit_log_site_t *site = site_at(address);
    call_t call = {.base = {.take = take}, .is_short = true, .site_types = site->types};
    va_start(call.list, source);
    put_line(&sink, site, &call);
    va_end(call.list);
}

void noinit_log_long(uintptr_t address, const noinit_source_t *source, uint32_t types, ...)
{
    (void)source;
    noinit_text_sink_t sink = {put, NOINIT_TEXT_MAX};
    call_t call = {.base = {.take = take}, .types = types};
    va_start(call.list, types);
    put_line(&sink, site_at(address), &call);
    va_end(call.list);
}

void noinit_log_hexdump(uintptr_t address, const noinit_source_t *source, const void *data, uint32_t size, uint32_t types, ...)
{
    (void)source;
    noinit_text_sink_t sink = {put, NOINIT_TEXT_MAX};
    const noinit_log_site_t *site = site_at(address);
    call_t call = {.base = {.take = take}, .types = types};
    va_start(call.list, types);
    put_line(&sink, site, &call);
    va_end(call.list);
    for (uint32_t from = 0; from < size; from += DUMP_BYTES) {
        sink.room = NOINIT_TEXT_MAX;
        put_dump_line(&sink, site, (const uint8_t *)data + from, size - from < DUMP_BYTES ? size - from : DUMP_BYTES);
    }
}

void noinit_log_text(const char *text, uint32_t size)
{
    noinit_text_sink_t sink = {put_raw, NOINIT_TEXT_MAX};
    noinit_text_put(&sink, text, size);
}

#endif
