#include "log_text/print.h"

#include <stddef.h>

#include "noinit/config.h"
#include "noinit/log_output.h"

#if NOINIT_LOG_TEXT

/* What l, z and t say: nothing where a long is an int wide. */
#define LONG_BITS (sizeof(long) == 8u ? 64u : 0u)

#define CHUNK 16u /* bytes of a string that are copied out of the ring at a time */

void noinit_text_put(noinit_text_sink_t *sink, const char *bytes, uint32_t size)
{
    if (size == 0 || sink->room == NOINIT_TEXT_ENDED) {
        return;
    }
    const uint32_t taken = size < sink->room ? size : sink->room;
    if (taken != 0) {
        sink->put(sink, bytes, taken);
    }
    sink->room -= taken;
    if (taken < size) {
        sink->put(sink, "\xe2\x80\xa6", 3);
        sink->room = NOINIT_TEXT_ENDED;
    }
}

static uint32_t length_of(const char *text, uint32_t limit)
{
    uint32_t size = 0;
    while (size < limit && text[size] != '\0') {
        size++;
    }
    return size;
}

void noinit_text_put_string(noinit_text_sink_t *sink, const char *text)
{
    noinit_text_put(sink, text, length_of(text, NOINIT_TEXT_MAX + 1u));
}

void noinit_text_fill(noinit_text_sink_t *sink, char byte, uint32_t count)
{
    for (; count > 0; count--) {
        noinit_text_put(sink, &byte, 1);
    }
}

/* Digits of a number, last first, in a field of their own at the end of `digits`; gives how many. */
#define DIGITS_MAX 22u /* 64 bits in octal */
static uint32_t digits_of(char digits[DIGITS_MAX], uint64_t value, uint32_t radix, char ten)
{
    uint32_t count = 0;
    for (; value != 0; value /= radix) {
        const uint32_t digit = (uint32_t)(value % radix);
        count++;
        digits[DIGITS_MAX - count] = (char)(digit < 10u ? (uint32_t)'0' + digit : (uint32_t)ten + digit - 10u);
    }
    return count;
}

void noinit_text_put_number(noinit_text_sink_t *sink, uint64_t value, uint32_t digits)
{
    char text[DIGITS_MAX];
    const uint32_t count = digits_of(text, value, 10, 'a');
    if (count < digits) {
        noinit_text_fill(sink, '0', digits - count);
    }
    noinit_text_put(sink, text + DIGITS_MAX - count, count);
}

uint32_t noinit_text_open_field(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const char *prefix, bool has_zeros,
                                uint32_t size)
{
    const uint32_t taken = size + length_of(prefix, 3);
    const uint32_t left = conversion->width > taken ? conversion->width - taken : 0u;
    const bool zeros = has_zeros && !conversion->is_left;
    if (!conversion->is_left && !zeros) {
        noinit_text_fill(sink, ' ', left);
    }
    noinit_text_put_string(sink, prefix);
    if (zeros) {
        noinit_text_fill(sink, '0', left);
    }
    return conversion->is_left ? left : 0u;
}

static bool is_integer(const noinit_text_value_t *value)
{
    return value->type != NOINIT_TEXT_MISSING && value->type != NOINIT_TEXT_STRING && value->type != NOINIT_TEXT_F32 &&
           value->type != NOINIT_TEXT_F64 && value->type != NOINIT_TEXT_F128;
}

/* A pointer has no sign: as many as there may be. */
static uint32_t width_of(const noinit_text_value_t *value)
{
    return value->type == NOINIT_TEXT_I32 || value->type == NOINIT_TEXT_U32 ? 32u : 64u;
}

/* The argument as the type that the conversion prints: cut to its size, with or without sign. */
static uint64_t converted(const noinit_text_value_t *value, uint32_t bits, bool is_signed)
{
    uint64_t number = value->bits[0];
    if (bits == 64u) {
        return number;
    }
    number &= (1ull << bits) - 1u;
    const uint64_t sign = 1ull << (bits - 1u);
    return is_signed ? (number ^ sign) - sign : number;
}

