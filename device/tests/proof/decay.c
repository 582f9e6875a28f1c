/*
 * Memory that decays: rings of which random bits flipped, recovered, read and written on. The region is a block of its own from malloc,
 * so that the address sanitizer sees each access outside it. Prints one line a rate; proof-decay.test.ts says what may stand there.
 *
 *   decay IMAGES SEED   half of them over the whole region, half over the blocks alone; then one or two flips in a sealed block
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ring.h"

#define BLOCKS 8u
#define HEADER ((uint32_t)sizeof(noinit_ring_header_t))
#define SIZE (HEADER + BLOCKS * NOINIT_RING_BLOCK)
#define BASES 64u
#define ENTRIES 256u

/* What an entry was when it was written. */
typedef struct {
    uint64_t stamp;
    uint32_t kind;
    uint32_t size;
    uint32_t sum;
    bool is_known;
} truth_t;

typedef struct {
    uint8_t image[SIZE];
    truth_t truth[ENTRIES];
    uint32_t next;
} base_t;

typedef struct {
    unsigned long images, anew, kept, wrong;
} tally_t;

static base_t bases[BASES];
static uint8_t *region;
static noinit_ring_state_t state;
static noinit_ring_t ring;
static uint64_t random_state = 88172645463325252u;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 16);
}

static void reset(void)
{
    state = (noinit_ring_state_t){.holds = {NOINIT_RING_NO_HOLD, NOINIT_RING_NO_HOLD}};
}

static uint32_t sum_of(const uint8_t *bytes, uint32_t size)
{
    uint32_t sum = size;
    for (uint32_t i = 0; i < size; i++) {
        sum = sum * 16777619u ^ bytes[i];
    }
    return sum;
}

static uint32_t boot;

static void describe(const noinit_ring_t *of, noinit_segment_t *segment)
{
    (void)of;
    *segment = (noinit_segment_t){.origin = {{0x5eed, boot}, {1, 2, 3, 4, 5, 6, 7, 8}}, .stamp = {boot * 1000u, 0}, .frequency = 1000};
}

static bool append(uint32_t kind, const uint8_t *body, uint32_t size, uint64_t now)
{
    noinit_ring_writer_t writer;
    if (!noinit_ring_reserve(&ring, &writer, size, 0, now)) {
        return false;
    }
    noinit_ring_fill(&writer, body, size);
    noinit_ring_close(&writer, kind);
    return true;
}

static void write_some(base_t *base, uint32_t count, uint64_t now)
{
    uint8_t body[200];
    for (uint32_t i = 0; i < count && state.number < ENTRIES; i++) {
        const uint32_t kind = next_random() % 3u;
        const uint32_t size = next_random() % 11u == 0 ? next_random() % sizeof body : next_random() % 24u;
        for (uint32_t k = 0; k < size; k++) {
            body[k] = (uint8_t)next_random();
        }
        now += next_random() % 300u;
        if (append(kind, body, size, now)) {
            base->truth[state.number - 1u] = (truth_t){now, kind, size, sum_of(body, size), true};
        }
    }
}

/* Every entry that the ring's reader gives out; `first_new` on are this boot's own. */
static void read_all(const base_t *base, uint32_t first_new, tally_t *tally)
{
    static uint8_t body[NOINIT_RING_LENGTH_MAX];
    noinit_ring_cursor_t cursor = noinit_ring_first(&ring);
    noinit_ring_entry_t entry;
    for (uint32_t steps = 0; noinit_ring_next(&cursor, &entry); steps++) {
        if (steps > 10000u) {
            puts("not so: reading ends");
            exit(1);
        }
        const uint32_t size = entry.size < sizeof body ? entry.size : (uint32_t)sizeof body;
        noinit_ring_read(&ring, &entry, 0, body, size);
        if (!entry.is_sound || entry.number >= first_new || entry.kind == NOINIT_RING_KIND_SEGMENT || entry.kind == NOINIT_RING_KIND_OPEN ||
            entry.kind == NOINIT_RING_KIND_GAP) {
            continue;
        }
        const truth_t *truth = entry.number < ENTRIES ? &base->truth[entry.number] : NULL;
        if (truth != NULL && truth->is_known && truth->kind == entry.kind && truth->size == entry.size && truth->stamp == entry.stamp &&
            truth->sum == sum_of(body, size)) {
            tally->kept++;
        } else {
            tally->wrong++;
        }
    }
}

static void make_bases(void)
{
    for (uint32_t i = 0; i < BASES; i++) {
        base_t *const base = &bases[i];
        memset(region, 0xa5, SIZE);
        for (boot = 1; boot <= 1u + i % 3u; boot++) {
            reset();
            (void)noinit_ring_recover(&ring);
            (void)noinit_ring_open_segment(&ring);
            write_some(base, 10u + next_random() % 60u, boot * 1000u);
        }
        base->next = state.number;
        memcpy(base->image, region, SIZE);
    }
}

