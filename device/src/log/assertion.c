#include "log/assertion.h"

#include "log/clock.h"
#include "log/log_entry.h"
#include "log/site.h"
#include "noinit/arch.h"

static uint8_t *put_varint(uint8_t *next, uint64_t value)
{
    for (; value >= 0x80u; value >>= 7) {
        *next++ = (uint8_t)(value | 0x80u);
    }
    *next++ = (uint8_t)value;
    return next;
}

uint32_t noinit_log_assertion(uint8_t *body, uintptr_t site, uint32_t first, uint32_t second, uint32_t third)
{
    noinit_log_short(site, &noinit_log_all, first, second, third);

    const uint32_t lock = noinit_arch_lock();
    const uint64_t now = noinit_log_now();
    noinit_arch_unlock(lock);
    const uint32_t words[] = {first, second, third};
    uint8_t *next = put_varint(put_varint(body, now << 1), NOINIT_LOG_ID(site));
    for (uint32_t i = 0; i < ((uint32_t)site & 3u); i++) {
        next = put_varint(next, noinit_log_zigzag(words[i]));
    }
    return (uint32_t)(next - body);
}
