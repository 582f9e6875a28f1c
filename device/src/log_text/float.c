/*
 * Floating point as C prints it, every digit right, halves to even (C11 7.21.6.1).
 *
 * A number is fraction * 2^exponent. Its digits are kept nine to a word ("limb"), most significant first: what is whole comes by multiplying
 * up, what is behind the point by multiplying the binary fraction by 10^9 again and again, which is exact, as far as digits are asked for.
 * 36 limbs hold the largest double, or 256 digits behind the point. NOINIT_LOG_TEXT_FLOAT=2 has room for a binary128 (RISC-V's long
 * double); with 1 such a one is rounded to a double first.
 */
#include <stddef.h>

#include "log_text/print.h"
#include "noinit/config.h"

#if NOINIT_LOG_TEXT && NOINIT_LOG_TEXT_FLOAT

#define LIMB 1000000000u
#define LIMB_DIGITS 9
#if NOINIT_LOG_TEXT_FLOAT > 1
#define LIMBS 551u          /* 2^16384 has 4,933 digits; and one to carry into */
#define FRACTION_WORDS 516u /* 2^-16494 */
#else
#define LIMBS 36u           /* 2^1024 has 309 digits; and one to carry into */
#define FRACTION_WORDS 34u  /* 2^-1074 */
#endif

typedef struct {
    uint64_t low; /* of the fraction: a whole number */
    uint64_t high;
    int32_t exponent;
    bool is_negative;
    bool is_infinite;
    bool is_nan;
} binary_t;

static binary_t from_parts(uint64_t high, uint64_t low, int32_t biased, int32_t maximum, int32_t fraction_bits)
{
    binary_t binary = {.low = low, .high = high};
    binary.is_nan = biased == maximum && (low | high) != 0;
    binary.is_infinite = biased == maximum && (low | high) == 0;
    if (biased != 0) {
        if (fraction_bits >= 64) {
            binary.high |= 1ull << (fraction_bits - 64);
        } else {
            binary.low |= 1ull << fraction_bits;
        }
    }
    binary.exponent = (biased == 0 ? 1 : biased) - maximum / 2 - fraction_bits;
    return binary;
}

#if NOINIT_LOG_TEXT_FLOAT == 1
/* A binary128 as the nearest double, which may be an infinity. */
static binary_t rounded(binary_t binary)
{
    if (binary.is_nan || binary.is_infinite) {
        return binary;
    }
    bool is_more = false; /* than nothing was cut off */
    bool half = false;
    while (binary.high != 0 || binary.low >= 1ull << 53 || (binary.exponent < -1074 && (binary.low | binary.high) != 0)) {
        is_more |= half;
        half = (binary.low & 1u) != 0;
        binary.low = binary.low >> 1 | binary.high << 63;
        binary.high >>= 1;
        binary.exponent++;
    }
    if (half && (is_more || (binary.low & 1u) != 0)) {
        binary.low++;
    }
    binary.is_infinite = binary.exponent > 971 || (binary.exponent == 971 && binary.low >= 1ull << 53);
    if (binary.low == 0) {
        binary.exponent = -1074;
    }
    return binary;
}
#endif

static binary_t from_value(const noinit_text_value_t *value)
{
    const uint64_t bits = value->bits[0];
    binary_t binary;
    if (value->type == NOINIT_TEXT_F32) {
        binary = from_parts(0, bits & 0x7fffffu, (int32_t)(bits >> 23 & 0xffu), 0xff, 23);
        binary.is_negative = (bits >> 31 & 1u) != 0;
    } else if (value->type == NOINIT_TEXT_F64) {
        binary = from_parts(0, bits & 0xfffffffffffffu, (int32_t)(bits >> 52 & 0x7ffu), 0x7ff, 52);
        binary.is_negative = bits >> 63 != 0;
    } else {
        const uint64_t top = value->bits[1];
        binary = from_parts(top & 0xffffffffffffu, bits, (int32_t)(top >> 48 & 0x7fffu), 0x7fff, 112);
#if NOINIT_LOG_TEXT_FLOAT == 1
        binary = rounded(binary);
#endif
        binary.is_negative = top >> 63 != 0;
    }
    return binary;
}

