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

typedef struct source source_t;

/*
 * The one message that is being sent or waits for its acknowledgement: a prefix built here, a body that stays where it was recorded, and
 * the CRC-32 of both.
 */
typedef struct {
    const source_t *source; /* NULL: no message */
    const uint8_t *body;    /* a ring's memory, or the body itself */
    uint32_t body_mask;
    uint32_t body_start;
    uint32_t body_size;
    uint32_t entries_end;   /* ring sources: what its release frees */
    uint32_t entries;
    uint32_t crc;
    uint32_t id;
    uint32_t sent;          /* bytes handed out in this pass */
    uint32_t acknowledged;  /* bytes from the start that the server holds */
    uint32_t prefix_size;
    uint8_t prefix[PREFIX_MAX];
} message_t;

/* What the packetizer drains. `begin` describes the next record, or says that there is none. */
struct source {
    bool (*begin)(message_t *message);
    bool (*is_intact)(const message_t *message);
    void (*release)(const message_t *message);
};

static message_t current;

static void use_ring(message_t *message, const noinit_ring_t *ring, uint32_t start, uint32_t size)
{
    message->body = ring->data;
    message->body_mask = ring->capacity - 1u;
    message->body_start = start;
    message->body_size = size;
}

static void evict_locked(const noinit_ring_t *ring)
{
    const uint32_t lock = noinit_arch_lock();
    if (ring->header->tail != ring->header->head) {
        noinit_ring_evict(ring);
    }
    noinit_arch_unlock(lock);
}

/* Boot and reboot records: each entry of their ring is a record without its CRC-32. */
static bool begin_boot(message_t *message)
{
    const noinit_ring_t *ring = &noinit_boot_ring;
    while (ring->header->tail != ring->header->head) {
        const uint32_t tail = ring->header->tail;
        const noinit_ring_entry_t entry = noinit_ring_entry(ring, tail);
        if (noinit_ring_is_sound(ring, &entry, tail)) {
            use_ring(message, ring, entry.body, entry.size);
            message->entries_end = entry.end;
            message->entries = 1;
            return true;
        }
        evict_locked(ring);
    }
    return false;
}

static bool is_boot_intact(const message_t *message)
{
    (void)message; /* nothing is appended after noinit_init */
    return true;
}

static void release_boot(const message_t *message)
{
    noinit_ring_release(&noinit_boot_ring, message->entries_end, message->entries);
}

/* The crash record stands in its slot as it is sent. */
static bool begin_crash(message_t *message)
{
    message->body_mask = UINT32_MAX;
    message->body_size = noinit_crash_slot_pending(&message->body);
    return message->body_size != 0;
}

static bool is_crash_intact(const message_t *message)
{
    (void)message; /* kept until released */
    return true;
}

static void release_crash(const message_t *message)
{
    (void)message;
    noinit_crash_slot_release();
}

/* A run of log entries of one boot, from the tail on. */
typedef struct {
    noinit_segment_t segment;
    uint32_t start;
    uint32_t end;
    uint32_t first_number;
    uint32_t entries;
    uint32_t lines; /* entries that are not a segment start */
    uint32_t dropped;
    bool is_sound;
} run_t;

static void extend_run(run_t *run, const noinit_ring_t *ring, uint32_t head)
{
    while (run->end != head) {
        const noinit_ring_entry_t entry = noinit_ring_entry(ring, run->end);
        const bool is_segment = entry.kind == NOINIT_RING_KIND_SEGMENT;
        if ((is_segment && run->entries != 0) || (run->lines != 0 && entry.end - run->start > NOINIT_PACKETIZER_LOG_BYTES)) {
            return;
        }
        if (is_segment) {
            run->is_sound = entry.size >= sizeof run->segment && noinit_ring_is_sound(ring, &entry, run->end);
            noinit_ring_read_segment(ring, &entry, &run->segment);
        } else {
            run->lines++;
        }
        run->end = entry.end;
        run->entries++;
    }
}

/* With logging held off: an entry must not go while its length is read. */
static run_t find_run(const noinit_ring_t *ring)
{
    const uint32_t lock = noinit_arch_lock();
    const noinit_ring_header_t *header = ring->header;
    run_t run = {
        .segment = header->segment,
        .start = header->tail,
        .end = header->tail,
        .first_number = header->tail_number,
        .dropped = noinit_ring_dropped(ring),
        .is_sound = true,
    };
    extend_run(&run, ring, header->head);
    noinit_arch_unlock(lock);
    return run;
}

static void put_log_prefix(message_t *message, const run_t *run)
{
    noinit_cbor_t cbor = {.data = message->prefix, .capacity = sizeof message->prefix};
    noinit_record_head(&cbor, &(noinit_record_head_t){NOINIT_RECORD_LOG, run->segment.lineage, run->segment.boot,
                                                      noinit_head_take_sequence(), run->segment.build});
    noinit_cbor_head(&cbor, NOINIT_CBOR_MAP, run->dropped != 0 ? 3 : 2);
    noinit_cbor_pair(&cbor, 0, run->first_number);
    if (run->dropped != 0) {
        noinit_cbor_pair(&cbor, 2, run->dropped);
    }
    noinit_cbor_byte(&cbor, 1);
    noinit_cbor_head(&cbor, NOINIT_CBOR_BYTES, run->end - run->start);
    message->prefix_size = cbor.size;
}

