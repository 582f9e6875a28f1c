/*
 * A ring of blocks of checked entries in retained memory: docs/formats/log-ring.md. The log has one a core, the boot records one.
 *
 * One core writes a ring. Its threads and interrupts append (they lock for a moment); a fault handler appends behind whatever it
 * interrupted. One reader releases. Nothing here trusts what stands in retained memory before noinit_ring_recover has looked at it.
 */
#ifndef NOINIT_CORE_RING_H
#define NOINIT_CORE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/result.h"

#define NOINIT_RING_BLOCK 128u
#define NOINIT_RING_BLOCK_HEADER 12u
#define NOINIT_RING_BLOCK_END 126u /* where the CRC stands */
#define NOINIT_RING_PAYLOAD (NOINIT_RING_BLOCK_END - NOINIT_RING_BLOCK_HEADER)
#define NOINIT_RING_BLOCKS_MIN 4u
#define NOINIT_RING_BLOCKS_MAX 511u

#define NOINIT_RING_KIND_LOG 0u
#define NOINIT_RING_KIND_TEXT 1u
#define NOINIT_RING_KIND_HEXDUMP 2u
#define NOINIT_RING_KIND_SEGMENT 3u
#define NOINIT_RING_KIND_GAP 4u
#define NOINIT_RING_KIND_DEFMT 5u
#define NOINIT_RING_KIND_ZEPHYR 6u
#define NOINIT_RING_KIND_OPEN 7u

/* Stamp and body together; the largest stamp; head, stamp and check around a body at most. */
#define NOINIT_RING_LENGTH_MAX 4607u
#define NOINIT_RING_STAMP_MAX 5u
#define NOINIT_RING_OVERHEAD 9u

/* An entry of at most so many bytes, all told, stands in one block; a longer one may run on over blocks. */
#define NOINIT_RING_SHORT_MAX 32u

/* Which boot. */
typedef struct {
    uint32_t lineage;
    uint32_t boot;
} noinit_boot_key_t;

/* Whose boot, and which firmware's. */
typedef struct {
    noinit_boot_key_t key;
    uint8_t build[8];
} noinit_origin_t;

/* A segment start, byte for byte as it stands in its entry and in the header. 64-bit numbers in two halves, low first. */
typedef struct {
    noinit_origin_t origin;
    uint32_t stamp[2];
    uint32_t uptime[2];
    uint32_t frequency;
    uint32_t number;
    uint8_t core;
    uint8_t flags;
    uint16_t crc;
} noinit_segment_t;

typedef struct {
    uint32_t number;
    uint32_t time;
    union {
        struct {
            uint16_t time_high;
            uint8_t first;
            uint8_t flags;
        };
        uint32_t shape; /* all three, stored at once */
    };
    uint8_t payload[NOINIT_RING_PAYLOAD];
    uint16_t crc;
} noinit_ring_block_t;

#define NOINIT_RING_BLOCK_SEGMENT 1u
#define NOINIT_RING_BLOCK_DAMAGED 2u

typedef struct {
    uint32_t magic;
    uint32_t layout; /* its number in the low half, the bytes of this header in the high */
    uint32_t address;
    uint32_t length;
    uint32_t crc;
    uint32_t head;
    uint32_t tail;
    uint32_t sealed;
    uint32_t released;
    uint32_t released_check;
    uint32_t lost;
    noinit_segment_t segment;
} noinit_ring_header_t;

_Static_assert(sizeof(noinit_segment_t) == 44, "docs/formats/log-ring.md");
_Static_assert(sizeof(noinit_ring_block_t) == NOINIT_RING_BLOCK, "docs/formats/log-ring.md");
_Static_assert(sizeof(noinit_ring_header_t) == 88, "docs/formats/log-ring.md");

#define NOINIT_RING_NO_HOLD UINT32_MAX

/* A place in the header: an offset from block 0 and its complement. */
#define NOINIT_RING_PLACE(offset) ((offset) | ~(offset) << 16)

/*
 * What its one core works with; zero before the ring is recovered, which looks like a full block, so that the first append finds no room
 * and looks why. Offsets are from block 0; retained memory is never asked where to store.
 */
typedef struct {
    /*
     * Offset of the next entry, plus 2: 0 - next modulo 128 is the room left in the open block. One word, so that a fault handler that
     * comes in between two stores finds the entry before it whole or not there at all.
     */
    uint32_t next;
    uint32_t number; /* of the next entry */
    uint32_t last_stamp; /* low half of the entry before's */
    uint32_t last_stamp_high;
    uint32_t size;   /* of all blocks in bytes; 0: not recovered */
    uint32_t tail;   /* start of the oldest block */
    uint32_t sealed; /* start of the first block that is not sealed; the open one never is */
    uint32_t boot_number; /* of this boot's first entry: an open one below it will never be closed */
    /* Lowest numbers that must not be overwritten: the reader's grant, and the entry that the back ends are at. NOINIT_RING_NO_HOLD: none. */
    uint32_t holds[2];
    uint8_t segment;      /* running number of the segment, modulo 64, in bits 2 to 7 */
    bool wants_segment;   /* the next entry must be a segment start */
    bool is_damaged;      /* nobody knows how many entries recovery had to give up */
    bool drops_newest;    /* the policy; with a hold in the way the newest are dropped in any case */
} noinit_ring_state_t;

