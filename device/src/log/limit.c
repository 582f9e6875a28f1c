#include <stdbool.h>

#include "noinit/log_site.h"

static bool is_one_of(char c, const char *set)
{
    while (*set != '\0' && *set != c) {
        set++;
    }
    return *set != '\0';
}

static const char *behind(const char *format, const char *set)
{
    while (*format != '\0' && is_one_of(*format, set)) {
        format++;
    }
    return format;
}

/* The digits at `*format`, which it moves behind them. */
static uint32_t number(const char **format)
{
    uint32_t value = 0;
    for (; **format >= '0' && **format <= '9'; (*format)++) {
        if (value < 10000u) {
            value = value * 10u + (uint32_t)(**format - '0');
        }
    }
    return value;
}

/* Walks over the conversions and the arguments they take. The compiler has checked the format; a wrong one ends at its NUL. */
uint32_t noinit_log_limit(const char *format, uint32_t index, int32_t before)
{
    uint32_t argument = 0;
    for (;;) {
        while (*format != '\0' && *format != '%') {
            format++;
        }
        if (*format == '\0') {
            return NOINIT_LOG_NO_LIMIT;
        }
        format = behind(format + 1, "-+ #0123456789");
        if (*format == '*') {
            argument++;
            format++;
        }
        uint32_t limit = NOINIT_LOG_NO_LIMIT;
        if (*format == '.') {
            format++;
            if (*format == '*') {
                argument++;
                format++;
                limit = before < 0 ? NOINIT_LOG_NO_LIMIT : (uint32_t)before;
            } else {
                limit = number(&format);
            }
        }
        format = behind(format, "hljztL");
        if (*format == '\0') {
            return NOINIT_LOG_NO_LIMIT;
        }
        if (*format != '%') {
            if (argument == index) {
                return *format == 'p' ? NOINIT_LOG_ADDRESS : limit;
            }
            argument++;
        }
        format++;
    }
}
