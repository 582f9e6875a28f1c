/*
 * What the macros of log.h are made of: descriptors of log sites and sources (docs/formats/dictionary.md) and the passing of arguments.
 * Nothing of it is called by hand. C11 and C++17.
 */
#ifndef NOINIT_LOG_SITE_H
#define NOINIT_LOG_SITE_H

#include <stdint.h>

#include "noinit/config.h"

/* A source's levels, three bits a slot: slot 0 what anybody wants, 1 to 9 the back ends; bits 30 and 31 the ring's, less one. */
typedef struct {
    uint32_t filters;
} noinit_source_t;

/* The table of sources that is in the image; where it begins and ends the linker says. */
typedef struct {
    noinit_source_t *source;
    const void *descriptor;
    const char *name; /* only with NOINIT_LOG_TEXT */
    uint8_t level;    /* most verbose that is compiled in */
} noinit_source_entry_t;

/* Argument types, in descriptors and in the words that say a call's. */
#define NOINIT_LOG_TYPE_I32 1u
#define NOINIT_LOG_TYPE_U32 2u
#define NOINIT_LOG_TYPE_I64 3u
#define NOINIT_LOG_TYPE_U64 4u
#define NOINIT_LOG_TYPE_F32 5u
#define NOINIT_LOG_TYPE_F64 6u
#define NOINIT_LOG_TYPE_STRING 7u
#define NOINIT_LOG_TYPE_POINTER 8u
#define NOINIT_LOG_TYPE_F128 9u
#define NOINIT_LOG_TYPE_SOURCE 10u
/* Only in calls: the scanner of a format and the format follow, and are not logged; another word of types follows. */
#define NOINIT_LOG_TYPE_FORMAT 14u
#define NOINIT_LOG_TYPE_MORE 15u

#if defined(__LDBL_MANT_DIG__) && __LDBL_MANT_DIG__ == 113
#define NOINIT_LOG_HAS_F128 1
#else
#define NOINIT_LOG_HAS_F128 0
#endif

#define NOINIT_LOG_INLINE_ __attribute__((always_inline)) static inline

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The front end. `site` is the descriptor's address, which leaves the low four bits: the level less one in bits 2 and 3, on the short path
 * the number of words in bits 0 and 1. `types`: four bits an argument, lowest first, 0 behind the last. A project that sets
 * NOINIT_LOG_FRONTEND defines these four itself. Thread, ISR or fault handler.
 */
void noinit_log_short(uintptr_t site, const noinit_source_t *source, ...);
void noinit_log_long(uintptr_t site, const noinit_source_t *source, uint32_t types, ...);
void noinit_log_hexdump(uintptr_t site, const noinit_source_t *source, const void *data, uint32_t size, uint32_t types, ...);
void noinit_log_text(const char *text, uint32_t size);

/* Wants everything: the source of what has none. In ROM. */
extern const noinit_source_t noinit_log_all;

/*
 * How many bytes of its `index`-th argument a format looks at: its precision (`before` where that is the argument before), or
 * NOINIT_LOG_NO_LIMIT up to the NUL; NOINIT_LOG_ADDRESS where it prints the pointer.
 */
#define NOINIT_LOG_NO_LIMIT 0xffffffffu
#define NOINIT_LOG_ADDRESS 0xfffffffeu
typedef uint32_t noinit_log_limit_t(const char *format, uint32_t index, int32_t before);
noinit_log_limit_t noinit_log_limit;

/* Of a call with a limited rate: when it last logged, and what it kept back since. */
typedef struct {
    uint32_t last;
    uint32_t skipped;
} noinit_log_rate_t;

/* 0: keep it back. Else log, and one less than this was kept back before. Thread or ISR. */
uint32_t noinit_log_rate_take(noinit_log_rate_t *rate, uint32_t interval_ms);

#ifdef __cplusplus
}
#endif

/* Each argument goes through the function of its type, so that no conversion is left for the caller's warnings to find. */
NOINIT_LOG_INLINE_ int32_t noinit_log_i32(int value)
{
    return (int32_t)value;
}
NOINIT_LOG_INLINE_ uint32_t noinit_log_u32(unsigned value)
{
    return (uint32_t)value;
}
NOINIT_LOG_INLINE_ int64_t noinit_log_i64(long long value)
{
    return (int64_t)value;
}
NOINIT_LOG_INLINE_ uint64_t noinit_log_u64(unsigned long long value)
{
    return (uint64_t)value;
}
NOINIT_LOG_INLINE_ uint32_t noinit_log_f32(float value)
{
    uint32_t bits = 0;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}
NOINIT_LOG_INLINE_ uint64_t noinit_log_f64(double value)
{
    uint64_t bits = 0;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}
