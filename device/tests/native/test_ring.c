/* What the ring promises while nothing goes wrong: order, counts, holds, open entries, errors of the region. */
#include <string.h>

#include "check.h"
#include "ring_rig.h"
#include "store_hook.h"

void after_store(void)
{
}

static void memory_that_was_never_a_ring_starts_empty_with_a_segment(void)
{
    rig_new(8, false);
    const rig_tally_t tally = rig_check();
    CHECK(tally.entries == 0 && tally.segments == 1 && !rig.state->is_damaged);
    CHECK(rig.state->number == 1 && noinit_ring_overwritten(&rig) == 0);
    rig_free();
}

static void errors_of_the_region_have_names(void)
{
    static uint64_t memory[(sizeof(noinit_ring_header_t) + 513u * NOINIT_RING_BLOCK) / 8u];
    static noinit_ring_state_t state;
    noinit_ring_writer_t writer;
    uint8_t *start = (uint8_t *)memory;
    noinit_ring_t ring = {(void *)start, (void *)(start + sizeof(noinit_ring_header_t)), start + 512, 1, &state, NULL};
    CHECK(noinit_ring_recover(&ring) == NOINIT_ERR_TOO_SMALL);
    CHECK(!noinit_ring_reserve(&ring, &writer, 1, 0, 0)); /* and takes nothing */
    ring.end = start - 8;
    CHECK(noinit_ring_recover(&ring) == NOINIT_ERR_TOO_SMALL);
    ring.end = start + sizeof(noinit_ring_header_t) + 4u * NOINIT_RING_BLOCK - 1u;
    CHECK(noinit_ring_recover(&ring) == NOINIT_ERR_TOO_SMALL);
    ring.end++;
    CHECK(noinit_ring_recover(&ring) == NOINIT_OK);
    ring.end = start + sizeof(noinit_ring_header_t) + 512u * NOINIT_RING_BLOCK - 1u;
    CHECK(noinit_ring_recover(&ring) == NOINIT_OK && state.size == 511u * NOINIT_RING_BLOCK);
    ring.end++;
    CHECK(noinit_ring_recover(&ring) == NOINIT_ERR_TOO_LARGE);
    ring.header = (void *)(start + 4);
    ring.blocks = (void *)(start + 4 + sizeof(noinit_ring_header_t));
    CHECK(noinit_ring_recover(&ring) == NOINIT_ERR_MISALIGNED);
    memset(&state, 0, sizeof state);
}

static void the_newest_entries_stay_and_the_overwritten_are_counted(void)
{
    for (uint32_t blocks = 4; blocks < 12; blocks++) {
        rig_new(blocks, false);
        for (uint32_t id = 1; id < 1500; id++) {
            const bool is_in = rig_log(id);
            /* In four blocks a very long one may find no room. */
            CHECK(is_in || (blocks == 4 && rig_size_of(id) > 200));
            const rig_tally_t tally = rig_check();
            CHECK(tally.last == (is_in ? id : tally.last));
            CHECK(noinit_ring_overwritten(&rig) == rig.state->number - tally.entries - tally.segments - tally.opens -
                                                        (uint32_t)(tally.gaps != 0 ? rig.state->number - noinit_ring_tail_number(&rig) -
                                                                                         tally.entries - tally.segments
                                                                                   : 0));
        }
        rig_free();
    }
}

