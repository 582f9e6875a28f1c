/*
 * Zephyr's logging calls, as ours (docs/guide/zephyr-compat.md). Formats are checked as there; texts stay out of the firmware, and what is
 * logged stands in the retained ring.
 */
#ifndef NOINIT_ZEPHYR_LOG_H
#define NOINIT_ZEPHYR_LOG_H

#include "logging/log_core.h"
#include "logging/log_instance.h"

#include "noinit/log_output.h"

/* Name and, where given, level; at file level or in a function. */
#define LOG_MODULE_REGISTER(...) NOINIT_ZEPHYR_REGISTER_(__VA_ARGS__, LOG_LEVEL, )
#define LOG_MODULE_DECLARE(...) NOINIT_ZEPHYR_DECLARE_(__VA_ARGS__, LOG_LEVEL, )
#define NOINIT_ZEPHYR_REGISTER_(name, level, ...) NOINIT_LOG_REGISTER(name, level)
#define NOINIT_ZEPHYR_DECLARE_(name, level, ...) NOINIT_LOG_DECLARE(name, level)

/* In a file or function that logs for instances only. */
#define LOG_LEVEL_SET(level) NOINIT_LOG_LEVEL_SET(level)

#define LOG_ERR(...) NOINIT_ERR(__VA_ARGS__)
#define LOG_WRN(...) NOINIT_WRN(__VA_ARGS__)
#define LOG_INF(...) NOINIT_INF(__VA_ARGS__)
#define LOG_DBG(...) NOINIT_DBG(__VA_ARGS__)

#define LOG_INST_ERR(_log_inst, ...) NOINIT_INST_ERR(_log_inst, __VA_ARGS__)
#define LOG_INST_WRN(_log_inst, ...) NOINIT_INST_WRN(_log_inst, __VA_ARGS__)
#define LOG_INST_INF(_log_inst, ...) NOINIT_INST_INF(_log_inst, __VA_ARGS__)
#define LOG_INST_DBG(_log_inst, ...) NOINIT_INST_DBG(_log_inst, __VA_ARGS__)

/* One string behind the length is no format: it may hold a % and need not be a literal. More than one are a format and its values. */
#define LOG_HEXDUMP_ERR(_data, _length, ...) NOINIT_HEXDUMP_ERR(_data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))
#define LOG_HEXDUMP_WRN(_data, _length, ...) NOINIT_HEXDUMP_WRN(_data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))
#define LOG_HEXDUMP_INF(_data, _length, ...) NOINIT_HEXDUMP_INF(_data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))
#define LOG_HEXDUMP_DBG(_data, _length, ...) NOINIT_HEXDUMP_DBG(_data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))

#define LOG_INST_HEXDUMP_ERR(_log_inst, _data, _length, ...) \
    NOINIT_INST_HEXDUMP_ERR(_log_inst, _data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))
#define LOG_INST_HEXDUMP_WRN(_log_inst, _data, _length, ...) \
    NOINIT_INST_HEXDUMP_WRN(_log_inst, _data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))
#define LOG_INST_HEXDUMP_INF(_log_inst, _data, _length, ...) \
    NOINIT_INST_HEXDUMP_INF(_log_inst, _data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))
#define LOG_INST_HEXDUMP_DBG(_log_inst, _data, _length, ...) \
    NOINIT_INST_HEXDUMP_DBG(_log_inst, _data, _length, NOINIT_ZEPHYR_CAPTION_(__VA_ARGS__))

/* The other order of the words, which the page has too. */
#define LOG_HEXDUMP_INST_ERR(_log_inst, _data, _length, ...) LOG_INST_HEXDUMP_ERR(_log_inst, _data, _length, __VA_ARGS__)
#define LOG_HEXDUMP_INST_WRN(_log_inst, _data, _length, ...) LOG_INST_HEXDUMP_WRN(_log_inst, _data, _length, __VA_ARGS__)
#define LOG_HEXDUMP_INST_INF(_log_inst, _data, _length, ...) LOG_INST_HEXDUMP_INF(_log_inst, _data, _length, __VA_ARGS__)
#define LOG_HEXDUMP_INST_DBG(_log_inst, _data, _length, ...) LOG_INST_HEXDUMP_DBG(_log_inst, _data, _length, __VA_ARGS__)

