/* Bytes that are not what was written: nothing outside is touched, nothing loops, what is wrong is found as docs/design/log-ring.md says. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/ring_block.h"
#include "ring_rig.h"
#include "store_hook.h"

#define BITS (NOINIT_RING_BLOCK * 8u)

void after_store(void)
{
}

static void flip(void *bytes, uint32_t bit)
{
    ((uint8_t *)bytes)[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
}

/* Does all that the ring can do; the sanitizer looks on. Gives the entries found. */
static uint32_t exercise(uint32_t id)
{
    uint32_t count = 0;
    noinit_ring_cursor_t cursor = noinit_ring_first(&rig);
    noinit_ring_entry_t entry;
    noinit_segment_t segment;
    while (noinit_ring_next(&cursor, &entry)) {
        uint8_t bytes[64];
        noinit_ring_read(&rig, &entry, 0, bytes, entry.size < sizeof bytes ? entry.size : sizeof bytes);
        (void)noinit_ring_segment(&cursor, &segment);
        CHECK(count++ < 100000);
    }
    (void)noinit_ring_overwritten(&rig);
    for (uint32_t i = 0; i < 12; i++) {
        (void)rig_log(id + i);
    }
    return count;
}

static void any_bytes_at_all_are_survived(void)
{
    rig_new(6, false);
    for (uint32_t id = 1; id < 200; id++) {
        CHECK(rig_log(id));
    }
    rig_image_t *good = rig_save();
    uint32_t kept = 0;
    for (uint32_t image = 0; image < 30000; image++) {
        random_state = image + 1u;
        rig_restore(good);
        const uint32_t from = image % 4u == 0 ? 0 : image % 4u == 1u ? 20 : sizeof(noinit_ring_header_t);
        for (uint32_t i = from; i < rig_region_size(); i++) {
            if (image % 4u != 3u || next_random() % 40u == 0) {
                rig_region()[i] = (uint8_t)next_random();
            }
        }
        if (image % 8u == 2u) {
            /* Blocks with the right CRC and any content. */
            for (uint32_t i = 0; i < 6; i++) {
                rig.blocks[i].number = next_random() % 200u;
                rig.blocks[i].first = (uint8_t)(next_random() % 130u);
                rig.blocks[i].crc = noinit_ring_crc(&rig.blocks[i]);
            }
        }
        rig_boot_again();
        kept += exercise(3000) > 1u ? 1u : 0u;
        rig_boot_again();
        CHECK(rig_log(3100) || rig_log(3101));
        (void)exercise(3200);
    }
    printf("   of 30000 images %u had something to keep\n", kept);
    CHECK(kept > 1000);
    free(good);
    rig_free();
}

/* Retained words that a stray store of the running firmware hit: the next append stays inside. */
static void stray_stores_while_running_are_survived(void)
{
    rig_new(6, false);
    for (uint32_t round = 0; round < 20000; round++) {
        random_state = round + 1u;
        (void)exercise(1 + round % 3000u);
        rig_region()[next_random() % rig_region_size()] = (uint8_t)next_random();
        (void)exercise(1 + round % 3000u);
        if (round % 16u == 0) {
            rig_boot_again();
        }
    }
    rig_free();
}

/*
 * Every single bit of the region: what is then shown is right, and no more than one block's entries are gone; but for a block that was not
 * sealed, whose entries have a check of eight bits.
 */
static void every_flipped_bit_costs_at_most_its_block(void)
{
    rig_new(6, false);
    for (uint32_t id = 1; id < 130; id++) {
        CHECK(rig_log(id));
    }
    const rig_tally_t before = rig_check();
    rig_image_t *good = rig_save();
    rig_boot_again();
    const rig_tally_t plain = rig_check();
    uint32_t least = plain.entries;
    uint32_t unchanged = 0;
    for (uint32_t bit = 0; bit < rig_region_size() * 8u; bit++) {
        rig_restore(good);
        const uint32_t byte = bit / 8u;
        /* Magic and the CRC of the geometry start the ring anew; the geometry itself is known. */
        const bool is_geometry = byte < 4u || (byte >= 16u && byte < 20u);
        flip(rig_region(), bit);
        rig_boot_again();
        const rig_tally_t tally = rig_walk(); /* checks every byte of what it finds */
        CHECK(tally.unsound == 0);
        CHECK(is_geometry || tally.last >= before.first);
        if (is_geometry) {
            CHECK(tally.entries == 0 && tally.segments == 1);
        } else {
            CHECK(plain.entries - tally.entries <= 40u || tally.entries >= plain.entries);
            least = tally.entries < least ? tally.entries : least;
        }
        unchanged += tally.entries == plain.entries ? 1u : 0u;
        CHECK(rig_log(3000));
    }
    printf("   %u of %u entries at the worst; %u of %u flips cost nothing\n", least, plain.entries, unchanged, rig_region_size() * 8u);
    free(good);
    rig_free();
}