/* The three-byte ring of others, in blocks: what does not fit is dropped whole, and its number stands where it is missing. */
static void a_full_ring_that_drops_the_newest_counts_each_of_them_where_it_was(void)
{
    rig_new(6, true);
    uint32_t drops = 0;
    uint32_t read = 0;
    uint32_t gaps = 0;
    uint32_t last = 0;
    for (uint32_t id = 1; id < RIG_IDS; id++) {
        drops += rig_log(id) ? 0u : 1u;
        const rig_tally_t tally = rig_check();
        CHECK(tally.gaps + rig_lost() + gaps == drops || read > 0);
        if (id % 97u == 0 || id + 1u == RIG_IDS) {
            /* Reads all there is, from the first that was not released, and frees it. */
            noinit_ring_cursor_t cursor = noinit_ring_first(&rig);
            noinit_ring_entry_t entry;
            uint32_t between = 0;
            while (noinit_ring_next(&cursor, &entry)) {
                uint8_t bytes[4] = {0};
                noinit_ring_read(&rig, &entry, 0, bytes, entry.size < 4u ? entry.size : 4u);
                if (entry.kind == NOINIT_RING_KIND_GAP) {
                    between = (bytes[0] & 0x7fu) | (bytes[1] & 0x7fu) << 7 | (bytes[2] & 0x7fu) << 14 | (uint32_t)bytes[3] << 21;
                    gaps += between;
                } else if (entry.kind != NOINIT_RING_KIND_SEGMENT) {
                    const uint32_t found = bytes[0] | (uint32_t)bytes[1] << 8;
                    CHECK(found == last + between + 1u);
                    between = 0;
                    last = found;
                    read++;
                }
            }
            noinit_ring_release(&rig, cursor.number);
            CHECK(noinit_ring_overwritten(&rig) == 0);
        }
    }
    CHECK(drops > 1000 && read > 1000);
    CHECK(gaps + rig_lost() == drops);
    CHECK(read + drops == RIG_IDS - 1u);
    printf("   %u read, %u dropped\n", read, drops);
    rig_free();
}

static void what_is_held_is_not_overwritten(void)
{
    for (uint32_t hold = 0; hold < 2; hold++) {
        rig_new(8, false);
        uint32_t id = 1;
        for (; id < 200; id++) {
            CHECK(rig_log(id));
        }
        const rig_tally_t before = rig_check();
        rig.state->holds[hold] = noinit_ring_tail_number(&rig) + 3u;
        const uint32_t held = rig.state->holds[hold];
        uint32_t drops = 0;
        for (; id < 400; id++) {
            drops += rig_log(id) ? 0u : 1u;
            CHECK((int32_t)(noinit_ring_tail_number(&rig) - held) <= 0);
        }
        CHECK(drops > 150 && rig_lost() == drops);
        CHECK(rig_check().first >= before.first);
        rig.state->holds[hold] = NOINIT_RING_NO_HOLD;
        CHECK(rig_log(id));
        const rig_tally_t after = rig_check();
        CHECK(after.gaps == drops && rig_lost() == 0 && after.last == id);
        rig_free();
    }
}

static void an_interrupt_appends_behind_an_open_entry(void)
{
    rig_new(8, false);
    CHECK(rig_log(1));
    for (uint32_t id = 2; id < 900; id += 4) {
        noinit_ring_writer_t outer;
        noinit_ring_writer_t inner;
        const bool has_outer = rig_reserve(&outer, id);
        const bool has_inner = rig_reserve(&inner, id + 1u);
        CHECK(has_outer && has_inner);
        CHECK(rig_log(id + 2u));
        CHECK(rig_walk().last < id); /* a reader waits for the first open one */
        rig_fill_and_close(&inner, id + 1u);
        rig_fill_and_close(&outer, id);
        CHECK(rig_log(id + 3u));
        const rig_tally_t tally = rig_check();
        CHECK(tally.last == id + 3u && tally.opens == 0);
    }
    rig_free();
}

static void an_open_entry_is_not_overwritten_and_what_finds_no_room_meanwhile_is_counted(void)
{
    rig_new(6, false);
    for (uint32_t id = 1; id < 100; id++) {
        (void)rig_log(id);
    }
    noinit_ring_writer_t open;
    CHECK(rig_reserve(&open, 100));
    uint32_t drops = 0;
    for (uint32_t id = 101; id < 300; id++) {
        drops += rig_log(id) ? 0u : 1u;
    }
    CHECK(drops > 100 && rig_lost() > 100 && rig_lost() <= drops);
    rig_fill_and_close(&open, 100);
    CHECK(rig_log(300));
    const rig_tally_t tally = rig_check();
    CHECK(tally.last == 300 && tally.gaps == drops && tally.opens == 0);
    rig_free();
}

static void an_open_entry_of_the_boot_before_is_stepped_over(void)
{
    for (uint32_t id = 1; id < 120; id++) {
        rig_new(8, false);
        for (uint32_t before = 1; before < id; before++) {
            CHECK(rig_log(before));
        }
        noinit_ring_writer_t open;
        CHECK(rig_reserve(&open, id));
        CHECK(rig_log(id + 1u));
        CHECK(rig_log(id + 2u));
        rig_boot_again();
        CHECK(!rig.state->is_damaged);
        CHECK(rig_log(id + 3u));
        const rig_tally_t tally = rig_check();
        CHECK(tally.opens == 1 && tally.last == id + 3u);
        for (uint32_t more = id + 4u; more < id + 200u; more++) {
            CHECK(rig_log(more));
        }
        CHECK(rig_check().last == id + 199u);
        rig_free();
    }
}

