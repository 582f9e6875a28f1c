/* The packetizer over a link that loses, and a log that goes on meanwhile. One boot, one process. */
#include <string.h>

#include "assembly.h"
#include "check.h"
#include "core/head.h"
#include "host.h"
#include "log/log_ring.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

/* Entries of the log messages so far, by number: seen whole, or reported as lost. */
#define NUMBERS 40000u
static bool is_seen[NUMBERS];
static bool is_stub[NUMBERS];
static bool is_lost[NUMBERS];
static uint32_t abandoned; /* messages, as the records say */
static uint64_t last_stamp;
static uint32_t largest; /* message of entries; 0: as the options say */

/* An entry as docs/formats/log-ring.md draws it; its check must be right. */
static uint32_t take_entry(const uint8_t *bytes, uint32_t place, uint32_t number)
{
    const uint32_t start = place;
    const uint32_t kind = bytes[place] >> 5;
    uint32_t length = bytes[place++] & 31u;
    if (length == 31u) {
        length += bytes[place] & 0x7fu;
        if (bytes[place++] >= 0x80u) {
            length += (uint32_t)bytes[place++] << 7;
        }
    }
    uint32_t sum = 0xa5u;
    const uint32_t body = place;
    for (; place < body + length; place++) {
        sum = (sum << 1 | sum >> 31) + bytes[place];
    }
    for (uint32_t i = start; i < body; i++) {
        sum = (sum << 1 | sum >> 31) + bytes[i];
    }
    CHECK(bytes[place] == (uint8_t)(sum + (sum >> 8) + (sum >> 16) + (sum >> 24)));
    uint64_t stamp = 0;
    uint32_t stamps = 0;
    do {
        stamp |= (uint64_t)(bytes[body + stamps] & 0x7fu) << 7u * stamps;
    } while (bytes[body + stamps++] >= 0x80u);
    /* Marked entries are sent without their body. */
    CHECK((kind == NOINIT_RING_KIND_OPEN) == ((stamp & 1u) != 0));
    CHECK(kind != NOINIT_RING_KIND_OPEN || stamps == length);
    last_stamp += stamp >> 1;
    CHECK(last_stamp <= host_uptime_ms);
    is_stub[number] = kind == NOINIT_RING_KIND_OPEN;
    return place + 1u;
}

static void take_log(const assembly_t *message, uint32_t place)
{
    uint8_t major;
    uint32_t first = 0;
    uint32_t lost = 0;
    for (uint32_t fields = read_head(message->bytes, &place, &major); fields > 0; fields--) {
        const uint32_t key = read_head(message->bytes, &place, &major);
        const uint32_t value = read_head(message->bytes, &place, &major);
        if (key == 0) {
            first = value;
        } else if (key == 2) {
            lost = value;
        } else if (key == 3) {
            CHECK(value >= last_stamp);
            last_stamp = value;
        } else if (key == 6) {
            abandoned += value;
        } else {
            CHECK(key == 1 && fields == 1);
            CHECK(place + value == message->size);
            CHECK(value <= largest || (value <= NOINIT_PACKETIZER_LOG_BYTES && value <= noinit_log_states[0].size / 4u));
        }
    }
    for (uint32_t i = 1; i <= lost; i++) {
        CHECK(!is_seen[first - i] && !is_lost[first - i]);
        is_lost[first - i] = true;
    }
    for (uint32_t number = first; place < message->size; number++) {
        CHECK(number < NUMBERS && !is_lost[number]);
        place = take_entry(message->bytes, place, number);
        is_seen[number] = true;
    }
    CHECK(place == message->size);
}

static void take_whole(assembly_t *message)
{
    const record_head_t head = assembly_head(message);
    if (head.kind == 4) {
        take_log(message, head.items);
    }
    uint8_t ack[16];
    CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end)) == NOINIT_OK);
}

