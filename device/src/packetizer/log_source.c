#include "packetizer/log_source.h"

#include "core/head.h"
#include "core/ring_block.h"
#include "log/log_ring.h"
#include "noinit/arch.h"
#include "noinit/config.h"

#if NOINIT_PACKETIZER_LOG

/* The log has one reader: the Consumer (src/log/consumer.c) defines the same, and both together do not link. */
extern const uint8_t noinit_log_has_one_reader;
const uint8_t noinit_log_has_one_reader = 1;

/* Both cursors stand at an entry; what is read is between them. */
typedef struct {
    noinit_ring_cursor_t start;
    noinit_ring_cursor_t next; /* the entry behind the one whose bytes are handed out */
    uint32_t end_number;
    uint32_t sequence;
    uint32_t abandoned; /* records since the last one that was released */
    uint32_t at;        /* offset of the entry's next byte */
    uint32_t left;      /* of the entry's bytes */
    uint32_t sum;       /* a stub's check */
    uint8_t stub;       /* its head; 0: the entry goes as it stands */
    uint8_t core;
} log_source_t;
static log_source_t source;

/*
 * Finds what of an entry is sent: all of it, or of one that only a back end wanted, or that was never closed, head, stamp and check. Gives
 * the stamp that its own is a difference to.
 */
static uint64_t open_entry(const noinit_ring_entry_t *entry)
{
    /* Head and stamp stand in one block. */
    const uint8_t *const head = noinit_ring_at(source.start.ring, entry->offset);
    const uint8_t *next = head + 1;
    if (*head % 32u == 31u) {
        next += *next < 0x80u ? 1 : 2;
    }
    source.stub = 0;
    source.at = entry->offset;
    if (entry->is_marked || entry->kind == NOINIT_RING_KIND_OPEN) {
        source.at += (uint32_t)(next - head);
        source.sum = NOINIT_RING_CHECK_START;
        source.stub = NOINIT_RING_FILLER;
    }
    uint32_t stamp = 0;
    uint32_t shift = 0;
    do {
        stamp |= (*next & 0x7fu) << shift % 32u;
        shift += 7u;
    } while (*next++ >= 0x80u && shift < 35u);
    source.left = (uint32_t)(next - head) + entry->size + 1u;
    if (source.stub != 0) {
        source.stub = (uint8_t)(source.stub + shift / 7u);
        source.left = shift / 7u + 2u;
    }
    return entry->stamp - (stamp >> 1);
}

/*
 * Entries of one segment with consecutive numbers, from `start` on, into which it goes as soon as one is there; gives their bytes. `lines`
 * counts those that somebody wants to see.
 */
static uint32_t find_run(uint32_t *lines)
{
    const noinit_ring_t *ring = source.start.ring;
    const uint32_t quarter = ring->state->size / 4u;
    const uint32_t most = quarter < NOINIT_PACKETIZER_LOG_BYTES ? quarter : NOINIT_PACKETIZER_LOG_BYTES;
    uint32_t size = 0;
    uint32_t stamp = 0; /* of the entry before, low half */
    noinit_ring_entry_t entry;
    *lines = 0;
    source.next = source.start;
    while (noinit_ring_next(&source.next, &entry)) {
        if (!entry.is_sound) {
            if (size != 0) {
                break;
            }
            continue;
        }
        const uint64_t base = open_entry(&entry);
        if (size == 0) {
            source.start.offset = entry.offset;
            source.start.number = entry.number;
            source.start.stamp = base;
        } else if (entry.number != source.end_number || entry.kind == NOINIT_RING_KIND_SEGMENT || (uint32_t)base != stamp || size + source.left > most) {
            break;
        }
        size += source.left;
        stamp = (uint32_t)entry.stamp;
        source.end_number = entry.number + 1u;
        *lines += entry.kind != NOINIT_RING_KIND_SEGMENT && !entry.is_marked ? 1u : 0u;
    }
    return size;
}

/* On to the entry behind the run. */
static void skip_run(void)
{
    noinit_ring_entry_t entry;
    while (source.start.number != source.end_number && noinit_ring_next(&source.start, &entry)) {
    }
}

static uint32_t begin_in(const noinit_ring_t *ring)
{
    source.start = noinit_ring_first(ring);
    for (;;) {
        uint32_t lines;
        const uint32_t size = find_run(&lines);
        if (size == 0) {
            return 0;
        }
        noinit_segment_t segment;
        if (noinit_ring_segment(&source.start, &segment)) {
            if (lines != 0) {
                source.sequence = noinit_head_take_sequence();
                return size;
            }
            noinit_ring_release(ring, source.end_number); /* nobody misses them */
        }
        /* Without a segment nobody knows who wrote these: they stay unread, which the next record counts. */
        skip_run();
    }
}