NOINIT_LOG_INLINE_ const char *noinit_log_string(const char *value)
{
    return value;
}
NOINIT_LOG_INLINE_ uint32_t noinit_log_pointer(const volatile void *value)
{
    return (uint32_t)(uintptr_t)value;
}
#if NOINIT_LOG_HAS_F128
NOINIT_LOG_INLINE_ long double noinit_log_long_double(long double value)
{
    return value;
}
#define NOINIT_LOG_TYPE_LONG_DOUBLE_ NOINIT_LOG_TYPE_F128
#else
NOINIT_LOG_INLINE_ uint64_t noinit_log_long_double(long double value)
{
    return noinit_log_f64((double)value);
}
#define NOINIT_LOG_TYPE_LONG_DOUBLE_ NOINIT_LOG_TYPE_F64
#endif
#if __SIZEOF_LONG__ == 8
NOINIT_LOG_INLINE_ int64_t noinit_log_long_value(long value)
{
    return (int64_t)value;
}
NOINIT_LOG_INLINE_ uint64_t noinit_log_ulong_value(unsigned long value)
{
    return (uint64_t)value;
}
#define NOINIT_LOG_TYPE_LONG_ NOINIT_LOG_TYPE_I64
#define NOINIT_LOG_TYPE_ULONG_ NOINIT_LOG_TYPE_U64
#else
NOINIT_LOG_INLINE_ int32_t noinit_log_long_value(long value)
{
    return (int32_t)value;
}
NOINIT_LOG_INLINE_ uint32_t noinit_log_ulong_value(unsigned long value)
{
    return (uint32_t)value;
}
#define NOINIT_LOG_TYPE_LONG_ NOINIT_LOG_TYPE_I32
#define NOINIT_LOG_TYPE_ULONG_ NOINIT_LOG_TYPE_U32
#endif

#ifdef __cplusplus

/* Type and value by overloading: `typed` is never defined, the size of what it gives is the type's number. */
#define NOINIT_LOG_OVERLOAD_(type, number, function)                       \
    char (&noinit_log_typed(type))[number];                                \
    NOINIT_LOG_INLINE_ auto noinit_log_value(type value)->decltype(function(value)) \
    {                                                                      \
        return function(value);                                            \
    }
NOINIT_LOG_OVERLOAD_(bool, NOINIT_LOG_TYPE_U32, noinit_log_u32)
NOINIT_LOG_OVERLOAD_(char, NOINIT_LOG_TYPE_I32, noinit_log_i32)
NOINIT_LOG_OVERLOAD_(signed char, NOINIT_LOG_TYPE_I32, noinit_log_i32)
NOINIT_LOG_OVERLOAD_(unsigned char, NOINIT_LOG_TYPE_U32, noinit_log_u32)
NOINIT_LOG_OVERLOAD_(short, NOINIT_LOG_TYPE_I32, noinit_log_i32)
NOINIT_LOG_OVERLOAD_(unsigned short, NOINIT_LOG_TYPE_U32, noinit_log_u32)
NOINIT_LOG_OVERLOAD_(int, NOINIT_LOG_TYPE_I32, noinit_log_i32)
NOINIT_LOG_OVERLOAD_(unsigned, NOINIT_LOG_TYPE_U32, noinit_log_u32)
NOINIT_LOG_OVERLOAD_(long, NOINIT_LOG_TYPE_LONG_, noinit_log_long_value)
NOINIT_LOG_OVERLOAD_(unsigned long, NOINIT_LOG_TYPE_ULONG_, noinit_log_ulong_value)
NOINIT_LOG_OVERLOAD_(long long, NOINIT_LOG_TYPE_I64, noinit_log_i64)
NOINIT_LOG_OVERLOAD_(unsigned long long, NOINIT_LOG_TYPE_U64, noinit_log_u64)
NOINIT_LOG_OVERLOAD_(float, NOINIT_LOG_TYPE_F32, noinit_log_f32)
NOINIT_LOG_OVERLOAD_(double, NOINIT_LOG_TYPE_F64, noinit_log_f64)
NOINIT_LOG_OVERLOAD_(long double, NOINIT_LOG_TYPE_LONG_DOUBLE_, noinit_log_long_double)
NOINIT_LOG_OVERLOAD_(const char *, NOINIT_LOG_TYPE_STRING, noinit_log_string)
NOINIT_LOG_OVERLOAD_(const noinit_source_t *, NOINIT_LOG_TYPE_SOURCE, noinit_log_pointer)
NOINIT_LOG_OVERLOAD_(const volatile void *, NOINIT_LOG_TYPE_POINTER, noinit_log_pointer)
NOINIT_LOG_OVERLOAD_(decltype(nullptr), NOINIT_LOG_TYPE_POINTER, noinit_log_pointer)
#undef NOINIT_LOG_OVERLOAD_

#define NOINIT_LOG_TYPE_(x) (static_cast<uint32_t>(sizeof(noinit_log_typed(x))))
#define NOINIT_LOG_VALUE_(x) noinit_log_value(x)

#else

/* clang-format off */
#define NOINIT_LOG_TYPE_(x) ((uint32_t)_Generic((x), \
    _Bool: NOINIT_LOG_TYPE_U32, char: NOINIT_LOG_TYPE_I32, signed char: NOINIT_LOG_TYPE_I32, unsigned char: NOINIT_LOG_TYPE_U32, \
    short: NOINIT_LOG_TYPE_I32, unsigned short: NOINIT_LOG_TYPE_U32, int: NOINIT_LOG_TYPE_I32, unsigned: NOINIT_LOG_TYPE_U32, \
    long: NOINIT_LOG_TYPE_LONG_, unsigned long: NOINIT_LOG_TYPE_ULONG_, \
    long long: NOINIT_LOG_TYPE_I64, unsigned long long: NOINIT_LOG_TYPE_U64, \
    float: NOINIT_LOG_TYPE_F32, double: NOINIT_LOG_TYPE_F64, long double: NOINIT_LOG_TYPE_LONG_DOUBLE_, \
    char *: NOINIT_LOG_TYPE_STRING, const char *: NOINIT_LOG_TYPE_STRING, \
    noinit_source_t *: NOINIT_LOG_TYPE_SOURCE, const noinit_source_t *: NOINIT_LOG_TYPE_SOURCE, \
    default: NOINIT_LOG_TYPE_POINTER))
