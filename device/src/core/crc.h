/* The two checks of the formats. Any context. */
#ifndef NOINIT_CORE_CRC_H
#define NOINIT_CORE_CRC_H

#include <stdint.h>

#define NOINIT_CRC16_START 0xffffu

/* CRC-16/CCITT-FALSE, continued over `size` bytes. */
uint16_t noinit_crc16(uint16_t crc, const uint8_t *bytes, uint32_t size);

/* CRC-32/ISO-HDLC, continued over `size` bytes; the start value is 0: both inversions are inside. */
uint32_t noinit_crc32(uint32_t crc, const void *bytes, uint32_t size);

#endif
