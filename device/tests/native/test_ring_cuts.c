/* A reset behind every store of every step, for both policies, and behind every store of the recovery that follows. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cut.h"
#include "ring_rig.h"

static uint32_t cuts;
static uint32_t recovery_cuts;
static uint32_t exact; /* counts that could be compared */

static void log_one(unsigned id)
{
    (void)rig_log(id);
}

/* An interrupt's entry inside another one. */
static void log_nested(unsigned id)
{
    noinit_ring_writer_t outer;
    const bool has_outer = rig_reserve(&outer, id);
    (void)rig_log(id + 1u);
    if (has_outer) {
        rig_fill_and_close(&outer, id);
    }
}

static void release(unsigned count)
{
    noinit_ring_release(&rig, noinit_ring_first(&rig).number + count);
}

static void boot_again(unsigned unused)
{
    (void)unused;
    rig_boot_again();
}

/* What was closed before the cut, and not older than the oldest kept, is there; what was dropped is counted once. */
static void check_after(uint32_t last, uint32_t accounted, uint32_t tried, bool drops_newest, uint32_t tail)
{
    CHECK(!rig.state->is_damaged);
    const rig_tally_t tally = rig_check();
    CHECK(tally.last == 0 || tally.last >= last || tally.entries == 0 || drops_newest);
    CHECK(tally.last <= last + tried);
    if (drops_newest) {
        const uint32_t now = tally.gaps + rig_lost();
        CHECK(now <= accounted + tried);
        if (noinit_ring_tail_number(&rig) == tail) {
            exact++;
            CHECK(now >= accounted); /* no gap was overwritten with what was released */
        }
    }
}

static void cut_every_store(void (*step)(unsigned), uint32_t argument, uint32_t last, uint32_t tried, bool drops_newest)
{
    rig_image_t *before = rig_save();
    const uint32_t accounted = rig_walk().gaps + rig_lost();
    const uint32_t tail = noinit_ring_tail_number(&rig);
    for (unsigned n = 1;; n++) {
        const uint32_t boot = rig_boot;
        if (!cut_after(n, step, argument)) {
            rig_restore(before);
            rig_boot = boot;
            break;
        }
        cuts++;
        if (n % 3u == argument % 3u) {
            rig_image_t *torn = rig_save();
            for (unsigned m = 1; cut_after(m, boot_again, 0); m++) {
                recovery_cuts++;
                rig_boot_again();
                check_after(last, accounted, tried, drops_newest, tail);
                rig_restore(torn);
                rig_boot = boot;
            }
            rig_restore(torn);
            free(torn);
        }
        rig_boot_again();
        check_after(last, accounted, tried, drops_newest, tail);
        const uint32_t released = rig.header->released;
        (void)rig_log(last + tried + 1u); /* it goes on working, without what was cut */
        const rig_tally_t tally = rig_walk();
        CHECK(tally.unsound == 0 && tally.jumps == 0 && tally.missing <= tried);
        CHECK(rig.header->released == released);
        rig_restore(before);
        rig_boot = boot;
    }
    free(before);
}

static void run(uint32_t blocks, bool drops_newest, uint32_t count)
{
    rig_new(blocks, drops_newest);
    cuts = 0;
    recovery_cuts = 0;
    for (uint32_t id = 1; id < count; id++) {
        if (id % 7u == 3u) {
            cut_every_store(log_nested, id, rig_walk().last, 2u + id - 1u - rig_walk().last, drops_newest);
            log_nested(id);
            id++;
        } else {
            cut_every_store(log_one, id, rig_walk().last, 1u + id - 1u - rig_walk().last, drops_newest);
            log_one(id);
        }
        if (id % 19u == 0) {
            const rig_tally_t tally = rig_check();
            const uint32_t number = noinit_ring_first(&rig).number;
            const uint32_t all = rig.state->number - number;
            const uint32_t released = rig.header->released;
            rig_image_t *before = rig_save();
            const uint32_t boot = rig_boot;
            for (unsigned n = 1; cut_after(n, release, all / 2u); n++) {
                cuts++;
                rig_boot_again();
                CHECK(rig.header->released == released || rig.header->released == number + all / 2u);
                CHECK(rig_check().last == tally.last);
                rig_restore(before);
                rig_boot = boot;
            }
            free(before);
            release(all / 2u);
        }
        if (id % 41u == 0) {
            rig_boot_again();
        }
    }
    printf("   %u cuts, %u of recovery, %u blocks, %s\n", cuts, recovery_cuts, blocks, drops_newest ? "newest dropped" : "oldest overwritten");
    CHECK(cuts > 2000 && recovery_cuts > 20000);
    CHECK(!drops_newest || exact > 10000);
    rig_free();
}

static void a_reset_behind_every_store_leaves_whole_entries_where_the_oldest_are_overwritten(void)
{
    run(6, false, 160);
}

static void a_reset_behind_every_store_leaves_whole_entries_and_the_count_where_the_newest_are_dropped(void)
{
    run(6, true, 160);
}

static void start(unsigned unused)
{
    (void)unused;
    CHECK(noinit_ring_recover(&rig) == NOINIT_OK);
}

static void a_reset_behind_every_store_of_the_first_start_leaves_no_half_ring(void)
{
    rig_new(4, false);
    memset(rig_region(), 0x5a, rig_region_size());
    rig_image_t *before = rig_save();
    unsigned n = 1;
    for (; cut_after(n, start, 0); n++) {
        rig_boot_again();
        const rig_tally_t tally = rig_check();
        CHECK(tally.segments == 1 && tally.entries == 0 && rig.state->number == 1);
        rig_restore(before);
    }
    CHECK(n > 100);
    free(before);
    rig_free();
}

int main(void)
{
    RUN(a_reset_behind_every_store_leaves_whole_entries_where_the_oldest_are_overwritten);
    RUN(a_reset_behind_every_store_leaves_whole_entries_and_the_count_where_the_newest_are_dropped);
    RUN(a_reset_behind_every_store_of_the_first_start_leaves_no_half_ring);
    return 0;
}