#define NOINIT_LOG_VALUE_(x) _Generic((x), \
    _Bool: noinit_log_u32, char: noinit_log_i32, signed char: noinit_log_i32, unsigned char: noinit_log_u32, \
    short: noinit_log_i32, unsigned short: noinit_log_u32, int: noinit_log_i32, unsigned: noinit_log_u32, \
    long: noinit_log_long_value, unsigned long: noinit_log_ulong_value, \
    long long: noinit_log_i64, unsigned long long: noinit_log_u64, \
    float: noinit_log_f32, double: noinit_log_f64, long double: noinit_log_long_double, \
    char *: noinit_log_string, const char *: noinit_log_string, \
    default: noinit_log_pointer)(x)
/* clang-format on */

#endif

/* An argument that is one word of a short entry; and one that is a string. */
#define NOINIT_LOG_IS_WORD_(x) \
    ((1u << NOINIT_LOG_TYPE_(x) & (1u << NOINIT_LOG_TYPE_I32 | 1u << NOINIT_LOG_TYPE_U32 | 1u << NOINIT_LOG_TYPE_POINTER | \
                                   1u << NOINIT_LOG_TYPE_SOURCE)) != 0)
#define NOINIT_LOG_OR_STRING_(x) || NOINIT_LOG_TYPE_(x) == NOINIT_LOG_TYPE_STRING

#define NOINIT_LOG_JOIN__(a, b) a##b
#define NOINIT_LOG_JOIN_(a, b) NOINIT_LOG_JOIN__(a, b)
#define NOINIT_LOG_JOIN3__(a, b, c) a##b##c
#define NOINIT_LOG_JOIN3_(a, b, c) NOINIT_LOG_JOIN3__(a, b, c)
#define NOINIT_LOG_TEXT__(x) #x
#define NOINIT_LOG_TEXT_(x) NOINIT_LOG_TEXT__(x)

/* How many arguments stand behind the format: 0 to 33, the 33rd for the source of an instance. And: 0 to 3, or N for more. */
/* clang-format off */
#define NOINIT_LOG_PICK__(f, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, it, ...) it
#define NOINIT_LOG_PICK_(...) NOINIT_LOG_PICK__(__VA_ARGS__)
#define NOINIT_LOG_COUNT_(...) NOINIT_LOG_PICK_(__VA_ARGS__, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, \
    16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define NOINIT_LOG_WAY_(...) NOINIT_LOG_PICK_(__VA_ARGS__, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, \
    N, N, N, N, N, N, N, N, N, N, N, N, N, 3, 2, 1, 0, 0)
#define NOINIT_LOG_SOME_(...) NOINIT_LOG_PICK_(__VA_ARGS__, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, \
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)

/* m(x) for each argument. */
#define NOINIT_LOG_EACH_1_(m, a) m(a)
#define NOINIT_LOG_EACH_2_(m, a, b) m(a) m(b)
#define NOINIT_LOG_EACH_3_(m, a, b, c) m(a) m(b) m(c)
#define NOINIT_LOG_EACH_4_(m, a, b, c, d) m(a) m(b) m(c) m(d)
#define NOINIT_LOG_EACH_5_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_1_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_6_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_2_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_7_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_3_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_8_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_4_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_9_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_5_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_10_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_6_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_11_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_7_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_12_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_8_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_13_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_9_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_14_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_10_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_15_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_11_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_16_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_12_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_17_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_13_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_18_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_14_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_19_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_15_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_20_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_16_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_21_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_17_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_22_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_18_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_23_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_19_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_24_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_20_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_25_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_21_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_26_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_22_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_27_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_23_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_28_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_24_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_29_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_25_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_30_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_26_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_31_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_27_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_32_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_28_(m, __VA_ARGS__)
#define NOINIT_LOG_EACH_33_(m, a, b, c, d, ...) m(a) m(b) m(c) m(d) NOINIT_LOG_EACH_29_(m, __VA_ARGS__)

