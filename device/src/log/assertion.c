#include "log/assertion.h"

#include "log/clock.h"
#include "log/log_entry.h"
#include "log/site.h"

static uint8_t *put_varint(uint8_t *next, uint32_t low, uint32_t high)
{
    while (low >= 0x80u || high != 0) {
        *next++ = (uint8_t)(low | 0x80u);
        low = low >> 7 | high << 25;
        high >>= 7;
    }
    *next++ = (uint8_t)low;
    return next;
}

uint32_t noinit_log_assertion(uint8_t *body, const uint32_t *words)
{
    const uint64_t now = noinit_log_now();
    uint8_t *next = put_varint(body, (uint32_t)now << 1, (uint32_t)(now >> 31));
    next = put_varint(next, NOINIT_LOG_ID(words[0]), 0);
    for (uint32_t i = 1; i <= (words[0] & 3u); i++) {
        next = put_varint(next, noinit_log_zigzag(words[i]), 0);
    }
    return (uint32_t)(next - body);
}