#define NOINIT_ZEPHYR_CAPTION_(...) NOINIT_ZEPHYR_34TH_(__VA_ARGS__, NOINIT_ZEPHYR_32_FORMATS_, NOINIT_ZEPHYR_TEXT_, )(__VA_ARGS__)
#define NOINIT_ZEPHYR_TEXT_(text) "%s", (text)
#define NOINIT_ZEPHYR_FORMAT_(...) __VA_ARGS__
#define NOINIT_ZEPHYR_8_FORMATS_ \
    NOINIT_ZEPHYR_FORMAT_, NOINIT_ZEPHYR_FORMAT_, NOINIT_ZEPHYR_FORMAT_, NOINIT_ZEPHYR_FORMAT_, NOINIT_ZEPHYR_FORMAT_, NOINIT_ZEPHYR_FORMAT_, \
        NOINIT_ZEPHYR_FORMAT_, NOINIT_ZEPHYR_FORMAT_
#define NOINIT_ZEPHYR_32_FORMATS_ NOINIT_ZEPHYR_8_FORMATS_, NOINIT_ZEPHYR_8_FORMATS_, NOINIT_ZEPHYR_8_FORMATS_, NOINIT_ZEPHYR_8_FORMATS_
#define NOINIT_ZEPHYR_34TH_(...) NOINIT_ZEPHYR_34TH__(__VA_ARGS__)
#define NOINIT_ZEPHYR_34TH__(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, \
                             a24, a25, a26, a27, a28, a29, a30, a31, a32, name, ...) \
    name

/* Raw text, without prefix and line end. */
#define LOG_PRINTK(...) NOINIT_PRINT(__VA_ARGS__)
#define LOG_RAW(...) NOINIT_PRINT(__VA_ARGS__)

/* Logged the first time only. */
#define LOG_ERR_ONCE(...) NOINIT_ERR_ONCE(__VA_ARGS__)
#define LOG_WRN_ONCE(...) NOINIT_WRN_ONCE(__VA_ARGS__)
#define LOG_INF_ONCE(...) NOINIT_INF_ONCE(__VA_ARGS__)
#define LOG_DBG_ONCE(...) NOINIT_DBG_ONCE(__VA_ARGS__)

/* Logged at most once in so many milliseconds; how many were kept back the next one says. */
#ifndef CONFIG_LOG_RATELIMIT_INTERVAL_MS
#define CONFIG_LOG_RATELIMIT_INTERVAL_MS 5000
#endif
#define LOG_ERR_RATELIMIT(...) NOINIT_ERR_EVERY(CONFIG_LOG_RATELIMIT_INTERVAL_MS, __VA_ARGS__)
#define LOG_ERR_RATELIMIT_RATE(_rate_ms, ...) NOINIT_ERR_EVERY(_rate_ms, __VA_ARGS__)
#define LOG_WRN_RATELIMIT(...) NOINIT_WRN_EVERY(CONFIG_LOG_RATELIMIT_INTERVAL_MS, __VA_ARGS__)
#define LOG_WRN_RATELIMIT_RATE(_rate_ms, ...) NOINIT_WRN_EVERY(_rate_ms, __VA_ARGS__)
#define LOG_INF_RATELIMIT(...) NOINIT_INF_EVERY(CONFIG_LOG_RATELIMIT_INTERVAL_MS, __VA_ARGS__)
#define LOG_INF_RATELIMIT_RATE(_rate_ms, ...) NOINIT_INF_EVERY(_rate_ms, __VA_ARGS__)
#define LOG_DBG_RATELIMIT(...) NOINIT_DBG_EVERY(CONFIG_LOG_RATELIMIT_INTERVAL_MS, __VA_ARGS__)
#define LOG_DBG_RATELIMIT_RATE(_rate_ms, ...) NOINIT_DBG_EVERY(_rate_ms, __VA_ARGS__)

/* Strings are copied when they are logged, so there is nothing to duplicate. */
static inline char *log_strdup(const char *str)
{
    return (char *)(uintptr_t)str;
}

/* Text of a format that only the run knows, as raw text; what is longer than NOINIT_LOG_PRINT_MAX is cut. Needs NOINIT_LOG_TEXT=1. */
static inline void log_printk(const char *fmt, va_list ap)
{
    char text[NOINIT_LOG_PRINT_MAX + 1];
    const uint32_t size = noinit_log_format(text, sizeof text, fmt, ap);
    noinit_log_text(text, size < sizeof text ? size : (uint32_t)sizeof text - 1u);
}

#include "sys/printk.h"

#endif