/* The arguments of noinit_log_long behind the source: a word with the types of at most eight, these, and so on. */
#define NOINIT_LOG_N_(x, place) NOINIT_LOG_TYPE_(x) << 4 * (place)
#define NOINIT_LOG_PACK_0_() 0u
#define NOINIT_LOG_PACK_1_(a) NOINIT_LOG_N_(a, 0), NOINIT_LOG_VALUE_(a)
#define NOINIT_LOG_PACK_2_(a, b) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1), NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b)
#define NOINIT_LOG_PACK_3_(a, b, c) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2), \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c)
#define NOINIT_LOG_PACK_4_(a, b, c, d) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3), \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c), NOINIT_LOG_VALUE_(d)
#define NOINIT_LOG_PACK_5_(a, b, c, d, e) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | NOINIT_LOG_N_(e, 4), \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c), NOINIT_LOG_VALUE_(d), NOINIT_LOG_VALUE_(e)
#define NOINIT_LOG_PACK_6_(a, b, c, d, e, f) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5), \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c), NOINIT_LOG_VALUE_(d), NOINIT_LOG_VALUE_(e), NOINIT_LOG_VALUE_(f)
#define NOINIT_LOG_PACK_7_(a, b, c, d, e, f, g) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5) | NOINIT_LOG_N_(g, 6), \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c), NOINIT_LOG_VALUE_(d), NOINIT_LOG_VALUE_(e), NOINIT_LOG_VALUE_(f), NOINIT_LOG_VALUE_(g)
#define NOINIT_LOG_PACK_8_(a, b, c, d, e, f, g, h) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5) | NOINIT_LOG_N_(g, 6) | NOINIT_LOG_N_(h, 7), \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c), NOINIT_LOG_VALUE_(d), NOINIT_LOG_VALUE_(e), NOINIT_LOG_VALUE_(f), NOINIT_LOG_VALUE_(g), NOINIT_LOG_VALUE_(h)
#define NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g) NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5) | NOINIT_LOG_N_(g, 6) | NOINIT_LOG_TYPE_MORE << 28, \
    NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c), NOINIT_LOG_VALUE_(d), NOINIT_LOG_VALUE_(e), NOINIT_LOG_VALUE_(f), NOINIT_LOG_VALUE_(g)
#define NOINIT_LOG_PACK_9_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_2_(__VA_ARGS__)
#define NOINIT_LOG_PACK_10_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_3_(__VA_ARGS__)
#define NOINIT_LOG_PACK_11_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_4_(__VA_ARGS__)
#define NOINIT_LOG_PACK_12_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_5_(__VA_ARGS__)
#define NOINIT_LOG_PACK_13_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_6_(__VA_ARGS__)
#define NOINIT_LOG_PACK_14_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_7_(__VA_ARGS__)
#define NOINIT_LOG_PACK_15_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_8_(__VA_ARGS__)
#define NOINIT_LOG_PACK_16_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_9_(__VA_ARGS__)
#define NOINIT_LOG_PACK_17_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_10_(__VA_ARGS__)
#define NOINIT_LOG_PACK_18_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_11_(__VA_ARGS__)
#define NOINIT_LOG_PACK_19_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_12_(__VA_ARGS__)
#define NOINIT_LOG_PACK_20_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_13_(__VA_ARGS__)
#define NOINIT_LOG_PACK_21_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_14_(__VA_ARGS__)
#define NOINIT_LOG_PACK_22_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_15_(__VA_ARGS__)
#define NOINIT_LOG_PACK_23_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_16_(__VA_ARGS__)
#define NOINIT_LOG_PACK_24_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_17_(__VA_ARGS__)
#define NOINIT_LOG_PACK_25_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_18_(__VA_ARGS__)
#define NOINIT_LOG_PACK_26_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_19_(__VA_ARGS__)
#define NOINIT_LOG_PACK_27_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_20_(__VA_ARGS__)
#define NOINIT_LOG_PACK_28_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_21_(__VA_ARGS__)
#define NOINIT_LOG_PACK_29_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_22_(__VA_ARGS__)
#define NOINIT_LOG_PACK_30_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_23_(__VA_ARGS__)
#define NOINIT_LOG_PACK_31_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_24_(__VA_ARGS__)
#define NOINIT_LOG_PACK_32_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_25_(__VA_ARGS__)
#define NOINIT_LOG_PACK_33_(a, b, c, d, e, f, g, ...) NOINIT_LOG_PACK_SEVEN_(a, b, c, d, e, f, g), NOINIT_LOG_PACK_26_(__VA_ARGS__)
/* clang-format on */

#ifdef __FILE_NAME__
#define NOINIT_LOG_FILE_ __FILE_NAME__
#else
#define NOINIT_LOG_FILE_ __FILE__
#endif

/* Descriptors have a section each: a common one would clash where one stands in an inline function of C++. */
#if NOINIT_LOG_TEXT && (defined(__pic__) || defined(__PIC__)) /* a host's program: they hold addresses that its loader fills in */
#define NOINIT_LOG_SECTION_ __attribute__((section(".data.rel.ro.noinit_log." NOINIT_LOG_TEXT_(__COUNTER__)), aligned(16)))
#elif NOINIT_LOG_TEXT
#define NOINIT_LOG_SECTION_ __attribute__((section(".rodata.noinit_log." NOINIT_LOG_TEXT_(__COUNTER__)), aligned(16)))
#else
#define NOINIT_LOG_SECTION_ __attribute__((section("noinit_log." NOINIT_LOG_TEXT_(__COUNTER__)), aligned(16)))
#endif

#define NOINIT_LOG_FLAG_TEXT 1
#define NOINIT_LOG_FLAG_HEXDUMP 2
#define NOINIT_LOG_FLAG_FUNCTION 4

/* What the function's name costs is in flash: it stands there only where a level asks for it. */
#define NOINIT_LOG_PREFIX_0_ 0
#define NOINIT_LOG_PREFIX_1_ NOINIT_LOG_FUNCTION_PREFIX_ERR
#define NOINIT_LOG_PREFIX_2_ NOINIT_LOG_FUNCTION_PREFIX_WRN
#define NOINIT_LOG_PREFIX_3_ NOINIT_LOG_FUNCTION_PREFIX_INF
#define NOINIT_LOG_PREFIX_4_ NOINIT_LOG_FUNCTION_PREFIX_DBG
#define NOINIT_LOG_FUNCTION_0_ 0
#define NOINIT_LOG_FUNCTION_1_ __func__
#define NOINIT_LOG_BIT_0_ 0
#define NOINIT_LOG_BIT_1_ NOINIT_LOG_FLAG_FUNCTION
#define NOINIT_LOG_OF_PREFIX_(what, level) NOINIT_LOG_JOIN3_(NOINIT_LOG_##what##_, NOINIT_LOG_JOIN3_(NOINIT_LOG_PREFIX_, level, _), _)