/* limb[0] counts 10^(9 * top). One more lies in front of it, empty, to carry into. */
typedef struct {
    uint32_t limb[LIMBS];
    uint32_t start;
    uint32_t count;
    int32_t top;
    bool has_more; /* than stands there */
} decimal_t;

static int32_t floor_div9(int32_t power)
{
    return power >= 0 ? power / LIMB_DIGITS : -((LIMB_DIGITS - 1 - power) / LIMB_DIGITS);
}

static uint32_t power_of_ten(int32_t power)
{
    uint32_t value = 1;
    for (; power > 0; power--) {
        value *= 10u;
    }
    return value;
}

/* Moves the whole number up by so many bits and adds; it grows towards the front. */
static void multiply(decimal_t *decimal, uint32_t bits, uint32_t add)
{
    uint64_t carry = add;
    for (uint32_t i = LIMBS; i > decimal->start;) {
        i--;
        carry += (uint64_t)decimal->limb[i] << bits;
        decimal->limb[i] = (uint32_t)(carry % LIMB);
        carry /= LIMB;
    }
    for (; carry != 0; carry /= LIMB) {
        decimal->start--;
        decimal->limb[decimal->start] = (uint32_t)(carry % LIMB);
    }
}

/* A whole number, right-aligned. */
static void take_whole(decimal_t *decimal, uint64_t high, uint64_t low, int32_t exponent)
{
    decimal->start = LIMBS;
    const uint32_t words[4] = {(uint32_t)(high >> 32), (uint32_t)high, (uint32_t)(low >> 32), (uint32_t)low};
    for (uint32_t i = 0; i < 4u; i++) {
        multiply(decimal, 32, words[i]);
    }
    for (; exponent > 0; exponent -= 32) {
        multiply(decimal, exponent < 32 ? (uint32_t)exponent : 32u, 0);
    }
    decimal->count = LIMBS - decimal->start;
    decimal->top = (int32_t)decimal->count - 1;
}

/* How far digits are wanted: down to 10^lowest, or that many from the first one on. */
typedef struct {
    bool is_significant;
    int32_t lowest;
    uint32_t digits;
} wanted_t;

static bool is_enough(const decimal_t *decimal, const wanted_t *wanted)
{
    if (wanted->is_significant) {
        /* The first limb may hold one digit only; one digit more is there to round by. */
        return decimal->count != 0 && (decimal->count - 1u) * (uint32_t)LIMB_DIGITS > wanted->digits;
    }
    return decimal->top - (int32_t)decimal->count < floor_div9(wanted->lowest - 1);
}

/* Digits of the binary fraction `words`, the highest of which is the last. */
static void take_fraction(decimal_t *decimal, uint32_t *words, uint32_t size, const wanted_t *wanted)
{
    uint32_t lowest = 0; /* words below are 0: a factor 10^9 has nine factors 2 */
    while (!is_enough(decimal, wanted)) {
        while (lowest < size && words[lowest] == 0) {
            lowest++;
        }
        if (lowest == size) {
            return;
        }
        uint64_t carry = 0;
        for (uint32_t i = lowest; i < size; i++) {
            carry += (uint64_t)words[i] * LIMB;
            words[i] = (uint32_t)carry;
            carry >>= 32;
        }
        if (decimal->count == 0 && carry == 0 && wanted->is_significant) {
            decimal->top--;
            continue;
        }
        decimal->limb[decimal->start + decimal->count] = (uint32_t)carry;
        decimal->count++;
    }
    for (uint32_t i = lowest; i < size; i++) {
        decimal->has_more |= words[i] != 0;
    }
}

