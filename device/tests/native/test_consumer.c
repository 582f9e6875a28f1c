/*
 * The Consumer: what it grants, what it keeps from being overwritten, where it goes on. The names say which scenario of defmt-persist's own
 * suite a test is the twin of, where it is one. Built with NOINIT_LOG_CONSUMER=1 and NOINIT_PACKETIZER_LOG=0.
 */
#include <string.h>

#include "check.h"
#include "core/ring_block.h"
#include "host.h"
#include "log/log_ring.h"
#include "noinit/log_consumer.h"
#include "noinit/log_reader.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

extern uint8_t __noinit_log_start[], __noinit_log_end[];

/* What was released so far, with the offset in the ring that each byte came from. */
#define STREAM_MAX 400000u
static struct {
    uint8_t byte;
    uint16_t offset;
} stream[STREAM_MAX];
static uint32_t stream_size;

static const noinit_ring_t *const ring = noinit_log_rings;

static void start(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    stream_size = 0;
}

static uint32_t size_of(const noinit_log_grant_t *grant)
{
    return grant->size[0] + grant->size[1];
}

/* A segment start that is not in the ring any more comes as a block of its own. */
static uint32_t lead_bytes;
static uint8_t lead_block[128];

static bool is_lead(const noinit_log_grant_t *grant)
{
    const uint8_t *blocks = (const uint8_t *)ring->blocks;
    return grant->bytes[0] < blocks || grant->bytes[0] >= blocks + ring->state->size;
}

/* Both slices lie in the ring, and the second only where the first reaches its end. */
static void check_grant(const noinit_log_grant_t *grant)
{
    const uint8_t *blocks = (const uint8_t *)ring->blocks;
    CHECK(grant->core == 0 && grant->bytes[0] >= blocks && grant->bytes[0] + grant->size[0] <= blocks + ring->state->size);
    CHECK(grant->size[1] == 0 || (grant->bytes[0] + grant->size[0] == blocks + ring->state->size && grant->bytes[1] == blocks));
}

/* Takes at most `most` bytes of what waits; gives how many. */
static uint32_t take(uint32_t most)
{
    noinit_log_grant_t grant;
    if (!noinit_log_read(&grant)) {
        CHECK(size_of(&grant) == 0);
        return 0;
    }
    uint32_t taken = 0;
    if (is_lead(&grant)) {
        taken = grant.size[0] < most ? grant.size[0] : most;
        CHECK(grant.size[1] == 0 && grant.size[0] <= 128u);
        memcpy(lead_block + 128u - grant.size[0], grant.bytes[0], taken);
        lead_bytes += taken;
        noinit_log_release(taken);
        return taken;
    }
    check_grant(&grant);
    for (uint32_t slice = 0; slice < 2u; slice++) {
        for (uint32_t i = 0; i < grant.size[slice] && taken < most; i++, taken++) {
            CHECK(stream_size < STREAM_MAX);
            stream[stream_size].byte = grant.bytes[slice][i];
            stream[stream_size++].offset = (uint16_t)(grant.bytes[slice] + i - (const uint8_t *)ring->blocks);
        }
    }
    noinit_log_release(taken);
    return taken;
}

static uint32_t waiting(void)
{
    noinit_log_grant_t grant;
    (void)noinit_log_read(&grant);
    noinit_log_release(0);
    return size_of(&grant);
}

static void take_all(uint32_t most)
{
    while (take(most) != 0) {
    }
    CHECK(noinit_log_is_empty());
}

typedef struct {
    uint32_t lines;
    uint32_t first;
    uint32_t last;
    uint32_t lost;     /* as gap entries say */
    uint32_t segments;
    bool is_broken;    /* a line number does not follow the one before, though nothing was lost */
} told_t;

static uint32_t at; /* in `stream` */

/* The next byte of entries; CHECKs that headers and CRCs are what they should be. */
static uint8_t next_byte(void)
{
    while (at < stream_size && (stream[at].offset % 128u < 12u || stream[at].offset % 128u >= 126u)) {
        at++;
    }
    return at < stream_size ? stream[at++].byte : 0;
}

