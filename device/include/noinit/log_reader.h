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
 * Nobody may write the log meanwhile. Thread only.
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

/* From here to noinit_log_reader_rewind: what the functions at the end are made of. */

typedef struct {
    uint32_t at;   /* offset from block 0; never at a block's end */
    uint32_t room; /* bytes of entries from there to the newest one's end */
    uint32_t sum;  /* over the bytes that were passed */
} noinit_log_place_t;

typedef struct {
    uint64_t stamp;
    const uint32_t *header;
    const uint8_t *blocks;
    uint32_t length;   /* of all blocks */
    uint32_t unsealed; /* bytes of entries in the blocks that have no CRC yet */
    const noinit_log_segment_t *segment;
    uint32_t number;
    uint32_t is_bad;   /* something that was passed */
    noinit_log_place_t place;
} noinit_log_reader_t;

#define NOINIT_LOG_READER_HEADER_ 88u
#define NOINIT_LOG_READER_INNER_ __attribute__((noinline, unused)) static

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

/* The byte there; moves on. What is not right in a block that is entered makes bad what goes on in it. */
NOINIT_LOG_READER_INNER_ uint32_t noinit_log_reader_byte_(noinit_log_reader_t *reader)
{
    noinit_log_place_t *place = &reader->place;
    if (place->room == 0) {
        reader->is_bad = 1;
        return 0;
    }
    if (place->at % 128u == 12u) {
        const uint32_t *block = (const uint32_t *)(const void *)(reader->blocks + place->at - 12);
        if (place->room > reader->unsealed) {
            reader->is_bad |= noinit_log_reader_is_bad_(block, 126);
        } else {
            /* Of an open block, a check of its header stands there. */
            const uint32_t sum = block[0] ^ block[1] ^ block[2];
            reader->is_bad |= (sum ^ sum >> 16 ^ ~(block[31] >> 16)) & 0xffffu;
        }
    }
    place->room--;
    const uint32_t byte = reader->blocks[place->at++];
    if (place->at % 128u == 126u) {
        place->at += 14u;
        if (place->at > reader->length) {
            place->at = 12;
        }
    }
    place->sum = (place->sum << 1 | place->sum >> 31) + byte;
    return byte;
}

/* On to offset `in_block` of this block, or into the next one. */
NOINIT_LOG_READER_INNER_ void noinit_log_reader_skip_(noinit_log_reader_t *reader, uint32_t in_block)
{
    while (reader->place.room != 0 && reader->place.at % 128u != in_block) {
        (void)noinit_log_reader_byte_(reader);
        if (reader->place.at % 128u == 12u) {
            break;
        }
    }
}

/* A varint of at most `*left` bytes: its low 32 bits. */
NOINIT_LOG_READER_INNER_ uint32_t noinit_log_reader_varint_(noinit_log_reader_t *reader, uint32_t *left)
{
    uint32_t value = 0;
    uint32_t byte = 0x80u;
    for (uint32_t shift = 0; byte >= 0x80u && shift < 32u && *left > 0; shift += 7u) {
        byte = noinit_log_reader_byte_(reader);
        value |= (byte & 0x7fu) << shift;
        --*left;
    }
    return value;
}

/* A segment start, if it is whole. */
NOINIT_LOG_READER_INNER_ void noinit_log_reader_segment_(noinit_log_reader_t *reader, const uint32_t *words)
{
    reader->segment = noinit_log_reader_is_bad_(words, 42) == 0 ? (const noinit_log_segment_t *)(const void *)words : NULL;
}

/* Bytes of entries from block 0 to `offset`. */
static inline uint32_t noinit_log_reader_payload_(uint32_t offset)
{
    return offset - offset / 128u * 14u;
}

/* Back to the oldest entry. */
NOINIT_LOG_READER_INNER_ void noinit_log_reader_rewind(noinit_log_reader_t *reader)
{
    const uint32_t *words = reader->header;
    const uint32_t all = noinit_log_reader_payload_(reader->length);
    const uint32_t head = noinit_log_reader_payload_((uint16_t)words[5] - 12u) + all - 1u;
    reader->place.at = (uint16_t)words[6];
    /* All of it where head and tail are the same place, said in two ways: as the end of a block and as the start of the next. */
    reader->place.room = words[5] == words[6] ? 0 : (head - noinit_log_reader_payload_(reader->place.at - 12u)) % all + 1u;
    reader->unsealed = (head - noinit_log_reader_payload_((uint16_t)words[7] - 12u)) % all + 1u;
    noinit_log_reader_segment_(reader, words + 11);
}

