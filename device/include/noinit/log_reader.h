/*
 * Reads the log where it stands, for a bootloader or any other program that finds it in RAM: docs/formats/log-ring.md. This header is all of
 * it: nothing else of the SDK is linked, nothing is set up, and no byte of the region is changed. Any bytes may stand there: what does not
 * check is stepped over, and no value in the region leads outside it.
 *
 *     noinit_log_reader_t reader;
 *     noinit_log_entry_t entry;
 *     if (noinit_log_reader_open(&reader, region, size)) {
 *         noinit_log_reader_last(&reader, 5);
 *         while (noinit_log_reader_next(&reader, &entry)) { print(&entry); }
 *     }
 *
 * With NOINIT_CORES above 1 the region holds a log for each core, one behind the other, each (size / cores) & ~7 bytes. Nobody may write the
 * log meanwhile. Thread only.
 */
#ifndef NOINIT_LOG_READER_H
#define NOINIT_LOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOINIT_LOG_KIND_LOG 0u
#define NOINIT_LOG_KIND_TEXT 1u
#define NOINIT_LOG_KIND_HEXDUMP 2u
#define NOINIT_LOG_KIND_SEGMENT 3u
#define NOINIT_LOG_KIND_GAP 4u
#define NOINIT_LOG_KIND_DEFMT 5u
#define NOINIT_LOG_KIND_ZEPHYR 6u
#define NOINIT_LOG_KIND_OPEN 7u /* was never closed: only number and stamp are known */

/* Whose entries: one start of the device. 64-bit numbers in two halves, low first. */
typedef struct {
    uint32_t lineage;
    uint32_t boot;
    uint8_t build[8];
    uint32_t stamp[2];
    uint32_t uptime[2];
    uint32_t frequency; /* of the stamps, ticks a second */
    uint32_t number;
    uint8_t core;
    uint8_t flags;
    uint16_t crc;
} noinit_log_segment_t;

typedef struct {
    uint64_t stamp;
    const noinit_log_segment_t *segment; /* in the region; NULL: nobody knows any more */
    uint32_t number; /* jumps where entries were lost */
    uint32_t kind;
    uint32_t id;   /* of the log site (docs/formats/dictionary.md); 0 where the kind has none */
    uint32_t body; /* offset of what stands behind stamp and id */
    uint32_t size; /* of that */
} noinit_log_entry_t;

typedef struct {
    uint64_t stamp;
    const uint32_t *header;
    const uint8_t *blocks;
    const noinit_log_segment_t *segment;
    uint32_t length;   /* of all blocks */
    uint32_t unsealed; /* bytes of entries in the blocks that have no CRC yet */
    uint32_t number;
    uint32_t end;      /* offset behind the entry that was looked at last */
    uint32_t at;       /* offset of the next entry from block 0; never a block's end */
    uint32_t room;     /* bytes of entries from there to the newest one's end */
} noinit_log_reader_t;

/* From here to noinit_log_reader_open: what the functions at the end are made of. */

#define NOINIT_LOG_READER_HEADER_ 88u
#define NOINIT_LOG_READER_INNER_ __attribute__((noinline, unused)) static

/* Whether the CRC-16 that stands behind `size` bytes is not theirs. */
NOINIT_LOG_READER_INNER_ uint32_t noinit_log_reader_is_bad_(const void *start, uint32_t size)
{
    const uint8_t *bytes = (const uint8_t *)start;
    uint32_t sum = 0xffffu;
    for (const uint8_t *end = bytes + size; bytes != end;) {
        uint32_t high = (sum >> 8) ^ *bytes++;
        high ^= high >> 4;
        sum = ((sum << 8) ^ (high << 12) ^ (high << 5) ^ high) & 0xffffu;
    }
    return sum ^ *(const uint16_t *)(const void *)bytes;
}

