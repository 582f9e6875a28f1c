/*
 * Takes entries from the ring to the back ends. Each core handles its own ring with a cursor of its own, in RAM: behind a reset the back ends
 * begin with that boot's first entry.
 *
 * Somebody handles at a time; who comes in between (an interrupt that logs in immediate mode) leaves its entry to them. While an entry is
 * handled the ring may not overwrite it: the hold is set before the entry is looked at, so that what is found stays.
 */
#include <stddef.h>

#include "core/ring.h"
#include "log/backend.h"
#include "log/clock.h"
#include "log/site.h"
#include "log/log_ring.h"
#include "log/process.h"
#include "noinit/arch.h"
#include "noinit/log_control.h"

#define HOLD_BACKENDS 1u /* state->holds[1] */

typedef struct {
    noinit_ring_cursor_t cursor;
    uint32_t expected; /* number of the next entry, if none is lost */
    uint32_t buffered_max;
    bool is_placed; /* the cursor stands in this boot's entries */
    volatile bool is_busy;
} processor_t;

static processor_t processors[NOINIT_CORES];
#if NOINIT_LOG_TRIGGER_THRESHOLD
static void *woken;
#endif
volatile bool noinit_log_is_synchronous = NOINIT_LOG_MODE_IMMEDIATE != 0;

static const noinit_ring_t *ring_here(void)
{
    return &noinit_log_rings[NOINIT_ARCH_CORE()];
}

static bool take(processor_t *processor)
{
    const uint32_t lock = noinit_arch_lock();
    const bool is_mine = !processor->is_busy;
    processor->is_busy = true;
    noinit_arch_unlock(lock);
    return is_mine;
}

/* At this boot's segment start, or at the oldest entry if that is gone already. */
static void place(processor_t *processor, const noinit_ring_t *ring)
{
    processor->cursor = noinit_ring_oldest(ring);
    noinit_ring_entry_t entry;
    noinit_ring_cursor_t next = processor->cursor;
    while ((int32_t)(next.number - ring->state->boot_number) < 0 && noinit_ring_next(&next, &entry)) {
        processor->cursor = next;
    }
    processor->expected = ring->state->boot_number;
    processor->is_placed = true;
}

void noinit_log_take_over(void)
{
    processor_t *processor = &processors[NOINIT_ARCH_CORE()];
    const noinit_ring_t *ring = ring_here();
    if (!processor->is_placed) {
        place(processor, ring);
    }
    ring->state->boot_number = ring->state->number;
    processor->is_busy = false;
}

uint32_t noinit_log_buffered(void)
{
    const processor_t *processor = &processors[NOINIT_ARCH_CORE()];
    const noinit_ring_state_t *state = ring_here()->state;
    return state->number - (processor->is_placed ? processor->cursor.number : state->boot_number);
}

uint32_t noinit_log_buffered_max(void)
{
    return processors[NOINIT_ARCH_CORE()].buffered_max;
}

/* A varint of an entry's body; moves `from` behind it. */
static uint32_t read_varint(const noinit_ring_t *ring, const noinit_ring_entry_t *entry, uint32_t *from)
{
    uint32_t value = 0;
    for (uint32_t shift = 0; shift < 32u && *from < entry->size; shift += 7u) {
        uint8_t byte;
        noinit_ring_read(ring, entry, *from, &byte, 1);
        (*from)++;
        value |= (uint32_t)(byte & 0x7fu) << shift;
        if (byte < 0x80u) {
            break;
        }
    }
    return value;
}

#if NOINIT_LOG_TEXT
/* The source and the level that the descriptor says; an instance's source is the first argument. */
static void look_up(noinit_log_message_t *message, const noinit_ring_t *ring, const noinit_ring_entry_t *entry)
{
    const noinit_log_site_t *site = message->descriptor;
    if (site == NULL || site->magic != NOINIT_LOG_SITE_MAGIC) {
        return;
    }
    message->level = site->level;
    if (site->types[0] == NOINIT_LOG_TYPE_SOURCE) {
        uint32_t from = message->skip;
        const uint32_t word = read_varint(ring, entry, &from);
        message->source = (const noinit_source_t *)(uintptr_t)(word >> 1 ^ (0u - (word & 1u)));
    } else if (site->level != 0 && (site->flags & NOINIT_LOG_FLAG_TEXT) == 0) {
        message->source = site->source->source;
    }
}
#endif

static void make_message(noinit_log_message_t *message, const noinit_ring_t *ring, const noinit_ring_entry_t *entry)
{
    *message = (noinit_log_message_t){
        .stamp = entry->stamp,
        .number = entry->number,
        .kind = (uint8_t)entry->kind,
        .domain = (uint8_t)NOINIT_ARCH_CORE(),
        .is_marked = entry->is_marked,
        .entry = entry,
        .ring = ring,
    };
    if (entry->kind == NOINIT_RING_KIND_LOG || entry->kind == NOINIT_RING_KIND_HEXDUMP) {
        message->descriptor = (const void *)((uintptr_t)read_varint(ring, entry, &message->skip) << 4);
#if NOINIT_LOG_TEXT
        look_up(message, ring, entry);
#endif
    }
    message->size = entry->size - message->skip;
}