static void print_integer(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const noinit_text_value_t *value)
{
    const char letter = conversion->letter;
    const bool is_signed = letter == 'd' || letter == 'i';
    const bool is_hex = letter == 'x' || letter == 'X' || letter == 'p';
    uint64_t number = converted(value, conversion->bits == 0 || conversion->bits > 64u ? width_of(value) : conversion->bits, is_signed);
    const char *prefix = "";
    if (is_signed) {
        if ((int64_t)number < 0) {
            prefix = "-";
            number = 0u - number;
        } else if (conversion->has_plus) {
            prefix = "+";
        } else if (conversion->has_space) {
            prefix = " ";
        }
    } else if (letter == 'p' || (is_hex && conversion->is_alternative && number != 0)) {
        prefix = letter == 'X' ? "0X" : "0x";
    }

    char digits[DIGITS_MAX];
    const uint32_t radix = is_hex ? 16u : letter == 'o' ? 8u : 10u;
    const uint32_t count = digits_of(digits, number, radix, letter == 'X' ? 'A' : 'a');
    uint32_t least = conversion->has_precision ? conversion->precision : 1u;
    if (letter == 'o' && conversion->is_alternative && least <= count) {
        least = count + 1u; /* # asks for a zero in front */
        if (number == 0) {
            least = 1u;
        }
    }
    const uint32_t zeros = least > count ? least - count : 0u;
    /* A precision already says how many zeros there are, so it switches the flag off. */
    const uint32_t behind =
        noinit_text_open_field(sink, conversion, prefix, conversion->has_zeros && !conversion->has_precision, zeros + count);
    noinit_text_fill(sink, '0', zeros);
    noinit_text_put(sink, digits + DIGITS_MAX - count, count);
    noinit_text_fill(sink, ' ', behind);
}

/* Bytes of a string from `from` on. */
static void put_text(noinit_text_sink_t *sink, const noinit_log_message_t *message, const noinit_text_value_t *value, uint32_t size)
{
    if (value->text != NULL) {
        noinit_text_put(sink, value->text, size);
        return;
    }
    char chunk[CHUNK];
    for (uint32_t from = 0; from < size;) {
        const uint32_t wanted = size - from < CHUNK ? size - from : CHUNK;
        const uint32_t got = noinit_log_message_read(message, value->place + from, chunk, wanted);
        if (got == 0) {
            return;
        }
        noinit_text_put(sink, chunk, got);
        from += got;
    }
}

/* A cut string has its `…` as three further bytes. */
static const char ellipsis[] = "\xe2\x80\xa6";

static void print_string(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const noinit_log_message_t *message,
                         const noinit_text_value_t *value)
{
    const uint32_t whole = value->size + (value->is_cut ? 3u : 0u);
    const uint32_t shown = conversion->has_precision && conversion->precision < whole ? conversion->precision : whole;
    const uint32_t behind = noinit_text_open_field(sink, conversion, "", false, shown);
    const uint32_t bytes = shown < value->size ? shown : value->size;
    put_text(sink, message, value, bytes);
    noinit_text_put(sink, ellipsis, shown - bytes);
    noinit_text_fill(sink, ' ', behind);
}

