#include "core/cbor.h"

#include "core/store.h"

void noinit_cbor_byte(noinit_cbor_t *cbor, uint8_t byte)
{
    if (cbor->size < cbor->capacity) {
        NOINIT_STORE(cbor->data[cbor->size], byte);
    }
    cbor->size++;
}

void noinit_cbor_raw(noinit_cbor_t *cbor, const volatile void *bytes, uint32_t size)
{
    const volatile uint8_t *next = bytes;
    for (; size > 0; size--) {
        noinit_cbor_byte(cbor, *next++);
    }
}

void noinit_cbor_head(noinit_cbor_t *cbor, uint8_t major, uint32_t number)
{
    if (number < 24u) {
        noinit_cbor_byte(cbor, (uint8_t)(major | number));
        return;
    }
    /* Additional information 24, 25, 26: 1, 2 or 4 bytes follow, most significant first. */
    uint32_t shift = number < 0x100u ? 0u : number < 0x10000u ? 8u : 24u;
    noinit_cbor_byte(cbor, (uint8_t)(major | (24u + (shift + 8u) / 16u)));
    for (;; shift -= 8u) {
        noinit_cbor_byte(cbor, (uint8_t)(number >> shift));
        if (shift == 0) {
            return;
        }
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