/* All of them, by trying; three flips by what each of them adds to the CRC. */
static void one_two_and_three_flipped_bits_in_a_sealed_block_are_found(void)
{
    noinit_ring_block_t block;
    for (uint32_t i = 0; i < sizeof block; i++) {
        ((uint8_t *)&block)[i] = (uint8_t)next_random();
    }
    block.crc = noinit_ring_crc(&block);
    static uint32_t adds[BITS];
    static bool is_taken[65536];
    uint32_t tried = 0;
    for (uint32_t i = 0; i < BITS; i++) {
        flip(&block, i);
        CHECK(block.crc != noinit_ring_crc(&block));
        adds[i] = (uint32_t)(block.crc ^ noinit_ring_crc(&block));
        tried++;
        for (uint32_t j = i + 1u; j < BITS; j++) {
            flip(&block, j);
            CHECK(block.crc != noinit_ring_crc(&block));
            tried++;
            flip(&block, j);
        }
        flip(&block, i);
    }
    CHECK(tried == BITS + BITS * (BITS - 1u) / 2u);
    for (uint32_t i = 0; i < BITS; i++) {
        CHECK(!is_taken[adds[i]]);
        is_taken[adds[i]] = true;
    }
    for (uint32_t i = 0; i < BITS; i++) {
        for (uint32_t j = i + 1u; j < BITS; j++) {
            CHECK(!is_taken[adds[i] ^ adds[j]]);
        }
    }
    printf("   %u of one and two bits tried, none missed; three: none\n", tried);
}

static void a_flipped_bit_in_the_header_of_an_open_block_is_found(void)
{
    noinit_ring_block_t block;
    uint32_t missed = 0;
    uint32_t pairs = 0;
    for (uint32_t i = 0; i < sizeof block; i++) {
        ((uint8_t *)&block)[i] = (uint8_t)next_random();
    }
    block.crc = noinit_ring_header_check(block.number, block.time, block.shape);
    for (uint32_t i = 0; i < 112; i++) {
        flip(&block, i < 96 ? i : i - 96u + NOINIT_RING_BLOCK_END * 8u);
        CHECK(block.crc != noinit_ring_header_check(block.number, block.time, block.shape));
        for (uint32_t j = i + 1u; j < 112; j++, pairs++) {
            flip(&block, j < 96 ? j : j - 96u + NOINIT_RING_BLOCK_END * 8u);
            missed += block.crc == noinit_ring_header_check(block.number, block.time, block.shape) ? 1u : 0u;
            flip(&block, j < 96 ? j : j - 96u + NOINIT_RING_BLOCK_END * 8u);
        }
        flip(&block, i < 96 ? i : i - 96u + NOINIT_RING_BLOCK_END * 8u);
    }
    printf("   of one bit none, of two bits %u of %u missed\n", missed, pairs);
    CHECK(missed * 15u < pairs);
}

/* A closed entry of the open block: what its own check finds. Whole entries of `size` bytes with random content, each flip tried. */
static void measure_open(uint32_t size, uint32_t *one, uint32_t *two, uint32_t *ones, uint32_t *twos)
{
    rig_new(6, false);
    noinit_ring_writer_t writer;
    uint8_t body[64];
    for (uint32_t i = 0; i < size; i++) {
        body[i] = (uint8_t)next_random();
    }
    CHECK(noinit_ring_reserve(&rig, &writer, size, 0, rig_now));
    noinit_ring_fill(&writer, body, size);
    noinit_ring_close(&writer, 0);
    const uint32_t at = (uint32_t)(writer.head - (uint8_t *)rig.blocks);
    const uint32_t bits = (uint32_t)(writer.at - writer.head) * 8u;
    for (uint32_t i = 0; i < bits; i++) {
        flip(writer.head, i);
        for (uint32_t j = i; j < bits; j++) {
            if (j > i) {
                flip(writer.head, j);
            }
            noinit_ring_cursor_t cursor = {.ring = &rig, .offset = at, .number = rig.state->number - 1u};
            noinit_ring_entry_t entry;
            const bool is_wrong = noinit_ring_next(&cursor, &entry) && entry.is_sound && entry.kind != NOINIT_RING_KIND_OPEN;
            *(j > i ? twos : ones) += 1u;
            *(j > i ? two : one) += is_wrong ? 1u : 0u;
            if (j > i) {
                flip(writer.head, j);
            }
        }
        flip(writer.head, i);
    }
    rig_free();
}

static void a_flipped_bit_in_an_entry_of_the_open_block_is_found(void)
{
    for (uint32_t size = 1; size <= 49; size += 4) {
        uint32_t one = 0;
        uint32_t two = 0;
        uint32_t ones = 0;
        uint32_t twos = 0;
        for (uint32_t round = 0; round < 3; round++) {
            measure_open(size, &one, &two, &ones, &twos);
        }
        printf("   body %2u: %u of %u single, %u of %u double flips missed\n", size, one, ones, two, twos);
        CHECK(size > 20u || one == 0);
        CHECK(one * 100u <= ones && two * 16u <= twos);
    }
}

int main(void)
{
    RUN(any_bytes_at_all_are_survived);
    RUN(stray_stores_while_running_are_survived);
    RUN(every_flipped_bit_costs_at_most_its_block);
    RUN(one_two_and_three_flipped_bits_in_a_sealed_block_are_found);
    RUN(a_flipped_bit_in_the_header_of_an_open_block_is_found);
    RUN(a_flipped_bit_in_an_entry_of_the_open_block_is_found);
    return 0;
}
