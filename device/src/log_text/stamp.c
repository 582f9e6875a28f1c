/* Stamps as text. */
#include <stddef.h>

#include "log/clock.h"
#include "log_text/line.h"
#include "noinit/config.h"

#if NOINIT_LOG_TEXT

#define FREQUENCY_MAX 1000000u /* beyond microseconds nothing is printed */

/* 0 with `is_set`: no stamps at all. */
static struct {
    uint32_t frequency;
    bool is_set;
} printed;

void noinit_log_output_frequency_set(uint32_t frequency)
{
    printed.frequency = frequency;
    printed.is_set = true;
}

/* Halved down to a million ticks a second; `divisor` is what stamps are divided by then. */
static uint32_t frequency_of(uint32_t *divisor)
{
    uint32_t frequency = printed.is_set ? printed.frequency : noinit_log_frequency();
    *divisor = 1;
    while (frequency > FREQUENCY_MAX) {
        frequency /= 2u;
        *divisor *= 2u;
    }
    return frequency;
}

uint64_t noinit_log_output_microseconds(uint64_t stamp)
{
    uint32_t divisor;
    const uint32_t frequency = frequency_of(&divisor);
    if (frequency == 0) {
        return 0;
    }
    stamp /= divisor;
    return stamp / frequency * 1000000u + stamp % frequency * 1000000u / frequency;
}

static void put_field(noinit_text_line_t *line, uint64_t value, uint32_t digits, const char *behind)
{
    noinit_text_put_number(&line->sink, value, digits);
    noinit_text_put_string(&line->sink, behind);
}

#define DATED (NOINIT_LOG_OUTPUT_DATE | NOINIT_LOG_OUTPUT_ISO8601)

#if NOINIT_LOG_TEXT_DATES || NOINIT_LOG_TEXT_SYSLOG
static bool is_leap(uint32_t year)
{
    return (year % 4u == 0 && year % 100u != 0) || year % 400u == 0;
}

/* 1970-01-01 and what is between date and time. */
static void put_date(noinit_text_line_t *line, uint64_t days, const char *between)
{
    static const uint8_t months[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t year = 1970;
    while (days >= (is_leap(year) ? 366u : 365u)) {
        days -= is_leap(year) ? 366u : 365u;
        year++;
    }
    uint32_t month = 0;
    for (;;) {
        const uint32_t length = months[month] + (month == 1u && is_leap(year) ? 1u : 0u);
        if (days < length) {
            break;
        }
        days -= length;
        month++;
    }
    put_field(line, year, 4, "-");
    put_field(line, month + 1u, 2, "-");
    put_field(line, days + 1u, 2, between);
}
#endif

/* Hours are not wrapped at 24, unless a date says the days. */
static void put_time(noinit_text_line_t *line, uint64_t seconds, const char *behind)
{
    put_field(line, seconds / 3600u, 2, ":");
    put_field(line, seconds / 60u % 60u, 2, ":");
    put_field(line, seconds % 60u, 2, behind);
}

static void put_formatted(noinit_text_line_t *line, uint64_t seconds, uint32_t microseconds)
{
#if NOINIT_LOG_TEXT_SYSLOG
    if ((line->flags & NOINIT_LOG_OUTPUT_SYSLOG) != 0) {
        put_date(line, seconds / 86400u, "T");
        put_time(line, seconds % 86400u, ".");
        put_field(line, microseconds, 6, "Z ");
        return;
    }
#endif
    noinit_text_put(&line->sink, "[", 1);
#if NOINIT_LOG_TEXT_DATES
    if ((line->flags & NOINIT_LOG_OUTPUT_LINUX) != 0) {
        uint32_t digits = 1;
        for (uint64_t rest = seconds; rest >= 10u; rest /= 10u) {
            digits++;
        }
        noinit_text_fill(&line->sink, ' ', digits < 5u ? 5u - digits : 0u);
        put_field(line, seconds, 1, ".");
        put_field(line, microseconds, 6, "] ");
        return;
    }
    if ((line->flags & NOINIT_LOG_OUTPUT_ISO8601) != 0) {
        put_date(line, seconds / 86400u, "T");
        put_time(line, seconds % 86400u, ",");
        put_field(line, microseconds, 6, "Z] ");
        return;
    }
    if ((line->flags & NOINIT_LOG_OUTPUT_DATE) != 0) {
        put_date(line, seconds / 86400u, " ");
        seconds %= 86400u;
    }
#endif
    put_time(line, seconds, ".");
    put_field(line, microseconds / 1000u, 3, ",");
    put_field(line, microseconds % 1000u, 3, "] ");
}

void noinit_text_put_stamp(noinit_text_line_t *line, uint64_t stamp)
{
    const uint32_t formatted =
        NOINIT_LOG_OUTPUT_FORMAT_TIMESTAMP | NOINIT_LOG_OUTPUT_SYSLOG | NOINIT_LOG_OUTPUT_LINUX | NOINIT_LOG_OUTPUT_DATE | NOINIT_LOG_OUTPUT_ISO8601;
    if ((line->flags & formatted) == 0) {
        const bool is_wide = (line->flags & NOINIT_LOG_OUTPUT_STAMP_64) != 0;
        noinit_text_put(&line->sink, "[", 1);
        put_field(line, is_wide ? stamp : (uint32_t)stamp, is_wide ? 16 : 8, "] ");
        return;
    }
    uint32_t divisor;
    const uint32_t frequency = frequency_of(&divisor);
    if (frequency == 0) {
        return;
    }
    stamp /= divisor;
    const uint32_t rest = (uint32_t)(stamp % frequency);
    const uint32_t milliseconds = rest * 1000u / frequency;
    const uint32_t microseconds = 1000u * (rest * 1000u - milliseconds * frequency) / frequency;
    put_formatted(line, stamp / frequency, milliseconds * 1000u + microseconds);
}

#endif
