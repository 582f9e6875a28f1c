/* The RTT tee, read as a debugger reads it: find the id in memory, follow the offsets. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "core/crc.h"
#include "core/ring.h"
#include "host.h"
#include "log/log_ring.h"
#include "noinit/log_control.h"
#include "noinit/log_rtt.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(motor, 4);

/* As a debugger knows it, with this machine's pointers. */
typedef struct {
    const char *name;
    const uint8_t *buffer;
    uint32_t size;
    volatile uint32_t write;
    volatile uint32_t read;
    volatile uint32_t mode;
} up_t;
typedef struct {
    char id[16];
    uint32_t up_count;
    uint32_t down_count;
    up_t up[2];
} block_t;

extern block_t found_by_symbol __asm__("_SEGGER_RTT");
static block_t *const block = &found_by_symbol;

static void make_id(char id[16])
{
    static const char backwards[] = "TTR REGGES"; /* so that it does not stand in this program either */
    memset(id, 0, 16);
    for (int i = 0; i < 10; i++) {
        id[i] = backwards[9 - i];
    }
}

static int count_in(const char *bytes, size_t size, const char *id)
{
    int found = 0;
    for (size_t i = 0; i + 10 <= size; i++) {
        found += memcmp(bytes + i, id, 10) == 0;
    }
    return found;
}

static void the_id_is_only_where_the_control_block_is(void)
{
    char id[16];
    make_id(id);
    static char file[20000000];
    FILE *program = fopen("/proc/self/exe", "rb");
    const size_t size = fread(file, 1, sizeof file, program);
    fclose(program);
    CHECK(size > 1000 && size < sizeof file && count_in(file, size, id) == 0);

    CHECK(noinit_init() == NOINIT_OK);
    CHECK(memcmp(block->id, id, 16) != 0);
    noinit_log_begin_backends();
    CHECK(memcmp(block->id, id, 16) == 0 && block->up_count == 2u && block->down_count == 0u);
#if NOINIT_LOG_TEXT
    CHECK(strcmp(block->up[0].name, "Terminal") == 0 && block->up[0].size == NOINIT_LOG_RTT_TEXT_BYTES);
#else
    CHECK(block->up[0].name == NULL && block->up[0].size == 0u);
#endif
    CHECK(strcmp(block->up[1].name, "noinit") == 0 && block->up[1].size == NOINIT_LOG_RTT_BYTES);
    CHECK(block->up[0].mode == NOINIT_LOG_RTT_SKIP && block->up[1].mode == NOINIT_LOG_RTT_SKIP);
}

/* Up to `limit` bytes, as a debugger takes them. */
static uint32_t drain(uint32_t channel, uint8_t *bytes, uint32_t limit)
{
    up_t *up = &block->up[channel];
    uint32_t count = 0;
    while (count < limit && up->read != up->write) {
        bytes[count] = up->buffer[up->read];
        count++;
        up->read = up->read + 1u == up->size ? 0u : up->read + 1u;
    }
    return count;
}

typedef struct {
    uint32_t kind;
    uint32_t number;
    uint64_t stamp;
    uint32_t size;
    uint8_t body[5000];
    int is_marked;
} frame_t;

static uint8_t stream[100000];
static uint32_t stream_at;
static uint32_t stream_size;

/* The next frame; 0: none whole. A wrong one ends the test. */
static int next_frame(frame_t *frame)
{
    stream_size += drain(1, stream + stream_size, (uint32_t)sizeof stream - stream_size);
    uint32_t end = stream_at;
    while (end < stream_size && stream[end] != 0) {
        end++;
    }
    if (end == stream_size) {
        return 0;
    }
    static uint8_t plain[6000];
    uint32_t size = 0;
    for (uint32_t at = stream_at; at < end;) {
        const uint32_t code = stream[at++];
        CHECK(code != 0 && at + code - 1u <= end);
        memcpy(plain + size, stream + at, code - 1u);
        size += code - 1u;
        at += code - 1u;
        if (code != 0xffu && at < end) {
            plain[size++] = 0;
        }
    }
    stream_at = end + 1u;
    CHECK(size >= 16u);
    const uint16_t crc = (uint16_t)(plain[size - 2u] | plain[size - 1u] << 8);
    CHECK(noinit_crc16(NOINIT_CRC16_START, plain, size - 2u) == crc);
    CHECK(plain[0] == 0);
    frame->kind = plain[1] & 0x7fu;
    frame->is_marked = plain[1] >> 7;
    memcpy(&frame->number, plain + 2, 4);
    memcpy(&frame->stamp, plain + 6, 8);
    frame->size = size - 16u;
    memcpy(frame->body, plain + 14, frame->size);
    return 1;
}