/* Stands at the oldest entry. False: no log in these `size` bytes from `region` on, or its header is damaged. */
static inline bool noinit_log_reader_open(noinit_log_reader_t *reader, const void *region, uint32_t size)
{
    const uint32_t *words = (const uint32_t *)region;
    if (((uintptr_t)region & 3u) != 0 || size < NOINIT_LOG_READER_HEADER_ || words[0] != 0x474f4c4eu || words[3] > size ||
        noinit_log_reader_crc32_((const uint8_t *)(words + 1), (const uint8_t *)(words + 4)) != words[4]) {
        return false;
    }
    const uint32_t header = words[1] >> 18 << 2;
    reader->header = words;
    reader->blocks = (const uint8_t *)region + header;
    reader->length = (words[3] - header) & 0xff80u;
    if ((uint16_t)words[1] != 0 || header < NOINIT_LOG_READER_HEADER_ || words[3] < header || reader->length == 0) {
        return false;
    }
    for (uint32_t i = 5; i < 8u; i++) {
        const uint32_t offset = (uint16_t)words[i];
        if (offset + (words[i] >> 16) != 0xffffu || offset >= reader->length || (i > 5u && offset % 128u != 12u)) {
            return false;
        }
    }
    noinit_log_reader_rewind(reader);
    return true;
}

/* The entry there; moves on. False: that was the newest. */
NOINIT_LOG_READER_INNER_ bool noinit_log_reader_next(noinit_log_reader_t *reader, noinit_log_entry_t *entry)
{
    while (reader->place.room != 0) {
        const uint32_t *block = (const uint32_t *)(const void *)(reader->blocks + (reader->place.at & ~127u));
        reader->is_bad = 0;
        if (reader->place.at % 128u == 12u) {
            const uint32_t first = block[2] >> 16 & 0xffu;
            reader->number = block[0];
            reader->stamp = (uint64_t)(uint16_t)block[2] << 32 | block[1];
            noinit_log_reader_skip_(reader, first);
            if (reader->place.at % 128u != first) {
                continue;
            }
        }
        const noinit_log_place_t start = reader->place;
        const uint32_t head = noinit_log_reader_byte_(reader);
        uint32_t left = head & 31u;
        uint32_t more = 2;
        if (left == 31u) {
            left += noinit_log_reader_varint_(reader, &more);
        }
        reader->is_bad |= left == 0;
        entry->kind = head >> 5;
        reader->place.sum = 0xa5u;
        entry->stamp = reader->stamp + (noinit_log_reader_varint_(reader, &left) >> 1);
        entry->id = 0;
        if ((entry->kind & ~NOINIT_LOG_KIND_HEXDUMP) == NOINIT_LOG_KIND_LOG) {
            entry->id = noinit_log_reader_varint_(reader, &left);
        }
        entry->body = reader->place.at;
        entry->size = left;
        for (; left > 0; left--) {
            (void)noinit_log_reader_byte_(reader);
        }
        /* The head comes last into the sum. */
        const noinit_log_place_t end = reader->place;
        reader->place = start;
        reader->place.sum = end.sum;
        for (; more <= 2u; more++) {
            (void)noinit_log_reader_byte_(reader);
        }
        const uint32_t sum = reader->place.sum;
        reader->place = end;
        const uint32_t check = noinit_log_reader_byte_(reader) ^ ((sum + (sum >> 8) + (sum >> 16) + (sum >> 24)) & 0xffu);
        if (reader->is_bad == 0 && (check == 0 || entry->kind == NOINIT_LOG_KIND_OPEN)) {
            if (entry->kind == NOINIT_LOG_KIND_SEGMENT) {
                noinit_log_reader_segment_(reader, block + 4);
            }
            /* Another one's entries: its start was lost. */
            if (reader->segment != NULL && (reader->segment->flags ^ block[2] >> 24) > 3u) {
                reader->segment = NULL;
            }
            entry->segment = reader->segment;
            entry->number = reader->number++;
            reader->stamp = entry->stamp;
            return true;
        }
        reader->place = start;
        noinit_log_reader_skip_(reader, 0);
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
    for (noinit_log_reader_rewind(reader); noinit_log_reader_next(reader, &entry);) {
        total++;
    }
    lines = lines < total ? lines : total;
    for (noinit_log_reader_rewind(reader); total > lines; total--) {
        (void)noinit_log_reader_next(reader, &entry);
    }
    return lines;
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
        at += here + 14u;
        if (at > reader->length) {
            at = 12;
        }
    }
}

#endif