uint32_t noinit_log_message_read(const noinit_log_message_t *message, uint32_t from, void *bytes, uint32_t size)
{
    if (from >= message->size) {
        return 0;
    }
    const uint32_t there = message->size - from;
    const uint32_t taken = size < there ? size : there;
    if (message->ring != NULL) {
        noinit_ring_read(message->ring, message->entry, from + message->skip, bytes, taken);
    } else {
        for (uint32_t i = 0; i < taken; i++) {
            ((uint8_t *)bytes)[i] = message->bytes[from + i];
        }
    }
    return taken;
}

static bool wants(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    if (!NOINIT_LOG_RUNTIME_FILTER || message->source == NULL) {
        return true; /* raw text; or nobody knows */
    }
    return (message->source->filters >> (3u * noinit_log_backend_slot(backend)) & 7u) >= message->level;
}

static void hand_over(const noinit_ring_t *ring, const noinit_ring_entry_t *entry)
{
    noinit_log_message_t message;
    make_message(&message, ring, entry);
    for (uint32_t i = 0; i < noinit_log_backend_count(); i++) {
        const noinit_log_backend_t *backend = noinit_log_backend_get(i);
        if (noinit_log_backend_is_active(backend) && wants(backend, &message)) {
            backend->api->process(backend, &message);
        }
    }
}

static void tell_dropped(uint32_t count)
{
    for (uint32_t i = 0; count != 0 && i < noinit_log_backend_count(); i++) {
        const noinit_log_backend_t *backend = noinit_log_backend_get(i);
        if (noinit_log_backend_is_active(backend) && backend->api->dropped != NULL) {
            backend->api->dropped(backend, count);
        }
    }
}

/* The next entry and what was lost in front of it. False: there is none. */
static bool handle(processor_t *processor, const noinit_ring_t *ring, bool is_skipped)
{
    if (!processor->is_placed) {
        place(processor, ring);
    }
    const uint32_t expected = processor->expected;
    ring->state->holds[HOLD_BACKENDS] = processor->cursor.number;
    NOINIT_ARCH_PUBLISH();
    noinit_ring_entry_t entry;
    const bool is_there = noinit_ring_next(&processor->cursor, &entry);
    if (is_there && !is_skipped) {
        tell_dropped(entry.number - expected);
        if (entry.kind == NOINIT_RING_KIND_GAP) {
            uint32_t from = 0;
            tell_dropped(read_varint(ring, &entry, &from));
        } else if (entry.kind != NOINIT_RING_KIND_SEGMENT && entry.kind != NOINIT_RING_KIND_OPEN) {
            hand_over(ring, &entry);
        }
    }
    if (is_there) {
        processor->expected = processor->cursor.number;
    }
    NOINIT_ARCH_PUBLISH();
    ring->state->holds[HOLD_BACKENDS] = NOINIT_RING_NO_HOLD;
    return is_there;
}

static bool process(bool is_skipped)
{
    noinit_log_begin_backends();
    processor_t *processor = &processors[NOINIT_ARCH_CORE()];
    const noinit_ring_t *ring = ring_here();
    if (ring->state->size == 0 || !take(processor)) {
        return false;
    }
    const bool is_there = handle(processor, ring, is_skipped);
    processor->is_busy = false;
    return is_there && processor->cursor.number != ring->state->number;
}

bool noinit_log_process(void)
{
    return process(false);
}

bool noinit_log_skip(void)
{
    return process(true);
}

#if NOINIT_LOG_TRIGGER_THRESHOLD
void noinit_log_thread_set(void *thread)
{
    if (!NOINIT_LOG_PROCESS_THREAD) {
        woken = thread;
    }
}

void noinit_log_wake_set(void *thread)
{
    woken = thread;
}
#endif

void noinit_log_backends_written(void)
{
    if (noinit_log_is_synchronous) {
        while (noinit_log_process()) {
        }
        return;
    }
    processor_t *processor = &processors[NOINIT_ARCH_CORE()];
    const uint32_t buffered = noinit_log_buffered();
    if (buffered > processor->buffered_max) {
        processor->buffered_max = buffered;
    }
#if NOINIT_LOG_TRIGGER_THRESHOLD
    /* At every further multiple again, so that a wake-up that got lost costs a delay and no more. */
    if (woken != NULL && buffered != 0 && buffered % NOINIT_LOG_TRIGGER_THRESHOLD == 0) {
        noinit_port_log_wake(woken);
    }
#endif
}
