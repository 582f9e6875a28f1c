#include "link.h"

#include <board.h>
#include <noinit/noinit.h>
#include <string.h>

NOINIT_LOG_REGISTER(link);

/* type, payload, CRC */
#define FRAME_BYTES (1u + LINK_MAX_PAYLOAD + 2u)

static uint8_t incoming[FRAME_BYTES];
static size_t incoming_size;
/* Bytes left until the next COBS code byte, and whether that one stands for a zero. */
static uint8_t run_left;
static bool run_ends_in_zero;
static bool is_too_long;

static uint16_t crc16(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xffffu;
    for (size_t i = 0; i < size; i++) {
        crc ^= (uint32_t)bytes[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000u) != 0u ? (crc << 1) ^ 0x1021u : crc << 1;
        }
    }
    return (uint16_t)crc;
}

void link_send(enum link_type type, const uint8_t *payload, size_t size)
{
    uint8_t frame[FRAME_BYTES];
    frame[0] = (uint8_t)type;
    memcpy(&frame[1], payload, size);
    const uint16_t crc = crc16(frame, 1u + size);
    frame[1u + size] = (uint8_t)crc;
    frame[2u + size] = (uint8_t)(crc >> 8);

    /* A frame is shorter than 254 bytes, so that a COBS run always ends at a zero or at the end. */
    const size_t end = size + 3u;
    for (size_t start = 0; start <= end;) {
        size_t zero = start;
        while (zero < end && frame[zero] != 0u) {
            zero++;
        }
        board_uart_write((uint8_t)(zero - start + 1u));
        for (; start < zero; start++) {
            board_uart_write(frame[start]);
        }
        start = zero + 1u;
    }
    board_uart_write(0);
}

static void append(uint8_t byte)
{
    if (incoming_size == FRAME_BYTES) {
        is_too_long = true;
        return;
    }
    incoming[incoming_size++] = byte;
}

static void decode(uint8_t byte)
{
    if (run_left > 0u) {
        append(byte);
        run_left--;
        return;
    }
    if (run_ends_in_zero) {
        append(0);
    }
    run_left = (uint8_t)(byte - 1u);
    run_ends_in_zero = byte != 0xffu;
}

static bool finish(struct link_frame *frame)
{
    const size_t size = incoming_size;
    const bool is_whole = run_left == 0u && !is_too_long && size >= 3u;
    incoming_size = 0;
    run_left = 0;
    run_ends_in_zero = false;
    is_too_long = false;
    if (!is_whole || crc16(incoming, size - 2u) != link_get_u16(&incoming[size - 2u])) {
        NOINIT_WRN("dropped a damaged frame of %u bytes", (unsigned)size);
        return false;
    }
    frame->type = (enum link_type)incoming[0];
    frame->size = (uint8_t)(size - 3u);
    memcpy(frame->payload, &incoming[1], size - 3u);
    return true;
}

bool link_receive(struct link_frame *frame)
{
    uint8_t byte;
    while (board_uart_read(&byte)) {
        if (byte != 0u) {
            decode(byte);
        } else if (finish(frame)) {
            return true;
        }
    }
    return false;
}

uint16_t link_get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | (bytes[1] << 8));
}

uint32_t link_get_u32(const uint8_t *bytes)
{
    return link_get_u16(bytes) | ((uint32_t)link_get_u16(&bytes[2]) << 16);
}