/* Chunks of `size` until nothing comes; gives how many messages became whole. */
static unsigned drain(size_t size)
{
    unsigned messages = 0;
    uint8_t chunk[600];
    size_t length = size;
    while (noinit_packetizer_get_chunk(chunk, &length)) {
        CHECK(length <= size);
        assembly_t *message = assembly_take(chunk, (uint32_t)length);
        if (message->is_whole) {
            messages++;
            take_whole(message);
        }
        length = size;
    }
    return messages;
}

static void chunks_of_any_size_carry_the_same_message(void)
{
    uint8_t reference[ASSEMBLY_MAX];
    uint32_t reference_size = 0;
    for (size_t size = NOINIT_CHUNK_MIN; size < 100; size++) {
        noinit_packetizer_resend();
        const assembly_t *message = assembly_pull((uint32_t)size);
        CHECK(message != NULL && message->is_whole);
        if (reference_size == 0) {
            reference_size = message->size;
            memcpy(reference, message->bytes, message->size);
        }
        CHECK(reference_size == message->size && memcmp(reference, message->bytes, message->size) == 0);
    }
    CHECK(drain(64) == 0); /* all of it was handed out, nothing acknowledged */
    noinit_packetizer_resend();
    CHECK(drain(64) >= 1);
}

static void too_small_a_buffer_gets_nothing(void)
{
    NOINIT_INF("one more");
    uint8_t chunk[16];
    for (size_t room = 0; room < NOINIT_CHUNK_MIN; room++) {
        size_t size = room;
        CHECK(!noinit_packetizer_get_chunk(chunk, &size));
        CHECK(size == 0);
    }
    CHECK(drain(NOINIT_CHUNK_MIN) == 1);
}

static void nothing_is_forgotten_before_it_is_acknowledged_whole(void)
{
    NOINIT_INF("wanted");
    uint8_t chunk[32];
    size_t length = sizeof chunk;
    assembly_t *message = NULL;
    while (noinit_packetizer_get_chunk(chunk, &length)) {
        message = assembly_take(chunk, (uint32_t)length);
        length = sizeof chunk;
    }
    uint8_t ack[16];
    /* Not durable; a gap at the start; all but the last byte; another message; cut; an unknown version. */
    uint32_t size = assembly_ack(ack, message->id, 0, message->end);
    ack[0] = 0;
    CHECK(noinit_packetizer_ack(ack, size) == NOINIT_OK);
    CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 1, message->end - 1)) == NOINIT_OK);
    CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end - 1)) == NOINIT_OK);
    CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id + 1, 0, message->end)) == NOINIT_OK);
    size = assembly_ack(ack, message->id, 0, message->end);
    for (uint32_t cut = 1; cut < size; cut++) {
        CHECK(noinit_packetizer_ack(ack, cut) == NOINIT_ERR_MALFORMED);
    }
    ack[0] |= 0x20;
    CHECK(noinit_packetizer_ack(ack, size) == NOINIT_ERR_MALFORMED);
    noinit_packetizer_resend();
    length = sizeof chunk;
    CHECK(noinit_packetizer_get_chunk(chunk, &length));
    /* In two runs: the rest. */
    CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, message->end - 1, 1)) == NOINIT_OK);
    CHECK(drain(64) == 0);
}

/* An entry as a back end's level lets it in, while the ring's does not. */
static void write_marked(uint32_t size)
{
    uint8_t bytes[200];
    memset(bytes, 0x55, sizeof bytes);
    noinit_ring_writer_t writer;
    CHECK(noinit_ring_reserve(noinit_log_rings, &writer, size, 1, host_uptime_ms));
    noinit_ring_fill(&writer, bytes, size);
    noinit_ring_close(&writer, NOINIT_RING_KIND_TEXT);
}