static inline uint32_t noinit_log_reader_crc32_(const uint8_t *bytes, const uint8_t *end)
{
    uint32_t crc = UINT32_MAX;
    while (bytes != end) {
        crc ^= *bytes++;
        for (uint32_t bit = 0; bit < 8u; bit++) {
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}

/* `count` bytes on, at most to the end of the block: then that is the start of the next. */
NOINIT_LOG_READER_INNER_ uint32_t noinit_log_reader_step_(const noinit_log_reader_t *reader, uint32_t at, uint32_t count)
{
    at += count;
    if (at % 128u == 126u) {
        at += 14u;
        if (at > reader->length) {
            at = 12;
        }
    }
    return at;
}

/* Takes a varint from the start of what is left of an entry. */
NOINIT_LOG_READER_INNER_ uint32_t noinit_log_reader_varint_(const noinit_log_reader_t *reader, noinit_log_entry_t *entry)
{
    uint32_t value = 0;
    uint32_t byte = 0x80u;
    for (uint32_t shift = 0; byte >= 0x80u && shift < 32u && entry->size > 0; shift += 7u) {
        byte = reader->blocks[entry->body];
        entry->body = noinit_log_reader_step_(reader, entry->body, 1);
        entry->size--;
        value |= (byte & 0x7fu) << shift;
    }
    return value;
}

/* Bytes of entries between two offsets; of the whole ring if they are the same. */
NOINIT_LOG_READER_INNER_ uint32_t noinit_log_reader_distance_(const noinit_log_reader_t *reader, uint32_t from, uint32_t to)
{
    const uint32_t blocks = (to - 12u) / 128u - from / 128u;
    uint32_t distance = to - from - 12u - blocks * 14u;
    if ((int32_t)distance <= 0) {
        distance += reader->length / 128u * 114u;
    }
    return distance;
}

/*
 * Stands at the oldest entry; once more: stands there again. False: no log in these `size` bytes from `region` on, a multiple of 4, or its
 * header is damaged.
 */
NOINIT_LOG_READER_INNER_ bool noinit_log_reader_open(noinit_log_reader_t *reader, const void *region, uint32_t size)
{
    const uint32_t *words = (const uint32_t *)region;
    if (size < NOINIT_LOG_READER_HEADER_ || words[0] != 0x474f4c4eu || words[3] > size ||
        noinit_log_reader_crc32_((const uint8_t *)(words + 1), (const uint8_t *)(words + 4)) != words[4]) {
        return false;
    }
    const uint32_t header = words[1] >> 18 << 2;
    reader->header = words;
    reader->blocks = (const uint8_t *)region + header;
    reader->length = (words[3] - header) & 0xff80u;
    const uint32_t tail = words[6] & 0xff80u;
    bool is_good = (uint16_t)words[1] == 0 && header < words[3] && tail < reader->length;
    for (uint32_t i = 5; i < 8u; i++) {
        is_good &= words[i] >> 16 == (~words[i] & 0xffffu);
    }
    reader->at = tail + 12u;
    reader->room = words[5] == words[6] ? 0 : noinit_log_reader_distance_(reader, tail, (uint16_t)words[5]);
    reader->unsealed = noinit_log_reader_distance_(reader, words[7] & 0xff80u, (uint16_t)words[5]);
    reader->segment = (const noinit_log_segment_t *)(const void *)(words + 11);
    return is_good;
}

/* Whether the block that begins there, of which `room` bytes are to be read, is what was written. */
NOINIT_LOG_READER_INNER_ bool noinit_log_reader_is_good_(const noinit_log_reader_t *reader, uint32_t at, uint32_t room)
{
    const uint32_t *block = (const uint32_t *)(const void *)(reader->blocks + at - 12);
    /* Of an open block, a check of its header stands where later the CRC does: between the two stores of a seal, that is there already. */
    const uint32_t mix = block[0] ^ block[1] ^ block[2];
    return noinit_log_reader_is_bad_(block, 126) == 0 || (room <= reader->unsealed && (uint16_t)(mix ^ mix >> 16) == (uint16_t)~(block[31] >> 16));
}

/* The entry at `at`, in a block that is good; gives how many bytes it has, 0 if it cannot be used. */
static inline uint32_t noinit_log_reader_take_(noinit_log_reader_t *reader, noinit_log_entry_t *entry)
{
    const uint8_t *head = reader->blocks + reader->at;
    uint32_t heads = 1;
    uint32_t left = head[0] & 31u;
    if (left == 31u) {
        left += head[1] & 0x7fu;
        heads = 2;
        if (head[1] >= 0x80u) {
            left += (uint32_t)head[2] << 7;
            heads = 3;
        }
    }
    uint32_t at = reader->at + heads;
    const uint32_t total = heads + left + 1u;
    /* Head and stamp stand in one block. */
    if (left == 0 || total > reader->room || at % 128u - 13u > 112u) {
        return 0;
    }
    entry->kind = head[0] >> 5;
    entry->body = at;
    entry->size = left;
    uint32_t sum = 0xa5u;
    uint32_t byte;
    for (;; left--) {
        byte = reader->blocks[at];
        at = noinit_log_reader_step_(reader, at, 1);
        if (left == 0) {
            break;
        }
        sum = (sum << 1 | sum >> 31) + byte;
        if (at % 128u == 12u && !noinit_log_reader_is_good_(reader, at, reader->room - total + left)) {
            return 0;
        }
    }
    reader->end = at;
    /* The head comes last into the sum. */
    for (; heads > 0; heads--) {
        sum = (sum << 1 | sum >> 31) + *head++;
    }
    return entry->kind == NOINIT_LOG_KIND_OPEN || ((sum + (sum >> 8) + (sum >> 16) + (sum >> 24)) & 0xffu) == byte ? total : 0;
}

/* The entry there; moves on. False: that was the newest. */
NOINIT_LOG_READER_INNER_ bool noinit_log_reader_next(noinit_log_reader_t *reader, noinit_log_entry_t *entry)
{
    while (reader->room != 0) {
        const uint32_t *block = (const uint32_t *)(const void *)(reader->blocks + (reader->at & ~127u));
        uint32_t skip = 0;
        if (reader->at % 128u == 12u) {
            reader->number = block[0];
            reader->stamp = (uint64_t)(uint16_t)block[2] << 32 | block[1];
            skip = (block[2] >> 16 & 0xffu) - 12u;
            if (!noinit_log_reader_is_good_(reader, reader->at, reader->room)) {
                skip = 114;
            }
        }
        uint32_t total = 0;
        if (skip < 114u && skip < reader->room) {
            reader->at += skip;
            reader->room -= skip;
            total = noinit_log_reader_take_(reader, entry);
        }
        if (total != 0) {
            reader->room -= total;
            reader->at = reader->end;
            entry->number = reader->number++;
            reader->stamp += noinit_log_reader_varint_(reader, entry) >> 1;
            entry->stamp = reader->stamp;
            /* Only a log site has an id, and its hexdump. */
            entry->id = (entry->kind & ~NOINIT_LOG_KIND_HEXDUMP) == NOINIT_LOG_KIND_LOG ? noinit_log_reader_varint_(reader, entry) : 0;
            if (entry->kind == NOINIT_LOG_KIND_SEGMENT) {
                reader->segment = (const noinit_log_segment_t *)(const void *)(block + 4);
            }
            /* Where the two disagree, the start of that one's entries was lost. */
            const noinit_log_segment_t *segment = reader->segment;
            entry->segment = noinit_log_reader_is_bad_(segment, 42) == 0 && (segment->flags ^ block[2] >> 24) <= 3u ? segment : NULL;
            return true;
        }
        /* It goes on with the next block. */
        uint32_t rest = 126u - reader->at % 128u;
        rest = rest < reader->room ? rest : reader->room;
        reader->room -= rest;
        reader->at = noinit_log_reader_step_(reader, reader->at, rest);
    }
    return false;
}

/*
 * Stands so that the last `lines` entries follow, and says how many there are: fewer where there are fewer. Newest first, ask for the last
 * one, the last two and so on, and take the first that noinit_log_reader_next gives each time.
 */
static inline uint32_t noinit_log_reader_last(noinit_log_reader_t *reader, uint32_t lines)
{
    noinit_log_entry_t entry;
    uint32_t total = 0;
    for (uint32_t skipped = UINT32_MAX;; skipped = total > lines ? total - lines : 0) {
        (void)noinit_log_reader_open(reader, reader->header, reader->header[3]);
        for (uint32_t left = skipped; left > 0 && noinit_log_reader_next(reader, &entry); left--) {
            total += skipped == UINT32_MAX;
        }
        if (skipped != UINT32_MAX) {
            return total - skipped;
        }
    }
}

/*
 * The bytes of the entry's body from its byte `from` on, as far as they stand together: `*size` of them, 0 at the end. A body that goes on in
 * another block comes in several calls.
 */
static inline const uint8_t *noinit_log_reader_body(const noinit_log_reader_t *reader, const noinit_log_entry_t *entry, uint32_t from, uint32_t *size)
{
    uint32_t at = entry->body;
    const uint32_t left = entry->size - from;
    for (;;) {
        const uint32_t here = 126u - at % 128u;
        if (from < here) {
            *size = left < here - from ? left : here - from;
            return reader->blocks + at + from;
        }
        from -= here;
        at = noinit_log_reader_step_(reader, at, here);
    }
}

#endif
