/*
 * What the families' headers share: a table of bits or values, the most specific first, and who looks one up. A header alone, for ports;
 * what a port does not call costs nothing.
 */
#ifndef NOINIT_RESET_CAUSE_TABLE_H
#define NOINIT_RESET_CAUSE_TABLE_H

#include <stdint.h>

#include "noinit/reboot.h"

/* Where a register is; a test puts memory of its own in its place. */
#ifndef NOINIT_RESET_CAUSE_REGISTER
#define NOINIT_RESET_CAUSE_REGISTER(type, address) (*(volatile type *)(uintptr_t)(address))
#endif

/* Four bytes of flash a row. */
typedef struct {
    uint16_t key; /* number of a bit, or a value */
    uint16_t reason;
} noinit_reset_cause_row_t;

#define NOINIT_RESET_CAUSE_ROWS(table) ((uint32_t)(sizeof(table) / sizeof *(table)))

/* The first row whose bit is set. `none`: what it means that no bit at all is set. Any context. */
static inline uint16_t noinit_reset_cause_of_bits(const noinit_reset_cause_row_t *rows, uint32_t count, uint32_t raw, uint16_t none)
{
    for (uint32_t i = 0; i < count; i++) {
        if (((raw >> rows[i].key) & 1u) != 0u) {
            return rows[i].reason;
        }
    }
    return raw == 0u ? none : (uint16_t)NOINIT_REASON_UNKNOWN;
}

/* The row of this value. Any context. */
static inline uint16_t noinit_reset_cause_of_value(const noinit_reset_cause_row_t *rows, uint32_t count, uint32_t raw)
{
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].key == raw) {
            return rows[i].reason;
        }
    }
    return NOINIT_REASON_UNKNOWN;
}

#endif