uint32_t noinit_log_source_begin(void)
{
    uint32_t size = 0;
    for (uint32_t cores = NOINIT_CORES; size == 0 && cores > 0; cores--) {
        source.core = (uint8_t)((source.core + 1u) % NOINIT_CORES);
        size = noinit_log_states[source.core].size == 0 ? 0 : begin_in(&noinit_log_rings[source.core]);
    }
    return size;
}

void noinit_log_source_rewind(void)
{
    source.next = source.start;
    source.left = 0;
}

static uint8_t next_raw_byte(void)
{
    const noinit_ring_t *ring = source.start.ring;
    const uint8_t byte = *noinit_ring_at(ring, source.at++);
    if (source.at % NOINIT_RING_BLOCK == NOINIT_RING_BLOCK_END) {
        source.at = noinit_ring_behind(ring, source.at) + NOINIT_RING_BLOCK_HEADER;
    }
    return byte;
}

uint8_t noinit_log_source_byte(void)
{
    if (source.left == 0) {
        noinit_ring_entry_t entry;
        if (!noinit_ring_next(&source.next, &entry)) {
            return 0; /* overwritten meanwhile: the caller will see */
        }
        (void)open_entry(&entry);
    }
    source.left--;
    if (source.stub == 0) {
        return next_raw_byte();
    }
    /* The head stands first and comes last into the sum. */
    uint8_t byte = source.stub;
    if (source.left != (source.stub & 31u) + 1u) {
        byte = source.left == 0 ? source.stub : next_raw_byte();
        source.sum = noinit_ring_sum(source.sum, byte);
        if (source.left == 0) {
            byte = noinit_ring_fold(source.sum);
        }
    }
    return byte;
}

/* Where uptime and stamp differ by more than nothing: another clock than the default one. */
static bool has_clock(const noinit_segment_t *segment)
{
    return segment->frequency != 1000u || segment->stamp[0] != segment->uptime[0] || segment->stamp[1] != segment->uptime[1];
}

static uint64_t whole(const uint32_t halves[2])
{
    return (uint64_t)halves[1] << 32 | halves[0];
}

void noinit_log_source_prefix(noinit_cbor_t *prefix, uint32_t size)
{
    noinit_segment_t segment;
    (void)noinit_ring_segment(&source.start, &segment); /* or it is overwritten by now, as the caller will see */
    noinit_record_head(prefix, NOINIT_RECORD_LOG, &segment.origin, source.sequence);
    const bool with_clock = has_clock(&segment);
    const uint32_t core = segment.core;
    noinit_cbor_byte(prefix, (uint8_t)(NOINIT_CBOR_MAP | (4u + with_clock + (core != 0) + (source.abandoned != 0))));
    noinit_cbor_pair(prefix, 0, source.start.number);
    noinit_cbor_pair(prefix, 2, source.start.number - source.start.ring->header->released);
    noinit_cbor_byte(prefix, 3);
    noinit_cbor_uint64(prefix, source.start.stamp);
    if (with_clock) {
        noinit_cbor_byte(prefix, 4);
        noinit_cbor_byte(prefix, NOINIT_CBOR_ARRAY | 3u);
        noinit_cbor_head(prefix, NOINIT_CBOR_UINT, segment.frequency);
        noinit_cbor_uint64(prefix, whole(segment.stamp));
        noinit_cbor_uint64(prefix, whole(segment.uptime));
    }
    if (core != 0) {
        noinit_cbor_pair(prefix, 5, core);
    }
    if (source.abandoned != 0) {
        noinit_cbor_pair(prefix, 6, source.abandoned);
    }
    noinit_cbor_byte(prefix, 1);
    noinit_cbor_head(prefix, NOINIT_CBOR_BYTES, size);
}

bool noinit_log_source_is_intact(void)
{
    NOINIT_ARCH_PUBLISH();
    return (int32_t)(noinit_ring_tail_number(source.start.ring) - source.start.number) <= 0;
}

void noinit_log_source_release(void)
{
    noinit_ring_release(source.start.ring, source.end_number);
    source.abandoned = 0;
}

void noinit_log_source_abandon(void)
{
    source.abandoned++;
}

#endif
