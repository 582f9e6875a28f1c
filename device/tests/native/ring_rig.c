#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

#define MAGIC 0x474f4c4eu

static noinit_ring_state_t state;
static bool policy;
static uint32_t region_size;
static uint32_t number_of[RIG_IDS];

noinit_ring_t rig;
uint32_t rig_boot;
uint64_t rig_now;

struct rig_image {
    noinit_ring_state_t state;
    uint64_t now;
    uint8_t region[];
};

static void describe(const noinit_ring_t *ring, noinit_segment_t *segment)
{
    CHECK(ring == &rig);
    *segment = (noinit_segment_t){
        .origin = {{0x5eed0042, rig_boot}, {1, 2, 3, 4, 5, 6, 7, 8}},
        .stamp = {(uint32_t)rig_now, (uint32_t)(rig_now >> 32)},
        .uptime = {(uint32_t)rig_now, (uint32_t)(rig_now >> 32)},
        .frequency = 1000,
    };
}

void rig_new(uint32_t blocks, bool drops_newest)
{
    policy = drops_newest;
    rig_boot = 1;
    rig_now = 1000;
    region_size = (uint32_t)sizeof(noinit_ring_header_t) + blocks * NOINIT_RING_BLOCK;
    uint8_t *memory = malloc(region_size);
    memset(memory, 0xa5, region_size);
    rig = (noinit_ring_t){
        .header = (noinit_ring_header_t *)(void *)memory,
        .blocks = (noinit_ring_block_t *)(void *)(memory + sizeof(noinit_ring_header_t)),
        .end = memory + region_size,
        .magic = MAGIC,
        .state = &state,
        .describe = describe,
    };
    memset(&state, 0, sizeof state);
    state.drops_newest = policy;
    CHECK(noinit_ring_recover(&rig) == NOINIT_OK);
    CHECK(noinit_ring_open_segment(&rig));
}

void rig_free(void)
{
    free(rig.header);
}

void rig_reset(void)
{
    memset(&state, 0, sizeof state);
    state.drops_newest = policy;
}

void rig_boot_again(void)
{
    rig_reset();
    rig_boot++;
    rig_now = 10;
    CHECK(noinit_ring_recover(&rig) == NOINIT_OK);
    (void)noinit_ring_open_segment(&rig);
}

/* Mostly short, some run on over blocks. */
uint32_t rig_size_of(uint32_t id)
{
    return id % 23u == 22u ? 250u + id % 40u : id % 11u == 10u ? 60u + id % 50u : 4u + id * 7u % 24u;
}

static uint32_t kind_of(uint32_t id)
{
    return id % 3u;
}

static uint8_t byte_of(uint32_t id, uint32_t i)
{
    return (uint8_t)(i < 4u ? id >> (8u * i) : id * 31u + i * 7u + 1u);
}

bool rig_reserve(noinit_ring_writer_t *writer, uint32_t id)
{
    CHECK(id < RIG_IDS);
    rig_now += id % 13u == 0 ? 100000u : id % 5u;
    if (!noinit_ring_reserve(&rig, writer, rig_size_of(id), id & 1u, rig_now)) {
        return false;
    }
    number_of[id] = state.number - 1u;
    return true;
}

void rig_fill_and_close(noinit_ring_writer_t *writer, uint32_t id)
{
    for (uint32_t i = 0; i < rig_size_of(id); i++) {
        const uint8_t byte = byte_of(id, i);
        noinit_ring_fill(writer, &byte, 1);
    }
    noinit_ring_close(writer, kind_of(id));
}

bool rig_log(uint32_t id)
{
    noinit_ring_writer_t writer;
    if (!rig_reserve(&writer, id)) {
        return false;
    }
    rig_fill_and_close(&writer, id);
    return true;
}

static uint32_t varint_of(const noinit_ring_entry_t *entry)
{
    uint8_t bytes[5] = {0};
    CHECK(entry->size <= sizeof bytes);
    noinit_ring_read(&rig, entry, 0, bytes, entry->size);
    uint32_t value = 0;
    for (uint32_t i = 0; i < entry->size; i++) {
        value |= (uint32_t)(bytes[i] & 0x7fu) << (7u * i);
    }
    return value;
}

/* An entry with an id: every byte is the right one. */
static uint32_t check_entry(const noinit_ring_entry_t *entry)
{
    uint8_t bytes[400];
    CHECK(entry->size >= 4u && entry->size <= sizeof bytes);
    noinit_ring_read(&rig, entry, 0, bytes, entry->size);
    const uint32_t id = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    CHECK(id > 0 && id < RIG_IDS);
    CHECK(entry->size == rig_size_of(id) && entry->kind == kind_of(id) && entry->is_marked == ((id & 1u) != 0));
    for (uint32_t i = 0; i < entry->size; i++) {
        CHECK(bytes[i] == byte_of(id, i));
    }
    CHECK(entry->number == number_of[id]);
    uint8_t part[3];
    noinit_ring_read(&rig, entry, entry->size - 3u, part, 3);
    CHECK(part[2] == bytes[entry->size - 1u]);
    return id;
}

rig_tally_t rig_walk(void)
{
    rig_tally_t tally = {0};
    noinit_ring_cursor_t cursor = noinit_ring_oldest(&rig);
    CHECK(cursor.number == noinit_ring_tail_number(&rig));
    uint32_t number = cursor.number;
    uint32_t between = 0; /* counted between two ids */
    noinit_ring_entry_t entry;
    while (noinit_ring_next(&cursor, &entry)) {
        CHECK((int32_t)(entry.number - number) >= 0);
        tally.jumps += entry.number - number;
        between += entry.number - number;
        number = entry.number + 1u;
        if (!entry.is_sound) {
            tally.unsound++;
            between++;
        } else if (entry.kind == NOINIT_RING_KIND_SEGMENT) {
            noinit_segment_t segment;
            CHECK(entry.size == sizeof segment + 1u);
            noinit_ring_read(&rig, &entry, 1, &segment, sizeof segment);
            CHECK(segment.number == entry.number && segment.origin.key.boot <= rig_boot);
            tally.segments++;
        } else if (entry.kind == NOINIT_RING_KIND_GAP) {
            CHECK(varint_of(&entry) > 0);
            tally.gaps += varint_of(&entry);
            between += varint_of(&entry);
        } else if (entry.kind == NOINIT_RING_KIND_OPEN) {
            tally.opens++;
            between++;
        } else {
            const uint32_t id = check_entry(&entry);
            CHECK(id > tally.last);
            if (tally.first == 0) {
                tally.first = id;
            } else {
                const uint32_t absent = id - tally.last - 1u;
                tally.missing += absent > between ? absent - between : 0u;
            }
            between = 0;
            tally.last = id;
            tally.entries++;
        }
    }
    return tally;
}

rig_tally_t rig_check(void)
{
    const rig_tally_t tally = rig_walk();
    CHECK(tally.unsound == 0 && tally.jumps == 0 && tally.missing == 0);
    return tally;
}

uint32_t rig_lost(void)
{
    return rig.header->lost & 0xffffffu;
}

rig_image_t *rig_save(void)
{
    rig_image_t *image = malloc(sizeof *image + region_size);
    image->state = state;
    image->now = rig_now;
    memcpy(image->region, rig.header, region_size);
    return image;
}

void rig_restore(const rig_image_t *image)
{
    state = image->state;
    rig_now = image->now;
    memcpy(rig.header, image->region, region_size);
}

uint32_t rig_region_size(void)
{
    return region_size;
}

uint8_t *rig_region(void)
{
    return (uint8_t *)rig.header;
}