static uint32_t next_varint(void)
{
    uint32_t value = 0;
    for (uint32_t shift = 0;; shift += 7u) {
        const uint8_t byte = next_byte();
        value |= (uint32_t)(byte & 0x7fu) << shift;
        if (byte < 0x80u) {
            return value;
        }
    }
}

/* Reads the lines `line N …` out of the stream, which begins at an entry or at a block. */
static told_t read_stream(void)
{
    told_t told = {0};
    at = 0;
    if (stream_size > 12u && stream[0].offset % 128u == 0) {
        at = stream[10].byte;
    }
    for (;;) {
        const uint8_t head = next_byte();
        if (at == stream_size) {
            return told;
        }
        if (head == NOINIT_RING_FILLER) {
            do {
                at++;
            } while (at < stream_size && stream[at].offset % 128u != 12u);
            continue;
        }
        const uint32_t length = (head & 31u) < 31u ? head : next_varint();
        uint32_t left = (head & 31u) < 31u ? length & 31u : length + 31u;
        uint32_t number = 0;
        bool is_line = head >> 5 == NOINIT_RING_KIND_LOG;
        const uint32_t from = at;
        (void)next_varint();
        if (is_line) {
            (void)next_varint();
            number = next_varint() / 2u;
            told.is_broken |= told.lines != 0 && told.lost == 0 && number != told.last + 1u;
            told.first = told.lines == 0 ? number : told.first;
            told.last = number;
            told.lines++;
        } else if (head >> 5 == NOINIT_RING_KIND_GAP) {
            told.lost += next_varint();
        } else {
            told.segments += head >> 5 == NOINIT_RING_KIND_SEGMENT ? 1u : 0u;
        }
        at = from;
        for (left++; left > 0 && at < stream_size; left--) {
            (void)next_byte();
        }
    }
}

/* Whole blocks of the stream carry their right CRC. */
static uint32_t count_sealed(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i + 128u <= stream_size; i++) {
        if (stream[i].offset % 128u == 0 && stream[i + 127u].offset == stream[i].offset + 127u) {
            uint8_t block[128];
            for (uint32_t k = 0; k < 128u; k++) {
                block[k] = stream[i + k].byte;
            }
            uint32_t crc = 0xffffu;
            for (uint32_t k = 0; k < 126u; k++) {
                crc ^= (uint32_t)block[k] << 8;
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021u : crc << 1;
                }
            }
            CHECK((crc & 0xffffu) == (uint32_t)(block[126] | block[127] << 8));
            count++;
        }
    }
    return count;
}

static uint32_t line;

static void log_lines(uint32_t count)
{
    for (; count > 0; count--) {
        NOINIT_INF("line %u", line++);
    }
}

/* Writes lines until the next one begins a block whose offset is `start`, all of them released. */
static void go_to(uint32_t start)
{
    do {
        log_lines(1);
        take_all(UINT32_MAX);
    } while (noinit_ring_head(ring) / 128u != start / 128u);
    stream_size = 0;
}

/* A log without a reader in the way, started once. */
static int touching_no_boundaries(void)
{
    start();
    go_to(256);
    log_lines(2);
    noinit_log_grant_t grant;
    CHECK(noinit_log_read(&grant) && grant.size[1] == 0);
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(told.lines == 2 && told.last == line - 1u && !told.is_broken);
    return 0;
}

static int fill_simple(void)
{
    start();
    noinit_log_states[0].drops_newest = true;
    log_lines(1000);
    noinit_log_grant_t grant;
    CHECK(noinit_log_read(&grant) && grant.size[1] == 0 && grant.size[0] > ring->state->size - 128u);
    noinit_log_release(size_of(&grant));
    CHECK(!noinit_log_read(&grant) && noinit_log_is_empty());
    return 0;
}