/* What the conversion does not print: `<value>`. */
static void print_other(noinit_text_sink_t *sink, const noinit_log_message_t *message, const noinit_text_value_t *value)
{
    noinit_text_conversion_t plain = {.letter = 's'};
    noinit_text_put(sink, "<", 1);
    if (value->type == NOINIT_TEXT_MISSING) {
        noinit_text_put(sink, "missing", 7);
    } else if (value->type == NOINIT_TEXT_STRING) {
        print_string(sink, &plain, message, value);
    } else if (is_integer(value)) {
        plain.letter = value->type == NOINIT_TEXT_I32 || value->type == NOINIT_TEXT_I64 ? 'd' : 'u';
        print_integer(sink, &plain, value);
    } else {
#if NOINIT_LOG_TEXT_FLOAT
        plain.letter = 'g';
        noinit_text_print_float(sink, &plain, value);
#else
        plain.letter = 'x';
        plain.is_alternative = true;
        plain.bits = value->type == NOINIT_TEXT_F32 ? 32u : 64u;
        print_integer(sink, &plain, value);
#endif
    }
    noinit_text_put(sink, ">", 1);
}

static bool is_one_of(char letter, const char *letters)
{
    while (*letters != '\0' && *letters != letter) {
        letters++;
    }
    return *letters != '\0';
}

static uint32_t read_field(const char **at)
{
    uint32_t value = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        value = value * 10u + (uint32_t)(**at - '0');
        if (value > NOINIT_TEXT_FIELD_MAX) {
            value = NOINIT_TEXT_FIELD_MAX;
        }
    }
    return value;
}

/* A conversion taken apart, what stands in for a number being an argument. */
typedef struct {
    noinit_text_conversion_t conversion;
    bool has_star_width;
    bool has_star_precision;
} parsed_t;

static const char *parse_flags(const char *at, noinit_text_conversion_t *conversion)
{
    for (;; at++) {
        switch (*at) {
        case '-':
            conversion->is_left = true;
            break;
        case '+':
            conversion->has_plus = true;
            break;
        case ' ':
            conversion->has_space = true;
            break;
        case '#':
            conversion->is_alternative = true;
            break;
        case '0':
            conversion->has_zeros = true;
            break;
        default:
            return at;
        }
    }
}

static const char *parse_length(const char *at, noinit_text_conversion_t *conversion)
{
    switch (*at) {
    case 'h':
        conversion->bits = at[1] == 'h' ? 8u : 16u;
        return at[1] == 'h' ? at + 2 : at + 1;
    case 'l':
        conversion->bits = at[1] == 'l' ? 64u : LONG_BITS;
        return at[1] == 'l' ? at + 2 : at + 1;
    case 'j':
        conversion->bits = 64u;
        return at + 1;
    case 'L':
        conversion->bits = 128u;
        return at + 1;
    case 'z':
    case 't':
        conversion->bits = LONG_BITS;
        return at + 1;
    default:
        return at;
    }
}

/* `at` stands behind the %; gives the place behind the letter, or NULL: what stands there is no conversion of C. */
static const char *parse(const char *at, parsed_t *parsed)
{
    *parsed = (parsed_t){.has_star_width = false};
    noinit_text_conversion_t *conversion = &parsed->conversion;
    at = parse_flags(at, conversion);
    if (*at == '*') {
        parsed->has_star_width = true;
        at++;
    } else {
        conversion->width = read_field(&at);
    }
    if (*at == '.') {
        at++;
        conversion->has_precision = true;
        if (*at == '*') {
            parsed->has_star_precision = true;
            at++;
        } else {
            conversion->precision = read_field(&at);
        }
    }
    at = parse_length(at, conversion);
    conversion->letter = *at;
    return is_one_of(*at, "diuoxXcspfFeEgGaA%") ? at + 1 : NULL;
}

static uint32_t wanted_type(const noinit_text_conversion_t *conversion)
{
    switch (conversion->letter) {
    case 's':
        return NOINIT_TEXT_STRING;
    case 'p':
        return NOINIT_TEXT_POINTER;
    case 'd':
    case 'i':
        return conversion->bits == 64u ? NOINIT_TEXT_I64 : NOINIT_TEXT_I32;
    case 'c':
        return NOINIT_TEXT_I32;
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return conversion->bits == 64u ? NOINIT_TEXT_U64 : NOINIT_TEXT_U32;
    default:
        return conversion->bits == 128u ? NOINIT_TEXT_F128 : NOINIT_TEXT_F64;
    }
}

