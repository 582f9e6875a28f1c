/*
 * Logging whose texts stay out of the firmware (docs/formats/dictionary.md) and whose entries stay in RAM that a reset leaves alone
 * (docs/formats/log-ring.md).
 *
 *     #define NOINIT_LOG_MODULE "motor"               before the first noinit header of the file
 *     #define NOINIT_LOG_LEVEL NOINIT_LEVEL_DBG       only if it differs from NOINIT_LOG_DEFAULT_LEVEL
 *     #include <noinit/noinit.h>
 *
 *     NOINIT_WRN("stalled at %d rpm, duty %u", rpm, duty);
 *
 * Up to 8 arguments: integers to 64 bit, float, double, pointers, strings (copied, cut at 127 bytes). Up to three arguments, none of them
 * wider than 32 bit or a string, take the short path. Thread or ISR; entries before noinit_init are not kept.
 */
#ifndef NOINIT_LOG_H
#define NOINIT_LOG_H

#include <stdint.h>

#include "noinit/config.h"

#define NOINIT_LEVEL_OFF 0
#define NOINIT_LEVEL_ERR 1
#define NOINIT_LEVEL_WRN 2
#define NOINIT_LEVEL_INF 3
#define NOINIT_LEVEL_DBG 4

#ifndef NOINIT_LOG_MODULE
#define NOINIT_LOG_MODULE ""
#endif
#ifndef NOINIT_LOG_LEVEL
#define NOINIT_LOG_LEVEL NOINIT_LOG_DEFAULT_LEVEL
#endif

/* A level that the file or the project does not want costs no byte; its arguments are still checked and never evaluated. */
#if NOINIT_LOG_LEVEL >= 1 && NOINIT_LOG_MAX_LEVEL >= 1
#define NOINIT_ERR(...) NOINIT_LOG_AT_(NOINIT_LEVEL_ERR, __VA_ARGS__)
#else
#define NOINIT_ERR(...) NOINIT_LOG_REMOVED_(__VA_ARGS__)
#endif
#if NOINIT_LOG_LEVEL >= 2 && NOINIT_LOG_MAX_LEVEL >= 2
#define NOINIT_WRN(...) NOINIT_LOG_AT_(NOINIT_LEVEL_WRN, __VA_ARGS__)
#else
#define NOINIT_WRN(...) NOINIT_LOG_REMOVED_(__VA_ARGS__)
#endif
#if NOINIT_LOG_LEVEL >= 3 && NOINIT_LOG_MAX_LEVEL >= 3
#define NOINIT_INF(...) NOINIT_LOG_AT_(NOINIT_LEVEL_INF, __VA_ARGS__)
#else
#define NOINIT_INF(...) NOINIT_LOG_REMOVED_(__VA_ARGS__)
#endif
#if NOINIT_LOG_LEVEL >= 4 && NOINIT_LOG_MAX_LEVEL >= 4
#define NOINIT_DBG(...) NOINIT_LOG_AT_(NOINIT_LEVEL_DBG, __VA_ARGS__)
#else
#define NOINIT_DBG(...) NOINIT_LOG_REMOVED_(__VA_ARGS__)
#endif

/*
 * What follows is what the macros above are made of; nothing of it is called by hand.
 *
 * A site is named by its descriptor's address, which is a multiple of 16. On the short path the low four bits hold the shape of the
 * arguments: one bit each, lowest first, 1 for a signed one, and a 1 above the last.
 */
void noinit_log_short(uintptr_t site_and_shape, ...);

/* `types`: one of NOINIT_LOG_TYPE_ in four bits an argument, lowest first. Arguments as NOINIT_LOG_VALUE_ gives them. */
void noinit_log_long(uintptr_t site, uint32_t types, ...);

#define NOINIT_LOG_TYPE_I32 1u
#define NOINIT_LOG_TYPE_U32 2u
#define NOINIT_LOG_TYPE_I64 3u
#define NOINIT_LOG_TYPE_U64 4u
#define NOINIT_LOG_TYPE_F32 5u
#define NOINIT_LOG_TYPE_F64 6u
#define NOINIT_LOG_TYPE_STRING 7u
#define NOINIT_LOG_TYPE_POINTER 8u

