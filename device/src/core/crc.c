/* CRC-16/CCITT-FALSE without a table and CRC-32/ISO-HDLC with one of 16 words: small, and about 12 instructions a byte. */
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

uint32_t noinit_crc32_byte(uint32_t crc, uint8_t byte)
{
    static const uint32_t OF_NIBBLE[16] = {
        0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
        0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu,
    };
    crc = ~crc ^ byte;
    crc = (crc >> 4) ^ OF_NIBBLE[crc & 15u];
    crc = (crc >> 4) ^ OF_NIBBLE[crc & 15u];
    return ~crc;
}

uint32_t noinit_crc32(uint32_t crc, const void *bytes, uint32_t size)
{
    const uint8_t *next = bytes;
    for (; size > 0; size--) {
        crc = noinit_crc32_byte(crc, *next++);
    }
    return crc;
}
