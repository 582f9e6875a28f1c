/*
 * Lines of text, as Zephyr lays them out: [<PRI>1 ][tag ][stamp ][colour][<level> ][thread ][domain/][source: ]text, the lines of a
 * hexdump below the text, colour off, line end.
 */
#include "noinit/log_output.h"

#include <stddef.h>

#include "log/backend.h"
#include "log/clock.h"
#include "log/site.h"
#include "log_text/line.h"
#include "log_text/print.h"
#include "noinit/config.h"

#if NOINIT_LOG_TEXT

#define HEXDUMP_BYTES 16u
#define DROPPED_MAX 9999u

static const char *tag;

void noinit_log_output_tag_set(const char *new_tag)
{
    tag = new_tag;
}

void noinit_log_output_flush(const noinit_log_output_t *output)
{
    uint8_t *at = output->buffer;
    size_t left = output->state->offset;
    output->state->offset = 0;
    while (left != 0) {
        const int taken = output->function(at, left, output->state->context);
        if (taken <= 0 || (size_t)taken > left) {
            return; /* it takes nothing any more */
        }
        at += taken;
        left -= (size_t)taken;
    }
}

static void put_byte(const noinit_log_output_t *output, uint8_t byte)
{
    if (output->state->offset >= output->size) {
        noinit_log_output_flush(output);
    }
    output->buffer[output->state->offset] = byte;
    output->state->offset++;
}

static void put_line_bytes(noinit_text_sink_t *sink, const char *bytes, uint32_t size)
{
    noinit_text_line_t *line = (noinit_text_line_t *)(void *)sink;
    line->column += size;
    for (uint32_t i = 0; i < size; i++) {
        if (line->is_raw && bytes[i] == '\n') {
            put_byte(line->output, '\r');
        }
        put_byte(line->output, (uint8_t)bytes[i]);
    }
}

noinit_text_line_t noinit_text_line(const noinit_log_output_t *output, uint32_t flags)
{
    return (noinit_text_line_t){.sink = {put_line_bytes, NOINIT_TEXT_ENDED - 1u}, .output = output, .flags = flags};
}

/* The text may have so many bytes from here on. */
static void begin_text(noinit_text_line_t *line)
{
    line->sink.room = NOINIT_TEXT_MAX;
}

static void end_text(noinit_text_line_t *line)
{
    line->sink.room = NOINIT_TEXT_ENDED - 1u;
}

static void put_colour(noinit_text_line_t *line, const char *colour)
{
    if ((line->flags & NOINIT_LOG_OUTPUT_COLORS) != 0) {
        const uint32_t column = line->column; /* a colour has no width */
        noinit_text_put_string(&line->sink, colour);
        line->column = column;
    }
}

static const char *colour_of(uint32_t level, uint32_t flags)
{
    switch (level) {
    case NOINIT_LEVEL_ERR:
        return "\x1b[1;31m";
    case NOINIT_LEVEL_WRN:
        return "\x1b[1;33m";
    case NOINIT_LEVEL_INF:
        return (flags & NOINIT_LOG_OUTPUT_GREEN) != 0 ? "\x1b[1;32m" : "\x1b[0m";
    default:
        return "\x1b[0m";
    }
}

void noinit_text_line_end(noinit_text_line_t *line)
{
#if NOINIT_LOG_TEXT_SYSLOG
    if ((line->flags & NOINIT_LOG_OUTPUT_SYSLOG) != 0) {
        return;
    }
#endif
    if ((line->flags & NOINIT_LOG_OUTPUT_CRLF_NONE) == 0) {
        noinit_text_put_string(&line->sink, (line->flags & NOINIT_LOG_OUTPUT_CRLF_LFONLY) != 0 ? "\n" : "\r\n");
    }
}