static void handle_all(void)
{
    while (noinit_log_process()) {
    }
}

static frame_t frame;

static void a_segment_comes_first_then_each_entry(void)
{
    host_uptime_ms = 1234;
    NOINIT_INF("%d %u", -1, 2u);
    noinit_log_text("raw\0text", 8);
    handle_all();
    CHECK(next_frame(&frame) && frame.kind == NOINIT_RING_KIND_SEGMENT && frame.size == 44u);
    noinit_segment_t segment;
    memcpy(&segment, frame.body, sizeof segment);
    CHECK(segment.origin.key.boot == 1u && segment.origin.build[0] == 0xb0 && segment.frequency == 1000u);
    CHECK(segment.crc == noinit_crc16(NOINIT_CRC16_START, frame.body, 42));
    CHECK(next_frame(&frame) && frame.kind == NOINIT_RING_KIND_LOG && frame.stamp == 1234u && frame.number == 1u && !frame.is_marked);
    CHECK(frame.body[frame.size - 2u] == 1u && frame.body[frame.size - 1u] == 4u);
    CHECK(next_frame(&frame) && frame.kind == NOINIT_RING_KIND_TEXT && frame.number == 2u);
    CHECK(frame.size == 8u && memcmp(frame.body, "raw\0text", 8) == 0);
    CHECK(!next_frame(&frame));
}

static void bytes_of_every_kind_and_length_come_through(void)
{
    static uint8_t data[700];
    for (uint32_t size = 0; size < 700u; size += size < 20u ? 1u : 53u) {
        for (uint32_t i = 0; i < size; i++) {
            data[i] = (uint8_t)(size % 3u == 0 ? 0 : size % 3u == 1u ? 7 : i);
        }
        NOINIT_HEXDUMP_INF(data, size, "x");
        handle_all();
        do {
            CHECK(next_frame(&frame));
        } while (frame.kind == NOINIT_RING_KIND_SEGMENT);
        CHECK(frame.kind == NOINIT_RING_KIND_HEXDUMP && frame.size >= size);
        CHECK(memcmp(frame.body + frame.size - size, data, size) == 0);
        stream_at = stream_size = 0;
    }
}

static void what_only_a_back_end_wanted_is_marked(void)
{
#if NOINIT_LOG_TEXT
    const uint32_t motor = (uint32_t)noinit_log_source_find("motor");
    noinit_log_ring_level_set(motor, 1);
    NOINIT_INF("x");
    handle_all();
    do {
        CHECK(next_frame(&frame));
    } while (frame.kind == NOINIT_RING_KIND_SEGMENT);
    CHECK(frame.is_marked);
    noinit_log_ring_level_set(motor, 4);
#endif
}

static void a_full_channel_leaves_out_whole_entries_and_says_how_many(void)
{
    uint32_t logged = 0;
    for (; logged < 300u; logged++) {
        NOINIT_INF("%u", logged);
        noinit_log_process();
    }
    uint32_t entries = 0;
    uint32_t lost = 0;
    while (next_frame(&frame)) {
        entries += frame.kind == NOINIT_RING_KIND_LOG;
        CHECK(frame.kind != NOINIT_RING_KIND_GAP);
    }
    CHECK(entries > 0u && entries < logged);
    NOINIT_INF("%u", logged);
    logged++;
    handle_all();
    while (next_frame(&frame)) {
        entries += frame.kind == NOINIT_RING_KIND_LOG;
        if (frame.kind == NOINIT_RING_KIND_GAP) {
            lost += frame.body[0] & 0x7fu;
            lost += frame.size > 1u ? (uint32_t)frame.body[1] << 7 : 0u;
        }
    }
    CHECK(lost > 0u && entries + lost == logged);
}