/* Leaves the descriptor of one site, named noinit_log_site_. Nothing holds it but the call: a call that is removed takes it along. */
#define NOINIT_LOG_DESCRIBE_(level_, flags_, source_, count_, format_, ...)                                        \
    static const struct {                                                                                          \
        uint8_t magic, version, level, nargs;                                                                      \
        uint16_t line, flags;                                                                                      \
        const void *source;                                                                                        \
        const char *function;                                                                                      \
        uint8_t types[(count_) + 1];                                                                               \
        char text[sizeof(NOINIT_LOG_FILE_ "\x1f" format_)];                                                        \
    } noinit_log_site_ NOINIT_LOG_SECTION_ = {0x6e,                                                                \
                                              0,                                                                   \
                                              (level_),                                                            \
                                              (count_),                                                            \
                                              (uint16_t)__LINE__,                                                  \
                                              (flags_) | NOINIT_LOG_OF_PREFIX_(BIT, level_),                       \
                                              (source_),                                                           \
                                              NOINIT_LOG_OF_PREFIX_(FUNCTION, level_),                             \
                                              {__VA_ARGS__},                                                       \
                                              NOINIT_LOG_FILE_ "\x1f" format_}

#define NOINIT_LOG_B_(x) (uint8_t) NOINIT_LOG_TYPE_(x),
#define NOINIT_LOG_TYPES_(count, ...) NOINIT_LOG_JOIN3_(NOINIT_LOG_EACH_, count, _)(NOINIT_LOG_B_, __VA_ARGS__) 0

NOINIT_LOG_INLINE_ uintptr_t noinit_log_site(const void *site, unsigned bits)
{
    return (uintptr_t)site + bits;
}

/* The level as bits 2 and 3 of a site; what has no level is as an error is: always wanted. */
#define NOINIT_LOG_BITS_(level) (((level) > 1 ? (level)-1u : 0u) << 2)

__attribute__((format(printf, 1, 2))) static inline void noinit_log_check(const char *format, ...)
{
    (void)format;
}

/*
 * A string argument is copied up to its NUL. Only the format knows of a precision, up to which there need be no NUL, and of a %p, where
 * there may be no string at all; and it is not in flash. So where the literal shows such a conversion it does stay in flash, for that
 * call alone, and noinit_log_limit looks it up there. The question is answered while compiling; where the compiler cannot (clang -O0), at
 * run time, with the same result. Some harmless literals ("10s. %s") are taken along.
 */
#if defined(__cplusplus)
constexpr bool noinit_log_limits(const char *format, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        if (format[i] != '%') {
            continue;
        }
        bool has_precision = false;
        char c = '\0';
        for (i++; i < size; i++) {
            c = format[i];
            has_precision = has_precision || c == '.';
            const bool is_before = (c >= '0' && c <= '9') || c == '.' || c == '*' || c == '-' || c == '+' || c == ' ' || c == '#' ||
                                   c == 'h' || c == 'l' || c == 'j' || c == 'z' || c == 't' || c == 'L';
            if (!is_before) {
                break;
            }
        }
        if (c == 'p' || (has_precision && c == 's')) {
            return true;
        }
    }
    return false;
}
#define NOINIT_LOG_LIMITS_(format) noinit_log_limits(format, sizeof(format))
#elif defined(__clang__)
NOINIT_LOG_INLINE_ int noinit_log_limits(const char *format, unsigned size)
{
    int found = 0;
#pragma clang loop unroll(full)
    for (unsigned i = 0; i + 2 < size; i++) {
        const char c = format[i], next = format[i + 1], last = format[i + 2];
        found |= (c == '%' && next == 'p') | (c == '.' && next == 's') | (c == '.' && next == '*' && last == 's') |
                 (c == '.' && next >= '0' && next <= '9' && (last == 's' || (last >= '0' && last <= '9')));
    }
    return found;
}
#define NOINIT_LOG_LIMITS_(format) noinit_log_limits(format, sizeof(format))
#else
#define NOINIT_LOG_HAS_(format, part) __builtin_strstr(format, part) != 0
#define NOINIT_LOG_LIMITS_(format)                                                                                            \
    (NOINIT_LOG_HAS_(format, "%p") || NOINIT_LOG_HAS_(format, ".*s") || NOINIT_LOG_HAS_(format, ".s") ||                      \
     (NOINIT_LOG_HAS_(format, ".") &&                                                                                         \
      (NOINIT_LOG_HAS_(format, "0s") || NOINIT_LOG_HAS_(format, "1s") || NOINIT_LOG_HAS_(format, "2s") ||                     \
       NOINIT_LOG_HAS_(format, "3s") || NOINIT_LOG_HAS_(format, "4s") || NOINIT_LOG_HAS_(format, "5s") ||                     \
       NOINIT_LOG_HAS_(format, "6s") || NOINIT_LOG_HAS_(format, "7s") || NOINIT_LOG_HAS_(format, "8s") ||                     \
       NOINIT_LOG_HAS_(format, "9s"))))
