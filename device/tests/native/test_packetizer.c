/* The packetizer over a link that loses, and a log that goes on meanwhile. One boot, one process. */
#include <string.h>

#include "assembly.h"
#include "check.h"
#include "core/head.h"
#include "host.h"
#include "log/log_ring.h"
#include "noinit/noinit.h"

/* Entries of the log messages so far, by number: seen whole, or reported as dropped. */
#define NUMBERS 20000u
static bool is_seen[NUMBERS];
static bool is_dropped[NUMBERS];

/* Walks the entries of a log record as docs/formats/log-ring.md says. */
static void take_log(const assembly_t *message, uint32_t place)
{
    uint8_t major;
    uint32_t first = 0;
    uint32_t dropped = 0;
    for (uint32_t fields = read_head(message->bytes, &place, &major); fields > 0; fields--) {
        const uint32_t key = read_head(message->bytes, &place, &major);
        const uint32_t value = read_head(message->bytes, &place, &major);
        if (key == 0) {
            first = value;
        } else if (key == 2) {
            dropped = value;
        } else {
            CHECK(key == 1 && fields == 1);
            CHECK(place + value == message->size);
            CHECK(value <= NOINIT_PACKETIZER_LOG_BYTES);
        }
    }
    for (uint32_t i = 1; i <= dropped; i++) {
        CHECK(!is_seen[first - i] && !is_dropped[first - i]);
        is_dropped[first - i] = true;
    }
    for (uint32_t number = first; place < message->size; number++) {
        const uint32_t size = message->bytes[place] & 31u;
        CHECK(size < 31u);
        place += size + 2u;
        CHECK(!is_dropped[number]);
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

static void a_lossy_link_and_a_busy_log_lose_only_what_is_counted(void)
{
    const unsigned first = noinit_log_ring.header->tail_number;
    unsigned aborted = 0;
    for (unsigned round = 0; round < 4000; round++) {
        if (next_random() % 8u == 0) {
            NOINIT_INF("round %u of %d", round, -1);
        }
        uint8_t chunk[64];
        size_t length = 10 + next_random() % 50u;
        const uint32_t tail = noinit_log_ring.header->tail;
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
        aborted += noinit_log_ring.header->tail != tail ? 1u : 0u;
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
    const unsigned end = noinit_log_ring.header->head_number;
    for (unsigned number = first; number < end; number++) {
        CHECK(is_seen[number] || is_dropped[number]);
        seen += is_seen[number] ? 1u : 0u;
        dropped += is_dropped[number] ? 1u : 0u;
    }
    printf("   %u entries: %u arrived, %u were counted as lost\n", end - first, seen, dropped);
    CHECK(seen > 200 && dropped > 100 && aborted > 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    CHECK(noinit_init() == NOINIT_OK);
    RUN(chunks_of_any_size_carry_the_same_message);
    RUN(too_small_a_buffer_gets_nothing);
    RUN(nothing_is_forgotten_before_it_is_acknowledged_whole);
    RUN(a_lossy_link_and_a_busy_log_lose_only_what_is_counted);
    return 0;
}
