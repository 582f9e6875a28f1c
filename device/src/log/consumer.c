#include "noinit/log_consumer.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/ring_block.h"
#include "log/log_ring.h"
#include "log/watch.h"
#include "noinit/arch.h"
#include "noinit/config.h"

#if NOINIT_LOG_CONSUMER

/* The log has one reader: the packetizer (src/packetizer/log_source.c) defines the same, and both together do not link. */
extern const uint8_t noinit_log_has_one_reader;
const uint8_t noinit_log_has_one_reader = 1;

/* Offsets are from block 0, here with headers and CRCs. */
typedef struct {
    noinit_ring_cursor_t unread; /* the first entry that was not released whole */
    noinit_ring_cursor_t closed; /* behind the last closed one */
    uint32_t offset;             /* of the next byte to hand out */
    uint32_t end;                /* behind the last closed entry */
    uint32_t lead;               /* bytes of the block below that go out first */
    volatile bool is_armed;      /* what is logged next is news */
} stream_t;
static stream_t streams[NOINIT_CORES];

/* The segment start of a stream that begins behind it, in a block of its own: without it nobody knew whose the entries are. */
static noinit_ring_block_t lead;

static uint32_t current; /* core */
static uint32_t granted; /* bytes */

static void (*on_data)(void);

static uint32_t start_of(uint32_t offset)
{
    return offset & ~(NOINIT_RING_BLOCK - 1u);
}

/* Behind the entry. */
static uint32_t end_of(const noinit_ring_t *ring, const noinit_ring_entry_t *entry)
{
    uint32_t at = entry->body;
    uint32_t left = entry->size + 1u;
    for (;;) {
        const uint32_t here = start_of(at) + NOINIT_RING_BLOCK_END - at;
        if (left <= here) {
            return at + left;
        }
        left -= here;
        at = noinit_ring_behind(ring, at) + NOINIT_RING_BLOCK_HEADER;
    }
}

/* Where what is read begins: with the header, if the entry is its block's first. */
static void restart(stream_t *stream, const noinit_ring_t *ring)
{
    stream->unread = noinit_ring_first(ring);
    const uint32_t offset = stream->unread.offset;
    const uint32_t start = start_of(offset);
    stream->offset = offset == start + noinit_ring_block(ring, start)->first ? start : offset;
    stream->closed = stream->unread;
    stream->end = stream->offset;
    const bool is_behind = stream->offset == ring->state->tail && (noinit_ring_block(ring, start)->flags & NOINIT_RING_BLOCK_SEGMENT) == 0;
    stream->lead = is_behind ? NOINIT_RING_BLOCK : 0u;
}

/* False where nobody knows the segment any more. */
static bool fill_lead(const stream_t *stream)
{
    noinit_segment_t segment;
    if (!noinit_ring_segment(&stream->unread, &segment)) {
        return false;
    }
    lead.number = stream->unread.number - 1u;
    lead.time = segment.stamp[0];
    lead.time_high = (uint16_t)segment.stamp[1];
    lead.first = NOINIT_RING_BLOCK_HEADER;
    lead.flags = (uint8_t)((segment.flags & 0xfcu) | NOINIT_RING_BLOCK_SEGMENT);
    lead.payload[0] = NOINIT_RING_KIND_SEGMENT << 5 | 31u;
    lead.payload[1] = sizeof segment + 2u - 31u;
    /* Behind the head: the stamp, a zero, the segment. */
    const uint8_t *from = (const uint8_t *)&segment;
    uint32_t sum = NOINIT_RING_CHECK_START;
    for (uint32_t i = 2; i < sizeof segment + 4u; i++) {
        lead.payload[i] = i < 4u ? 0u : from[i - 4u];
        sum = noinit_ring_sum(sum, lead.payload[i]);
    }
    sum = noinit_ring_sum(noinit_ring_sum(sum, lead.payload[0]), lead.payload[1]);
    lead.payload[sizeof segment + 4u] = noinit_ring_fold(sum);
    lead.payload[sizeof segment + 5u] = NOINIT_RING_FILLER;
    lead.crc = noinit_crc16(NOINIT_CRC16_START, (const uint8_t *)&lead, NOINIT_RING_BLOCK_END);
    return true;
}

/*
 * Whether what is read next is still there; then it stays, if `holds`. The hold is set before the look: a writer that has not seen it has
 * moved the tail, which then shows here.
 */
static bool pin(const stream_t *stream, const noinit_ring_t *ring, bool holds)
{
    if (stream->unread.ring == NULL) {
        return false;
    }
    const uint32_t lock = noinit_arch_lock();
    if (holds) {
        /* One less: the block may have the rest of an entry that began before. */
        ring->state->holds[0] = noinit_ring_block(ring, stream->offset)->number - 1u;
        NOINIT_ARCH_PUBLISH();
    }
    const int32_t overwritten = (int32_t)(noinit_ring_tail_number(ring) - stream->unread.number);
    /* 0: the oldest is the one, unless the reader stands at the end of a block that is not there any more. */
    const bool is_there = overwritten < 0 || (overwritten == 0 && start_of(stream->offset) == ring->state->tail);
    if (!is_there) {
        ring->state->holds[0] = NOINIT_RING_NO_HOLD;
    }
    noinit_arch_unlock(lock);
    return is_there;
}