static void entries_of_earlier_boots_stay_until_they_are_overwritten_and_know_their_boot(void)
{
    rig_new(12, false);
    uint32_t id = 1;
    for (uint32_t boot = 1; boot < 60; boot++) {
        for (uint32_t i = 0; i < boot % 9u; i++) {
            CHECK(rig_log(id++));
        }
        const uint32_t before = noinit_ring_tail_number(&rig);
        rig_boot_again();
        CHECK(!rig.state->is_damaged && noinit_ring_tail_number(&rig) - before < 60u);
        noinit_ring_cursor_t cursor = noinit_ring_oldest(&rig);
        noinit_ring_entry_t entry;
        noinit_segment_t segment = {0};
        uint32_t last = 0;
        for (;;) {
            CHECK(noinit_ring_segment(&cursor, &segment) || cursor.number == rig.state->number);
            if (!noinit_ring_next(&cursor, &entry)) {
                break;
            }
            CHECK(segment.origin.key.boot >= last);
            last = segment.origin.key.boot;
            if (entry.kind == NOINIT_RING_KIND_SEGMENT) {
                CHECK(segment.number == entry.number);
            }
        }
        CHECK(last == boot + 1u);
        (void)rig_check();
    }
    rig_free();
}

/* The segment of what is oldest was evicted long ago: the header knows it. */
static void the_header_keeps_the_segment_start_that_was_overwritten(void)
{
    rig_new(6, false);
    for (uint32_t id = 1; id < 300; id++) {
        CHECK(rig_log(id));
        const noinit_ring_cursor_t cursor = noinit_ring_oldest(&rig);
        noinit_segment_t segment;
        CHECK(noinit_ring_segment(&cursor, &segment));
        CHECK(segment.origin.key.boot == 1 && segment.number == 0);
    }
    CHECK(rig_check().segments == 0);
    rig_free();
}

static void a_full_ring_that_drops_the_newest_takes_the_new_segment_when_there_is_room(void)
{
    rig_new(6, true);
    uint32_t id = 1;
    while (rig_log(id)) {
        id++;
    }
    uint32_t drops = 1;
    for (uint32_t boot = 0; boot < 4; boot++) {
        rig_boot_again();
        CHECK(rig.state->wants_segment);
        for (uint32_t i = 0; i < 10; i++) {
            CHECK(!rig_log(++id));
            drops++;
        }
        CHECK(rig_lost() == drops && rig_check().segments == 1);
    }
    noinit_ring_cursor_t cursor = noinit_ring_first(&rig);
    noinit_ring_entry_t entry;
    while (noinit_ring_next(&cursor, &entry)) {
    }
    noinit_ring_release(&rig, cursor.number);
    CHECK(rig_log(++id));
    const rig_tally_t tally = rig_check();
    CHECK(tally.gaps == drops && tally.last == id && rig_lost() == 0);
    /* The gap stands before the new segment, the entry behind it. */
    const noinit_ring_cursor_t first = noinit_ring_first(&rig);
    cursor = first;
    CHECK(noinit_ring_next(&cursor, &entry) && entry.kind == NOINIT_RING_KIND_GAP);
    CHECK(noinit_ring_next(&cursor, &entry) && entry.kind == NOINIT_RING_KIND_SEGMENT);
    CHECK(noinit_ring_next(&cursor, &entry) && entry.kind < NOINIT_RING_KIND_SEGMENT);
    noinit_segment_t segment;
    CHECK(noinit_ring_segment(&cursor, &segment) && segment.origin.key.boot == 5);
    rig_free();
}

static void the_count_of_the_lost_outlives_resets_and_saturates(void)
{
    rig_new(6, false);
    noinit_ring_lose(&rig, 5);
    rig_boot_again();
    const rig_tally_t tally = rig_check();
    CHECK(tally.gaps == 5 && rig_lost() == 0 && tally.segments == 2);
    noinit_ring_lose(&rig, 0xfffff0);
    CHECK(rig_lost() == 0xfffff0);
    noinit_ring_lose(&rig, 0xf);
    CHECK(rig_lost() == 0xffffff);
    noinit_ring_lose(&rig, 1);
    CHECK(rig_lost() == 0xffffff);
    noinit_ring_lose(&rig, 0xffffffff);
    CHECK(rig_lost() == 0xffffff);
    rig_boot_again();
    CHECK(rig_check().gaps == 5u + 0xffffffu);
    rig_free();
}

