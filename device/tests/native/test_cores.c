/* Two cores with a ring each, and one reader for both. Built with NOINIT_CONFIG_FILE two_cores.h; packetizer or Consumer, as the options say. */
#include <string.h>

#include "assembly.h"
#include "check.h"
#include "core/head.h"
#include "host.h"
#include "log/log_ring.h"
#include "noinit/log_consumer.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

uint32_t host_core;

static void a_core_starts_after_the_first_one(void)
{
    host_core = 1;
    CHECK(noinit_init_core() == NOINIT_ERR_NOT_STARTED);
    NOINIT_INF("lost, but counted");
    host_core = 0;
    NOINIT_INF("the first");
    CHECK(noinit_init() == NOINIT_OK && noinit_init() == NOINIT_ERR_ALREADY);
    host_core = 1;
    CHECK(noinit_init_core() == NOINIT_OK && noinit_init_core() == NOINIT_ERR_ALREADY);
    NOINIT_INF("the second");
    noinit_ring_cursor_t cursor = noinit_ring_oldest(&noinit_log_rings[1]);
    noinit_ring_entry_t entry;
    static const uint32_t KINDS[] = {NOINIT_RING_KIND_SEGMENT, NOINIT_RING_KIND_GAP, NOINIT_RING_KIND_LOG};
    for (uint32_t i = 0; i < 3u; i++) {
        CHECK(noinit_ring_next(&cursor, &entry) && entry.kind == KINDS[i]);
    }
    CHECK(!noinit_ring_next(&cursor, &entry));
    host_core = 0;
}

static void log_on_both(void)
{
    for (host_core = 0; host_core < 2u; host_core++) {
        for (unsigned i = 0; i < 60; i++) {
            NOINIT_INF("line %u", i);
        }
    }
    host_core = 0;
}

#if NOINIT_PACKETIZER_LOG

/* The core that a log record names; UINT32_MAX: another record. */
static uint32_t core_of(const assembly_t *message)
{
    const record_head_t head = assembly_head(message);
    if (head.kind != 4) {
        return UINT32_MAX;
    }
    uint32_t place = head.items;
    uint8_t major;
    uint32_t core = 0;
    for (uint32_t fields = read_head(message->bytes, &place, &major); fields > 1; fields--) {
        const uint32_t key = read_head(message->bytes, &place, &major);
        const uint32_t value = read_head(message->bytes, &place, &major);
        core = key == 5 ? value : core;
    }
    return core;
}

static void both_rings_are_sent_in_turn(void)
{
    log_on_both();
    uint32_t counts[2] = {0};
    uint32_t changes = 0;
    uint32_t last = UINT32_MAX;
    for (;;) {
        const assembly_t *message = assembly_pull(64);
        if (message == NULL) {
            break;
        }
        const uint32_t core = core_of(message);
        if (core != UINT32_MAX) {
            CHECK(core < 2u);
            counts[core]++;
            changes += last != UINT32_MAX && last != core ? 1u : 0u;
            last = core;
        }
        uint8_t ack[16];
        CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end)) == NOINIT_OK);
    }
    CHECK(counts[0] > 1 && counts[1] > 1 && changes >= 3);
    for (uint32_t core = 0; core < 2u; core++) {
        CHECK(noinit_log_rings[core].header->released == noinit_log_states[core].number);
    }
}

#else

static void both_rings_are_granted_in_turn(void)
{
    log_on_both();
    noinit_log_grant_t grant;
    uint32_t bytes[2] = {0};
    uint32_t last = UINT32_MAX;
    while (noinit_log_read(&grant)) {
        const uint8_t *blocks = (const uint8_t *)noinit_log_rings[grant.core].blocks;
        CHECK(grant.core < 2u && grant.bytes[0] >= blocks && grant.bytes[0] < blocks + noinit_log_states[grant.core].size);
        CHECK(grant.core != last || bytes[1u - last] >= 200u);
        last = grant.core;
        bytes[grant.core] += grant.size[0] > 100u ? 100u : grant.size[0];
        noinit_log_release(100);
    }
    CHECK(bytes[0] > 400u && bytes[1] > 400u && noinit_log_is_empty());
}

#endif

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    RUN(a_core_starts_after_the_first_one);
#if NOINIT_PACKETIZER_LOG
    RUN(both_rings_are_sent_in_turn);
#else
    RUN(both_rings_are_granted_in_turn);
#endif
    return 0;
}