static int fill_and_release_crossing_the_end(void)
{
    start();
    for (unsigned way = 0; way < 2u; way++) {
        go_to(ring->state->size - 256u);
        log_lines(40);
        noinit_log_grant_t grant;
        CHECK(noinit_log_read(&grant));
        check_grant(&grant);
        CHECK(grant.size[1] != 0);
        const uint32_t all = size_of(&grant);
        const uint32_t second = grant.size[1];
        noinit_log_release(0);
        if (way == 0) {
            CHECK(take(grant.size[0]) == all - second);
            CHECK(noinit_log_read(&grant));
            CHECK(grant.size[0] == second && grant.size[1] == 0 && grant.bytes[0] == (const uint8_t *)ring->blocks);
        }
        CHECK(take(UINT32_MAX) == (way == 0 ? second : all));
        CHECK(noinit_log_is_empty());
        const told_t told = read_stream();
        CHECK(told.lines == 40 && !told.is_broken);
    }
    return 0;
}

static int overfill_drops_the_newest_and_counts_them(void)
{
    start();
    noinit_log_states[0].drops_newest = true;
    log_lines(1000);
    take_all(UINT32_MAX);
    const told_t before = read_stream();
    log_lines(1);
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(!before.is_broken && before.lost == 0 && before.first == 0);
    CHECK(told.last == 1000 && told.lines == before.lines + 1u && told.lost == 1000u - before.lines);
    return 0;
}

static int stop_at_and_before_the_end_of_a_block(void)
{
    start();
    bool has_stopped_at_end = false;
    for (uint32_t i = 0; i < 600; i++) {
        log_lines(1);
        noinit_log_text("text text text text", i % 19u);
        take_all(UINT32_MAX);
        const uint32_t end = stream[stream_size - 1u].offset;
        CHECK(end == (noinit_ring_head(ring) - 1u) % ring->state->size);
        has_stopped_at_end |= end % 128u == 125u;
    }
    const told_t told = read_stream();
    CHECK(has_stopped_at_end && told.lines == 600 && !told.is_broken && count_sealed() > 40);
    return 0;
}

static int zero_release_gives_the_same_again(void)
{
    start();
    log_lines(5);
    noinit_log_grant_t first;
    noinit_log_grant_t second;
    CHECK(noinit_log_read(&first));
    noinit_log_release(0);
    CHECK(noinit_log_read(&second) && memcmp(&first, &second, sizeof first) == 0);
    log_lines(1);
    CHECK(noinit_log_read(&second) && second.bytes[0] == first.bytes[0] && second.size[0] > first.size[0]);
    noinit_log_release(UINT32_MAX); /* more than was granted: all of it */
    CHECK(noinit_log_is_empty());
    noinit_log_release(7); /* without a grant: nothing */
    CHECK(noinit_log_is_empty());
    return 0;
}

static int partial_releases_of_any_size_give_every_byte_once(void)
{
    start();
    for (uint32_t step = 1; step < 300u; step += 1u + step / 8u) {
        stream_size = 0;
        const uint32_t first = line;
        for (uint32_t i = 0; i < 30u; i++) {
            log_lines(10);
            while (waiting() > 600u) {
                (void)take(step);
            }
        }
        take_all(step);
        const told_t told = read_stream();
        CHECK(told.lines == 300 && told.first == first && !told.is_broken);
    }
    return 0;
}

static int wraparound_of_a_thousand_lines_drained_every_twenty(void)
{
    start();
    for (uint32_t i = 0; i < 50u; i++) {
        log_lines(20);
        take_all(UINT32_MAX);
    }
    const told_t told = read_stream();
    CHECK(told.lines == 1000 && told.first == 0 && told.last == 999 && !told.is_broken && told.lost == 0);
    CHECK(count_sealed() >= 60u);
    return 0;
}

static int a_stream_that_begins_behind_its_segment_start_begins_with_it(void)
{
    start();
    log_lines(1000);
    CHECK(take(50) == 50 && take(50) == 50 && take(UINT32_MAX) == 28 && lead_bytes == 128u);
    noinit_segment_t segment;
    memcpy(&segment, lead_block + 16, sizeof segment);
    CHECK(segment.origin.key.boot == 1 && segment.origin.key.lineage == host_random && segment.number == 0);
    CHECK(lead_block[10] == 12 && (lead_block[11] & 1u) != 0);
    uint32_t crc = 0xffffu;
    for (uint32_t i = 0; i < 126u; i++) {
        crc ^= (uint32_t)lead_block[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021u : crc << 1;
        }
    }
    CHECK((crc & 0xffffu) == (uint32_t)(lead_block[126] | lead_block[127] << 8));
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(told.last == 999 && !told.is_broken && lead_bytes == 128u);
    return 0;
}

