/*
 * A byte ring of checked entries in retained memory: docs/formats/log-ring.md. The log and the boot records each have one.
 *
 * Appends may come from threads and interrupts (they lock); everything else is the packetizer's thread or noinit_init.
 */
#ifndef NOINIT_CORE_RING_H
#define NOINIT_CORE_RING_H

#include <stdbool.h>
#include <stdint.h>

#define NOINIT_RING_KIND_LOG 0u
#define NOINIT_RING_KIND_SEGMENT 3u

/* The largest body, and the largest head and check around one. */
#define NOINIT_RING_BODY_MAX 4095u
#define NOINIT_RING_OVERHEAD 4u

/* Which boot. */
typedef struct {
    uint32_t lineage;
    uint32_t boot;
} noinit_boot_key_t;

/* Who wrote the entries behind a segment start; its body, byte for byte. */
typedef struct {
    noinit_boot_key_t key;
    uint8_t build[8];
} noinit_segment_t;

typedef struct {
    uint32_t magic;
    uint32_t layout; /* its number in the low half, the bytes of this header in the high */
    uint32_t capacity;
    uint32_t crc;
    uint32_t head;
    uint32_t tail;
    uint32_t tail_number;
    uint32_t head_number;
    uint32_t read_number;
    noinit_segment_t segment;
} noinit_ring_header_t;

_Static_assert(sizeof(noinit_ring_header_t) == 52, "docs/formats/log-ring.md");

/* Where a ring lies; in ROM, so that no broken header can lead a store outside. */
typedef struct {
    noinit_ring_header_t *header;
    uint8_t *data;
    uint32_t capacity; /* a power of two */
    uint32_t magic;
} noinit_ring_t;

/* Keeps what is whole, or starts anew (false). Any bytes may stand there. noinit_init only. */
bool noinit_ring_recover(const noinit_ring_t *ring);

/* Appends an entry of at most NOINIT_RING_BODY_MAX bytes that fits the ring; the oldest make room. */
void noinit_ring_append(const noinit_ring_t *ring, uint32_t kind, const void *body, uint32_t size);

/*
 * The same in three steps, for a body that is not in one piece: `begin` makes room and gives where the entry starts, `byte` continues the
 * sum while it stores, `commit` publishes. Locked from `begin` to `commit`.
 */
typedef struct {
    const noinit_ring_t *ring; /* NULL: nothing is stored, `next` counts */
    uint32_t next;             /* place of the next byte */
    uint32_t sum;
} noinit_ring_writer_t;
void noinit_ring_begin(noinit_ring_writer_t *writer, const noinit_ring_t *ring, uint32_t size);
void noinit_ring_byte(noinit_ring_writer_t *writer, uint8_t byte);
void noinit_ring_commit(noinit_ring_writer_t *writer, uint32_t kind, uint32_t size);

/* Frees entries from the tail until `needed` bytes are free. Locked. */
void noinit_ring_make_room(const noinit_ring_t *ring, uint32_t needed);

/* An entry's first byte, body and end, as places in the ring. */
typedef struct {
    uint32_t place;
    uint32_t kind;
    uint32_t body;
    uint32_t size;
    uint32_t end;
} noinit_ring_entry_t;

/* The entry at `place`, which must lie between tail and head. Its length is as it stands there. */
noinit_ring_entry_t noinit_ring_entry(const noinit_ring_t *ring, uint32_t place);

/* Whether an entry's check is right. */
bool noinit_ring_is_sound(const noinit_ring_t *ring, const noinit_ring_entry_t *entry);

/* Copies `size` bytes out of the ring, which may be into retained memory. */
void noinit_ring_read(const noinit_ring_t *ring, uint32_t place, void *bytes, uint32_t size);

/* Frees the entries below `number` that are still there; they count as dropped unless they were released. */
void noinit_ring_discard(const noinit_ring_t *ring, uint32_t number);

/* The same, as read and acknowledged. */
void noinit_ring_release(const noinit_ring_t *ring, uint32_t number);

/* Entries overwritten before they were read and not yet released past. */
uint32_t noinit_ring_dropped(const noinit_ring_t *ring);

#endif
