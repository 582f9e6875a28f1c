/*
 * Text on the device, for back ends; needs NOINIT_LOG_TEXT=1, which leaves format strings and names in the firmware.
 *
 *     static uint8_t buffer[32];
 *     NOINIT_LOG_OUTPUT_DEFINE(output, put, buffer, sizeof buffer);
 *     noinit_log_output_message(&output, message, NOINIT_LOG_OUTPUT_TIMESTAMP | NOINIT_LOG_OUTPUT_LEVEL);
 *
 * A line: [tag ][stamp ]<level> [thread ][domain/]source: text. No heap, no recursion; docs/guide/log-on-the-device.md says
 * what stack it takes.
 */
#ifndef NOINIT_LOG_OUTPUT_H
#define NOINIT_LOG_OUTPUT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "noinit/config.h"
#include "noinit/log_backend.h"

/* What a line shows. The values are Zephyr's as far as it has them. */
#define NOINIT_LOG_OUTPUT_COLORS 1u           /* error red, warning yellow */
#define NOINIT_LOG_OUTPUT_TIMESTAMP 2u        /* [00001234] */
#define NOINIT_LOG_OUTPUT_FORMAT_TIMESTAMP 4u /* [00:00:01.234,000] */
#define NOINIT_LOG_OUTPUT_LEVEL 8u            /* <inf> */
#define NOINIT_LOG_OUTPUT_CRLF_NONE 16u       /* no line end */
#define NOINIT_LOG_OUTPUT_CRLF_LFONLY 32u     /* LF instead of CR LF */
#define NOINIT_LOG_OUTPUT_SYSLOG 64u          /* RFC 5424; needs NOINIT_LOG_TEXT_SYSLOG */
#define NOINIT_LOG_OUTPUT_THREAD 128u
#define NOINIT_LOG_OUTPUT_SKIP_SOURCE 256u
#define NOINIT_LOG_OUTPUT_STAMP_64 0x200u  /* sixteen digits, of all 64 bits */
#define NOINIT_LOG_OUTPUT_LINUX 0x400u     /* with FORMAT_TIMESTAMP: [    1.234000]; this and the next two need NOINIT_LOG_TEXT_DATES */
#define NOINIT_LOG_OUTPUT_DATE 0x800u      /* [1970-01-01 00:00:01.234,000] */
#define NOINIT_LOG_OUTPUT_ISO8601 0x1000u  /* [1970-01-01T00:00:01,234000Z] */
#define NOINIT_LOG_OUTPUT_GREEN 0x2000u    /* with COLORS: info green */
#define NOINIT_LOG_OUTPUT_SYST 0x4000u     /* SYS-T RAW DATA: in hex; needs NOINIT_LOG_TEXT_SYST */

/* Gives the bytes it took, dropped ones counted; it is called again with the rest. */
typedef int (*noinit_log_output_function_t)(uint8_t *bytes, size_t size, void *context);

typedef struct {
    size_t offset; /* bytes that wait in the buffer */
    void *context;
    const char *hostname; /* syslog; NULL: noinit */
} noinit_log_output_state_t;

typedef struct noinit_log_output {
    noinit_log_output_function_t function;
    noinit_log_output_state_t *state;
    uint8_t *buffer;
    size_t size;
} noinit_log_output_t;

#define NOINIT_LOG_OUTPUT_DEFINE(name_, function_, buffer_, size_)            \
    static noinit_log_output_state_t noinit_log_output_state_##name_;         \
    static const noinit_log_output_t name_ = {                                \
        .function = (function_), .state = &noinit_log_output_state_##name_, .buffer = (buffer_), .size = (size_)}

/* What stands before a text. NULL names are left out. */
typedef struct {
    uint64_t stamp;
    const char *source;
    const char *domain;
    const char *thread;
    uint32_t level; /* 0: raw text, alone and without line end */
} noinit_log_line_t;

/* The line of an entry, flushed. One caller at a time for one output. */
void noinit_log_output_message(const noinit_log_output_t *output, const noinit_log_message_t *message, uint32_t flags);

/* The line of a text or of bytes that are not in the ring. */
void noinit_log_output_string(const noinit_log_output_t *output, const noinit_log_line_t *line, const char *format, va_list arguments,
                              uint32_t flags);
void noinit_log_output_hexdump(const noinit_log_output_t *output, const noinit_log_line_t *line, const char *caption, const uint8_t *data,
                               uint32_t size, uint32_t flags);

/* --- N messages dropped ---; N is at most 9999. */
void noinit_log_output_dropped(const noinit_log_output_t *output, uint32_t count, uint32_t flags);

/* Hands out what waits in the buffer. */
void noinit_log_output_flush(const noinit_log_output_t *output);

static inline void noinit_log_output_context_set(const noinit_log_output_t *output, void *context)
{
    output->state->context = context;
}
static inline void noinit_log_output_hostname_set(const noinit_log_output_t *output, const char *hostname)
{
    output->state->hostname = hostname;
}

/* Stands before every line of every output from now on; not copied. NULL: none. */
void noinit_log_output_tag_set(const char *tag);

/* Ticks a second of the stamps to be printed, where it is not noinit_log_frequency(). 0: stamps are left out. */
void noinit_log_output_frequency_set(uint32_t frequency);

/* Microseconds of a stamp. */
uint64_t noinit_log_output_microseconds(uint64_t stamp);

/*
 * printf's conversions into `bytes`, at most `size` with the closing 0; gives the length that all of it would have. Without
 * NOINIT_LOG_TEXT_FLOAT a float shows as its bits in hex. Any context.
 */
uint32_t noinit_log_format(char *bytes, uint32_t size, const char *format, va_list arguments);

#endif