/* Where a ring lies; in ROM, so that nothing in retained memory can lead a store outside. */
typedef struct noinit_ring noinit_ring_t;
struct noinit_ring {
    noinit_ring_header_t *header;
    noinit_ring_block_t *blocks;
    const uint8_t *end; /* of the region */
    uint32_t magic;
    noinit_ring_state_t *state;
    /* Says what a segment start that is written now says, but number and crc. NULL: this ring has none. Any context, not locked. */
    void (*describe)(const noinit_ring_t *ring, noinit_segment_t *segment);
};

/*
 * Keeps what is whole, or starts anew; seals what the boot before left. Any bytes may stand there. NOINIT_ERR_MISALIGNED, _TOO_SMALL or
 * _TOO_LARGE where the region itself is wrong; the ring then takes nothing. noinit_init only.
 */
noinit_result_t noinit_ring_recover(const noinit_ring_t *ring);

/*
 * Opens a block with a segment start: after recover, and wherever the clock changed. False: no room yet; the first append that finds some
 * does it. Thread or ISR.
 */
bool noinit_ring_open_segment(const noinit_ring_t *ring);

/* An entry that was reserved and is being filled. `at` goes through `room` bytes, then on in the next block. */
typedef struct {
    const noinit_ring_t *ring;
    uint8_t *head;  /* the entry's first byte, in which the kind is missing */
    uint8_t *at;
    uint32_t room;
    uint32_t sum;
    uint32_t number; /* of the entry behind it */
    uint32_t end;    /* offset behind its check */
} noinit_ring_writer_t;

/*
 * Reserves an entry: its length, the open mark and the stamp are stored and the index is published, in one short lock. False: no room,
 * counted. `length` is that of the body alone; `mark` is the stamp's bit 0, `now` the clock's ticks. Thread, ISR or fault.
 */
bool noinit_ring_reserve(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now);

/* The same, but false counts nothing: for who tries again. */
bool noinit_ring_try(const noinit_ring_t *ring, noinit_ring_writer_t *writer, uint32_t length, uint32_t mark, uint64_t now);

/* Counts `count` entries that could not be written. Any context. */
void noinit_ring_lose(const noinit_ring_t *ring, uint32_t count);

/* Exactly `length` bytes in any number of calls; not locked. */
void noinit_ring_fill(noinit_ring_writer_t *writer, const void *bytes, uint32_t size);
void noinit_ring_byte(noinit_ring_writer_t *writer, uint8_t byte);

/* One store makes it an entry; then seals the blocks that are complete. */
void noinit_ring_close(noinit_ring_writer_t *writer, uint32_t kind);

/* Seals blocks that are full and have no open entry; not locked while it computes. Any context, any number of them at once. */
void noinit_ring_seal(const noinit_ring_t *ring);

/* A place in the ring, walked entry by entry. What it stands on may be overwritten unless it is held; it then goes on at the oldest. */
typedef struct {
    const noinit_ring_t *ring;
    uint32_t offset; /* from block 0 */
    uint32_t number;
    uint64_t stamp;  /* of the entry before */
} noinit_ring_cursor_t;

/* An entry as the walk finds it. */
typedef struct {
    uint32_t number;
    uint32_t kind;
    uint32_t offset;       /* of its first byte */
    uint32_t body;         /* offset of the first byte behind the stamp */
    uint32_t size;         /* bytes of that body; those behind a block's end go on in the next */
    uint64_t stamp;
    bool is_marked;        /* only a back end wanted it */
    bool is_sound;         /* it ends in time and its check is right; of an open one only the former */
} noinit_ring_entry_t;

/* Stands at the oldest entry that was not overwritten. */
noinit_ring_cursor_t noinit_ring_oldest(const noinit_ring_t *ring);

/* Stands at the oldest entry that is neither overwritten nor released. */
noinit_ring_cursor_t noinit_ring_first(const noinit_ring_t *ring);

/*
 * The entry there; moves on. False: no more closed entries by now. Steps over what was damaged; then the number jumps. An open entry of an
 * earlier boot comes as kind NOINIT_RING_KIND_OPEN. Who does not hold the entry looks at noinit_ring_tail_number after reading it.
 */
bool noinit_ring_next(noinit_ring_cursor_t *cursor, noinit_ring_entry_t *entry);

/* Copies `size` bytes of the entry's body from byte `from` on, over block ends. */
void noinit_ring_read(const noinit_ring_t *ring, const noinit_ring_entry_t *entry, uint32_t from, void *bytes, uint32_t size);

/* Number of the oldest entry that was not overwritten. */
uint32_t noinit_ring_tail_number(const noinit_ring_t *ring);

/* Entries below `number` were read for good: retained. The one reader, any core. */
void noinit_ring_release(const noinit_ring_t *ring, uint32_t number);

/* Entries that were overwritten before they were released. */
uint32_t noinit_ring_overwritten(const noinit_ring_t *ring);

/* The segment start that `cursor` stands in: of the entries from there on up to the next segment start. False: nobody knows any more. */
bool noinit_ring_segment(const noinit_ring_cursor_t *cursor, noinit_segment_t *segment);

#endif