static void a_release_stays_over_a_reset_and_reading_begins_there(void)
{
    rig_new(8, false);
    for (uint32_t id = 1; id < 40; id++) {
        CHECK(rig_log(id));
    }
    const uint32_t tail = noinit_ring_tail_number(&rig);
    for (uint32_t number = tail; number < rig.state->number; number++) {
        noinit_ring_release(&rig, number);
        rig_reset();
        CHECK(noinit_ring_recover(&rig) == NOINIT_OK);
        CHECK(noinit_ring_first(&rig).number == number && noinit_ring_tail_number(&rig) == tail);
        CHECK(noinit_ring_overwritten(&rig) == 0);
    }
    rig_free();
}

/* The scenarios of a byte ring of three bytes, with entries: start and end of the storage, full, more than full, nothing, a part. */
static void grants_at_and_over_the_end_of_the_blocks_read_in_order(void)
{
    for (uint32_t start = 0; start < 12; start++) {
        for (uint32_t count = 0; count < 60; count++) {
            rig_new(5, true);
            uint32_t id = 1;
            for (uint32_t i = 0; i < start * 3u; i++, id++) {
                (void)rig_log(id);
                noinit_ring_release(&rig, rig.state->number);
            }
            const uint32_t from = rig.state->number;
            noinit_ring_release(&rig, from);
            uint32_t written = 0;
            for (uint32_t i = 0; i < count; i++, id++) {
                written += rig_log(id) ? 1u : 0u;
            }
            noinit_ring_cursor_t cursor = noinit_ring_first(&rig);
            noinit_ring_entry_t entry;
            noinit_ring_release(&rig, from); /* nothing released: the same again */
            CHECK(noinit_ring_first(&rig).number == cursor.number);
            uint32_t read = 0;
            while (noinit_ring_next(&cursor, &entry)) {
                CHECK(entry.number == from + read && entry.is_sound);
                read++;
                noinit_ring_release(&rig, cursor.number); /* one by one */
            CHECK(noinit_ring_first(&rig).number == cursor.number);
            }
            CHECK(from + read == rig.state->number && read >= written);
            CHECK(!noinit_ring_next(&cursor, &entry)); /* empty */
            rig_free();
        }
    }
}

static void the_longest_entry_fits_a_large_ring_and_is_refused_by_a_small_one(void)
{
    static uint8_t body[NOINIT_RING_LENGTH_MAX];
    static uint8_t back[NOINIT_RING_LENGTH_MAX];
    for (uint32_t blocks = 4; blocks < 60; blocks += 5) {
        rig_new(blocks, false);
        for (uint32_t size = 0; size < NOINIT_RING_LENGTH_MAX; size += size < 300 ? 1 : 57) {
            for (uint32_t i = 0; i < size; i++) {
                body[i] = (uint8_t)next_random();
            }
            noinit_ring_writer_t writer;
            const bool is_in = noinit_ring_reserve(&rig, &writer, size, 0, rig_now);
            CHECK(is_in || size > (blocks - 2u) * NOINIT_RING_PAYLOAD - 120u);
            if (is_in) {
                noinit_ring_fill(&writer, body, size);
                noinit_ring_close(&writer, NOINIT_RING_KIND_TEXT);
                noinit_ring_cursor_t cursor = noinit_ring_oldest(&rig);
                noinit_ring_entry_t entry;
                noinit_ring_entry_t newest = {0};
                while (noinit_ring_next(&cursor, &entry)) {
                    CHECK(entry.is_sound);
                    newest = entry;
                }
                CHECK(newest.size == size);
                noinit_ring_read(&rig, &newest, 0, back, size);
                CHECK(memcmp(body, back, size) == 0);
            }
        }
        rig_free();
    }
}