#endif

/* Describes a site and calls: with words alone the short way, else the long one. */
#define NOINIT_LOG_SEND_(level, flags, module, source, ...) \
    NOINIT_LOG_JOIN3_(NOINIT_LOG_SEND_, NOINIT_LOG_WAY_(__VA_ARGS__), _)(level, flags, module, source, __VA_ARGS__)
#define NOINIT_LOG_SEND_0_(level, flags, module, source, format)          \
    NOINIT_LOG_DESCRIBE_(level, flags, module, 0, format, 0);             \
    noinit_log_short(NOINIT_LOG_SITE_(level, 0u), source)
#define NOINIT_LOG_SEND_1_(level, flags, module, source, format, a)                              \
    NOINIT_LOG_DESCRIBE_(level, flags, module, 1, format, NOINIT_LOG_B_(a) 0);                   \
    if (NOINIT_LOG_IS_WORD_(a)) {                                                                \
        noinit_log_short(NOINIT_LOG_SITE_(level, 1u), source, NOINIT_LOG_VALUE_(a));             \
    } else {                                                                                     \
        NOINIT_LOG_LONG_(level, source, 1, format, a);                                           \
    }
#define NOINIT_LOG_SEND_2_(level, flags, module, source, format, a, b)                                                  \
    NOINIT_LOG_DESCRIBE_(level, flags, module, 2, format, NOINIT_LOG_B_(a) NOINIT_LOG_B_(b) 0);                         \
    if (NOINIT_LOG_IS_WORD_(a) && NOINIT_LOG_IS_WORD_(b)) {                                                             \
        noinit_log_short(NOINIT_LOG_SITE_(level, 2u), source, NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b));              \
    } else {                                                                                                            \
        NOINIT_LOG_LONG_(level, source, 2, format, a, b);                                                               \
    }
#define NOINIT_LOG_SEND_3_(level, flags, module, source, format, a, b, c)                                                                 \
    NOINIT_LOG_DESCRIBE_(level, flags, module, 3, format, NOINIT_LOG_B_(a) NOINIT_LOG_B_(b) NOINIT_LOG_B_(c) 0);                          \
    if (NOINIT_LOG_IS_WORD_(a) && NOINIT_LOG_IS_WORD_(b) && NOINIT_LOG_IS_WORD_(c)) {                                                     \
        noinit_log_short(NOINIT_LOG_SITE_(level, 3u), source, NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c));          \
    } else {                                                                                                                              \
        NOINIT_LOG_LONG_(level, source, 3, format, a, b, c);                                                                              \
    }
#define NOINIT_LOG_SEND_N_(level, flags, module, source, format, ...)                                                                \
    NOINIT_LOG_DESCRIBE_(level, flags, module, NOINIT_LOG_COUNT_(format, __VA_ARGS__), format,                                       \
                         NOINIT_LOG_TYPES_(NOINIT_LOG_COUNT_(format, __VA_ARGS__), __VA_ARGS__));                                    \
    NOINIT_LOG_LONG_(level, source, NOINIT_LOG_COUNT_(format, __VA_ARGS__), format, __VA_ARGS__)

#define NOINIT_LOG_SITE_(level, words) noinit_log_site(&noinit_log_site_, NOINIT_LOG_BITS_(level) | (words))
#define NOINIT_LOG_PACK_(count, ...) NOINIT_LOG_JOIN3_(NOINIT_LOG_PACK_, count, _)(__VA_ARGS__)
#define NOINIT_LOG_IS_LIMITED_(count, format, ...) \
    ((0 NOINIT_LOG_JOIN3_(NOINIT_LOG_EACH_, count, _)(NOINIT_LOG_OR_STRING_, __VA_ARGS__)) && NOINIT_LOG_LIMITS_(format))
#define NOINIT_LOG_WITH_FORMAT_(format) NOINIT_LOG_TYPE_FORMAT | NOINIT_LOG_TYPE_MORE << 4, noinit_log_limit, noinit_log_string(format)
#define NOINIT_LOG_LONG_(level, source, count, format, ...)                                                                      \
    if (NOINIT_LOG_IS_LIMITED_(count, format, __VA_ARGS__)) {                                                                    \
        noinit_log_long(NOINIT_LOG_SITE_(level, 0u), source, NOINIT_LOG_WITH_FORMAT_(format), NOINIT_LOG_PACK_(count, __VA_ARGS__)); \
    } else {                                                                                                                     \
        noinit_log_long(NOINIT_LOG_SITE_(level, 0u), source, NOINIT_LOG_PACK_(count, __VA_ARGS__));                              \
    }

/* The same with data, whose caption the format is. */
#define NOINIT_LOG_DUMP_(level, module, source, data, size, ...) \
    NOINIT_LOG_JOIN3_(NOINIT_LOG_DUMP_, NOINIT_LOG_SOME_(__VA_ARGS__), _)(level, module, source, data, size, __VA_ARGS__)
#define NOINIT_LOG_DUMP_0_(level, module, source, data, size, format)                         \
    NOINIT_LOG_DESCRIBE_(level, NOINIT_LOG_FLAG_HEXDUMP, module, 0, format, 0);               \
    noinit_log_hexdump(NOINIT_LOG_SITE_(level, 0u), source, data, (uint32_t)(size), 0u)
