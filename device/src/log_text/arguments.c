/* Where a format's arguments come from: an entry's body, or a call. */
#include <stddef.h>

#include "log_text/line.h"
#include "log_text/print.h"
#include "noinit/config.h"
#include "noinit/log_output.h"

#if NOINIT_LOG_TEXT

#define STRING_SIZE 0x7fu
#define STRING_CUT 0x80u
#define STRING_ADDRESS 0xffu

/* False: the body has no such bytes. */
static bool take_bytes(noinit_text_entry_arguments_t *arguments, void *bytes, uint32_t size)
{
    if (noinit_log_message_read(arguments->base.message, arguments->place, bytes, size) != size) {
        arguments->types = (const uint8_t *)"";
        return false;
    }
    arguments->place += size;
    return true;
}

static bool take_word(noinit_text_entry_arguments_t *arguments, uint64_t *word)
{
    *word = 0;
    for (uint32_t shift = 0; shift < 64u; shift += 7u) {
        uint8_t byte;
        if (!take_bytes(arguments, &byte, 1)) {
            return false;
        }
        *word |= (uint64_t)(byte & 0x7fu) << shift;
        if (byte < 0x80u) {
            return true;
        }
    }
    arguments->types = (const uint8_t *)"";
    return false;
}

static bool take_little_endian(noinit_text_entry_arguments_t *arguments, uint64_t *word, uint32_t size)
{
    uint8_t bytes[8];
    if (!take_bytes(arguments, bytes, size)) {
        return false;
    }
    *word = 0;
    for (uint32_t i = 0; i < size; i++) {
        *word |= (uint64_t)bytes[i] << (8u * i);
    }
    return true;
}

static bool take_string(noinit_text_entry_arguments_t *arguments, uint32_t limit, noinit_text_value_t *value)
{
    uint8_t head;
    if (!take_bytes(arguments, &head, 1)) {
        return false;
    }
    if (head == STRING_ADDRESS) {
        uint64_t address;
        if (!take_word(arguments, &address)) {
            return false;
        }
        value->text = (const char *)(uintptr_t)address; /* a literal of this firmware */
        while (value->size < limit && value->text[value->size] != '\0') {
            value->size++;
        }
        return true;
    }
    value->size = head & STRING_SIZE;
    value->is_cut = (head & STRING_CUT) != 0;
    value->place = arguments->place;
    arguments->place += value->size;
    return arguments->place <= arguments->base.message->size;
}

static void take_from_entry(noinit_text_arguments_t *base, uint32_t wanted, uint32_t limit, noinit_text_value_t *value)
{
    (void)wanted;
    noinit_text_entry_arguments_t *arguments = (noinit_text_entry_arguments_t *)(void *)base;
    *value = (noinit_text_value_t){.type = *arguments->types};
    bool is_whole = true;
    switch (value->type) {
    case NOINIT_TEXT_MISSING:
        return;
    case NOINIT_TEXT_I64:
    case NOINIT_TEXT_U64:
    case NOINIT_TEXT_F64:
        is_whole = take_little_endian(arguments, &value->bits[0], 8);
        break;
    case NOINIT_TEXT_F32:
        is_whole = take_little_endian(arguments, &value->bits[0], 4);
        break;
    case NOINIT_TEXT_F128:
        is_whole = take_little_endian(arguments, &value->bits[0], 8) && take_little_endian(arguments, &value->bits[1], 8);
        break;
    case NOINIT_TEXT_STRING:
        is_whole = take_string(arguments, limit, value);
        break;
    default: { /* zigzag of a 32-bit word */
        uint64_t word;
        is_whole = take_word(arguments, &word);
        const uint32_t plain = (uint32_t)(word >> 1) ^ (0u - (uint32_t)(word & 1u));
        value->bits[0] = value->type == NOINIT_TEXT_I32 ? (uint64_t)(int64_t)(int32_t)plain : plain;
        break;
    }
    }
    if (!is_whole) {
        value->type = NOINIT_TEXT_MISSING;
        return;
    }
    arguments->types++;
}

