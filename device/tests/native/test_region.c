/*
 * RESULT is what noinit_init must say, each time: of a log's region that cannot be used, where everything but the log works all the same,
 * or of a build id, without which nothing does.
 */
#include "assembly.h"
#include "check.h"
#include "host.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

#if NOINIT_RAM_ECC
#include <string.h>

extern uint8_t __noinit_start[], __noinit_end[];

/* RAM of which no word may be read that was not written: what stands here must not be seen. */
bool noinit_port_ram_is_unwritten(void)
{
    memset(__noinit_start, 0x5a, (size_t)(__noinit_end - __noinit_start));
    return true;
}

int main(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    unsigned untouched = 0;
    for (const uint8_t *byte = __noinit_start; byte < __noinit_end; byte++) {
        untouched += *byte == 0x5a ? 1u : 0u;
    }
    CHECK(untouched < 8);
    return 0;
}
#else
int main(void)
{
    NOINIT_INF("goes nowhere");
    CHECK(noinit_init() == RESULT);
    CHECK(noinit_init() == (RESULT == NOINIT_OK ? NOINIT_ERR_ALREADY : RESULT));
    for (unsigned i = 0; i < 100; i++) {
        NOINIT_INF("goes %u %s", i, "nowhere");
    }
    noinit_log_text("nowhere", 7);
    const assembly_t *message = assembly_pull(64);
    if (RESULT == NOINIT_ERR_NO_BUILD_ID) {
        CHECK(message == NULL);
        return 0;
    }
    CHECK(message != NULL && message->is_whole && assembly_head(message).kind == 1);
    uint8_t ack[16];
    CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end)) == NOINIT_OK);
    CHECK((assembly_pull(64) != NULL) == (RESULT == NOINIT_OK));
    return 0;
}
#endif
