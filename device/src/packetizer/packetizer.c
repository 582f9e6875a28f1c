#include "noinit/packetizer.h"

#include "core/crc.h"
#include "core/head.h"
#include "crash/crash_slot.h"
#include "crash/postcard.h"
#include "packetizer/log_source.h"
#include "reboot/boot_records.h"

#define TRAILER_BYTES 4u

#define FLAG_FIRST 1u
#define FLAG_LAST 2u
#define FLAG_CRC 4u

#define ACK_DURABLE 1u
#define ACK_RESERVED 0xfcu

/* What a message carries. */
#define NOTHING 0u
#define BOOT 1u
#define POSTCARD 2u
#define CRASH 3u
#define LOG 4u

/*
 * The one message that is being sent or waits for its acknowledgement. Its content stays where it was recorded and is read from there byte
 * by byte, with the CRC-32 going along. A log's begins with a prefix that is written anew for each chunk that has to do with it; a boot's is
 * nothing but prefix.
 */
static struct {
    uint32_t kind;
    uint32_t content_size;
    const uint8_t *body;   /* a postcard's or a crash's */
    uint32_t prefix_size;
    uint32_t id;
    uint32_t sent;         /* bytes handed out in this pass */
    uint32_t crc;          /* of the content among them */
    uint32_t acknowledged; /* bytes from the start that the server holds */
} current;

#define PREFIX_MAX (NOINIT_BOOT_RECORD_MAX > NOINIT_LOG_SOURCE_PREFIX_MAX ? NOINIT_BOOT_RECORD_MAX : NOINIT_LOG_SOURCE_PREFIX_MAX)

static uint32_t put_prefix(uint8_t *bytes)
{
    noinit_cbor_t cbor = {.data = bytes, .capacity = PREFIX_MAX};
#if NOINIT_PACKETIZER_LOG
    if (current.kind == LOG) {
        noinit_log_source_prefix(&cbor, current.content_size - current.prefix_size);
        return cbor.size;
    }
#endif
    (void)noinit_boot_records_pending(&cbor);
    return cbor.size;
}

#if NOINIT_PACKETIZER_ONE_WAY && NOINIT_BOOT_REPEAT != 0
/* Where nothing is acknowledged, the server may have missed which firmware this is. */
static void repeat_boot(void)
{
    static uint32_t messages;
    if (current.kind == BOOT) {
        messages = 0;
    } else if (++messages == NOINIT_BOOT_REPEAT) {
        messages = 0;
        noinit_boot_records_repeat();
    }
}
#endif

/* In the order of need. */
static void begin_message(void)
{
    uint8_t prefix[PREFIX_MAX];
    current.kind = BOOT;
    current.prefix_size = put_prefix(prefix);
    current.content_size = current.prefix_size;
    if (current.content_size == 0 && !noinit_boot_is_held) {
        current.kind = POSTCARD;
        current.content_size = noinit_postcard_pending(&current.body);
    }
    if (current.content_size == 0 && !noinit_boot_is_held) {
        current.kind = CRASH;
        current.content_size = noinit_crash_slot_pending(&current.body);
    }
#if NOINIT_PACKETIZER_LOG
    if (current.content_size == 0 && !noinit_boot_is_held) {
        current.kind = LOG;
        current.content_size = noinit_log_source_begin();
        if (current.content_size != 0) {
            current.prefix_size = put_prefix(prefix);
            current.content_size += current.prefix_size;
        }
    }
#endif
    if (current.content_size == 0) {
        current.kind = NOTHING;
        return;
    }
    current.id = noinit_head_take_message_id();
    current.sent = 0;
    current.acknowledged = 0;
}

static void finish_message(void)
{
#if NOINIT_PACKETIZER_ONE_WAY && NOINIT_BOOT_REPEAT != 0
    repeat_boot();
#endif
    if (current.kind == BOOT) {
        noinit_boot_records_release();
    } else if (current.kind == POSTCARD) {
        noinit_postcard_release();
    } else if (current.kind == CRASH) {
        noinit_crash_slot_release();
    }
#if NOINIT_PACKETIZER_LOG
    else {
        noinit_log_source_release();
    }
#endif
    current.kind = NOTHING;
}

/*
 * Log entries may be overwritten while they are sent. Their message then never ends; what is left goes out in another one, which says how
 * often that happened and how many are lost.
 */
static bool check_intact(void)
{
#if NOINIT_PACKETIZER_LOG
    if (current.kind == LOG && !noinit_log_source_is_intact()) {
        noinit_log_source_abandon();
        current.kind = NOTHING;
        return false;
    }
#endif
    return true;
}

static uint32_t total_size(void)
{
    return current.content_size + TRAILER_BYTES;
}

static uint8_t body_byte(uint32_t offset)
{
#if NOINIT_PACKETIZER_LOG
    if (current.kind == LOG) {
        return noinit_log_source_byte();
    }
#endif
    return current.body[offset];
}

/* The byte of the message at `current.sent`. Its CRC-32 goes along with the content and follows it. */
static uint8_t next_byte(const uint8_t *prefix)
{
    const uint32_t offset = current.sent++;
    if (offset >= current.content_size) {
        return (uint8_t)(current.crc >> 8u * (offset - current.content_size));
    }
    const uint8_t byte = offset < current.prefix_size ? prefix[offset] : body_byte(offset);
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
    uint8_t prefix[PREFIX_MAX];
    if (current.sent < current.prefix_size) {
        (void)put_prefix(prefix);
#if NOINIT_PACKETIZER_LOG
        noinit_log_source_rewind();
#endif
    }
    while (size < room && current.sent < total_size()) {
        chunk[size++] = next_byte(prefix);
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
        if (current.kind == NOTHING) {
            begin_message();
        }
        if (current.kind == NOTHING || current.sent == total_size()) {
            return false;
        }
        const uint32_t length = put_chunk(buffer, room);
        if (check_intact()) {
            *size = length;
            break;
        }
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
    if (current.kind == NOTHING || id != current.id || offset > current.acknowledged) {
        return;
    }
    if (offset + length > current.acknowledged) {
        current.acknowledged = offset + length;
    }
    if (current.acknowledged < total_size()) {
        return;
    }
    /* Where the log went on over it meanwhile, what is left comes again, and the server knows its numbers. */
    if (check_intact()) {
        finish_message();
    }
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