/* Each argument goes through the function of its type, so that no conversion is left for the caller's warnings to find. */
static inline int32_t noinit_log_i32(int value)
{
    return (int32_t)value;
}
static inline uint32_t noinit_log_u32(unsigned value)
{
    return (uint32_t)value;
}
static inline int64_t noinit_log_i64(long long value)
{
    return (int64_t)value;
}
static inline uint64_t noinit_log_u64(unsigned long long value)
{
    return (uint64_t)value;
}
static inline uint32_t noinit_log_f32(float value)
{
    const union {
        float value;
        uint32_t bits;
    } as = {value};
    return as.bits;
}
static inline uint64_t noinit_log_f64(double value)
{
    const union {
        double value;
        uint64_t bits;
    } as = {value};
    return as.bits;
}
static inline uint64_t noinit_log_f80(long double value)
{
    return noinit_log_f64((double)value);
}
static inline const char *noinit_log_string(const char *value)
{
    return value;
}
static inline uint32_t noinit_log_pointer(const volatile void *value)
{
    return (uint32_t)(uintptr_t)value;
}
#if __SIZEOF_LONG__ == 8
static inline int64_t noinit_log_long_value(long value)
{
    return (int64_t)value;
}
static inline uint64_t noinit_log_ulong_value(unsigned long value)
{
    return (uint64_t)value;
}
#define NOINIT_LOG_LONG_(i, u) long : i##64, unsigned long : u##64
#else
static inline int32_t noinit_log_long_value(long value)
{
    return (int32_t)value;
}
static inline uint32_t noinit_log_ulong_value(unsigned long value)
{
    return (uint32_t)value;
}
#define NOINIT_LOG_LONG_(i, u) long : i##32, unsigned long : u##32
#endif

/* clang-format off */
#define NOINIT_LOG_TYPE_(x) ((uint32_t)_Generic((x), \
    _Bool: NOINIT_LOG_TYPE_U32, char: NOINIT_LOG_TYPE_I32, signed char: NOINIT_LOG_TYPE_I32, unsigned char: NOINIT_LOG_TYPE_U32, \
    short: NOINIT_LOG_TYPE_I32, unsigned short: NOINIT_LOG_TYPE_U32, int: NOINIT_LOG_TYPE_I32, unsigned: NOINIT_LOG_TYPE_U32, \
    NOINIT_LOG_LONG_(NOINIT_LOG_TYPE_I, NOINIT_LOG_TYPE_U), \
    long long: NOINIT_LOG_TYPE_I64, unsigned long long: NOINIT_LOG_TYPE_U64, \
    float: NOINIT_LOG_TYPE_F32, double: NOINIT_LOG_TYPE_F64, long double: NOINIT_LOG_TYPE_F64, \
    char *: NOINIT_LOG_TYPE_STRING, const char *: NOINIT_LOG_TYPE_STRING, \
    default: NOINIT_LOG_TYPE_POINTER))
#define NOINIT_LOG_VALUE_(x) _Generic((x), \
    _Bool: noinit_log_u32, char: noinit_log_i32, signed char: noinit_log_i32, unsigned char: noinit_log_u32, \
    short: noinit_log_i32, unsigned short: noinit_log_u32, int: noinit_log_i32, unsigned: noinit_log_u32, \
    long: noinit_log_long_value, unsigned long: noinit_log_ulong_value, \
    long long: noinit_log_i64, unsigned long long: noinit_log_u64, \
    float: noinit_log_f32, double: noinit_log_f64, long double: noinit_log_f80, \
    char *: noinit_log_string, const char *: noinit_log_string, \
    default: noinit_log_pointer)(x)
/* clang-format on */

#define NOINIT_LOG_IS_SIGNED_(x) (NOINIT_LOG_TYPE_(x) == NOINIT_LOG_TYPE_I32 ? 1u : 0u)
#define NOINIT_LOG_IS_WORD_(x) \
    (NOINIT_LOG_TYPE_(x) <= NOINIT_LOG_TYPE_U32 || NOINIT_LOG_TYPE_(x) == NOINIT_LOG_TYPE_POINTER)

