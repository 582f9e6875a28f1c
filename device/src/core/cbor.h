/* A CBOR writer (RFC 8949) into a fixed buffer, which may be retained memory. Any context. */
#ifndef NOINIT_CORE_CBOR_H
#define NOINIT_CORE_CBOR_H

#include <stdbool.h>
#include <stdint.h>

/* Major types, as they stand in the first byte. */
#define NOINIT_CBOR_UINT 0x00u
#define NOINIT_CBOR_BYTES 0x40u
#define NOINIT_CBOR_TEXT 0x60u
#define NOINIT_CBOR_ARRAY 0x80u
#define NOINIT_CBOR_MAP 0xa0u
#define NOINIT_CBOR_FALSE 0xf4u
#define NOINIT_CBOR_TRUE 0xf5u

/* `size` counts on past `capacity`: nothing is stored there, and the writer knows that it overflowed. */
typedef struct {
    uint8_t *data;
    uint32_t capacity;
    uint32_t size;
} noinit_cbor_t;

void noinit_cbor_byte(noinit_cbor_t *cbor, uint8_t byte);
void noinit_cbor_raw(noinit_cbor_t *cbor, const volatile void *bytes, uint32_t size);

/* A major type with its number: a value, a length or a count, in the shortest form. */
void noinit_cbor_head(noinit_cbor_t *cbor, uint8_t major, uint32_t number);

/* An unsigned value of 64 bits. */
void noinit_cbor_uint64(noinit_cbor_t *cbor, uint64_t number);

/* The small integers of the formats in one call: a map key and the number behind it. */
void noinit_cbor_pair(noinit_cbor_t *cbor, uint8_t key, uint32_t number);

/* A byte or text string. */
void noinit_cbor_string(noinit_cbor_t *cbor, uint8_t major, const volatile void *bytes, uint32_t size);

static inline bool noinit_cbor_overflowed(const noinit_cbor_t *cbor)
{
    return cbor->size > cbor->capacity;
}

#endif