static int granted_bytes_are_never_overwritten(void)
{
    start();
    log_lines(300);
    noinit_log_grant_t grant;
    CHECK(noinit_log_read(&grant));
    if (is_lead(&grant)) {
        noinit_log_release(UINT32_MAX);
        CHECK(noinit_log_read(&grant));
    }
    check_grant(&grant);
    static uint8_t copy[65536];
    memcpy(copy, grant.bytes[0], grant.size[0]);
    memcpy(copy + grant.size[0], grant.bytes[1], grant.size[1]);
    log_lines(2000); /* overwrites the oldest elsewhere, drops the newest here */
    CHECK(memcmp(copy, grant.bytes[0], grant.size[0]) == 0);
    CHECK(memcmp(copy + grant.size[0], grant.bytes[1], grant.size[1]) == 0);
    noinit_log_release(40);
    log_lines(1);
    CHECK(noinit_ring_tail_number(ring) > 0);
    log_lines(2000); /* now they may go */
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(told.last == line - 1u);
    return 0;
}

static unsigned calls;

static void count_call(void)
{
    calls++;
}

static int the_callback_comes_once_when_something_waits(void)
{
    start();
    noinit_log_on_data(count_call);
    take_all(UINT32_MAX);
    CHECK(calls == 0);
    log_lines(5);
    CHECK(calls == 1);
    (void)take(3);
    log_lines(5);
    CHECK(calls == 1); /* something still waited */
    take_all(UINT32_MAX);
    log_lines(1);
    CHECK(calls == 2);
    noinit_log_on_data(NULL);
    take_all(UINT32_MAX);
    log_lines(1);
    CHECK(calls == 2);
    return 0;
}

/* An entry that another context interrupted is not granted, nor what is behind it. */
static int an_open_entry_ends_the_grant(void)
{
    start();
    take_all(UINT32_MAX);
    noinit_log_on_data(count_call);
    noinit_ring_writer_t writer;
    CHECK(noinit_ring_reserve(ring, &writer, 300, 0, 0));
    log_lines(60);
    take_all(UINT32_MAX);
    for (uint32_t i = 0; i < 300u; i++) {
        noinit_ring_byte(&writer, 0x11);
    }
    noinit_ring_close(&writer, NOINIT_RING_KIND_TEXT);
    stream_size = 0;
    take_all(100);
    const told_t told = read_stream();
    CHECK(told.lines == 60 && !told.is_broken && count_sealed() >= 3u);
    return 0;
}

static int log_six(void)
{
    start();
    log_lines(6);
    return 0;
}

static int find_six(void)
{
    start();
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(told.lines == 6 && told.first == 0 && !told.is_broken && told.segments == 2);
    log_lines(1);
    return 0;
}

static int find_one_more(void)
{
    start();
    take_all(7);
    const told_t told = read_stream();
    CHECK(told.lines == 1 && told.segments == 1);
    return 0;
}

static void persist_lines_come_in_the_next_boot_and_drained_ones_do_not(void)
{
    host_power_on();
    CHECK(host_run(log_six) == 0);
    CHECK(host_run(find_six) == 0);
    CHECK(host_run(find_one_more) == 0);
}

static uint32_t released;

static int release_inside(void)
{
    start();
    log_lines(10);
    if (released != 0) {
        noinit_log_grant_t grant;
        CHECK(noinit_log_read(&grant));
        noinit_log_release(released);
    }
    return 0;
}

static int find_the_rest(void)
{
    start();
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(!told.is_broken && (told.lines == 0 || told.last == 9));
    return (int)told.lines;
}