static void take_digits(decimal_t *decimal, const binary_t *binary, const wanted_t *wanted)
{
    decimal->has_more = false;
    if (binary->exponent >= 0) {
        take_whole(decimal, binary->high, binary->low, binary->exponent);
        return;
    }
    const uint32_t behind = (uint32_t)-binary->exponent; /* bits behind the point */
    uint64_t whole_low = 0;
    uint64_t whole_high = 0;
    if (behind < 64u) {
        whole_low = binary->low >> behind | (binary->high << 1) << (63u - behind);
        whole_high = binary->high >> behind;
    } else if (behind < 128u) {
        whole_low = binary->high >> (behind - 64u);
    }
    take_whole(decimal, whole_high, whole_low, 0);
    /* To the front, where the digits behind the point have room. */
    for (uint32_t i = 0; i < decimal->count; i++) {
        decimal->limb[1u + i] = decimal->limb[decimal->start + i];
    }
    decimal->start = 1;

    /* The fraction's bits stand at the low end of as many words as there are bits behind the point, moved up to the point. */
    uint32_t words[FRACTION_WORDS + 5u];
    const uint32_t size = (behind + 31u) / 32u;
    const uint32_t shift = 32u * size - behind;
    for (uint32_t i = 0; i < size; i++) {
        words[i] = 0;
    }
    const uint32_t parts[5] = {(uint32_t)binary->low, (uint32_t)(binary->low >> 32), (uint32_t)binary->high, (uint32_t)(binary->high >> 32), 0};
    uint32_t carry = 0;
    for (uint32_t i = 0; i < 5u && i < size; i++) {
        const uint64_t moved = (uint64_t)parts[i] << shift | carry;
        words[i] = (uint32_t)moved;
        carry = (uint32_t)(moved >> 32);
    }
    take_fraction(decimal, words, size, wanted);
}

/* The digit that counts 10^power; 0 where there is none. */
static uint32_t digit_at(const decimal_t *decimal, int32_t power)
{
    const int32_t limb = floor_div9(power);
    const int32_t index = decimal->top - limb;
    if (index < 0 || index >= (int32_t)decimal->count) {
        return 0;
    }
    return decimal->limb[decimal->start + (uint32_t)index] / power_of_ten(power - limb * LIMB_DIGITS) % 10u;
}

/* The power of ten of the first digit; of 0 that is 0. */
static int32_t highest(const decimal_t *decimal)
{
    for (uint32_t i = 0; i < decimal->count; i++) {
        const uint32_t limb = decimal->limb[decimal->start + i];
        if (limb != 0) {
            int32_t power = (decimal->top - (int32_t)i) * LIMB_DIGITS;
            for (uint32_t rest = limb; rest >= 10u; rest /= 10u) {
                power++;
            }
            return power;
        }
    }
    return 0;
}

/* Adds `unit` to limb `index`, where -1 is the empty one in front. */
static void carry_into(decimal_t *decimal, int32_t index, uint32_t unit)
{
    for (; index >= 0; index--) {
        uint32_t *limb = &decimal->limb[decimal->start + (uint32_t)index];
        *limb += unit;
        if (*limb < LIMB) {
            return;
        }
        *limb -= LIMB;
        unit = 1;
    }
    decimal->start--;
    decimal->count++;
    decimal->top++;
    decimal->limb[decimal->start] = unit;
}

/* Digits below 10^power go, the half to even. */
static void round_at(decimal_t *decimal, int32_t power)
{
    const int32_t below = power - 1;
    const int32_t limb = floor_div9(below);
    const int32_t index = decimal->top - limb;
    if (index >= (int32_t)decimal->count) {
        return; /* there are none */
    }
    const uint32_t unit = power_of_ten(below - limb * LIMB_DIGITS) * 10u;
    bool has_more = decimal->has_more;
    const bool is_odd = (digit_at(decimal, power) & 1u) != 0;
    uint32_t *place = &decimal->limb[decimal->start + (uint32_t)index];
    const uint32_t rest = *place % unit;
    *place -= rest;
    for (uint32_t i = (uint32_t)index + 1u; i < decimal->count; i++) {
        has_more |= decimal->limb[decimal->start + i] != 0;
        decimal->limb[decimal->start + i] = 0;
    }
    if (rest > unit / 2u || (rest == unit / 2u && (has_more || is_odd))) {
        if (unit == LIMB) {
            carry_into(decimal, index - 1, 1);
        } else {
            carry_into(decimal, index, unit);
        }
    }
}

