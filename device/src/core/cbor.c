#include "core/cbor.h"

#include "core/store.h"

void noinit_cbor_byte(noinit_cbor_t *cbor, uint8_t byte)
{
    if (cbor->size < cbor->capacity) {
        NOINIT_STORE(cbor->data[cbor->size], byte);
    }
    cbor->size++;
}

/* Not byte by byte through noinit_cbor_byte: a fault handler copies kilobytes. */
void noinit_cbor_raw(noinit_cbor_t *cbor, const volatile void *bytes, uint32_t size)
{
    const volatile uint8_t *next = bytes;
    uint32_t at = cbor->size;
    for (; size > 0; size--, next++, at++) {
        if (at < cbor->capacity) {
            NOINIT_STORE(cbor->data[at], *next);
        }
    }
    cbor->size = at;
}

void noinit_cbor_head(noinit_cbor_t *cbor, uint8_t major, uint32_t number)
{
    /* Up to 23 it stands in the first byte; additional information 24, 25, 26: 1, 2 or 4 bytes follow, most significant first. */
    uint32_t size = number < 24u ? 0u : number < 0x100u ? 1u : number < 0x10000u ? 2u : 4u;
    noinit_cbor_byte(cbor, (uint8_t)(major | (size == 0 ? number : 24u + size / 2u)));
    while (size > 0) {
        size--;
        noinit_cbor_byte(cbor, (uint8_t)(number >> 8u * size));
    }
}

void noinit_cbor_uint64(noinit_cbor_t *cbor, uint64_t number)
{
    if (number >> 32 == 0) {
        noinit_cbor_head(cbor, NOINIT_CBOR_UINT, (uint32_t)number);
        return;
    }
    /* 27: 8 bytes follow. */
    noinit_cbor_byte(cbor, 27);
    for (uint32_t shift = 64u; shift > 0;) {
        shift -= 8u;
        noinit_cbor_byte(cbor, (uint8_t)(number >> shift));
    }
}

void noinit_cbor_pair(noinit_cbor_t *cbor, uint8_t key, uint32_t number)
{
    noinit_cbor_byte(cbor, key);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, number);
}

void noinit_cbor_string(noinit_cbor_t *cbor, uint8_t major, const volatile void *bytes, uint32_t size)
{
    noinit_cbor_head(cbor, major, size);
    noinit_cbor_raw(cbor, bytes, size);
}