static void after_a_release_inside_an_entry_reading_begins_with_it_again(void)
{
    int before = 10;
    unsigned changes = 0;
    for (released = 0; released < 250u; released++) {
        host_power_on();
        CHECK(host_run(release_inside) == 0);
        const int lines = host_run(find_the_rest);
        CHECK(lines == before || lines == before - 1);
        changes += lines != before ? 1u : 0u;
        before = lines;
    }
    CHECK(before == 0 && changes == 10);
}

static int drain_and_log(void)
{
    start();
    log_lines(40);
    while (take(50) != 0) {
    }
    log_lines(5);
    take_all(50);
    return 0;
}

static int find_no_gap(void)
{
    start();
    log_lines(1);
    take_all(UINT32_MAX);
    const told_t told = read_stream();
    CHECK(told.lost == 0 && told.lines >= 1);
    return 0;
}

static void a_reset_behind_every_store_of_reading_loses_no_line(void)
{
    unsigned n = 1;
    for (;; n++) {
        host_power_on();
        if (!host_run_until_store(n, drain_and_log)) {
            break;
        }
        CHECK(host_run(find_no_gap) == 0);
    }
    printf("   %u cuts\n", n - 1);
    CHECK(n > 300);
}

static int count_lines(void)
{
    start();
    take_all(UINT32_MAX);
    const int lines = (int)read_stream().lines;
    log_lines(1);
    take_all(UINT32_MAX);
    CHECK(read_stream().lines == (unsigned)lines + 1u);
    return lines;
}

/* Header words that a device finds broken: the magic, the place of the oldest entry, and what was released. */
static void corrupt_headers_are_repaired_or_started_anew(void)
{
    for (unsigned combination = 0; combination < 8u; combination++) {
        host_power_on();
        CHECK(host_run(log_six) == 0);
        uint8_t *header = host_retained() + (__noinit_log_start - (__noinit_log_end - host_retained_size()));
        if ((combination & 1u) != 0) {
            header[0] = 0;
        }
        if ((combination & 2u) != 0) {
            header[27] = 0x55; /* tail */
        }
        if ((combination & 4u) != 0) {
            header[23] = 0x55; /* head */
        }
        const int lines = host_run(count_lines);
        /* Without head nobody knows how far the open block goes. */
        CHECK(lines <= 6 && ((combination & 5u) != 0 || lines == 6) && ((combination & 1u) == 0 || lines == 0));
    }
}

/* The reader of bootloaders finds the same lines, and any bytes in the region end well. */
static int read_as_a_bootloader(void)
{
    start();
    log_lines(700);
    static uint8_t before[65536];
    const uint32_t size = (uint32_t)(__noinit_log_end - __noinit_log_start);
    memcpy(before, __noinit_log_start, size);
    noinit_log_reader_t reader;
    noinit_log_entry_t entry;
    CHECK(noinit_log_reader_open(&reader, __noinit_log_start, size));
    CHECK(noinit_log_reader_last(&reader, 5) == 5);
    for (uint32_t i = 5; i > 0; i--) {
        CHECK(noinit_log_reader_next(&reader, &entry));
        uint32_t bytes;
        const uint8_t *body = noinit_log_reader_body(&reader, &entry, 0, &bytes);
        CHECK(entry.kind == NOINIT_LOG_KIND_LOG && bytes == 2 && (uint32_t)(body[0] & 0x7f) + (uint32_t)(body[1] << 7) == 2u * (line - i));
        CHECK(entry.number == noinit_log_states[0].number - i && entry.stamp == host_uptime_ms && entry.id != 0);
        CHECK(entry.segment != NULL && entry.segment->boot == 1 && entry.segment->lineage == host_random);
    }
    CHECK(!noinit_log_reader_next(&reader, &entry));
    for (uint32_t newest = 1; newest < 20u; newest++) {
        CHECK(noinit_log_reader_last(&reader, newest) == newest && noinit_log_reader_next(&reader, &entry));
        CHECK(entry.number == noinit_log_states[0].number - newest);
    }
    CHECK(memcmp(before, __noinit_log_start, size) == 0);
    return 0;
}

