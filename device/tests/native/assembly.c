#include "assembly.h"

#include <string.h>

#include "check.h"
#include "noinit/config.h"
#include "noinit/packetizer.h"

static assembly_t messages[64];
static unsigned message_count;

/* Bit by bit, as the standard writes it, and not as the SDK does. */
static uint32_t crc32_of(const uint8_t *bytes, uint32_t size)
{
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
    }
    return ~crc;
}

static uint16_t crc16_of(const uint8_t *bytes, uint32_t size)
{
    uint32_t crc = 0xffffu;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= (uint32_t)bytes[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021u : crc << 1;
        }
    }
    return (uint16_t)crc;
}

static assembly_t *find(uint32_t id)
{
    for (unsigned i = 0; i < message_count; i++) {
        if (messages[i].id == id) {
            return &messages[i];
        }
    }
    if (message_count == sizeof messages / sizeof *messages) {
        message_count = 0;
    }
    assembly_t *message = &messages[message_count++];
    memset(message, 0, sizeof *message);
    message->id = id;
    return message;
}

static void try_to_finish(assembly_t *message)
{
    for (uint32_t i = 0; i < message->end; i++) {
        if (!message->has[i]) {
            return;
        }
    }
    const uint8_t *trailer = message->bytes + message->end - 4;
    const uint32_t crc = (uint32_t)trailer[0] | (uint32_t)trailer[1] << 8 | (uint32_t)trailer[2] << 16 | (uint32_t)trailer[3] << 24;
    CHECK(crc == crc32_of(message->bytes, message->end - 4));
    message->size = message->end - 4;
    message->is_whole = true;
}

assembly_t *assembly_take(const uint8_t *chunk, uint32_t size)
{
    CHECK((chunk[0] & 0xf8u) == 0);
    CHECK(((chunk[0] & 4u) != 0) == (NOINIT_CHUNK_CRC != 0));
    if ((chunk[0] & 4u) != 0) {
        size -= 2;
        CHECK((chunk[size] | chunk[size + 1] << 8) == crc16_of(chunk, size));
    }
    assembly_t *message = find((uint32_t)chunk[1] | (uint32_t)chunk[2] << 8 | (uint32_t)chunk[3] << 16);
    uint32_t place = 4;
    uint32_t offset = 0;
    for (unsigned shift = 0;; shift += 7) {
        CHECK(shift < 21);
        offset |= (uint32_t)(chunk[place] & 0x7fu) << shift;
        if (chunk[place++] < 0x80u) {
            break;
        }
    }
    CHECK((offset == 0) == ((chunk[0] & 1u) != 0));
    CHECK(place < size);
    for (; place < size; place++, offset++) {
        CHECK(offset < ASSEMBLY_MAX);
        CHECK(!message->has[offset] || message->bytes[offset] == chunk[place]);
        message->bytes[offset] = chunk[place];
        message->has[offset] = true;
    }
    if ((chunk[0] & 2u) != 0) {
        message->end = offset;
    }
    if (message->end != 0) {
        try_to_finish(message);
    }
    return message;
}

static uint32_t put_varint(uint8_t *bytes, uint32_t value)
{
    uint32_t size = 0;
    for (; value >= 0x80u; value >>= 7) {
        bytes[size++] = (uint8_t)(value | 0x80u);
    }
    bytes[size++] = (uint8_t)value;
    return size;
}

assembly_t *assembly_pull(uint32_t chunk_size)
{
    uint8_t chunk[ASSEMBLY_CHUNK_MAX];
    CHECK(chunk_size <= sizeof chunk);
    size_t size = chunk_size;
    assembly_t *message = NULL;
    while (noinit_packetizer_get_chunk(chunk, &size)) {
        message = assembly_take(chunk, (uint32_t)size);
        size = chunk_size;
    }
    return message;
}

uint32_t assembly_ack(uint8_t *ack, uint32_t id, uint32_t offset, uint32_t length)
{
    ack[0] = 1;
    ack[1] = (uint8_t)id;
    ack[2] = (uint8_t)(id >> 8);
    ack[3] = (uint8_t)(id >> 16);
    uint32_t size = 4;
    size += put_varint(ack + size, offset);
    size += put_varint(ack + size, length);
    return size;
}

uint32_t read_head(const uint8_t *bytes, uint32_t *place, uint8_t *major)
{
    const uint8_t first = bytes[(*place)++];
    *major = first >> 5;
    uint32_t value = first & 31u;
    if (value < 24u) {
        return value;
    }
    CHECK(value <= 26u);
    uint32_t more = 1u << (value - 24u);
    for (value = 0; more > 0; more--) {
        value = value << 8 | bytes[(*place)++];
    }
    return value;
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

record_head_t assembly_head(const assembly_t *message)
{
    CHECK(message->is_whole);
    record_head_t head = {0};
    if (message->bytes[0] == RECORD_POSTCARD) {
        CHECK(message->size == 28);
        return (record_head_t){RECORD_POSTCARD, word_at(message->bytes + 4), word_at(message->bytes + 8), 0xffffffffu, 28};
    }
    uint32_t *const fields[4] = {&head.kind, &head.lineage, &head.boot, &head.sequence};
    uint8_t major;
    const uint32_t count = read_head(message->bytes, &head.items, &major);
    CHECK(major == 5 && (count == 4 || count == 5));
    for (uint32_t i = 0; i < count; i++) {
        CHECK(read_head(message->bytes, &head.items, &major) == i && major == 0);
        const uint32_t value = read_head(message->bytes, &head.items, &major);
        if (i < 4) {
            *fields[i] = value;
        } else {
            CHECK(major == 2 && value == 8 && message->bytes[head.items] == 0xb0);
            head.items += 8;
        }
    }
    return head;
}

words_t read_words(const uint8_t *bytes, uint32_t place, uint32_t size)
{
    words_t words = {0};
    uint8_t major;
    uint32_t pairs = read_head(bytes, &place, &major);
    CHECK(major == 5);
    for (uint32_t last = 0; pairs > 0; pairs--) {
        const uint32_t key = read_head(bytes, &place, &major);
        CHECK(major == 0 && key < WORDS_MAX && (last == 0 || key > last));
        last = key;
        const uint32_t value = read_head(bytes, &place, &major);
        if (major == 0) {
            CHECK(value != 0); /* a zero is left out */
            words.words[key] = value;
        } else {
            CHECK((major == 2 || major == 3) && words.string_count < 3u);
            words.strings[words.string_count].key = key;
            words.strings[words.string_count].size = value;
            words.strings[words.string_count++].bytes = bytes + place;
            place += value;
        }
    }
    CHECK(place == size);
    return words;
}
