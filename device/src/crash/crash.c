#include "core/head.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "crash/stack.h"

/*
 * `state` is how many bytes of closed items stand there, with WRITING while more are coming, and a check of both in its high half: one store
 * says all of it, and anything else that may stand there, also by another configuration, is a free slot.
 */
#define WRITING 0x8000u
#define CHECKED(state) ((state) | ((state) ^ 0xffffu ^ (NOINIT_CRASH_CAPACITY & 0xffffu)) << 16)

typedef struct {
    uint32_t sequence; /* of the record: the oldest has the lowest */
    uint32_t state;
    uint8_t bytes[NOINIT_CRASH_CAPACITY];
} slot_t;
NOINIT_RETAINED_AS("7.slots") static slot_t slots[NOINIT_CRASH_SLOTS];

/* Names the boot whose capture is open; anything else: none is. Two words could be torn. */
NOINIT_RETAINED_AS("6.capture") static uint32_t open_mark;

/* Not to be sent: it is being written. */
static slot_t *taken;

/* What the packetizer was given. */
static uint32_t pending_sequence;

static uint32_t mark_of_boot(void)
{
    return (noinit_head.origin.key.lineage ^ 0x4e504143u) + noinit_head.origin.key.boot * 0x9e3779b1u;
}

void noinit_crash_mark(bool is_open)
{
    NOINIT_STORE(open_mark, is_open ? mark_of_boot() : 0u);
    NOINIT_ARCH_FLUSH(&open_mark, sizeof open_mark);
}

bool noinit_crash_slot_is_open(void)
{
    return open_mark == mark_of_boot();
}

/* Bytes of closed items; 0 where the slot is free. */
static uint32_t size_of(const slot_t *slot)
{
    const uint32_t state = slot->state & 0xffffu;
    const uint32_t size = state & ~WRITING;
    return slot->state == CHECKED(state) && size <= NOINIT_CRASH_CAPACITY ? size : 0u;
}

/* The oldest record (`sign` 1) or the latest (-1); NULL if there is none. */
static slot_t *find(int32_t sign)
{
    slot_t *found = NULL;
    for (slot_t *slot = slots; slot < slots + NOINIT_CRASH_SLOTS; slot++) {
        if (slot != taken && size_of(slot) != 0 && (found == NULL || (int32_t)(slot->sequence - found->sequence) * sign < 0)) {
            found = slot;
        }
    }
    return found;
}

uint32_t noinit_crash_slot_pending(const uint8_t **bytes)
{
    const slot_t *slot = find(1);
    if (slot == NULL) {
        return 0;
    }
    *bytes = slot->bytes;
    pending_sequence = slot->sequence;
    return size_of(slot);
}

static void set_state(slot_t *slot, uint32_t state)
{
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(slot->state, state);
    NOINIT_ARCH_FLUSH(slot, 8u);
}

void noinit_crash_slot_release(void)
{
    slot_t *slot = find(1);
    /* Another one where the firmware went on behind a capture that took its place. */
    if (slot != NULL && slot->sequence == pending_sequence) {
        set_state(slot, 0);
    }
}

uint8_t *noinit_crash_slot_spare(void)
{
    slot_t *slot = slots + NOINIT_CRASH_SLOTS;
    while (slot-- > slots) {
        if (size_of(slot) == 0) {
            return slot->bytes;
        }
    }
    return NULL;
}

/* The slot that a new record goes to. */
static slot_t *choose(bool is_snapshot)
{
    for (slot_t *slot = slots; slot < slots + NOINIT_CRASH_SLOTS; slot++) {
        if (size_of(slot) == 0) {
            return slot;
        }
    }
    if (is_snapshot || NOINIT_CRASH_POLICY == 2 || (NOINIT_CRASH_POLICY == 0 && NOINIT_CRASH_SLOTS == 1)) {
        return NULL;
    }
    return find(NOINIT_CRASH_POLICY == 1 ? 1 : -1);
}

uint8_t *noinit_crash_slot_take(bool is_snapshot, uint32_t *sequence)
{
    slot_t *slot = choose(is_snapshot);
    if (slot == NULL) {
        return NULL;
    }
    *sequence = noinit_head_take_sequence();
    taken = slot;
    set_state(slot, 0);
    NOINIT_STORE(slot->sequence, *sequence);
    set_state(slot, CHECKED(WRITING));
    return slot->bytes;
}

void noinit_crash_slot_publish(uint32_t size, bool is_complete)
{
    NOINIT_ARCH_FLUSH(taken->bytes, size);
    const uint32_t state = is_complete ? size : size | WRITING;
    set_state(taken, CHECKED(state));
    if (is_complete) {
        taken = NULL;
    }
}

void noinit_crash_begin(void)
{
    noinit_crash_place_canary();
}