#define NOINIT_LOG_JOIN__(a, b) a##b
#define NOINIT_LOG_JOIN_(a, b) NOINIT_LOG_JOIN__(a, b)
#define NOINIT_LOG_TEXT__(x) #x
#define NOINIT_LOG_TEXT_(x) NOINIT_LOG_TEXT__(x)

/* How many arguments stand behind the format, 0 to 8. */
#define NOINIT_LOG_COUNT__(format, a, b, c, d, e, f, g, h, n, ...) n
#define NOINIT_LOG_COUNT_(...) NOINIT_LOG_COUNT__(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)

#ifdef __FILE_NAME__
#define NOINIT_LOG_FILE_ __FILE_NAME__
#else
#define NOINIT_LOG_FILE_ __FILE__
#endif

__attribute__((format(printf, 1, 2))) static inline void noinit_log_check(const char *format, ...)
{
    (void)format;
}

/* Leaves the descriptor of one site, named noinit_log_site_. __COUNTER__ keeps sites of inline functions apart. */
#define NOINIT_LOG_DESCRIBE_(level_, count, format, ...)                                                                   \
    static const struct {                                                                                                  \
        uint8_t magic, version, level, nargs;                                                                              \
        uint16_t line, zero;                                                                                               \
        uint8_t types[(count) + 1];                                                                                        \
        char text[sizeof(NOINIT_LOG_MODULE "\x1f" NOINIT_LOG_FILE_ "\x1f" format)];                                         \
    } noinit_log_site_ __attribute__((section("noinit_log." NOINIT_LOG_TEXT_(__COUNTER__)), aligned(16), used)) = {        \
        0x6e, 0, (level_), (count), (uint16_t)__LINE__, 0, {__VA_ARGS__}, NOINIT_LOG_MODULE "\x1f" NOINIT_LOG_FILE_ "\x1f" format}

#define NOINIT_LOG_SITE_ ((uintptr_t)&noinit_log_site_)
#define NOINIT_LOG_SHORT_ID_(shape) ((uintptr_t)((const char *)&noinit_log_site_ + (shape)))

#define NOINIT_LOG_B_(x) (uint8_t) NOINIT_LOG_TYPE_(x)
#define NOINIT_LOG_N_(x, place) (NOINIT_LOG_TYPE_(x) << (4 * (place)))
#define NOINIT_LOG_V_(x) NOINIT_LOG_VALUE_(x)
#define NOINIT_LOG_S_(x, place) (NOINIT_LOG_IS_SIGNED_(x) << (place))

/* clang-format off */
#define NOINIT_LOG_0_(level, format) \
    NOINIT_LOG_DESCRIBE_(level, 0, format, 0); \
    noinit_log_short(NOINIT_LOG_SHORT_ID_(1u))
#define NOINIT_LOG_1_(level, format, a) \
    NOINIT_LOG_DESCRIBE_(level, 1, format, NOINIT_LOG_B_(a), 0); \
    if (NOINIT_LOG_IS_WORD_(a)) { \
        noinit_log_short(NOINIT_LOG_SHORT_ID_(2u | NOINIT_LOG_S_(a, 0)), NOINIT_LOG_V_(a)); \
    } else { \
        noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0), NOINIT_LOG_V_(a)); \
    }
#define NOINIT_LOG_2_(level, format, a, b) \
    NOINIT_LOG_DESCRIBE_(level, 2, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), 0); \
    if (NOINIT_LOG_IS_WORD_(a) && NOINIT_LOG_IS_WORD_(b)) { \
        noinit_log_short(NOINIT_LOG_SHORT_ID_(4u | NOINIT_LOG_S_(a, 0) | NOINIT_LOG_S_(b, 1)), NOINIT_LOG_V_(a), NOINIT_LOG_V_(b)); \
    } else { \
        noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1), NOINIT_LOG_V_(a), NOINIT_LOG_V_(b)); \
    }