/* Recovers what stands in the region, reads it, and uses it. */
static void use(const base_t *base, tally_t *tally)
{
    static const uint8_t BODY[] = {1, 2, 3};
    reset();
    (void)noinit_ring_recover(&ring);
    const uint32_t first_new = state.number;
    tally->images++;
    tally->anew += first_new == 0 ? 1u : 0u;
    read_all(base, first_new, tally);
    boot = 99;
    (void)noinit_ring_open_segment(&ring);
    for (uint32_t i = 0; i < 3; i++) {
        (void)append(1, BODY, sizeof BODY, 5);
    }
    noinit_segment_t segment;
    noinit_ring_cursor_t cursor = noinit_ring_first(&ring);
    (void)noinit_ring_segment(&cursor, &segment);
    noinit_ring_release(&ring, state.number - 1u);
    (void)noinit_ring_overwritten(&ring);
}

static void flip(uint32_t bit)
{
    region[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
}

static void decay(uint32_t from, double rate)
{
    const double step = log(1.0 - rate);
    for (double at = (double)from * 8.0;; at += 1.0) {
        at += floor(log(((double)next_random() + 1.0) / 4294967297.0) / step);
        if (at >= (double)SIZE * 8.0) {
            return;
        }
        flip((uint32_t)at);
    }
}

static void at_every_rate(uint32_t images, uint32_t from, const char *what)
{
    static const double RATES[] = {0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5};
    const uint32_t count = sizeof RATES / sizeof RATES[0];
    for (uint32_t rate = 0; rate < count; rate++) {
        tally_t tally = {0};
        for (uint32_t i = 0; i < images / count; i++) {
            const base_t *base = &bases[next_random() % BASES];
            memcpy(region, base->image, SIZE);
            decay(from, RATES[rate]);
            use(base, &tally);
        }
        printf("%s rate %.4f images %lu anew %lu kept %lu wrong %lu\n", what, RATES[rate], tally.images, tally.anew, tally.kept, tally.wrong);
        fflush(stdout);
    }
}

static uint32_t sealed_block(const base_t *base)
{
    const noinit_ring_header_t *header = (const void *)base->image;
    const uint32_t sealed = (header->sealed & 0xffffu) / NOINIT_RING_BLOCK;
    const uint32_t tail = (header->tail & 0xffffu) / NOINIT_RING_BLOCK;
    const uint32_t count = (sealed + BLOCKS - tail) % BLOCKS;
    return count == 0 ? UINT32_MAX : (tail + next_random() % count) % BLOCKS;
}

/* Each single bit of a sealed block of each base, and pairs of bits. */
static void in_sealed_blocks(uint32_t pairs)
{
    const uint32_t bits = NOINIT_RING_BLOCK * 8u;
    tally_t single = {0};
    tally_t two = {0};
    for (uint32_t i = 0; i < BASES; i++) {
        const uint32_t block = sealed_block(&bases[i]);
        for (uint32_t bit = 0; block != UINT32_MAX && bit < bits; bit++) {
            memcpy(region, bases[i].image, SIZE);
            flip((HEADER + block * NOINIT_RING_BLOCK) * 8u + bit);
            use(&bases[i], &single);
        }
    }
    for (uint32_t i = 0; i < pairs; i++) {
        const base_t *base = &bases[next_random() % BASES];
        const uint32_t block = sealed_block(base);
        const uint32_t a = next_random() % bits, b = next_random() % bits;
        if (block == UINT32_MAX || a == b) {
            continue;
        }
        memcpy(region, base->image, SIZE);
        flip((HEADER + block * NOINIT_RING_BLOCK) * 8u + a);
        flip((HEADER + block * NOINIT_RING_BLOCK) * 8u + b);
        use(base, &two);
    }
    printf("sealed one images %lu anew %lu kept %lu wrong %lu\n", single.images, single.anew, single.kept, single.wrong);
    printf("sealed two images %lu anew %lu kept %lu wrong %lu\n", two.images, two.anew, two.kept, two.wrong);
}

/* Each single bit of the words that say where head, tail and the first open block are. */
static void in_places(void)
{
    tally_t tally = {0};
    for (uint32_t i = 0; i < BASES; i++) {
        for (uint32_t bit = 20u * 8u; bit < 32u * 8u; bit++) {
            memcpy(region, bases[i].image, SIZE);
            flip(bit);
            use(&bases[i], &tally);
        }
    }
    printf("places one images %lu anew %lu kept %lu wrong %lu\n", tally.images, tally.anew, tally.kept, tally.wrong);
}

int main(int count, char **arguments)
{
    region = aligned_alloc(8, SIZE);
    ring = (noinit_ring_t){(noinit_ring_header_t *)(void *)region, (noinit_ring_block_t *)(void *)(region + HEADER), region + SIZE, 0x474f4c4eu,
                           &state, describe};
    if (count != 3) {
        return 2;
    }
    random_state ^= (uint64_t)strtoul(arguments[2], NULL, 0) << 20;
    make_bases();
    const uint32_t images = (uint32_t)strtoul(arguments[1], NULL, 0);
    at_every_rate(images / 2u, 0, "whole");
    at_every_rate(images / 2u, HEADER, "blocks");
    in_sealed_blocks(images / 5u);
    in_places();
    free(region);
    return 0;
}