void noinit_text_entry_arguments(noinit_text_entry_arguments_t *arguments, const noinit_log_message_t *message, const uint8_t *types,
                                 uint32_t place)
{
    arguments->base.take = take_from_entry;
    arguments->base.message = message;
    arguments->types = types;
    arguments->place = place;
}

const char *noinit_text_site_format(const noinit_log_site_t *site)
{
    const char *text = (const char *)&site->types[site->nargs + 1u];
    while (*text != '\0' && *text != '\x1f') {
        text++;
    }
    return *text == '\0' ? text : text + 1;
}

void noinit_text_site_arguments(noinit_text_entry_arguments_t *arguments, const noinit_log_message_t *message)
{
    const noinit_log_site_t *site = message->descriptor;
    noinit_text_entry_arguments(arguments, message, site->types, 0);
    if (site->types[0] == NOINIT_TEXT_SOURCE) {
        noinit_text_value_t source;
        take_from_entry(&arguments->base, NOINIT_TEXT_SOURCE, 0, &source);
    }
}

void noinit_text_skip_arguments(noinit_text_entry_arguments_t *arguments)
{
    noinit_text_value_t value;
    do {
        take_from_entry(&arguments->base, NOINIT_TEXT_SOURCE, NOINIT_TEXT_MAX, &value);
    } while (value.type != NOINIT_TEXT_MISSING);
}

static void take_double(noinit_text_value_t *value, double number)
{
    const union {
        double number;
        uint64_t bits;
    } as = {number};
    value->type = NOINIT_TEXT_F64;
    value->bits[0] = as.bits;
}

static void take_from_call(noinit_text_arguments_t *base, uint32_t wanted, uint32_t limit, noinit_text_value_t *value)
{
    noinit_text_call_arguments_t *arguments = (noinit_text_call_arguments_t *)(void *)base;
    *value = (noinit_text_value_t){.type = wanted};
    switch (wanted) {
    case NOINIT_TEXT_I32:
        value->bits[0] = (uint64_t)(int64_t)va_arg(arguments->list, int);
        break;
    case NOINIT_TEXT_U32:
        value->bits[0] = va_arg(arguments->list, unsigned);
        break;
    case NOINIT_TEXT_I64:
    case NOINIT_TEXT_U64:
        value->bits[0] = va_arg(arguments->list, unsigned long long);
        break;
    case NOINIT_TEXT_POINTER:
        value->bits[0] = (uint64_t)(uintptr_t)va_arg(arguments->list, void *);
        break;
    case NOINIT_TEXT_F64:
        take_double(value, va_arg(arguments->list, double));
        break;
    case NOINIT_TEXT_F128:
        take_double(value, (double)va_arg(arguments->list, long double));
        break;
    default:
        value->text = va_arg(arguments->list, const char *);
        if (value->text == NULL) {
            value->text = "(null)";
        }
        while (value->size < limit && value->text[value->size] != '\0') {
            value->size++;
        }
        break;
    }
}

void noinit_text_call_arguments(noinit_text_call_arguments_t *arguments, va_list list)
{
    arguments->base.take = take_from_call;
    arguments->base.message = NULL;
    va_copy(arguments->list, list);
}

/* Into memory, as snprintf. */
typedef struct {
    noinit_text_sink_t sink;
    char *bytes;
    uint32_t size;
    uint32_t length;
} buffer_t;

static void put_into_buffer(noinit_text_sink_t *sink, const char *bytes, uint32_t size)
{
    buffer_t *buffer = (buffer_t *)(void *)sink;
    for (uint32_t i = 0; i < size; i++, buffer->length++) {
        if (buffer->length + 1u < buffer->size) {
            buffer->bytes[buffer->length] = bytes[i];
        }
    }
}

uint32_t noinit_log_format(char *bytes, uint32_t size, const char *format, va_list arguments)
{
    buffer_t buffer = {{put_into_buffer, NOINIT_TEXT_MAX}, bytes, size, 0};
    noinit_text_call_arguments_t taken;
    noinit_text_call_arguments(&taken, arguments);
    noinit_text_print(&buffer.sink, format, &taken.base);
    va_end(taken.list);
    if (size != 0) {
        bytes[buffer.length < size ? buffer.length : size - 1u] = '\0';
    }
    return buffer.length;
}

#endif