static void what_only_a_back_end_wanted_goes_without_its_body(void)
{
    const uint32_t first = noinit_log_states[0].number;
    write_marked(3);
    host_uptime_ms += 5;
    NOINIT_INF("wanted");
    host_uptime_ms += 500;
    write_marked(180); /* its own head has two bytes, and it runs over a block's end */
    NOINIT_INF("wanted");
    CHECK(drain(64) >= 1);
    for (uint32_t number = first; number < first + 4u; number++) {
        CHECK(is_seen[number] && is_stub[number] == ((number - first) % 2u == 0));
    }
    CHECK(last_stamp == host_uptime_ms);
    write_marked(3);
    CHECK(drain(64) == 0); /* alone it is nothing to send */
    NOINIT_INF("wanted");
    CHECK(drain(64) == 1);
}

static void an_entry_larger_than_a_message_goes_alone(void)
{
    static const uint8_t data[1000] = {1, 2, 3};
    NOINIT_INF("before");
    NOINIT_HEXDUMP_INF(data, sizeof data, "data");
    NOINIT_INF("behind");
    largest = 2000;
    CHECK(drain(64) == 3);
    largest = 0;
}

static void an_abandoned_message_is_counted_and_its_entries_as_lost(void)
{
    (void)drain(64);
    const uint32_t first = noinit_log_states[0].number;
    abandoned = 0;
    NOINIT_INF("overwritten while it is sent");
    uint8_t chunk[NOINIT_CHUNK_MIN];
    size_t size = sizeof chunk;
    CHECK(noinit_packetizer_get_chunk(chunk, &size));
    for (unsigned i = 0; i < 500; i++) {
        NOINIT_INF("line %u", i);
    }
    CHECK(drain(64) > 1);
    CHECK(abandoned == 1 && is_lost[first] && is_seen[first + 500u]);
    for (uint32_t number = first; number <= first + 500u; number++) {
        CHECK(is_seen[number] != is_lost[number]);
    }
}

static void a_lossy_link_and_a_busy_log_lose_only_what_is_counted(void)
{
    const unsigned first = noinit_ring_first(noinit_log_rings).number;
    abandoned = 0;
    for (unsigned round = 0; round < 4000; round++) {
        host_uptime_ms += next_random() % 100u;
        if (next_random() % 8u == 0) {
            NOINIT_INF("round %u of %d", round, -1);
        }
        uint8_t chunk[64];
        size_t length = 10 + next_random() % 50u;
        if (noinit_packetizer_get_chunk(chunk, &length)) {
            if (next_random() % 10u != 0) {
                assembly_t *message = assembly_take(chunk, (uint32_t)length);
                if (message->is_whole && next_random() % 10u != 0) {
                    take_whole(message);
                }
            }
        } else {
            noinit_packetizer_resend();
        }
        if (next_random() % 500u == 0) {
            for (unsigned i = 0; i < 300; i++) {
                NOINIT_INF("burst %u", i); /* overwrites what is being sent */
            }
        }
    }
    noinit_packetizer_resend();
    (void)drain(64);
    unsigned seen = 0;
    unsigned dropped = 0;
    const unsigned end = noinit_log_states[0].number;
    for (unsigned number = first; number < end; number++) {
        CHECK(is_seen[number] || is_lost[number]);
        seen += is_seen[number] ? 1u : 0u;
        dropped += is_lost[number] ? 1u : 0u;
    }
    printf("   %u entries: %u arrived, %u were counted as lost, %u messages were abandoned\n", end - first, seen, dropped, abandoned);
    CHECK(seen > 200 && dropped > 100 && abandoned > 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    CHECK(noinit_init() == NOINIT_OK);
    RUN(chunks_of_any_size_carry_the_same_message);
    RUN(too_small_a_buffer_gets_nothing);
    RUN(nothing_is_forgotten_before_it_is_acknowledged_whole);
    RUN(what_only_a_back_end_wanted_goes_without_its_body);
    RUN(an_entry_larger_than_a_message_goes_alone);
    RUN(an_abandoned_message_is_counted_and_its_entries_as_lost);
    RUN(a_lossy_link_and_a_busy_log_lose_only_what_is_counted);
    return 0;
}