static void walk(const void *region, uint32_t size)
{
    noinit_log_reader_t reader;
    noinit_log_entry_t entry;
    if (!noinit_log_reader_open(&reader, region, size)) {
        return;
    }
    (void)noinit_log_reader_last(&reader, 3);
    (void)noinit_log_reader_open(&reader, region, size);
    volatile uint8_t sum = 0;
    while (noinit_log_reader_next(&reader, &entry)) {
        uint32_t bytes;
        for (uint32_t from = 0;; from += bytes) {
            const uint8_t *body = noinit_log_reader_body(&reader, &entry, from, &bytes);
            if (bytes == 0) {
                break;
            }
            for (uint32_t i = 0; i < bytes; i++) {
                sum = (uint8_t)(sum + body[i]);
            }
        }
        sum = (uint8_t)(sum + (entry.segment != NULL ? entry.segment->core : 0));
    }
}

static uint32_t crc32_of(const uint8_t *bytes, uint32_t size)
{
    uint32_t crc = 0xffffffffu;
    for (; size > 0; size--) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
    }
    return ~crc;
}

static int read_damaged_regions(void)
{
    start();
    log_lines(700);
    const uint32_t size = (uint32_t)(__noinit_log_end - __noinit_log_start);
    /* Of its very size, so that a byte outside shows. */
    uint8_t *const copy = malloc(size);
    for (unsigned image = 0; image < 1000u; image++) {
        memcpy(copy, __noinit_log_start, size);
        if (image % 4u == 3u) {
            for (uint32_t i = 4; i < size; i++) {
                copy[i] = (uint8_t)next_random();
            }
            uint32_t *words = (uint32_t *)(void *)copy;
            words[1] = image % 8u == 3u ? 88u << 16 : next_random() << 16;
            words[3] = image % 16u < 8u ? size : next_random() % (2u * size);
            words[4] = crc32_of(copy + 4, 12);
            for (uint32_t i = 5; i < 8u; i++) {
                const uint32_t place = next_random() % size / 128u * 128u + (i == 5u ? next_random() % 128u : 12u);
                words[i] = (place & 0xffffu) | (~place << 16);
            }
        } else {
            for (uint32_t flips = 1u + next_random() % (image % 2u == 0 ? 4u : 400u); flips > 0; flips--) {
                copy[next_random() % size] ^= (uint8_t)(1u << next_random() % 8u);
            }
        }
        walk(copy, size);
        walk(copy, next_random() % size);
    }
    free(copy);
    return 0;
}

static void run(int (*code)(void))
{
    host_power_on();
    CHECK(host_run(code) == 0);
}

#define RUN_BOOT(test)            \
    do {                          \
        run(test);                \
        printf("ok %s\n", #test); \
    } while (0)

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    RUN_BOOT(touching_no_boundaries);
    RUN_BOOT(fill_simple);
    RUN_BOOT(fill_and_release_crossing_the_end);
    RUN_BOOT(overfill_drops_the_newest_and_counts_them);
    RUN_BOOT(stop_at_and_before_the_end_of_a_block);
    RUN_BOOT(zero_release_gives_the_same_again);
    RUN_BOOT(partial_releases_of_any_size_give_every_byte_once);
    RUN_BOOT(wraparound_of_a_thousand_lines_drained_every_twenty);
    RUN_BOOT(a_stream_that_begins_behind_its_segment_start_begins_with_it);
    RUN_BOOT(granted_bytes_are_never_overwritten);
    RUN_BOOT(the_callback_comes_once_when_something_waits);
    RUN_BOOT(an_open_entry_ends_the_grant);
    RUN(persist_lines_come_in_the_next_boot_and_drained_ones_do_not);
    RUN(after_a_release_inside_an_entry_reading_begins_with_it_again);
    RUN(a_reset_behind_every_store_of_reading_loses_no_line);
    RUN(corrupt_headers_are_repaired_or_started_anew);
    RUN_BOOT(read_as_a_bootloader);
    RUN_BOOT(read_damaged_regions);
    return 0;
}