static void put_digits(noinit_text_sink_t *sink, const decimal_t *decimal, int32_t from, int32_t to)
{
    for (int32_t power = from; power >= to; power--) {
        const char digit = (char)('0' + (char)digit_at(decimal, power));
        noinit_text_put(sink, &digit, 1);
    }
}

/* e+05, p-3 */
typedef struct {
    char text[7];
    uint32_t size;
} exponent_text_t;

static exponent_text_t exponent_text(char letter, int32_t exponent, uint32_t digits)
{
    exponent_text_t text = {{letter, exponent < 0 ? '-' : '+'}, 2};
    uint32_t rest = (uint32_t)(exponent < 0 ? -exponent : exponent);
    uint32_t unit = digits == 2u ? 10u : 1u;
    while (rest / unit >= 10u) {
        unit *= 10u;
    }
    for (; unit != 0; unit /= 10u) {
        text.text[text.size] = (char)('0' + (char)(rest / unit % 10u));
        text.size++;
    }
    return text;
}

/* How a number is laid out: digits from 10^first to 10^last, the point behind 10^point, an exponent behind them. */
typedef struct {
    const char *prefix;
    int32_t first;
    int32_t point;
    int32_t last;
    bool has_exponent;
    exponent_text_t exponent;
} layout_t;

static void put_decimal(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const decimal_t *decimal,
                        const layout_t *layout)
{
    const uint32_t before = (uint32_t)(layout->first - layout->point + 1);
    const uint32_t behind = layout->last < layout->point ? (uint32_t)(layout->point - layout->last) : 0u;
    const uint32_t point = behind != 0 || conversion->is_alternative ? 1u : 0u;
    const uint32_t exponent = layout->has_exponent ? layout->exponent.size : 0u;
    const uint32_t spaces =
        noinit_text_open_field(sink, conversion, layout->prefix, conversion->has_zeros, before + point + behind + exponent);
    put_digits(sink, decimal, layout->first, layout->point);
    noinit_text_put(sink, ".", point);
    put_digits(sink, decimal, layout->point - 1, layout->last);
    noinit_text_put(sink, layout->exponent.text, exponent);
    noinit_text_fill(sink, ' ', spaces);
}

/* %g leaves out the zeros at the end. */
static int32_t last_digit(const decimal_t *decimal, int32_t lowest, int32_t limit)
{
    while (lowest < limit && digit_at(decimal, lowest) == 0) {
        lowest++;
    }
    return lowest;
}

static void print_decimal(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const binary_t *binary, char letter,
                          const char *prefix)
{
    int32_t precision = conversion->has_precision ? (int32_t)conversion->precision : 6;
    decimal_t decimal;
    layout_t layout = {.prefix = prefix};
    if (letter == 'f') {
        const wanted_t wanted = {.lowest = -precision};
        take_digits(&decimal, binary, &wanted);
        round_at(&decimal, -precision);
        const int32_t power = highest(&decimal);
        layout.first = power > 0 ? power : 0;
        layout.last = -precision;
        put_decimal(sink, conversion, &decimal, &layout);
        return;
    }
    if (letter == 'g' && precision != 0) {
        precision--;
    }
    const wanted_t wanted = {.is_significant = true, .digits = (uint32_t)precision + 1u};
    take_digits(&decimal, binary, &wanted);
    round_at(&decimal, highest(&decimal) - precision);
    const int32_t power = highest(&decimal);
    const bool is_fixed = letter == 'g' && power >= -4 && power <= precision;
    layout.point = is_fixed ? 0 : power;
    layout.first = power > layout.point ? power : layout.point;
    layout.last = power - precision;
    if (letter == 'g' && !conversion->is_alternative) {
        layout.last = last_digit(&decimal, layout.last, layout.point);
    }
    layout.has_exponent = !is_fixed;
    layout.exponent = exponent_text((char)(conversion->letter >= 'a' ? 'e' : 'E'), power, 2);
    put_decimal(sink, conversion, &decimal, &layout);
}