static void put_prefix(noinit_text_line_t *line, const noinit_log_line_t *about)
{
    static const char levels[] = "err\0wrn\0inf\0dbg";
    noinit_text_sink_t *sink = &line->sink;
    const char *thread = (line->flags & NOINIT_LOG_OUTPUT_THREAD) != 0 ? about->thread : NULL;
    const bool is_syslog = NOINIT_LOG_TEXT_SYSLOG && (line->flags & NOINIT_LOG_OUTPUT_SYSLOG) != 0;
#if NOINIT_LOG_TEXT_SYSLOG
    if (is_syslog) {
        noinit_text_put_priority(line, about->level);
    }
#endif
    if (tag != NULL) {
        noinit_text_put_string(sink, tag);
        noinit_text_put(sink, " ", 1);
    }
    if ((line->flags & NOINIT_LOG_OUTPUT_TIMESTAMP) != 0) {
        noinit_text_put_stamp(line, about->stamp);
    }
#if NOINIT_LOG_TEXT_SYSLOG
    if (is_syslog) {
        noinit_text_put_syslog(line, thread, about->stamp);
        thread = NULL;
    }
#endif
    if (!is_syslog) {
        put_colour(line, colour_of(about->level, line->flags));
    }
    if ((line->flags & NOINIT_LOG_OUTPUT_LEVEL) != 0) {
        noinit_text_put(sink, "<", 1);
        noinit_text_put(sink, &levels[4u * ((about->level - 1u) & 3u)], 3);
        noinit_text_put(sink, "> ", 2);
    }
    if (thread != NULL) {
        noinit_text_put(sink, "[", 1);
        noinit_text_put_string(sink, thread);
        noinit_text_put(sink, "] ", 2);
    }
    if (about->domain != NULL) {
        noinit_text_put_string(sink, about->domain);
        noinit_text_put(sink, "/", 1);
    }
    if (about->source != NULL && (line->flags & NOINIT_LOG_OUTPUT_SKIP_SOURCE) == 0) {
        noinit_text_put_string(sink, about->source);
        noinit_text_put(sink, ": ", 2);
    }
    line->indent = line->column;
}

static void put_hex(noinit_text_sink_t *sink, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    noinit_text_put(sink, &digits[byte >> 4], 1);
    noinit_text_put(sink, &digits[byte & 15u], 1);
}

/* At most sixteen bytes below the text: in hex, then as characters. */
static void put_dump_line(noinit_text_line_t *line, const uint8_t *bytes, uint32_t size)
{
    noinit_text_sink_t *sink = &line->sink;
    noinit_text_line_end(line);
    noinit_text_fill(sink, ' ', line->indent);
    for (uint32_t i = 0; i < HEXDUMP_BYTES; i++) {
        noinit_text_fill(sink, ' ', i == HEXDUMP_BYTES / 2u ? 1 : 0);
        if (i < size) {
            put_hex(sink, bytes[i]);
            noinit_text_put(sink, " ", 1);
        } else {
            noinit_text_fill(sink, ' ', 3);
        }
    }
    noinit_text_put(sink, "|", 1);
    for (uint32_t i = 0; i < HEXDUMP_BYTES; i++) {
        noinit_text_fill(sink, ' ', i == HEXDUMP_BYTES / 2u ? 1 : 0);
        const char character = i >= size ? ' ' : bytes[i] >= 0x20u && bytes[i] < 0x7fu ? (char)bytes[i] : '.';
        noinit_text_put(sink, &character, 1);
    }
}

/* What is left of the body from byte `place` on. */
static void put_dump(noinit_text_line_t *line, const noinit_log_message_t *message, uint32_t place)
{
    uint8_t bytes[HEXDUMP_BYTES];
    for (;;) {
        const uint32_t size = noinit_log_message_read(message, place, bytes, HEXDUMP_BYTES);
        if (size == 0) {
            return;
        }
        put_dump_line(line, bytes, size);
        place += size;
    }
}

static void close_line(noinit_text_line_t *line)
{
    put_colour(line, "\x1b[0m");
    noinit_text_line_end(line);
    noinit_log_output_flush(line->output);
}

/* Raw text has neither prefix nor line end, but each LF gets its CR. */
static void put_raw(noinit_text_line_t *line, const noinit_log_message_t *message)
{
    char bytes[HEXDUMP_BYTES];
    line->is_raw = true;
    for (uint32_t from = 0;;) {
        const uint32_t size = noinit_log_message_read(message, from, bytes, HEXDUMP_BYTES);
        if (size == 0) {
            break;
        }
        noinit_text_put(&line->sink, bytes, size);
        from += size;
    }
    noinit_log_output_flush(line->output);
}

