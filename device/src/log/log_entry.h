/* What the entries of the log have in common that do not take the short way. */
#ifndef NOINIT_LOG_LOG_ENTRY_H
#define NOINIT_LOG_LOG_ENTRY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/ring.h"
#include "noinit/log_site.h"

/* Most bytes that are copied of a string. */
#define NOINIT_LOG_STRING_MAX 126u
/* In place of a string's length: its address follows. */
#define NOINIT_LOG_STRING_ADDRESS 0xffu

/* 1 where the ring does not want a site's level, so that only a back end can have asked for it. */
static inline uint32_t noinit_log_mark(uintptr_t site, const noinit_source_t *source)
{
#if NOINIT_LOG_RUNTIME_FILTER
    return ((source->filters >> 30) - ((uint32_t)site >> 2 & 3u)) >> 31;
#else
    (void)site;
    (void)source;
    return 0;
#endif
}

static inline uint32_t noinit_log_zigzag(uint32_t value)
{
    return value << 1 ^ (uint32_t)((int32_t)value >> 31);
}

static inline uint32_t noinit_log_varint_size(uint32_t value)
{
    uint32_t size = 1;
    for (; value >= 0x80u; value >>= 7) {
        size++;
    }
    return size;
}

/* Starts the SDK if nobody has, and reserves; waits for room where that is configured. False: no room, counted. Any context. */
bool noinit_log_reserve(noinit_ring_writer_t *writer, uint32_t length, uint32_t mark);

void noinit_log_varint(noinit_ring_writer_t *writer, uint32_t value);

/* Closes, and tells who watches. */
void noinit_log_close(noinit_ring_writer_t *writer, uint32_t kind);

/* Kind, bytes, nothing else. Longer than an entry can be: dropped, counted. */
void noinit_log_bytes(uint32_t kind, const void *bytes, uint32_t size);

/* A site's entry: its id, its arguments as noinit_log_long takes them, and data behind them, of which as much goes as fits. */
void noinit_log_send(uint32_t kind, uintptr_t site, const noinit_source_t *source, const void *data, uint32_t size, uint32_t types, va_list *arguments);

#endif
