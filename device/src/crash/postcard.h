/* Postcards in retained memory (docs/formats/postcard.md): NOINIT_POSTCARDS of them, the oldest gives way. */
#ifndef NOINIT_CRASH_POSTCARD_H
#define NOINIT_CRASH_POSTCARD_H

#include <stdint.h>

#include "noinit/config.h"

/* Bytes of one without its CRC-32, which is the message's. */
#define NOINIT_POSTCARD_BYTES 28u

#if NOINIT_POSTCARDS

/* Of this boot, unless it has one. Fault handler, or locked. */
void noinit_postcard_write(uint32_t cause, uint32_t reason, uint32_t pc, uint32_t lr, uint32_t fault_bits);

/* The oldest that waits to be sent: NOINIT_POSTCARD_BYTES, 0 if there is none. And that it waits no more. For the packetizer. */
uint32_t noinit_postcard_pending(const uint8_t **bytes);
void noinit_postcard_release(void);

#else

static inline void noinit_postcard_write(uint32_t cause, uint32_t reason, uint32_t pc, uint32_t lr, uint32_t fault_bits)
{
    (void)cause, (void)reason, (void)pc, (void)lr, (void)fault_bits;
}

static inline uint32_t noinit_postcard_pending(const uint8_t **bytes)
{
    (void)bytes;
    return 0;
}

static inline void noinit_postcard_release(void)
{
}

#endif

#endif