static bool begin_log(message_t *message)
{
    const noinit_ring_t *ring = &noinit_log_ring;
    for (;;) {
        const run_t run = find_run(ring);
        if (run.lines != 0 && run.is_sound) {
            put_log_prefix(message, &run);
            use_ring(message, ring, run.start, run.end - run.start);
            message->entries_end = run.end;
            message->entries = run.entries;
            return true;
        }
        if (run.end == ring->header->head && run.is_sound) {
            return false; /* nothing yet behind this boot's segment start */
        }
        if (run.is_sound) {
            noinit_ring_release(ring, run.end, run.entries); /* a boot that logged nothing */
        } else {
            for (uint32_t i = 0; i < run.entries; i++) {
                evict_locked(ring); /* nobody knows who wrote these: they count as dropped */
            }
        }
    }
}

static bool is_log_intact(const message_t *message)
{
    return noinit_log_ring.header->tail == message->body_start;
}

static void release_log(const message_t *message)
{
    noinit_ring_release(&noinit_log_ring, message->entries_end, message->entries);
}

/* In the order they are asked. */
static const source_t SOURCES[] = {
    {begin_boot, is_boot_intact, release_boot},
    {begin_crash, is_crash_intact, release_crash},
    {begin_log, is_log_intact, release_log},
};

static uint32_t content_size(const message_t *message)
{
    return message->prefix_size + message->body_size;
}

static uint8_t content_byte(const message_t *message, uint32_t offset)
{
    if (offset < message->prefix_size) {
        return message->prefix[offset];
    }
    return message->body[(message->body_start + offset - message->prefix_size) & message->body_mask];
}

static uint8_t message_byte(const message_t *message, uint32_t offset)
{
    const uint32_t size = content_size(message);
    return offset < size ? content_byte(message, offset) : (uint8_t)(message->crc >> 8 * (offset - size));
}

static bool begin_message(void)
{
    for (uint32_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
        current = (message_t){.source = &SOURCES[i]};
        if (SOURCES[i].begin(&current)) {
            for (uint32_t offset = 0; offset < content_size(&current); offset++) {
                current.crc = noinit_crc32_byte(current.crc, content_byte(&current, offset));
            }
            current.id = noinit_head_take_message_id();
            return true;
        }
    }
    current.source = NULL;
    return false;
}

static void finish_message(void)
{
    current.source->release(&current);
    current.source = NULL;
}

/* Flags, id and offset; gives how many bytes. The flags are completed when the payload's length is known. */
static uint32_t put_header(uint8_t *chunk, const message_t *message)
{
    chunk[1] = (uint8_t)message->id;
    chunk[2] = (uint8_t)(message->id >> 8);
    chunk[3] = (uint8_t)(message->id >> 16);
    uint32_t size = 4;
    uint32_t offset = message->sent;
    for (; offset >= 0x80u; offset >>= 7) {
        chunk[size++] = (uint8_t)(offset | 0x80u);
    }
    chunk[size++] = (uint8_t)offset;
    return size;
}

/* Writes the chunk at `message->sent`; gives its length and moves on. */
static uint32_t put_chunk(uint8_t *chunk, uint32_t room, message_t *message)
{
    const uint32_t total = content_size(message) + TRAILER_BYTES;
    uint32_t size = put_header(chunk, message);
    uint32_t payload = room - size - (NOINIT_CHUNK_CRC ? 2u : 0u);
    if (payload > total - message->sent) {
        payload = total - message->sent;
    }
    chunk[0] = (uint8_t)((message->sent == 0 ? FLAG_FIRST : 0u) | (message->sent + payload == total ? FLAG_LAST : 0u) |
                         (NOINIT_CHUNK_CRC ? FLAG_CRC : 0u));
    for (; payload > 0; payload--) {
        chunk[size++] = message_byte(message, message->sent++);
    }
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
    if (room < NOINIT_CHUNK_MIN || noinit_head()->boot == 0) {
        return false;
    }
    for (;;) {
        if (current.source == NULL && !begin_message()) {
            return false;
        }
        if (current.sent == content_size(&current) + TRAILER_BYTES) {
            return false;
        }
        const uint32_t length = put_chunk(buffer, room, &current);
        if (!current.source->is_intact(&current)) {
            /* The log overwrote what is being sent. The message never ends; what is left goes out under a new id, the lost counted. */
            current.source = NULL;
            continue;
        }
        *size = length;
#if NOINIT_PACKETIZER_ONE_WAY
        if (current.sent == content_size(&current) + TRAILER_BYTES) {
            finish_message();
        }
#endif
        return true;
    }
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
    if (current.source == NULL || id != current.id || offset > current.acknowledged) {
        return;
    }
    if (offset + length > current.acknowledged) {
        current.acknowledged = offset + length;
    }
    if (current.acknowledged < content_size(&current) + TRAILER_BYTES) {
        return;
    }
    if (current.source->is_intact(&current)) {
        finish_message();
    } else {
        current.source = NULL; /* the log went on over it meanwhile; it comes again, and the server knows its numbers */
    }
}

noinit_result_t noinit_packetizer_ack(const uint8_t *acks, size_t size)
{
    reader_t reader = {.next = acks, .end = acks + size};
    while (reader.next != reader.end) {
        const uint32_t flags = read_byte(&reader);
        uint32_t id = read_byte(&reader);
        id |= read_byte(&reader) << 8;
        id |= read_byte(&reader) << 16;
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
