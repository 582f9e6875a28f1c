/* Without tables: CRC-16 takes about 12 instructions a byte (the fault handler waits for it), CRC-32 about 40 (nobody does). */
#include "core/crc.h"

uint16_t noinit_crc16(uint16_t crc, const uint8_t *bytes, uint32_t size)
{
    uint32_t sum = crc;
    for (; size > 0; size--) {
        /* x^16 = x^12 + x^5 + 1: the high byte, folded once onto itself, is what the shifts by 12, 5 and 0 add. */
        uint32_t high = ((sum >> 8) ^ *bytes++) & 0xffu;
        high ^= high >> 4;
        sum = ((sum << 8) ^ (high << 12) ^ (high << 5) ^ high) & 0xffffu;
    }
    return (uint16_t)sum;
}

uint32_t noinit_crc32(uint32_t crc, const void *bytes, uint32_t size)
{
    const uint8_t *next = bytes;
    for (crc = ~crc; size > 0; size--) {
        crc ^= *next++;
        for (uint32_t bit = 0; bit < 8u; bit++) {
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}
