#include "log/assertion.h"

#include "log/clock.h"
#include "log/log_entry.h"
#include "log/site.h"
#include "noinit/arch.h"

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

uint32_t noinit_log_assertion(uint8_t *body, uintptr_t site, uint32_t first, uint32_t second, uint32_t third)
{
    noinit_log_short(site, &noinit_log_all, first, second, third);

    const uint32_t lock = noinit_arch_lock();
    const uint64_t now = noinit_log_now();
    noinit_arch_unlock(lock);
    const uint32_t words[] = {NOINIT_LOG_ID(site), noinit_log_zigzag(first), noinit_log_zigzag(second), noinit_log_zigzag(third)};
    uint8_t *next = put_varint(body, (uint32_t)now << 1, (uint32_t)(now >> 31));
    for (uint32_t i = 0; i <= ((uint32_t)site & 3u); i++) {
        next = put_varint(next, words[i], 0);
    }
    return (uint32_t)(next - body);
}