#define NOINIT_LOG_DUMP_1_(level, module, source, data, size, format, ...)                                                           \
    NOINIT_LOG_DESCRIBE_(level, NOINIT_LOG_FLAG_HEXDUMP, module, NOINIT_LOG_COUNT_(format, __VA_ARGS__), format,                     \
                         NOINIT_LOG_TYPES_(NOINIT_LOG_COUNT_(format, __VA_ARGS__), __VA_ARGS__));                                    \
    if (NOINIT_LOG_IS_LIMITED_(NOINIT_LOG_COUNT_(format, __VA_ARGS__), format, __VA_ARGS__)) {                                       \
        noinit_log_hexdump(NOINIT_LOG_SITE_(level, 0u), source, data, (uint32_t)(size), NOINIT_LOG_WITH_FORMAT_(format),             \
                           NOINIT_LOG_PACK_(NOINIT_LOG_COUNT_(format, __VA_ARGS__), __VA_ARGS__));                                   \
    } else {                                                                                                                         \
        noinit_log_hexdump(NOINIT_LOG_SITE_(level, 0u), source, data, (uint32_t)(size),                                              \
                           NOINIT_LOG_PACK_(NOINIT_LOG_COUNT_(format, __VA_ARGS__), __VA_ARGS__));                                   \
    }

/* For an assertion: the site, without a level or a source, and up to three words go to a function as they go to noinit_log_short. */
#define NOINIT_LOG_WORDS_(function, ...)                                                                             \
    NOINIT_LOG_JOIN3_(NOINIT_LOG_WORDS_, NOINIT_LOG_WAY_(__VA_ARGS__), _)(function, __VA_ARGS__)
#ifdef __cplusplus
#define NOINIT_LOG_WORD_(x) static_assert(NOINIT_LOG_IS_WORD_(x), "an assertion takes integers of at most 32 bits and pointers")
#else
#define NOINIT_LOG_WORD_(x) _Static_assert(NOINIT_LOG_IS_WORD_(x), "an assertion takes integers of at most 32 bits and pointers")
#endif
#define NOINIT_LOG_WORDS_0_(function, format)         \
    NOINIT_LOG_DESCRIBE_(0, 0, 0, 0, format, 0);      \
    function(NOINIT_LOG_SITE_(0, 0u))
#define NOINIT_LOG_WORDS_1_(function, format, a)                      \
    NOINIT_LOG_WORD_(a);                                              \
    NOINIT_LOG_DESCRIBE_(0, 0, 0, 1, format, NOINIT_LOG_B_(a) 0);     \
    function(NOINIT_LOG_SITE_(0, 1u), NOINIT_LOG_VALUE_(a))
#define NOINIT_LOG_WORDS_2_(function, format, a, b)                                    \
    NOINIT_LOG_WORD_(a);                                                               \
    NOINIT_LOG_WORD_(b);                                                               \
    NOINIT_LOG_DESCRIBE_(0, 0, 0, 2, format, NOINIT_LOG_B_(a) NOINIT_LOG_B_(b) 0);     \
    function(NOINIT_LOG_SITE_(0, 2u), NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b))
#define NOINIT_LOG_WORDS_3_(function, format, a, b, c)                                                  \
    NOINIT_LOG_WORD_(a);                                                                                \
    NOINIT_LOG_WORD_(b);                                                                                \
    NOINIT_LOG_WORD_(c);                                                                                \
    NOINIT_LOG_DESCRIBE_(0, 0, 0, 3, format, NOINIT_LOG_B_(a) NOINIT_LOG_B_(b) NOINIT_LOG_B_(c) 0);     \
    function(NOINIT_LOG_SITE_(0, 3u), NOINIT_LOG_VALUE_(a), NOINIT_LOG_VALUE_(b), NOINIT_LOG_VALUE_(c))

/* Puts the source of an instance before the arguments of a format. */
#define NOINIT_LOG_INSERT_(source, ...) \
    NOINIT_LOG_JOIN3_(NOINIT_LOG_INSERT_, NOINIT_LOG_SOME_(__VA_ARGS__), _)(source, __VA_ARGS__)
#define NOINIT_LOG_INSERT_0_(source, format) format, source
#define NOINIT_LOG_INSERT_1_(source, format, ...) format, source, __VA_ARGS__

/* The descriptor of a source, and its names in this scope: noinit_log_module_ for descriptors, noinit_log_source_ for calls. */
#define NOINIT_LOG_DESCRIBE_SOURCE_(variable, level_, kind_, source_, name_)                                             \
    static const struct {                                                                                                \
        uint8_t magic, version, level, kind;                                                                             \
        uint16_t zero, zero_too;                                                                                         \
        const void *source;                                                                                              \
        char name[sizeof(name_)];                                                                                        \
    } variable NOINIT_LOG_SECTION_ __attribute__((unused)) = {0x73, 0, (uint8_t)(level_), kind_, 0, 0, source_, name_}

/* A declaration of nothing, for the semicolon behind a macro. */
#ifdef __cplusplus
#define NOINIT_LOG_NOTHING_ static_assert(true, "")
#else
#define NOINIT_LOG_NOTHING_ _Static_assert(1, "")
#endif