static void stamps_survive_jumps_of_any_size_and_clocks_that_run_back_a_little(void)
{
    static const uint64_t steps[] = {0, 1, 63, 64, 8191, 8192, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x123456789ab};
    rig_new(8, false);
    for (uint32_t i = 0; i < 300; i++) {
        noinit_ring_writer_t writer;
        rig_now = (rig_now + steps[next_random() % 11u]) & 0x7fffffffffff;
        const uint64_t now = i % 4u == 3u && rig_now > 5 ? rig_now - 5 : rig_now; /* an interrupt was faster */
        if ((uint64_t)rig.state->last_stamp_high << 32 > rig_now) {
            rig_boot_again(); /* 48 bits are over */
            continue;
        }
        const uint64_t before = (uint64_t)rig.state->last_stamp_high << 32 | rig.state->last_stamp;
        CHECK(noinit_ring_reserve(&rig, &writer, 0, i & 1u, now));
        noinit_ring_close(&writer, 0);
        noinit_ring_cursor_t cursor = noinit_ring_oldest(&rig);
        noinit_ring_entry_t entry = {0};
        while (noinit_ring_next(&cursor, &entry)) {
            CHECK(entry.is_sound);
        }
        CHECK(entry.stamp == (now > before ? now : before) && entry.is_marked == ((i & 1u) != 0));
    }
    rig_free();
}

static void numbers_run_over_two_to_the_32(void)
{
    rig_new(8, false);
    /* As if it had run for long: all blocks but the open one are sealed, the open one has the segment start only. */
    rig.state->number = 0xffffff80u;
    rig_boot++;
    noinit_ring_release(&rig, 0xffffff80u);
    CHECK(noinit_ring_open_segment(&rig));
    for (uint32_t id = 1; id < 600; id++) {
        CHECK(rig_log(id));
        if (id > 60) {
            (void)rig_check();
        }
        if (id % 50u == 49u) {
            const uint32_t number = rig.state->number;
            rig_boot_again();
            CHECK(rig.state->number == number + 1u && !rig.state->is_damaged);
        }
    }
    rig_free();
}

/* A cursor that is too slow goes on with the oldest there is, and the number says what it missed. */
static void a_slow_cursor_is_overtaken_and_knows_how_far(void)
{
    rig_new(8, false);
    noinit_ring_cursor_t cursor = noinit_ring_oldest(&rig);
    noinit_ring_entry_t entry;
    uint32_t seen = 0;
    uint32_t missed = 0;
    uint32_t number = 0;
    for (uint32_t id = 1; id < 2000; id++) {
        CHECK(rig_log(id));
        if (id % 7u == 0 && id / 300u % 2u == 0) {
            CHECK(noinit_ring_next(&cursor, &entry) && entry.is_sound);
            missed += entry.number - number;
            number = entry.number + 1u;
            seen++;
        }
    }
    while (noinit_ring_next(&cursor, &entry)) {
        missed += entry.number - number;
        number = entry.number + 1u;
        seen++;
    }
    CHECK(missed > 0 && seen + missed == rig.state->number);
    rig_free();
}

int main(void)
{
    RUN(memory_that_was_never_a_ring_starts_empty_with_a_segment);
    RUN(errors_of_the_region_have_names);
    RUN(the_newest_entries_stay_and_the_overwritten_are_counted);
    RUN(a_full_ring_that_drops_the_newest_counts_each_of_them_where_it_was);
    RUN(what_is_held_is_not_overwritten);
    RUN(an_interrupt_appends_behind_an_open_entry);
    RUN(an_open_entry_is_not_overwritten_and_what_finds_no_room_meanwhile_is_counted);
    RUN(an_open_entry_of_the_boot_before_is_stepped_over);
    RUN(entries_of_earlier_boots_stay_until_they_are_overwritten_and_know_their_boot);
    RUN(the_header_keeps_the_segment_start_that_was_overwritten);
    RUN(a_full_ring_that_drops_the_newest_takes_the_new_segment_when_there_is_room);
    RUN(the_count_of_the_lost_outlives_resets_and_saturates);
    RUN(a_release_stays_over_a_reset_and_reading_begins_there);
    RUN(grants_at_and_over_the_end_of_the_blocks_read_in_order);
    RUN(the_longest_entry_fits_a_large_ring_and_is_refused_by_a_small_one);
    RUN(stamps_survive_jumps_of_any_size_and_clocks_that_run_back_a_little);
    RUN(numbers_run_over_two_to_the_32);
    RUN(a_slow_cursor_is_overtaken_and_knows_how_far);
    return 0;
}
