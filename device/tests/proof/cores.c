/* Two rings in one region: what one core writes is in its own half, under its own name, also after a restart. Prints ok. */
#include "cores.h"

#include <stdio.h>
#include <string.h>

#include "core/head.h"
#include "log/clock.h"
#include "log/log_ring.h"

#define LENGTH 2048u

__attribute__((aligned(8))) uint8_t __noinit_log_start[LENGTH];
noinit_head_t noinit_head;
static uint32_t core;

uint32_t proof_core(void)
{
    return core;
}

uint64_t noinit_log_uptime_now(void)
{
    return 7;
}

static int write_one(uint32_t to, const char *text)
{
    noinit_ring_writer_t writer;
    if (!noinit_ring_reserve(&noinit_log_rings[to], &writer, (uint32_t)strlen(text), 0, 8)) {
        return 1;
    }
    noinit_ring_fill(&writer, text, (uint32_t)strlen(text));
    noinit_ring_close(&writer, NOINIT_RING_KIND_TEXT);
    return 0;
}

/* Every text is in the half of its core, and every segment start names it. */
static int look(uint32_t at, const char *text)
{
    const noinit_ring_t *const ring = &noinit_log_rings[at];
    const uint8_t *const start = (const uint8_t *)ring->header;
    if (start != __noinit_log_start + at * (LENGTH / 2u) || ring->end > start + LENGTH / 2u) {
        return 2;
    }
    noinit_ring_cursor_t cursor = noinit_ring_oldest(ring);
    noinit_ring_entry_t entry;
    uint32_t found = 0;
    while (noinit_ring_next(&cursor, &entry)) {
        char body[64] = {0};
        noinit_ring_read(ring, &entry, 0, body, entry.size < sizeof body ? entry.size : sizeof body);
        noinit_segment_t segment;
        memcpy(&segment, body + 1, sizeof segment);
        if (entry.kind == NOINIT_RING_KIND_SEGMENT && segment.core != at) {
            return 3;
        }
        found += entry.kind == NOINIT_RING_KIND_TEXT && memcmp(body, text, strlen(text)) == 0 ? 1u : 0u;
    }
    return found == 1u ? 0 : 4;
}

int main(void)
{
    static const char *const TEXTS[2] = {"of core 0", "of core 1"};
    int wrong = 0;
    for (uint32_t boot = 0; boot < 2; boot++) {
        for (core = 0; core < 2; core++) {
            wrong = wrong != 0 ? wrong : (noinit_log_begin(core) == NOINIT_OK ? 0 : 5);
        }
        for (core = 0; core < 2 && boot == 0 && wrong == 0; core++) {
            wrong = write_one(core, TEXTS[core]);
        }
    }
    for (core = 0; core < 2 && wrong == 0; core++) {
        wrong = look(core, TEXTS[core]);
    }
    printf(wrong == 0 ? "ok\n" : "wrong %d\n", wrong);
    return wrong;
}