/* The level that counts: at least NOINIT_LOG_OVERRIDE_LEVEL, at most NOINIT_LOG_MAX_LEVEL. */
#define NOINIT_LOG_RESOLVE_(level)                                                                          \
    (NOINIT_LOG_OVERRIDE_LEVEL >= NOINIT_LOG_MAX_LEVEL || (int)(level) >= NOINIT_LOG_MAX_LEVEL ? NOINIT_LOG_MAX_LEVEL \
     : (int)(level) > NOINIT_LOG_OVERRIDE_LEVEL                                                   ? (int)(level)      \
                                                                                                  : NOINIT_LOG_OVERRIDE_LEVEL)

/* At the start the ring wants what is compiled in, and no back end is there. */
#define NOINIT_LOG_FILTERS_(level) (((level) > 1 ? (level)-1u : 0u) << 30 | (uint32_t)(level))

#if NOINIT_LOG_RUNTIME_FILTER
#define NOINIT_LOG_SOURCE_CONST_
#else
#define NOINIT_LOG_SOURCE_CONST_ const
#endif
#if NOINIT_LOG_TEXT
#define NOINIT_LOG_SOURCE_NAME_(name) name
#else
#define NOINIT_LOG_SOURCE_NAME_(name) 0
#endif

/* The same linker symbol in C, in C++ and in every namespace. */
#define NOINIT_LOG_DECLARE_SOURCE_(name) \
    extern NOINIT_LOG_SOURCE_CONST_ noinit_source_t noinit_module_##name __asm__("noinit_module_" #name)

#define NOINIT_LOG_DEFINE_SOURCE_(name, text, level_, kind)                                                                           \
    NOINIT_LOG_DECLARE_SOURCE_(name);                                                                                                 \
    NOINIT_LOG_SOURCE_CONST_ noinit_source_t noinit_module_##name = {NOINIT_LOG_FILTERS_(NOINIT_LOG_RESOLVE_(level_))};               \
    NOINIT_LOG_DESCRIBE_SOURCE_(noinit_module_descriptor_of_##name, NOINIT_LOG_RESOLVE_(level_), kind, &noinit_module_##name, text);     \
    NOINIT_LOG_DEFINE_ENTRY_(name, text, level_)

/* Without a filter there is nothing to look a source up for. */
#if NOINIT_LOG_RUNTIME_FILTER
#define NOINIT_LOG_DEFINE_ENTRY_(name_, text_, level_)                                                                            \
    __attribute__((section("noinit_sources"), used)) static const noinit_source_entry_t noinit_module_entry_of_##name_ = {           \
        &noinit_module_##name_, &noinit_module_descriptor_of_##name_, NOINIT_LOG_SOURCE_NAME_(text_),                                \
        (uint8_t)NOINIT_LOG_RESOLVE_(level_)}
#else
#define NOINIT_LOG_DEFINE_ENTRY_(name, text, level) NOINIT_LOG_NOTHING_
#endif

#define NOINIT_LOG_REGISTER_(name, level, ...)        \
    NOINIT_LOG_DEFINE_SOURCE_(name, #name, level, 0); \
    NOINIT_LOG_USE_SOURCE_(name, level)
#define NOINIT_LOG_DECLARE_(name, level, ...) \
    NOINIT_LOG_DECLARE_SOURCE_(name);         \
    NOINIT_LOG_USE_SOURCE_(name, level)
/*
 * The names in a block hide those of its file, and are meant to. GCC then leaves the block's descriptor of the source in flash, with a
 * warning: it takes the hidden one for an earlier declaration of the same object in another section.
 */
#define NOINIT_LOG_USE_SOURCE_(name, level)                                                                                    \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")                                              \
    _Pragma("GCC diagnostic ignored \"-Wattributes\"")                                                                         \
    NOINIT_LOG_DESCRIBE_SOURCE_(noinit_log_module_, NOINIT_LOG_RESOLVE_(level), 0, &noinit_module_##name, #name);              \
    static NOINIT_LOG_SOURCE_CONST_ noinit_source_t *const noinit_log_source_ __attribute__((unused)) = &noinit_module_##name; \
    NOINIT_LOG_LEVEL_SET(level);                                                                                               \
    _Pragma("GCC diagnostic pop") NOINIT_LOG_NOTHING_

#define NOINIT_LOG_IS_COMPILED_(level) ((level) <= NOINIT_LOG_MAX_LEVEL && (level) <= noinit_log_level_) /* NOINIT_LOG_REGISTER or _DECLARE says it */
#if NOINIT_LOG_RUNTIME_FILTER
/* Read anew at every call, also in a loop. */
NOINIT_LOG_INLINE_ int noinit_log_wants(const noinit_source_t *source, unsigned level)
{
    return (*(const volatile uint32_t *)&source->filters & 7u) >= level;
}
#define NOINIT_LOG_IS_WANTED_(source, level) noinit_log_wants(source, level)
#else
#define NOINIT_LOG_IS_WANTED_(source, level) 1
#endif

/* A line at a level: nothing at all where the level is not compiled in, whose format is checked all the same. */
#define NOINIT_LOG_GUARD_(level, source, send, ...)                                              \
    do {                                                                                         \
        if (NOINIT_LOG_IS_COMPILED_(level)) {                                                    \
            if (NOINIT_LOG_IS_WANTED_(source, level)) {                                          \
                send;                                                                            \
            }                                                                                    \
        }                                                                                        \
        if (0) {                                                                                 \
            noinit_log_check(__VA_ARGS__);                                                       \
        }                                                                                        \
    } while (0)

#endif
