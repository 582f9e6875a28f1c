/*
 * The line to the gateway. A frame is COBS(type, payload, CRC-16/CCITT-FALSE little endian) and a zero byte; apps/demo/README.md has the
 * table of types.
 */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_MAX_PAYLOAD 240u

enum link_type {
    LINK_HELLO = 'H',
    LINK_CHUNK = 'C',
    LINK_START = 'S',
    LINK_ACKS = 'A',
    LINK_RESEND = 'R',
    LINK_EVENT = 'E',
};

struct link_frame {
    enum link_type type;
    uint8_t size;
    uint8_t payload[LINK_MAX_PAYLOAD];
};

/* At most LINK_MAX_PAYLOAD bytes. Thread only. */
void link_send(enum link_type type, const uint8_t *payload, size_t size);

/* The next whole and undamaged frame; false: none yet. Thread only. */
bool link_receive(struct link_frame *frame);

uint16_t link_get_u16(const uint8_t *bytes);
uint32_t link_get_u32(const uint8_t *bytes);

#endif