/* How many bytes wait. */
static uint32_t count(stream_t *stream, const noinit_ring_t *ring)
{
    noinit_ring_entry_t entry;
    bool is_new = false;
    while (noinit_ring_next(&stream->closed, &entry)) {
        is_new = true;
    }
    if (is_new) {
        stream->end = end_of(ring, &entry);
    }
    /* Blocks up to the first that is not sealed go whole, that one without its CRC, those behind it not yet. */
    const uint32_t sealed = *(volatile uint32_t *)&ring->state->sealed;
    const uint32_t from = start_of(stream->offset);
    const uint32_t sealed_distance = noinit_ring_distance(ring, from, sealed);
    const uint32_t end_distance = noinit_ring_distance(ring, from, start_of(stream->end));
    uint32_t distance = sealed_distance;
    if (end_distance == sealed_distance) {
        distance += stream->end - start_of(stream->end);
    } else if (end_distance > sealed_distance) {
        distance += NOINIT_RING_BLOCK_END;
    }
    const uint32_t read = stream->offset - from;
    return distance > read ? distance - read : 0u;
}

static uint32_t look(uint32_t core, bool holds)
{
    const noinit_ring_t *ring = &noinit_log_rings[core];
    stream_t *stream = &streams[core];
    if (noinit_log_states[core].size == 0) {
        return 0;
    }
    while (!pin(stream, ring, holds)) {
        restart(stream, ring);
    }
    uint32_t size = count(stream, ring);
    if (size == 0) {
        /* What comes from here on is news; what came before is found now. */
        stream->is_armed = true;
        NOINIT_ARCH_PUBLISH();
        size = count(stream, ring);
        stream->is_armed = size == 0;
    }
    if (size == 0 && holds) {
        ring->state->holds[0] = NOINIT_RING_NO_HOLD;
    }
    return size;
}

bool noinit_log_read(noinit_log_grant_t *grant)
{
    const uint32_t first = granted != 0 ? current : (current + 1u) % NOINIT_CORES;
    current = first;
    do {
        granted = look(current, true);
        if (granted != 0) {
            break;
        }
        current = (current + 1u) % NOINIT_CORES;
    } while (current != first);
    grant->size[0] = 0;
    grant->size[1] = 0;
    if (granted == 0) {
        return false;
    }
    const noinit_ring_t *ring = &noinit_log_rings[current];
    stream_t *stream = &streams[current];
    grant->core = current;
    if (stream->lead != 0 && fill_lead(stream)) {
        granted = stream->lead;
        grant->bytes[0] = (const uint8_t *)&lead + NOINIT_RING_BLOCK - granted;
        grant->bytes[1] = grant->bytes[0];
        grant->size[0] = granted;
        return true;
    }
    stream->lead = 0;
    const uint32_t offset = stream->offset;
    const uint32_t here = ring->state->size - offset;
    grant->bytes[0] = noinit_ring_at(ring, offset);
    grant->bytes[1] = noinit_ring_at(ring, 0);
    grant->size[0] = granted < here ? granted : here;
    grant->size[1] = granted - grant->size[0];
    return true;
}

void noinit_log_release(uint32_t size)
{
    if (granted == 0) {
        return;
    }
    const noinit_ring_t *ring = &noinit_log_rings[current];
    stream_t *stream = &streams[current];
    size = size < granted ? size : granted;
    granted = 0;
    if (stream->lead != 0) {
        stream->lead -= size;
        ring->state->holds[0] = NOINIT_RING_NO_HOLD;
        return;
    }
    const uint32_t before = stream->unread.number;
    for (;;) {
        noinit_ring_cursor_t next = stream->unread;
        noinit_ring_entry_t entry;
        if (next.number == stream->closed.number || !noinit_ring_next(&next, &entry) ||
            noinit_ring_distance(ring, stream->offset, end_of(ring, &entry)) > size) {
            break;
        }
        stream->unread = next;
    }
    stream->offset += size;
    if (stream->offset >= ring->state->size) {
        stream->offset -= ring->state->size;
    }
    if (stream->unread.number != before) {
        noinit_ring_release(ring, stream->unread.number);
    }
    ring->state->holds[0] = NOINIT_RING_NO_HOLD;
}

bool noinit_log_is_empty(void)
{
    uint32_t size = granted;
    for (uint32_t core = 0; core < NOINIT_CORES; core++) {
        size |= look(core, false);
    }
    return size == 0;
}

/* Of every core: that one's own stream. */
static void on_written(void)
{
    stream_t *stream = &streams[NOINIT_ARCH_CORE()];
    const uint32_t lock = noinit_arch_lock();
    const bool is_news = stream->is_armed;
    stream->is_armed = false;
    noinit_arch_unlock(lock);
    if (is_news) {
        on_data();
    }
}

void noinit_log_on_data(void (*callback)(void))
{
    noinit_log_watch_set(NOINIT_LOG_WATCH_CONSUMER, NULL);
    on_data = callback;
    noinit_log_watch_set(NOINIT_LOG_WATCH_CONSUMER, callback != NULL ? on_written : NULL);
}

#endif
