/* Text on the device; needs NOINIT_LOG_TEXT=1. */
#ifndef NOINIT_ZEPHYR_LOG_OUTPUT_H
#define NOINIT_ZEPHYR_LOG_OUTPUT_H

#include "logging/log_msg.h"

#include "noinit/log_output.h"

#define LOG_OUTPUT_FLAG_COLORS NOINIT_LOG_OUTPUT_COLORS
#define LOG_OUTPUT_FLAG_TIMESTAMP NOINIT_LOG_OUTPUT_TIMESTAMP
#define LOG_OUTPUT_FLAG_FORMAT_TIMESTAMP NOINIT_LOG_OUTPUT_FORMAT_TIMESTAMP
#define LOG_OUTPUT_FLAG_LEVEL NOINIT_LOG_OUTPUT_LEVEL
#define LOG_OUTPUT_FLAG_CRLF_NONE NOINIT_LOG_OUTPUT_CRLF_NONE
#define LOG_OUTPUT_FLAG_CRLF_LFONLY NOINIT_LOG_OUTPUT_CRLF_LFONLY
#define LOG_OUTPUT_FLAG_FORMAT_SYSLOG NOINIT_LOG_OUTPUT_SYSLOG
#define LOG_OUTPUT_FLAG_FORMAT_SYST NOINIT_LOG_OUTPUT_SYST

#define log_output noinit_log_output
typedef noinit_log_output_function_t log_output_func_t;

#define LOG_OUTPUT_DEFINE(_name, _func, _buf, _size) NOINIT_LOG_OUTPUT_DEFINE(_name, _func, _buf, _size)

static inline void log_output_msg_process(const struct log_output *output, struct log_msg *msg, uint32_t flags)
{
    noinit_log_output_message(output, msg->entry, flags);
}
static inline void log_output_msg2_process(const struct log_output *output, struct log_msg *msg, uint32_t flags)
{
    noinit_log_output_message(output, msg->entry, flags);
}

static inline noinit_log_line_t noinit_zephyr_line_(struct log_msg_ids ids, uint32_t timestamp)
{
    noinit_log_line_t line;
    line.stamp = timestamp;
    line.source = ids.level == 0 ? NULL : noinit_log_source_name(ids.source_id);
    line.domain = NULL;
    line.thread = NULL;
    line.level = ids.level;
    return line;
}
static inline void log_output_string(const struct log_output *output, struct log_msg_ids src_level, uint32_t timestamp, const char *fmt,
                                     va_list ap, uint32_t flags)
{
    const noinit_log_line_t line = noinit_zephyr_line_(src_level, timestamp);
    noinit_log_output_string(output, &line, fmt, ap, flags);
}
static inline void log_output_hexdump(const struct log_output *output, struct log_msg_ids src_level, uint32_t timestamp,
                                      const char *metadata, const uint8_t *data, uint32_t length, uint32_t flags)
{
    const noinit_log_line_t line = noinit_zephyr_line_(src_level, timestamp);
    noinit_log_output_hexdump(output, &line, metadata, data, length, flags);
}
static inline void log_output_dropped_process(const struct log_output *output, uint32_t cnt)
{
    noinit_log_output_dropped(output, cnt, 0);
}
static inline void log_output_flush(const struct log_output *output)
{
    noinit_log_output_flush(output);
}
static inline void log_output_ctx_set(const struct log_output *output, void *ctx)
{
    noinit_log_output_context_set(output, ctx);
}
static inline void log_output_hostname_set(const struct log_output *output, const char *hostname)
{
    noinit_log_output_hostname_set(output, hostname);
}
static inline void log_output_timestamp_freq_set(uint32_t freq)
{
    noinit_log_output_frequency_set(freq);
}
static inline uint64_t log_output_timestamp_to_us(uint32_t timestamp)
{
    return noinit_log_output_microseconds(timestamp);
}

#endif
