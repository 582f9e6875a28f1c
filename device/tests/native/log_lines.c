#include "log_lines.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "log/log_ring.h"
#include "log/site.h"

static char text[16384];
static uint32_t text_size;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_size += (uint32_t)vsnprintf(text + text_size, sizeof text - text_size, format, arguments);
    va_end(arguments);
}

static uint64_t varint(const uint8_t **at)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7fu) << shift;
        if (byte < 0x80u) {
            return value;
        }
    }
}

static int64_t number(const uint8_t **at, uint32_t size)
{
    uint64_t value = 0;
    memcpy(&value, *at, size);
    *at += size;
    return (int64_t)value;
}

static void say_string(const uint8_t **at)
{
    const uint8_t length = *(*at)++;
    if (length == 0xffu) {
        say("@%llx", (unsigned long long)varint(at));
        return;
    }
    say("%.*s%s", length & 0x7f, (const char *)*at, length >= 0x80u ? "…" : "");
    *at += length & 0x7fu;
}

/* An instance, by the table of sources. */
static void say_source(uint32_t word)
{
    extern const noinit_source_entry_t __start_noinit_sources[] __attribute__((weak)), __stop_noinit_sources[] __attribute__((weak));
    for (const noinit_source_entry_t *entry = __start_noinit_sources; entry < __stop_noinit_sources; entry++) {
        if ((uint32_t)(uintptr_t)entry->source == word) {
            const noinit_log_source_descriptor_t *source = entry->descriptor;
            CHECK(source->magic == NOINIT_LOG_SOURCE_MAGIC && source->source == entry->source);
            CHECK(strcmp(source->name, entry->name) == 0);
            say("%s", entry->name);
            return;
        }
    }
    say("?");
}

static void say_argument(uint8_t type, const uint8_t **at)
{
    say("|");
    if (type == NOINIT_LOG_TYPE_STRING) {
        say_string(at);
    } else if (type == NOINIT_LOG_TYPE_I64 || type == NOINIT_LOG_TYPE_U64) {
        say(type == NOINIT_LOG_TYPE_I64 ? "%lldll" : "%llull", (long long)number(at, 8));
    } else if (type == NOINIT_LOG_TYPE_F32) {
        const int32_t bits = (int32_t)number(at, 4);
        float value;
        memcpy(&value, &bits, 4);
        say("%gf", (double)value);
    } else if (type == NOINIT_LOG_TYPE_F64) {
        const int64_t bits = number(at, 8);
        double value;
        memcpy(&value, &bits, 8);
        say("%g", value);
    } else {
        const uint32_t zigzag = (uint32_t)varint(at);
        const uint32_t value = zigzag >> 1 ^ (0u - (zigzag & 1u));
        if (type == NOINIT_LOG_TYPE_SOURCE) {
            say_source(value);
        } else if (type == NOINIT_LOG_TYPE_I32) {
            say("%d", (int)value);
        } else {
            say(type == NOINIT_LOG_TYPE_U32 ? "%uu" : "p%x", value);
        }
    }
}

static void say_site(const uint8_t *body, uint32_t size)
{
    const uint8_t *at = body;
    const noinit_log_site_t *site = (const noinit_log_site_t *)(uintptr_t)(varint(&at) << 4);
    CHECK(site->magic == NOINIT_LOG_SITE_MAGIC && site->version == 0);
    say("%u ", site->level);
    if (site->source != NULL) {
        CHECK(site->source->magic == NOINIT_LOG_SOURCE_MAGIC);
        say("%s", site->source->name);
    }
    const char *format = (const char *)site->types + site->nargs + 1;
    const char *const file_end = strchr(format, 0x1f);
    CHECK(file_end != NULL && strncmp(format, "test_log", 8) == 0);
    say(": ");
    if ((site->flags & NOINIT_LOG_FLAG_FUNCTION) != 0) {
        say("%s(): ", site->function);
    }
    say("%s", file_end + 1);
    for (uint32_t i = 0; i < site->nargs; i++) {
        say_argument(site->types[i], &at);
    }
    CHECK(site->types[site->nargs] == 0);
    if ((site->flags & NOINIT_LOG_FLAG_HEXDUMP) != 0) {
        say("|");
        while (at < body + size) {
            say("%02x", *at++);
        }
    }
    CHECK(at == body + size);
}

static uint8_t body[8192];

/* What was logged since the last look, a line each. */
const char *log_lines(void)
{
    static noinit_ring_cursor_t cursor;
    static bool has_cursor;
    if (!has_cursor) {
        cursor = noinit_ring_oldest(&noinit_log_rings[0]);
        has_cursor = true;
    }
    text_size = 0;
    text[0] = '\0';
    noinit_ring_entry_t entry;
    while (noinit_ring_next(&cursor, &entry)) {
        CHECK(entry.is_sound);
        CHECK(entry.size <= sizeof body);
        noinit_ring_read(&noinit_log_rings[0], &entry, 0, body, entry.size);
        if (entry.kind == NOINIT_RING_KIND_SEGMENT || entry.kind == NOINIT_RING_KIND_GAP) {
            continue;
        }
        say("%s%s", text_size > 0 ? "\n" : "", entry.is_marked ? "*" : "");
        if (entry.kind == NOINIT_RING_KIND_LOG || entry.kind == NOINIT_RING_KIND_HEXDUMP) {
            say_site(body, entry.size);
        } else {
            say("%u %.*s", entry.kind, (int)entry.size, (const char *)body);
        }
    }
    return text;
}

void expect_lines(const char *expected)
{
    const char *found = log_lines();
    if (strcmp(found, expected) != 0) {
        printf("expected: %s\nfound:    %s\n", expected, found);
        exit(1);
    }
}