/* 1.fffp+e: the fraction's bits moved up until the leading 1 stands alone. */
#define HEX_DIGITS 28u /* of a binary128 */

static void print_hex(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const binary_t *binary, const char *sign)
{
    const bool is_upper = conversion->letter == 'A';
    uint64_t high = binary->high;
    uint64_t low = binary->low;
    int32_t exponent = binary->exponent;
    uint32_t lead = 0;
    if ((high | low) != 0) {
        for (; (high >> 48 & 1u) == 0; exponent--) {
            high = high << 1 | low >> 63;
            low <<= 1;
        }
        exponent += 112;
        high &= 0xffffffffffffu;
        lead = 1;
    } else {
        exponent = 0;
    }
    uint8_t digits[HEX_DIGITS];
    uint32_t used = 0;
    for (uint32_t i = 0; i < HEX_DIGITS; i++) {
        const uint32_t shift = 4u * (HEX_DIGITS - 1u - i);
        digits[i] = (uint8_t)((shift >= 64u ? high >> (shift - 64u) : low >> shift) & 15u);
        if (digits[i] != 0) {
            used = i + 1u;
        }
    }
    const uint32_t shown = conversion->has_precision ? conversion->precision : used;
    if (shown < used) {
        bool rounds_up = digits[shown] > 8u;
        if (digits[shown] == 8u) {
            const uint32_t before = shown == 0 ? lead : digits[shown - 1u];
            rounds_up = used > shown + 1u || (before & 1u) != 0;
        }
        uint32_t i = shown;
        for (; rounds_up && i > 0; i--) {
            digits[i - 1u]++;
            rounds_up = digits[i - 1u] == 16u;
            digits[i - 1u] &= 15u;
        }
        lead += rounds_up ? 1u : 0u;
    }
    const exponent_text_t text = exponent_text(is_upper ? 'P' : 'p', exponent, 1);
    char prefix[4] = {0};
    uint32_t at = 0;
    for (; sign[at] != '\0'; at++) {
        prefix[at] = sign[at];
    }
    prefix[at] = '0';
    prefix[at + 1u] = is_upper ? 'X' : 'x';
    const uint32_t point = shown != 0 || conversion->is_alternative ? 1u : 0u;
    const uint32_t spaces = noinit_text_open_field(sink, conversion, prefix, conversion->has_zeros, 1u + point + shown + text.size);
    const char first = (char)('0' + (char)lead);
    noinit_text_put(sink, &first, 1);
    noinit_text_put(sink, ".", point);
    for (uint32_t i = 0; i < shown; i++) {
        const uint32_t digit = i < HEX_DIGITS ? digits[i] : 0u;
        const char letter = (char)(digit < 10u ? (uint32_t)'0' + digit : (uint32_t)(is_upper ? 'A' : 'a') + digit - 10u);
        noinit_text_put(sink, &letter, 1);
    }
    noinit_text_put(sink, text.text, text.size);
    noinit_text_fill(sink, ' ', spaces);
}

void noinit_text_print_float(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const noinit_text_value_t *value)
{
    const binary_t binary = from_value(value);
    const bool is_upper = conversion->letter < 'a';
    const char letter = (char)(is_upper ? conversion->letter - 'A' + 'a' : conversion->letter);
    const char *sign = binary.is_negative ? "-" : conversion->has_plus ? "+" : conversion->has_space ? " " : "";
    if (binary.is_nan || binary.is_infinite) {
        const uint32_t behind = noinit_text_open_field(sink, conversion, sign, false, 3);
        noinit_text_put(sink, binary.is_nan ? (is_upper ? "NAN" : "nan") : (is_upper ? "INF" : "inf"), 3);
        noinit_text_fill(sink, ' ', behind);
    } else if (letter == 'a') {
        print_hex(sink, conversion, &binary, sign);
    } else {
        print_decimal(sink, conversion, &binary, letter, sign);
    }
}

#endif