#define NOINIT_LOG_3_(level, format, a, b, c) \
    NOINIT_LOG_DESCRIBE_(level, 3, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), 0); \
    if (NOINIT_LOG_IS_WORD_(a) && NOINIT_LOG_IS_WORD_(b) && NOINIT_LOG_IS_WORD_(c)) { \
        noinit_log_short(NOINIT_LOG_SHORT_ID_(8u | NOINIT_LOG_S_(a, 0) | NOINIT_LOG_S_(b, 1) | NOINIT_LOG_S_(c, 2)), \
                         NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c)); \
    } else { \
        noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2), \
                        NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c)); \
    }
#define NOINIT_LOG_4_(level, format, a, b, c, d) \
    NOINIT_LOG_DESCRIBE_(level, 4, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), NOINIT_LOG_B_(d), 0); \
    noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3), \
                    NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c), NOINIT_LOG_V_(d))
#define NOINIT_LOG_5_(level, format, a, b, c, d, e) \
    NOINIT_LOG_DESCRIBE_(level, 5, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), NOINIT_LOG_B_(d), NOINIT_LOG_B_(e), 0); \
    noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | \
                    NOINIT_LOG_N_(e, 4), \
                    NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c), NOINIT_LOG_V_(d), NOINIT_LOG_V_(e))
#define NOINIT_LOG_6_(level, format, a, b, c, d, e, f) \
    NOINIT_LOG_DESCRIBE_(level, 6, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), NOINIT_LOG_B_(d), NOINIT_LOG_B_(e), \
                         NOINIT_LOG_B_(f), 0); \
    noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | \
                    NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5), \
                    NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c), NOINIT_LOG_V_(d), NOINIT_LOG_V_(e), NOINIT_LOG_V_(f))
#define NOINIT_LOG_7_(level, format, a, b, c, d, e, f, g) \
    NOINIT_LOG_DESCRIBE_(level, 7, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), NOINIT_LOG_B_(d), NOINIT_LOG_B_(e), \
                         NOINIT_LOG_B_(f), NOINIT_LOG_B_(g), 0); \
    noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | \
                    NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5) | NOINIT_LOG_N_(g, 6), \
                    NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c), NOINIT_LOG_V_(d), NOINIT_LOG_V_(e), NOINIT_LOG_V_(f), \
                    NOINIT_LOG_V_(g))
#define NOINIT_LOG_8_(level, format, a, b, c, d, e, f, g, h) \
    NOINIT_LOG_DESCRIBE_(level, 8, format, NOINIT_LOG_B_(a), NOINIT_LOG_B_(b), NOINIT_LOG_B_(c), NOINIT_LOG_B_(d), NOINIT_LOG_B_(e), \
                         NOINIT_LOG_B_(f), NOINIT_LOG_B_(g), NOINIT_LOG_B_(h), 0); \
    noinit_log_long(NOINIT_LOG_SITE_, NOINIT_LOG_N_(a, 0) | NOINIT_LOG_N_(b, 1) | NOINIT_LOG_N_(c, 2) | NOINIT_LOG_N_(d, 3) | \
                    NOINIT_LOG_N_(e, 4) | NOINIT_LOG_N_(f, 5) | NOINIT_LOG_N_(g, 6) | NOINIT_LOG_N_(h, 7), \
                    NOINIT_LOG_V_(a), NOINIT_LOG_V_(b), NOINIT_LOG_V_(c), NOINIT_LOG_V_(d), NOINIT_LOG_V_(e), NOINIT_LOG_V_(f), \
                    NOINIT_LOG_V_(g), NOINIT_LOG_V_(h))
/* clang-format on */

#define NOINIT_LOG_AT_(level, ...)                                                             \
    do {                                                                                       \
        if (0) {                                                                               \
            noinit_log_check(__VA_ARGS__);                                                     \
        }                                                                                      \
        NOINIT_LOG_JOIN_(NOINIT_LOG_JOIN_(NOINIT_LOG_, NOINIT_LOG_COUNT_(__VA_ARGS__)), _)     \
        (level, __VA_ARGS__);                                                                  \
    } while (0)

#define NOINIT_LOG_REMOVED_(...)           \
    do {                                   \
        if (0) {                           \
            noinit_log_check(__VA_ARGS__); \
        }                                  \
    } while (0)

#endif