/* A `*`: an int, or nothing usable, which is like none. */
static bool take_field(noinit_text_arguments_t *arguments, int32_t *field)
{
    noinit_text_value_t value;
    arguments->take(arguments, NOINIT_TEXT_I32, 0, &value);
    *field = is_integer(&value) ? (int32_t)(uint32_t)value.bits[0] : 0;
    return is_integer(&value);
}

static uint32_t at_most(uint32_t value)
{
    return value < NOINIT_TEXT_FIELD_MAX ? value : NOINIT_TEXT_FIELD_MAX;
}

/* A width below 0 is the flag - and its amount, a precision below 0 is none (C11 7.21.6.1 p5). */
static void take_fields(noinit_text_arguments_t *arguments, parsed_t *parsed)
{
    noinit_text_conversion_t *conversion = &parsed->conversion;
    int32_t field;
    if (parsed->has_star_width) {
        (void)take_field(arguments, &field);
        if (field < 0) {
            conversion->is_left = true;
        }
        conversion->width = at_most(field < 0 ? 0u - (uint32_t)field : (uint32_t)field);
    }
    if (parsed->has_star_precision) {
        conversion->has_precision = take_field(arguments, &field) && field >= 0;
        conversion->precision = conversion->has_precision ? at_most((uint32_t)field) : 0u;
    }
}

static void print_character(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const noinit_text_value_t *value)
{
    const char character = (char)(uint8_t)value->bits[0];
    const uint32_t behind = noinit_text_open_field(sink, conversion, "", false, 1);
    noinit_text_put(sink, &character, 1);
    noinit_text_fill(sink, ' ', behind);
}

static void print_conversion(noinit_text_sink_t *sink, parsed_t *parsed, noinit_text_arguments_t *arguments)
{
    take_fields(arguments, parsed);
    const noinit_text_conversion_t *conversion = &parsed->conversion;
    const uint32_t wanted = wanted_type(conversion);
    const uint32_t limit = conversion->has_precision ? conversion->precision : NOINIT_TEXT_MAX + 1u;
    noinit_text_value_t value;
    arguments->take(arguments, wanted, limit, &value);
    if (wanted == NOINIT_TEXT_STRING) {
        if (value.type == NOINIT_TEXT_STRING) {
            print_string(sink, conversion, arguments->message, &value);
            return;
        }
    } else if (wanted == NOINIT_TEXT_F64 || wanted == NOINIT_TEXT_F128) {
#if NOINIT_LOG_TEXT_FLOAT
        if (value.type == NOINIT_TEXT_F32 || value.type == NOINIT_TEXT_F64 || value.type == NOINIT_TEXT_F128) {
            noinit_text_print_float(sink, conversion, &value);
            return;
        }
#endif
    } else if (is_integer(&value)) {
        if (conversion->letter == 'c') {
            print_character(sink, conversion, &value);
        } else {
            print_integer(sink, conversion, &value);
        }
        return;
    }
    print_other(sink, arguments->message, &value);
}

void noinit_text_print(noinit_text_sink_t *sink, const char *format, noinit_text_arguments_t *arguments)
{
    while (*format != '\0' && sink->room != NOINIT_TEXT_ENDED) {
        uint32_t plain = 0;
        while (format[plain] != '\0' && format[plain] != '%') {
            plain++;
        }
        noinit_text_put(sink, format, plain);
        format += plain;
        if (*format == '\0') {
            return;
        }
        parsed_t parsed;
        const char *behind = parse(format + 1, &parsed);
        if (behind == NULL) {
            noinit_text_put(sink, format, 1);
            format++;
        } else if (parsed.conversion.letter == '%') {
            noinit_text_put(sink, "%", 1);
            format = behind;
        } else {
            print_conversion(sink, &parsed, arguments);
            format = behind;
        }
    }
}

#endif
