#include "crash/crash_writer.h"

#include "core/crc.h"
#include "crash/crash_slot.h"
#include "noinit/config.h"

/* Linker script: what never leaves the device (NOINIT_SECRET). */
extern uint8_t __noinit_secret_start[], __noinit_secret_end[];

void noinit_crash_open_item(noinit_crash_writer_t *writer, uint32_t elements, uint8_t kind)
{
    noinit_cbor_byte(&writer->cbor, (uint8_t)(NOINIT_CBOR_ARRAY | elements));
    noinit_cbor_byte(&writer->cbor, kind);
}

/* An item's CRC covers it; the first one's the record's head as well. */
void noinit_crash_close_item(noinit_crash_writer_t *writer)
{
    noinit_cbor_t *cbor = &writer->cbor;
    if (cbor->size + 3u > cbor->capacity) {
        cbor->size = writer->item;
        writer->is_cut = true;
        return;
    }
    const uint16_t crc = noinit_crc16(NOINIT_CRC16_START, cbor->data + writer->item, cbor->size - writer->item);
    noinit_cbor_byte(cbor, 0x19);
    noinit_cbor_byte(cbor, (uint8_t)(crc >> 8));
    noinit_cbor_byte(cbor, (uint8_t)crc);
    writer->item = cbor->size;
    noinit_crash_slot_publish(cbor->size, false);
}

/* Register sets and regions: kind, which one, a number that says more, and how many bytes follow. */
static void open_bytes(noinit_crash_writer_t *writer, uint8_t kind, uint8_t which, uint32_t number, uint32_t size)
{
    noinit_crash_open_item(writer, 5, kind);
    noinit_cbor_byte(&writer->cbor, which);
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_UINT, number);
    noinit_cbor_head(&writer->cbor, NOINIT_CBOR_BYTES, size);
}

void noinit_crash_open_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, uint32_t count)
{
    open_bytes(writer, 2, set, known, 4u * count);
}

void noinit_crash_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, const uint32_t *words, uint32_t count)
{
    noinit_crash_open_registers(writer, set, known, count);
    noinit_cbor_raw(&writer->cbor, words, 4u * count);
    noinit_crash_close_item(writer);
}

/* What a region takes beside its bytes (array, kind, address, length, CRC), with the end behind it. */
#define REGION_OVERHEAD (3u + 5u + 3u + 3u + 5u)

static uintptr_t clamp(uintptr_t value, uintptr_t low, uintptr_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* What lies before the secrets, then what lies behind them. */
void noinit_crash_region(noinit_crash_writer_t *writer, uint8_t kind, uintptr_t address, uint32_t size)
{
    const uintptr_t end = size <= ~address ? address + size : UINTPTR_MAX;
    uintptr_t stop = clamp((uintptr_t)__noinit_secret_start, address, end);
    for (;;) {
        const uint32_t used = writer->cbor.size + REGION_OVERHEAD;
        const uint32_t room = used < writer->cbor.capacity ? (writer->cbor.capacity - used) & ~3u : 0u;
        size = (uint32_t)(stop - address);
        if (size > room) {
            size = room;
            writer->is_cut = true;
        }
        if (size != 0) {
            open_bytes(writer, 3, kind, (uint32_t)address, size);
            noinit_cbor_raw(&writer->cbor, (const volatile void *)address, size);
            noinit_crash_close_item(writer);
        }
        if (stop == end) {
            return;
        }
        address = clamp((uintptr_t)__noinit_secret_end, stop, end);
        stop = end;
    }
}
