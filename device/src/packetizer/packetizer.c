#include "noinit/packetizer.h"

#include "core/cbor.h"
#include "core/crc.h"
#include "core/head.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "log/log_ring.h"
#include "reboot/boot_records.h"

/* A log record around its entries: head 5 + 3 × 5 + 9, map with number, length and dropped 17. */
#define PREFIX_MAX 48u
#define TRAILER_BYTES 4u

#define FLAG_FIRST 1u
#define FLAG_LAST 2u
#define FLAG_CRC 4u

#define ACK_DURABLE 1u
#define ACK_RESERVED 0xfcu

/*
 * The one message that is being sent or waits for its acknowledgement: a prefix built here, a body that stays where it was recorded, and
 * the CRC-32 of both.
 */
typedef struct {
    uint32_t content_size;     /* prefix and body; 0: no message */
    const noinit_ring_t *ring; /* whose entries it carries; NULL: the crash record */
    uint32_t first_number;     /* of its entries, which an acknowledgement frees */
    uint32_t end_number;
    const uint8_t *body;       /* a ring's memory, or the body itself */
    uint32_t body_mask;
    uint32_t body_start;
    uint32_t id;
    uint32_t sent;             /* bytes handed out in this pass */
    uint32_t crc;              /* of the content among them */
    uint32_t acknowledged;     /* bytes from the start that the server holds */
    uint32_t prefix_size;
    uint8_t prefix[PREFIX_MAX];
} message_t;

static message_t current;

static void use_ring(const noinit_ring_t *ring, uint32_t start)
{
    current.ring = ring;
    current.body = ring->data;
    current.body_mask = ring->capacity - 1u;
    current.body_start = start;
}

/* Boot and reboot records: each entry of their ring is a record without its CRC-32. */
static void begin_boot(void)
{
    const noinit_ring_t *ring = &noinit_boot_ring;
    while (ring->header->tail != ring->header->head) {
        const noinit_ring_entry_t entry = noinit_ring_entry(ring, ring->header->tail);
        current.first_number = ring->header->tail_number;
        current.end_number = current.first_number + 1u;
        if (noinit_ring_is_sound(ring, &entry)) {
            use_ring(ring, entry.body);
            current.content_size = entry.size;
            return;
        }
        noinit_ring_discard(ring, current.end_number);
    }
}

/* The crash record stands in its slot as it is sent, and stays there until it is released. */
static void begin_crash(void)
{
    current.ring = NULL;
    current.body_mask = UINT32_MAX;
    current.body_start = 0;
    current.content_size = noinit_crash_slot_pending(&current.body);
}

/* A run of log entries of one boot, from the tail on. */
typedef struct {
    noinit_segment_t segment;
    uint32_t start;
    uint32_t end;
    uint32_t lines; /* entries that are not a segment start */
    uint32_t dropped;
    bool is_sound;
} run_t;

/* With logging held off: an entry must not go while its length is read. */
static void find_run(run_t *run)
{
    const noinit_ring_t *ring = &noinit_log_ring;
    const noinit_ring_header_t *header = ring->header;
    const uint32_t lock = noinit_arch_lock();
    run->segment = header->segment;
    run->start = header->tail;
    run->end = header->tail;
    run->lines = 0;
    run->dropped = noinit_ring_dropped(ring);
    run->is_sound = true;
    current.first_number = header->tail_number;
    current.end_number = header->tail_number;
    while (run->end != header->head) {
        const noinit_ring_entry_t entry = noinit_ring_entry(ring, run->end);
        if (entry.kind != NOINIT_RING_KIND_SEGMENT) {
            if (run->lines != 0 && entry.end - run->start > NOINIT_PACKETIZER_LOG_BYTES) {
                break;
            }
            run->lines++;
        } else if (run->end == run->start) {
            run->is_sound = entry.size >= sizeof run->segment && noinit_ring_is_sound(ring, &entry);
            noinit_ring_read(ring, entry.body, &run->segment, sizeof run->segment);
        } else {
            break;
        }
        run->end = entry.end;
        current.end_number++;
    }
    noinit_arch_unlock(lock);
}

static void put_log_prefix(const run_t *run)
{
    noinit_cbor_t cbor = {.data = current.prefix, .capacity = sizeof current.prefix};
    noinit_record_head(&cbor, NOINIT_RECORD_LOG, &run->segment);
    noinit_cbor_byte(&cbor, NOINIT_CBOR_MAP | 3u);
    noinit_cbor_pair(&cbor, 0, current.first_number);
    noinit_cbor_pair(&cbor, 2, run->dropped);
    noinit_cbor_byte(&cbor, 1);
    noinit_cbor_head(&cbor, NOINIT_CBOR_BYTES, run->end - run->start);
    current.prefix_size = cbor.size;
}

static void begin_log(void)
{
    const noinit_ring_t *ring = &noinit_log_ring;
    for (;;) {
        run_t run;
        find_run(&run);
        if (!run.is_sound) {
            noinit_ring_discard(ring, current.end_number); /* nobody knows who wrote these */
        } else if (run.lines != 0) {
            put_log_prefix(&run);
            use_ring(ring, run.start - current.prefix_size);
            current.content_size = current.prefix_size + run.end - run.start;
            return;
        } else if (run.end == ring->header->head) {
            return; /* nothing yet behind this boot's segment start */
        } else {
            noinit_ring_release(ring, current.end_number); /* a boot that logged nothing */
        }
    }
}

/* Entries may be overwritten while they are being sent; nothing is appended to the boot records after noinit_init. */
static bool is_intact(void)
{
    return current.ring == NULL || current.ring->header->tail_number == current.first_number;
}

