/*
 * printf's conversions over typed arguments, into whatever takes bytes: what packages/logs prints of the same entry, byte for byte.
 * No heap, no recursion, no buffer of a line. Any context.
 */
#ifndef NOINIT_LOG_TEXT_PRINT_H
#define NOINIT_LOG_TEXT_PRINT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "noinit/log_backend.h"

/* Types of arguments, docs/formats/dictionary.md. 0: there is none left. */
#define NOINIT_TEXT_MISSING 0u
#define NOINIT_TEXT_I32 1u
#define NOINIT_TEXT_U32 2u
#define NOINIT_TEXT_I64 3u
#define NOINIT_TEXT_U64 4u
#define NOINIT_TEXT_F32 5u
#define NOINIT_TEXT_F64 6u
#define NOINIT_TEXT_STRING 7u
#define NOINIT_TEXT_POINTER 8u
#define NOINIT_TEXT_F128 9u
#define NOINIT_TEXT_SOURCE 10u

/* Widths and precisions are cut to this, and a text to that many bytes, behind which `…` stands. */
#define NOINIT_TEXT_FIELD_MAX 256u
#define NOINIT_TEXT_MAX 4096u

/* Takes the bytes of a text. `put` gets at least one byte a call. */
typedef struct noinit_text_sink {
    void (*put)(struct noinit_text_sink *sink, const char *bytes, uint32_t size);
    uint32_t room; /* of the text; NOINIT_TEXT_ENDED: its `…` is out */
} noinit_text_sink_t;

#define NOINIT_TEXT_ENDED UINT32_MAX

typedef struct {
    uint32_t type;
    uint64_t bits[2]; /* integer, or IEEE 754; the second half only of an f128 */
    /* A string: in memory, or where that is NULL in the entry's body from `place` on. */
    const char *text;
    uint32_t place;
    uint32_t size;
    bool is_cut;
} noinit_text_value_t;

/* Where the arguments come from. `wanted` is the type that the conversion expects, `limit` how much of a string it may read. */
typedef struct noinit_text_arguments {
    void (*take)(struct noinit_text_arguments *arguments, uint32_t wanted, uint32_t limit, noinit_text_value_t *value);
    const noinit_log_message_t *message;
} noinit_text_arguments_t;

/* Arguments as an entry's body holds them. */
typedef struct {
    noinit_text_arguments_t base;
    const uint8_t *types; /* of the descriptor, up to a 0 */
    uint32_t place;       /* in the body */
} noinit_text_entry_arguments_t;

/* Arguments of a call; the types come from the format. */
typedef struct {
    noinit_text_arguments_t base;
    va_list list;
} noinit_text_call_arguments_t;

/* Starts at the body's byte `place`; behind the last one taken, `place` is where a hexdump's data begins. */
void noinit_text_entry_arguments(noinit_text_entry_arguments_t *arguments, const noinit_log_message_t *message, const uint8_t *types,
                                 uint32_t place);

/* The caller calls va_end on `list` afterwards. */
void noinit_text_call_arguments(noinit_text_call_arguments_t *arguments, va_list list);

/* Prints the format with its arguments. */
void noinit_text_print(noinit_text_sink_t *sink, const char *format, noinit_text_arguments_t *arguments);

/* Bytes of the text, within its room. */
void noinit_text_put(noinit_text_sink_t *sink, const char *bytes, uint32_t size);
void noinit_text_put_string(noinit_text_sink_t *sink, const char *text);
void noinit_text_fill(noinit_text_sink_t *sink, char byte, uint32_t count);

/* In decimal, at least `digits` long. */
void noinit_text_put_number(noinit_text_sink_t *sink, uint64_t value, uint32_t digits);

/* A conversion of a format, its `*` filled in. */
typedef struct {
    char letter;
    bool is_left;
    bool has_plus;
    bool has_space;
    bool is_alternative;
    bool has_zeros;
    bool has_precision;
    uint8_t bits; /* 8, 16 or 64 where a length says so; 0: as wide as the argument. 128: long double */
    uint32_t width;
    uint32_t precision;
} noinit_text_conversion_t;

/* Room for spaces, the prefix (sign, 0x), zeros: then `size` bytes are to follow. Gives the spaces to put behind them. */
uint32_t noinit_text_open_field(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const char *prefix, bool has_zeros,
                                uint32_t size);

/* A float, a double or a binary128, NOINIT_LOG_TEXT_FLOAT. */
void noinit_text_print_float(noinit_text_sink_t *sink, const noinit_text_conversion_t *conversion, const noinit_text_value_t *value);

#endif
