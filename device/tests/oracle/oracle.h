/*
 * What the generated calls are made of: each is printed by the C library, over the UART, and logged. With ORACLE_ON_HOST they are only
 * printed, by the host's C library.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef ORACLE_ON_HOST
#define LOG_IT(...) ((void)0)
#define USE_MODULE
#else
#include <noinit/noinit.h>
#define USE_MODULE NOINIT_LOG_DECLARE(oracle);
#define LOG_IT(...) NOINIT_INF(__VA_ARGS__)
#endif

enum color { ORACLE_RED, ORACLE_GREEN };

/* Longer than anything a generated format prints. */
#define ORACLE_LINE_BYTES 8192u
extern char oracle_line[ORACLE_LINE_BYTES];

/* Sends what the C library printed; `size` is its result. */
void oracle_printed(int size);

/* Sends what is logged by now before the ring could get full. */
void oracle_logged(void);

/* Both in brackets: what the C library prints, what is logged. ORACLE_LOG_ONLY: the C library does not know all the conversions. */
#ifdef ORACLE_LOG_ONLY
#define PRINT_IT(...) ((void)0)
#else
#define PRINT_IT(...) oracle_printed(snprintf(oracle_line, sizeof oracle_line, __VA_ARGS__))
#endif
#define CALL(printed, logged)    \
    do {                         \
        PRINT_IT(UNWRAP printed); \
        LOG_IT(UNWRAP logged);   \
        oracle_logged();         \
    } while (0)
#define UNWRAP(...) __VA_ARGS__

static inline double from_bits(uint64_t bits)
{
    const union {
        uint64_t bits;
        double value;
    } as = {bits};
    return as.value;
}

static inline float from_bits32(uint32_t bits)
{
    const union {
        uint32_t bits;
        float value;
    } as = {bits};
    return as.value;
}

#endif
