/* Logs more than the ring holds, twice, and prints what the Consumer gives as hex, for device/tests/consumer.test.ts. */
#include "check.h"
#include "host.h"
#include "noinit/log_consumer.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

int main(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    for (unsigned round = 0; round < 2u; round++) {
        for (unsigned i = 0; i < 700; i++) {
            host_uptime_ms += 3;
            NOINIT_INF("line %u at %u", 1000u * round + i, (unsigned)host_uptime_ms);
        }
        noinit_log_grant_t grant;
        while (noinit_log_read(&grant)) {
            uint32_t left = 77;
            for (unsigned slice = 0; slice < 2u; slice++) {
                for (uint32_t i = 0; i < grant.size[slice] && left > 0; i++, left--) {
                    printf("%02x", grant.bytes[slice][i]);
                }
            }
            noinit_log_release(77);
        }
    }
    return 0;
}
