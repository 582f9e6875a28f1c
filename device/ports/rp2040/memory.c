/*
 * The two functions of a C library that the compiler calls by itself. With these the firmware needs no library, whose paths and version
 * would get into the file.
 */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

/* Kept from being recognised as, and made into, a call of itself. */
#define PLAIN_LOOP __attribute__((optimize("no-tree-loop-distribute-patterns")))

PLAIN_LOOP void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *bytes = to;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

PLAIN_LOOP void *memset(void *to, int value, size_t size)
{
    uint8_t *bytes = to;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)value;
    }
    return to;
}