/* In the order of need. */
static void begin_message(void)
{
    current.prefix_size = 0;
    begin_boot();
    if (current.content_size == 0) {
        begin_crash();
    }
    if (current.content_size == 0) {
        begin_log();
    }
    if (current.content_size != 0) {
        current.id = noinit_head_take_message_id();
        current.sent = 0;
        current.acknowledged = 0;
    }
}

static void finish_message(void)
{
    current.content_size = 0;
    if (current.ring != NULL) {
        noinit_ring_release(current.ring, current.end_number);
    } else {
        noinit_crash_slot_release();
    }
}

static uint32_t total_size(void)
{
    return current.content_size + TRAILER_BYTES;
}

/* The byte of the message at `current.sent`. Its CRC-32 goes along with the content and follows it. */
static uint8_t next_byte(void)
{
    const uint32_t offset = current.sent++;
    if (offset >= current.content_size) {
        return (uint8_t)(current.crc >> 8u * (offset - current.content_size));
    }
    const uint8_t byte = offset < current.prefix_size ? current.prefix[offset] : current.body[(current.body_start + offset) & current.body_mask];
    current.crc = noinit_crc32(offset == 0 ? 0u : current.crc, &byte, 1);
    return byte;
}

/* Writes the chunk at `current.sent`; gives its length and moves on. */
static uint32_t put_chunk(uint8_t *chunk, uint32_t room)
{
    uint32_t flags = (NOINIT_CHUNK_CRC ? FLAG_CRC : 0u) | (current.sent == 0 ? FLAG_FIRST : 0u);
    uint32_t size = 1;
    for (uint32_t id = current.id; size < 4u; id >>= 8) {
        chunk[size++] = (uint8_t)id;
    }
    uint32_t offset = current.sent;
    for (; offset >= 0x80u; offset >>= 7) {
        chunk[size++] = (uint8_t)(offset | 0x80u);
    }
    chunk[size++] = (uint8_t)offset;
    room -= NOINIT_CHUNK_CRC ? 2u : 0u;
    while (size < room && current.sent < total_size()) {
        chunk[size++] = next_byte();
    }
    flags |= current.sent == total_size() ? FLAG_LAST : 0u;
    chunk[0] = (uint8_t)flags;
#if NOINIT_CHUNK_CRC
    const uint16_t crc = noinit_crc16(NOINIT_CRC16_START, chunk, size);
    chunk[size++] = (uint8_t)crc;
    chunk[size++] = (uint8_t)(crc >> 8);
#endif
    return size;
}

bool noinit_packetizer_get_chunk(uint8_t *buffer, size_t *size)
{
    const uint32_t room = *size < 0xffffu ? (uint32_t)*size : 0xffffu;
    *size = 0;
    if (room < NOINIT_CHUNK_MIN || !noinit_is_open) {
        return false;
    }
    for (;;) {
        if (current.content_size == 0) {
            begin_message();
        }
        if (current.content_size == 0 || current.sent == total_size()) {
            return false;
        }
        const uint32_t length = put_chunk(buffer, room);
        if (is_intact()) {
            *size = length;
            break;
        }
        /* The log overwrote what is being sent. The message never ends; what is left goes out under a new id, the lost counted. */
        current.content_size = 0;
    }
#if NOINIT_PACKETIZER_ONE_WAY
    if (current.sent == total_size()) {
        finish_message();
    }
#endif
    return true;
}

typedef struct {
    const uint8_t *next;
    const uint8_t *end;
    bool is_cut;
} reader_t;

static uint32_t read_byte(reader_t *reader)
{
    if (reader->next == reader->end) {
        reader->is_cut = true;
        return 0;
    }
    return *reader->next++;
}

/* Unsigned LEB128 of at most three bytes. */
static uint32_t read_varint(reader_t *reader)
{
    uint32_t value = 0;
    for (uint32_t shift = 0; shift < 21u; shift += 7) {
        const uint32_t byte = read_byte(reader);
        value |= (byte & 0x7fu) << shift;
        if ((byte & 0x80u) == 0) {
            return value;
        }
    }
    reader->is_cut = true;
    return 0;
}

static void take_ack(uint32_t id, uint32_t offset, uint32_t length)
{
    if (current.content_size == 0 || id != current.id || offset > current.acknowledged) {
        return;
    }
    if (offset + length > current.acknowledged) {
        current.acknowledged = offset + length;
    }
    if (current.acknowledged < total_size()) {
        return;
    }
    if (is_intact()) {
        finish_message();
    }
    /* Or the log went on over it meanwhile: what is left comes again, and the server knows its numbers. */
    current.content_size = 0;
}

noinit_result_t noinit_packetizer_ack(const uint8_t *acks, size_t size)
{
    reader_t reader = {.next = acks, .end = acks + size};
    while (reader.next != reader.end) {
        const uint32_t flags = read_byte(&reader);
        uint32_t id = 0;
        for (uint32_t shift = 0; shift < 24u; shift += 8u) {
            id |= read_byte(&reader) << shift;
        }
        const uint32_t offset = read_varint(&reader);
        const uint32_t length = read_varint(&reader);
        if (reader.is_cut || (flags & ACK_RESERVED) != 0) {
            return NOINIT_ERR_MALFORMED;
        }
        if ((flags & ACK_DURABLE) != 0) {
            take_ack(id, offset, length);
        }
    }
    return NOINIT_OK;
}

void noinit_packetizer_resend(void)
{
    current.sent = 0;
}
