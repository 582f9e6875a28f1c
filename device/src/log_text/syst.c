/*
 * SyS-T (MIPI's trace format) as text: `SYS-T RAW DATA: ` and a message in hex. The text goes as format and arguments (a string message of
 * the printf kind), raw text as a plain string, a hexdump's bytes as a raw message behind its caption.
 *
 *     header u32 | bytes behind the stamp u16 | stamp u64 | payload
 */
#include <stddef.h>

#include "log/site.h"
#include "log_text/line.h"
#include "noinit/config.h"

#if NOINIT_LOG_TEXT && NOINIT_LOG_TEXT_SYST

#define TYPE_STRING 2u
#define TYPE_RAW 6u
#define SUBTYPE_GENERIC 1u
#define SUBTYPE_PRINTF_32 11u
#define SUBTYPE_BYTES 0x1au
#define HAS_LENGTH (1u << 9)
#define HAS_STAMP (1u << 11)

typedef struct {
    noinit_text_line_t line;
    bool is_counting; /* only how many there are */
    uint32_t count;
} hex_t;

static void put_bytes(hex_t *hex, const void *bytes, uint32_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    hex->count += size;
    for (uint32_t i = 0; i < size && !hex->is_counting; i++) {
        const uint8_t byte = ((const uint8_t *)bytes)[i];
        noinit_text_put(&hex->line.sink, &digits[byte >> 4], 1);
        noinit_text_put(&hex->line.sink, &digits[byte & 15u], 1);
    }
}

static void put_little_endian(hex_t *hex, uint64_t value, uint32_t size)
{
    for (; size > 0; size--, value >>= 8) {
        const uint8_t byte = (uint8_t)value;
        put_bytes(hex, &byte, 1);
    }
}

static void put_from_body(hex_t *hex, const noinit_log_message_t *message, uint32_t from, uint32_t size)
{
    uint8_t bytes[16];
    while (size != 0) {
        const uint32_t got = noinit_log_message_read(message, from, bytes, size < sizeof bytes ? size : (uint32_t)sizeof bytes);
        if (got == 0) {
            return;
        }
        put_bytes(hex, bytes, got);
        from += got;
        size -= got;
    }
}

/* A float as the double of the same value. */
static uint64_t widened(uint32_t bits)
{
    const union {
        uint32_t bits;
        float value;
    } narrow = {bits};
    const union {
        double value;
        uint64_t bits;
    } wide = {(double)narrow.value};
    return wide.bits;
}

static void put_argument(hex_t *hex, const noinit_log_message_t *message, const noinit_text_value_t *value)
{
    switch (value->type) {
    case NOINIT_TEXT_I64:
    case NOINIT_TEXT_U64:
    case NOINIT_TEXT_F64:
        put_little_endian(hex, value->bits[0], 8);
        break;
    case NOINIT_TEXT_F32:
        put_little_endian(hex, widened((uint32_t)value->bits[0]), 8);
        break;
    case NOINIT_TEXT_F128:
        put_little_endian(hex, value->bits[0], 8);
        put_little_endian(hex, value->bits[1], 8);
        break;
    case NOINIT_TEXT_STRING:
        if (value->text != NULL) {
            put_bytes(hex, value->text, value->size);
        } else {
            put_from_body(hex, message, value->place, value->size);
        }
        put_little_endian(hex, 0, 1);
        break;
    default:
        put_little_endian(hex, value->bits[0], 4);
        break;
    }
}

/* Format and arguments; gives where a hexdump's data begins. */
static uint32_t put_payload(hex_t *hex, const noinit_log_message_t *message)
{
    const noinit_log_site_t *site = message->descriptor;
    if (site == NULL) {
        put_from_body(hex, message, 0, message->size);
        return message->size;
    }
    const char *format = noinit_text_site_format(site);
    uint32_t size = 1;
    while (format[size - 1u] != '\0') {
        size++;
    }
    put_bytes(hex, format, size);
    noinit_text_entry_arguments_t arguments;
    noinit_text_site_arguments(&arguments, message);
    noinit_text_value_t value;
    for (;;) {
        arguments.base.take(&arguments.base, NOINIT_TEXT_MISSING, NOINIT_TEXT_MAX, &value);
        if (value.type == NOINIT_TEXT_MISSING) {
            return arguments.place;
        }
        put_argument(hex, message, &value);
    }
}

static void begin(hex_t *hex, const noinit_log_message_t *message, uint32_t type, uint32_t subtype, uint32_t size)
{
    static const uint8_t severities[] = {0, 2, 3, 4, 7};
    const uint32_t severity = severities[message->level <= NOINIT_LEVEL_DBG ? message->level : NOINIT_LEVEL_DBG];
    noinit_text_put_string(&hex->line.sink, "SYS-T RAW DATA: ");
    put_little_endian(hex, type | severity << 4 | HAS_LENGTH | HAS_STAMP | subtype << 24, 4);
    put_little_endian(hex, size, 2);
    put_little_endian(hex, message->stamp, 8);
}

static void end(hex_t *hex)
{
    noinit_text_line_end(&hex->line);
    noinit_log_output_flush(hex->line.output);
}

void noinit_text_put_syst(const noinit_log_output_t *output, const noinit_log_message_t *message, uint32_t flags)
{
    const noinit_log_site_t *site = message->descriptor;
    if (message->kind > NOINIT_LOG_KIND_HEXDUMP || (site != NULL && site->magic != NOINIT_LOG_SITE_MAGIC)) {
        return;
    }
    hex_t hex = {.line = noinit_text_line(output, flags), .is_counting = true};
    const uint32_t data = put_payload(&hex, message);
    hex.is_counting = false;
    begin(&hex, message, TYPE_STRING, site == NULL ? SUBTYPE_GENERIC : SUBTYPE_PRINTF_32, hex.count);
    (void)put_payload(&hex, message);
    end(&hex);
    if (message->kind == NOINIT_LOG_KIND_HEXDUMP) {
        begin(&hex, message, TYPE_RAW, SUBTYPE_BYTES, message->size - data);
        put_from_body(&hex, message, data, message->size - data);
        end(&hex);
    }
}

#endif
