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

/* Bytes of entries from block 0 to `offset`. */
static inline uint32_t noinit_log_reader_payload_(uint32_t offset)
{
    return offset - offset / 128u * 14u;
}

/* `count` bytes on, at most to the end of the block. */
static inline uint32_t noinit_log_reader_step_(const noinit_log_reader_t *reader, uint32_t at, uint32_t count)
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

/*
 * Stands at the oldest entry. False: no log in these `size` bytes from `region` on, or its header is damaged. Once more: stands there again.
 */
NOINIT_LOG_READER_INNER_ bool noinit_log_reader_open(noinit_log_reader_t *reader, const void *region, uint32_t size)
{
    const uint32_t *words = (const uint32_t *)region;
    if (((uintptr_t)region & 3u) != 0 || size < NOINIT_LOG_READER_HEADER_ || words[0] != 0x474f4c4eu || words[3] > size ||
        noinit_log_reader_crc32_((const uint8_t *)(words + 1), (const uint8_t *)(words + 4)) != words[4]) {
        return false;
    }
    const uint32_t header = words[1] >> 18 << 2;
    const uint32_t length = (words[3] - header) & 0xff80u;
    reader->header = words;
    reader->blocks = (const uint8_t *)region + header;
    reader->length = length;
    if ((uint16_t)words[1] != 0 || header < NOINIT_LOG_READER_HEADER_ || words[3] < header || length == 0) {
        return false;
    }
    for (uint32_t i = 5; i < 8u; i++) {
        const uint32_t offset = (uint16_t)words[i];
        if (offset + (words[i] >> 16) != 0xffffu || offset >= length || (i > 5u && offset % 128u != 12u)) {
            return false;
        }
    }
    const uint32_t all = noinit_log_reader_payload_(length);
    const uint32_t head = noinit_log_reader_payload_((uint16_t)words[5] - 12u) + all - 1u;
    reader->at = (uint16_t)words[6];
    /* All of it where head and tail are the same place, said in two ways: as the end of a block and as the start of the next. */
    reader->room = words[5] == words[6] ? 0 : (head - noinit_log_reader_payload_(reader->at - 12u)) % all + 1u;
    reader->unsealed = (head - noinit_log_reader_payload_((uint16_t)words[7] - 12u)) % all + 1u;
    reader->segment = (const noinit_log_segment_t *)(const void *)(words + 11);
    return true;
}

/* The entry there; moves on. False: that was the newest. */
NOINIT_LOG_READER_INNER_ bool noinit_log_reader_next(noinit_log_reader_t *reader, noinit_log_entry_t *entry)
{
    while (reader->room != 0) {
        uint32_t at = reader->at;
        uint32_t room = reader->room;
        uint32_t head = 0;  /* the bytes before the stamp, and how many */
        uint32_t heads = 0;
        uint32_t left = 0;  /* of stamp and body */
        uint32_t field = 0; /* what is being read: length, stamp, id, the rest */
        uint32_t value = 0;
        uint32_t shift = 0;
        uint32_t sum = 0xa5u;
        bool is_right = false;
        while (room != 0) {
            if (at % 128u == 12u) {
                const uint32_t *block = (const uint32_t *)(const void *)(reader->blocks + at - 12);
                const uint32_t mix = block[0] ^ block[1] ^ block[2];
                /* Of an open block, a check of its header stands where later the CRC does. */
                if (room > reader->unsealed ? noinit_log_reader_is_bad_(block, 126) != 0 : ((mix ^ mix >> 16 ^ ~(block[31] >> 16)) & 0xffffu) != 0) {
                    break;
                }
                if (heads == 0) {
                    const uint32_t first = (block[2] >> 16 & 0xffu) - 12u;
                    if (first > 113u || first >= room) {
                        break;
                    }
                    reader->number = block[0];
                    reader->stamp = (uint64_t)(uint16_t)block[2] << 32 | block[1];
                    at += first;
                    room -= first;
                    reader->at = at;
                    reader->room = room;
                }
            }
            const uint32_t byte = reader->blocks[at];
            at = noinit_log_reader_step_(reader, at, 1);
            room--;
            if (field == 0) {
                head |= byte << 8u * heads;
                heads++;
                if (heads == 1u) {
                    entry->kind = byte >> 5;
                    left = byte & 31u;
                    field = left != 31u;
                    if (left == 0) {
                        break;
                    }
                    continue;
                }
                if (heads > 3u) {
                    break;
                }
            } else if (left == 0) {
                /* The head comes last into the sum. */
                for (; heads > 0; heads--, head >>= 8) {
                    sum = (sum << 1 | sum >> 31) + (head & 0xffu);
                }
                is_right = ((sum + (sum >> 8) + (sum >> 16) + (sum >> 24)) & 0xffu) == byte || entry->kind == NOINIT_LOG_KIND_OPEN;
                break;
            } else {
                sum = (sum << 1 | sum >> 31) + byte;
                left--;
            }
            if (field < 3u) {
                value |= (byte & 0x7fu) << (shift & 31u);
                shift += 7u;
                if (byte < 0x80u) {
                    if (field == 0) {
                        left += value;
                    } else if (field == 1u) {
                        entry->stamp = reader->stamp + (value >> 1);
                        entry->id = 0;
                        /* Only a log site has an id, and its hexdump. */
                        field += (entry->kind & ~NOINIT_LOG_KIND_HEXDUMP) != NOINIT_LOG_KIND_LOG;
                    } else {
                        entry->id = value;
                    }
                    entry->body = at;
                    entry->size = left;
                    value = 0;
                    shift = 0;
                    field++;
                }
            }
        }
        const uint8_t *block = reader->blocks + (reader->at & ~127u);
        if (is_right) {
            if (entry->kind == NOINIT_LOG_KIND_SEGMENT) {
                reader->segment = (const noinit_log_segment_t *)(const void *)(block + 16);
            }
            /* Where the two disagree, the start of that one's entries was lost. */
            const noinit_log_segment_t *segment = reader->segment;
            entry->segment = noinit_log_reader_is_bad_(segment, 42) == 0 && (segment->flags ^ block[11]) <= 3u ? segment : NULL;
            entry->number = reader->number++;
            reader->stamp = entry->stamp;
            reader->at = at;
            reader->room = room;
            return true;
        }
        /* It goes on with the next block. */
        uint32_t rest = 126u - reader->at % 128u;
        rest = rest < reader->room ? rest : reader->room;
        reader->at = noinit_log_reader_step_(reader, reader->at, rest);
        reader->room -= rest;
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