static const char *const domains[] = {NOINIT_LOG_DOMAINS};

static noinit_log_line_t about_message(const noinit_log_message_t *message, const noinit_log_site_t *site)
{
    noinit_log_line_t about = {.stamp = message->stamp, .level = message->level};
    if (site->types[0] == NOINIT_TEXT_SOURCE) {
        about.source = noinit_log_name_of(message->source);
    } else if (message->source != NULL) {
        about.source = site->source->name;
    }
    if (message->domain < sizeof domains / sizeof domains[0]) {
        about.domain = domains[message->domain];
    }
    return about;
}

void noinit_log_output_message(const noinit_log_output_t *output, const noinit_log_message_t *message, uint32_t flags)
{
#if NOINIT_LOG_TEXT_SYST
    if ((flags & NOINIT_LOG_OUTPUT_SYST) != 0) {
        noinit_text_put_syst(output, message, flags);
        return;
    }
#endif
    noinit_text_line_t line = noinit_text_line(output, flags);
    if (message->kind == NOINIT_LOG_KIND_TEXT) {
        put_raw(&line, message);
        return;
    }
    const noinit_log_site_t *site = message->descriptor;
    if (site == NULL || site->magic != NOINIT_LOG_SITE_MAGIC) {
        return; /* an entry of another kind: only the host can read it */
    }
    noinit_text_entry_arguments_t arguments;
    noinit_text_site_arguments(&arguments, message);
    line.is_raw = (site->flags & NOINIT_LOG_FLAG_TEXT) != 0;
    if (!line.is_raw) {
        const noinit_log_line_t about = about_message(message, site);
        put_prefix(&line, &about);
    }
    begin_text(&line);
    if (site->function != NULL && (site->flags & NOINIT_LOG_FLAG_FUNCTION) != 0 && message->kind == NOINIT_LOG_KIND_LOG) {
        noinit_text_put_string(&line.sink, site->function);
        noinit_text_put(&line.sink, ": ", 2);
    }
    noinit_text_print(&line.sink, noinit_text_site_format(site), &arguments.base);
    end_text(&line);
    if (message->kind == NOINIT_LOG_KIND_HEXDUMP) {
        noinit_text_skip_arguments(&arguments);
        put_dump(&line, message, arguments.place);
    }
    if (line.is_raw) {
        noinit_log_output_flush(output);
    } else {
        close_line(&line);
    }
}

void noinit_log_output_string(const noinit_log_output_t *output, const noinit_log_line_t *about, const char *format, va_list arguments,
                              uint32_t flags)
{
    noinit_text_line_t line = noinit_text_line(output, flags);
    line.is_raw = about->level == 0;
    if (!line.is_raw) {
        put_prefix(&line, about);
    }
    begin_text(&line);
    noinit_text_call_arguments_t taken;
    noinit_text_call_arguments(&taken, arguments);
    noinit_text_print(&line.sink, format, &taken.base);
    va_end(taken.list);
    end_text(&line);
    if (line.is_raw) {
        noinit_log_output_flush(output);
    } else {
        close_line(&line);
    }
}

void noinit_log_output_hexdump(const noinit_log_output_t *output, const noinit_log_line_t *about, const char *caption, const uint8_t *data,
                               uint32_t size, uint32_t flags)
{
    noinit_text_line_t line = noinit_text_line(output, flags);
    if (about->level != 0) {
        put_prefix(&line, about);
    }
    begin_text(&line);
    if (caption != NULL) {
        noinit_text_put_string(&line.sink, caption);
    }
    end_text(&line);
    const noinit_log_message_t message = {.bytes = data, .size = size};
    put_dump(&line, &message, 0);
    close_line(&line);
}

void noinit_log_output_dropped(const noinit_log_output_t *output, uint32_t count, uint32_t flags)
{
    noinit_text_line_t line = noinit_text_line(output, flags);
    put_colour(&line, "\x1b[1;31m");
    noinit_text_put_string(&line.sink, "--- ");
    noinit_text_put_number(&line.sink, count < DROPPED_MAX ? count : DROPPED_MAX, 1);
    noinit_text_put_string(&line.sink, " messages dropped ---\r\n");
    put_colour(&line, "\x1b[0m");
    noinit_log_output_flush(output);
}

#endif