/* The debugger of this test is a signal handler. */
static void debugger_reads(int signal_number)
{
    (void)signal_number;
    stream_size += drain(1, stream + stream_size, 100);
    alarm(0);
    ualarm(2000, 0);
}

static void in_blocking_mode_nothing_is_lost(void)
{
    stream_at = stream_size = 0;
    noinit_log_rtt_mode_set(NOINIT_LOG_RTT_ENTRIES, NOINIT_LOG_RTT_BLOCK);
    signal(SIGALRM, debugger_reads);
    ualarm(2000, 0);
    uint32_t logged = 0;
    for (; logged < 200u; logged++) {
        NOINIT_INF("%u", logged);
        noinit_log_process();
    }
    ualarm(0, 0);
    uint32_t entries = 0;
    while (next_frame(&frame)) {
        CHECK(frame.kind == NOINIT_RING_KIND_LOG || frame.kind == NOINIT_RING_KIND_SEGMENT);
        entries += frame.kind == NOINIT_RING_KIND_LOG;
    }
    CHECK(entries == logged);
    noinit_log_rtt_mode_set(NOINIT_LOG_RTT_ENTRIES, NOINIT_LOG_RTT_SKIP);
}

static void offsets_that_lead_outside_do_no_harm(void)
{
    block->up[1].read = 0xfffffff0u;
    NOINIT_INF("x");
    handle_all();
    block->up[1].read = 0;
    block->up[1].write = block->up[1].size + 5u;
    NOINIT_INF("y");
    handle_all();
    CHECK(block->up[1].write < block->up[1].size);
}

#if NOINIT_LOG_TEXT
static uint8_t lines[2000];

static void expect_lines(const char *expected)
{
    const uint32_t size = drain(0, lines, sizeof lines - 1u);
    lines[size] = 0;
    if (strcmp((const char *)lines, expected) != 0) {
        printf("is:\n%s\nnot:\n%s\n", (const char *)lines, expected);
        exit(1);
    }
}

static void text_has_its_own_channel(void)
{
    drain(0, lines, sizeof lines);
    NOINIT_INF("clear"); /* tells what was lost before */
    handle_all();
    drain(0, lines, sizeof lines);
    host_uptime_ms = 2000;
    NOINIT_WRN("text %d", 1);
    handle_all();
    expect_lines("[00:00:02.000,000] <wrn> motor: text 1\r\n");

    /* Lines that do not fit are left out whole; the next that fits says how many. */
    for (uint32_t i = 0; i < 20u; i++) {
        NOINIT_WRN("line %u", i);
        noinit_log_process();
    }
    const uint32_t size = drain(0, lines, sizeof lines - 1u);
    lines[size] = 0;
    CHECK(size > 100u && memcmp(lines + size - 2u, "\r\n", 2) == 0);
    uint32_t whole = 0;
    for (uint32_t i = 0; i < size; i++) {
        whole += lines[i] == '\n';
    }
    NOINIT_WRN("last");
    handle_all();
    char expected[200];
    snprintf(expected, sizeof expected, "--- %u messages dropped ---\r\n[00:00:02.000,000] <wrn> motor: last\r\n", 20u - whole);
    expect_lines(expected);

    /* Trimmed: what fits is there. */
    noinit_log_rtt_mode_set(NOINIT_LOG_RTT_TEXT, NOINIT_LOG_RTT_TRIM);
    for (uint32_t i = 0; i < 20u; i++) {
        NOINIT_WRN("line %u", i);
        noinit_log_process();
    }
    CHECK(drain(0, lines, sizeof lines) == block->up[0].size - 1u);
}
#endif

int main(void)
{
    RUN(the_id_is_only_where_the_control_block_is);
    RUN(a_segment_comes_first_then_each_entry);
    RUN(bytes_of_every_kind_and_length_come_through);
    RUN(what_only_a_back_end_wanted_is_marked);
    RUN(a_full_channel_leaves_out_whole_entries_and_says_how_many);
    RUN(in_blocking_mode_nothing_is_lost);
#if NOINIT_LOG_TEXT
    RUN(text_has_its_own_channel);
#endif
    RUN(offsets_that_lead_outside_do_no_harm);
    return 0;
}
