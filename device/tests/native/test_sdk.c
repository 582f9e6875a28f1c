/* The whole SDK over many starts: each runs in a process of its own on the retained memory that the last one left. */
#include <string.h>

#include "assembly.h"
#include "check.h"
#include "core/head.h"
#include "host.h"
#include "host_arch.h"
#include "log/log_ring.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

/* What a start sends, all of it acknowledged; kept in memory that the processes share. */
typedef struct {
    record_head_t head;
    uint32_t size;
    uint8_t bytes[ASSEMBLY_MAX];
} sent_t;
#define SENT_MAX 24u
static sent_t sent[SENT_MAX];
static unsigned sent_count;

static void send_all(uint32_t chunk_size)
{
    sent_count = 0;
    for (;;) {
        const assembly_t *message = assembly_pull(chunk_size);
        if (message == NULL) {
            return;
        }
        CHECK(message->is_whole);
        CHECK(sent_count < SENT_MAX);
        sent_t *record = &sent[sent_count++];
        record->head = assembly_head(message);
        record->size = message->size;
        memcpy(record->bytes, message->bytes, message->size);
        uint8_t ack[16];
        CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end)) == NOINIT_OK);
    }
}

static const sent_t *find_sent(uint32_t kind, uint32_t boot)
{
    for (unsigned i = 0; i < sent_count; i++) {
        if (sent[i].head.kind == kind && sent[i].head.boot == boot) {
            return &sent[i];
        }
    }
    return NULL;
}

typedef struct {
    uint32_t reason, hardware, raw, uptime, marked, pc, lr;
} reboot_t;

static reboot_t reboot_of(const sent_t *record)
{
    CHECK(record != NULL && record->head.sequence == 0xfffffffeu);
    const words_t words = read_words(record->bytes, record->head.items, record->size);
    const uint32_t *w = words.words;
    CHECK(words.string_count == 0 && w[13] == 0);
    return (reboot_t){.reason = w[0], .hardware = w[1], .raw = w[2], .uptime = w[12], .marked = w[4], .pc = w[5], .lr = w[6]};
}

static int start(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    return 0;
}

static int start_and_check_boot_one(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    CHECK(noinit_init() == NOINIT_ERR_ALREADY);
    CHECK(noinit_reboot_unexpected_count() == 0);
    send_all(8);
    CHECK(sent_count == 1);
    CHECK(sent[0].head.kind == 1 && sent[0].head.boot == 1 && sent[0].head.lineage == 0x12345678 && sent[0].head.sequence == 0);
    /* Raw 1, layout 1, build, version, hardware; the rest is 0. */
    static const uint8_t ITEMS[] = {0xa5, 0x00, 0x01, 0x07, 0x01, 0x09, 0x54, 0xb0, 1,    2,    3,   4,   5,   6,   7,    8,    9,   10,
                                    11,   12,   13,   14,   15,   16,   17,   18,   19,   0x0a, 0x65, '1', '.', '2', '.', '3', 0x0b, 0x64, 'h', 'o',
                                    's',  't'};
    CHECK(sent[0].size - sent[0].head.items == sizeof ITEMS);
    CHECK(memcmp(sent[0].bytes + sent[0].head.items, ITEMS, sizeof ITEMS) == 0);
    return 0;
}

static void a_first_start_opens_a_lineage(void)
{
    host_power_on();
    CHECK(host_run(start_and_check_boot_one) == 0);
}

static int mark_twice(void)
{
    start();
    host_uptime_ms = 4000;
    noinit_alive();
    noinit_reboot_mark_from(NOINIT_REASON_FIRMWARE_UPDATE, 0x1001, 0x2001);
    noinit_reboot_mark_from(NOINIT_REASON_FAULT, 0x3001, 0x4001);
    return 0;
}

static int check_marked(void)
{
    start();
    send_all(20);
    const reboot_t reboot = reboot_of(find_sent(2, 1));
    CHECK(reboot.reason == NOINIT_REASON_FIRMWARE_UPDATE && reboot.marked == NOINIT_REASON_FIRMWARE_UPDATE);
    CHECK(reboot.hardware == NOINIT_REASON_SOFTWARE_RESET && reboot.raw == 4);
    CHECK(reboot.uptime == 4000 && reboot.pc == 0x1000 && reboot.lr == 0x2001);
    CHECK(noinit_reboot_unexpected_count() == 1); /* the later fault is none that was meant */
    CHECK(find_sent(1, 1) != NULL && find_sent(1, 2) != NULL);
    return 0;
}

static void the_first_mark_outranks_the_hardware(void)
{
    host_power_on();
    CHECK(host_run(mark_twice) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_marked) == 0);
}

static int check_unmarked(void)
{
    start();
    CHECK(noinit_reboot_unexpected_count() == 2);
    send_all(30);
    const reboot_t reboot = reboot_of(find_sent(2, 2));
    CHECK(reboot.reason == NOINIT_REASON_WATCHDOG && reboot.hardware == NOINIT_REASON_WATCHDOG);
    return 0;
}

static void without_a_mark_the_hardware_says_why(void)
{
    host_power_on();
    CHECK(host_run(mark_twice) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(start) == 0);
    host_reset_reason = NOINIT_REASON_WATCHDOG;
    host_reset_raw = 8;
    CHECK(host_run(check_unmarked) == 0);
}

/* After a start that was cut: exactly the records that belong there, whichever of its stores was the last. */
static int check_after_cut_start(void)
{
    start();
    send_all(64);
    const reboot_t first = reboot_of(find_sent(2, 1));
    CHECK(first.reason == NOINIT_REASON_FIRMWARE_UPDATE && first.pc == 0x1000 && first.lr == 0x2001);
    CHECK(first.hardware == NOINIT_REASON_SOFTWARE_RESET && first.raw == 4); /* also where the start that was cut had cleared it */
    CHECK(first.uptime == 4000);
    CHECK(find_sent(1, 1) != NULL && find_sent(1, 2) != NULL);
    if (noinit_head.origin.key.boot == 3) {
        const reboot_t second = reboot_of(find_sent(2, 2));
        CHECK(second.reason == NOINIT_REASON_UNKNOWN && second.uptime == 0);
        CHECK(find_sent(1, 3) != NULL);
    } else {
        CHECK(noinit_head.origin.key.boot == 2);
    }
    for (unsigned i = 0; i < sent_count; i++) {
        CHECK(sent[i].head.lineage == 0x12345678);
        for (unsigned k = 0; k < i; k++) {
            const bool is_same = sent[i].head.boot == sent[k].head.boot && sent[i].head.sequence == sent[k].head.sequence;
            CHECK(!is_same || sent[i].head.kind == sent[k].head.kind);
        }
    }
    return 0;
}

static void a_reset_after_every_store_of_a_start_loses_no_record(void)
{
    host_power_on();
    CHECK(host_run(mark_twice) == 0);
    const uint32_t size = host_retained_size();
    uint8_t *const before = malloc(size);
    memcpy(before, host_retained(), size);
    unsigned n = 1;
    for (;; n++) {
        memcpy(host_retained(), before, size);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(n, start)) {
            break;
        }
        CHECK(host_run(check_after_cut_start) == 0);
    }
    printf("   %u cuts\n", n - 1);
    CHECK(n > 150);
    free(before);
}

/* How many stores `code` makes on the retained memory as it is; leaves that as it was. */
static unsigned count_stores(int (*code)(void))
{
    const uint32_t size = host_retained_size();
    uint8_t *const before = malloc(size);
    memcpy(before, host_retained(), size);
    unsigned low = 0;
    for (unsigned step = 4096; step > 0; step /= 2) {
        memcpy(host_retained(), before, size);
        low += host_run_until_store(low + step, code) ? step : 0u;
    }
    memcpy(host_retained(), before, size);
    free(before);
    return low;
}

static int mark_once(void)
{
    start();
    noinit_reboot_mark_from(NOINIT_REASON_SHUTDOWN, 0x5000, 0x6000);
    return 0;
}

static int check_mark_whole_or_absent(void)
{
    start();
    send_all(64);
    const reboot_t reboot = reboot_of(find_sent(2, noinit_head.origin.key.boot - 1));
    CHECK(reboot.marked == 0 || (reboot.marked == NOINIT_REASON_SHUTDOWN && reboot.pc == 0x5000 && reboot.lr == 0x6000));
    CHECK(reboot.reason == (reboot.marked != 0 ? reboot.marked : reboot.hardware));
    return 0;
}

static void a_reset_among_the_stores_of_a_mark_leaves_it_whole_or_absent(void)
{
    host_power_on();
    CHECK(host_run(mark_twice) == 0);
    const uint32_t size = host_retained_size();
    uint8_t *const before = malloc(size);
    memcpy(before, host_retained(), size);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    for (unsigned n = count_stores(start) + 1u;; n++) {
        memcpy(host_retained(), before, size);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(n, mark_once)) {
            break;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(check_mark_whole_or_absent) == 0);
    }
    free(before);
}

#define LINES 40u

static int log_lines(void)
{
    start();
    for (unsigned i = 0; i < LINES; i++) {
        if (i % 5u == 4u) {
            NOINIT_INF("line %u: %s", i, "a text that makes the entry longer than the short form");
        } else {
            NOINIT_INF("line %u of %d", i, -1000000);
        }
    }
    return 0;
}

static uint32_t read_varint(const uint8_t **next)
{
    uint32_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const uint8_t byte = *(*next)++;
        value |= (uint32_t)(byte & 0x7fu) << shift;
        if (byte < 0x80u) {
            return value;
        }
    }
}

/* Every entry is sound and the lines follow one another; gives the last one, or LINES if there is none. */
static int check_lines(void)
{
    start();
    noinit_ring_cursor_t cursor = noinit_ring_oldest(noinit_log_rings);
    noinit_ring_entry_t entry;
    uint32_t last = LINES;
    while (noinit_ring_next(&cursor, &entry)) {
        CHECK(entry.is_sound);
        if (entry.kind == NOINIT_RING_KIND_LOG) {
            CHECK(entry.stamp == host_uptime_ms);
            uint8_t body[128];
            CHECK(entry.size <= sizeof body);
            noinit_ring_read(noinit_log_rings, &entry, 0, body, entry.size);
            const uint8_t *argument = body;
            (void)read_varint(&argument);
            const uint32_t line = read_varint(&argument) / 2u;
            CHECK(last == LINES || line == last + 1u);
            CHECK(line < LINES && (line % 5u == 4u || read_varint(&argument) == 1999999u));
            last = line;
        }
    }
    CHECK(cursor.number == noinit_log_states[0].number);
    return (int)last;
}

static void a_reset_after_every_store_of_logging_leaves_whole_lines_in_order(void)
{
    host_power_on();
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    const unsigned first = count_stores(start) + 1u;
    int last = (int)LINES;
    unsigned n = first;
    for (;; n++) {
        host_power_on();
        if (!host_run_until_store(n, log_lines)) {
            break;
        }
        const int now = host_run(check_lines);
        CHECK(now == last || now == (last + 1) % ((int)LINES + 1));
        last = now;
    }
    CHECK(last == (int)LINES - 1);
    printf("   %u cuts\n", n - first);
}

static int log_before_the_start(void)
{
    NOINIT_INF("line %u", 0);
    CHECK(noinit_is_open);
    noinit_ring_cursor_t cursor = noinit_ring_oldest(noinit_log_rings);
    noinit_ring_entry_t entry;
    CHECK(noinit_ring_next(&cursor, &entry) && entry.kind == NOINIT_RING_KIND_SEGMENT);
    CHECK(noinit_ring_next(&cursor, &entry) && entry.kind == NOINIT_RING_KIND_LOG);
    CHECK(noinit_init() == NOINIT_OK);
    CHECK(noinit_init() == NOINIT_ERR_ALREADY);
    CHECK(noinit_init_core() == NOINIT_ERR_ALREADY);
    CHECK(!noinit_ring_next(&cursor, &entry));
    return 0;
}

static void the_first_log_call_starts_what_was_not_started(void)
{
    host_power_on();
    CHECK(host_run(log_before_the_start) == 0);
    CHECK(host_run(start) == 0);
}

static void interrupt(void)
{
    NOINIT_INF("lost %u", 1);
    NOINIT_INF("lost %s", "too");
}

static int log_while_it_starts(void)
{
    host_interrupt = interrupt;
    NOINIT_INF("line %u", 0);
    noinit_ring_cursor_t cursor = noinit_ring_oldest(noinit_log_rings);
    noinit_ring_entry_t entry;
    static const uint32_t KINDS[] = {NOINIT_RING_KIND_SEGMENT, NOINIT_RING_KIND_GAP, NOINIT_RING_KIND_LOG};
    for (uint32_t i = 0; i < 3u; i++) {
        CHECK(noinit_ring_next(&cursor, &entry) && entry.kind == KINDS[i]);
        if (entry.kind == NOINIT_RING_KIND_GAP) {
            uint8_t count[8];
            noinit_ring_read(noinit_log_rings, &entry, 0, count, entry.size);
            CHECK((count[0] & 0x7f) == 2);
        }
    }
    CHECK(!noinit_ring_next(&cursor, &entry));
    CHECK(noinit_init() == NOINIT_OK);
    return 0;
}

static void lines_of_an_interrupt_during_the_start_are_lost_and_counted(void)
{
    host_power_on();
    CHECK(host_run(log_while_it_starts) == 0);
}

static int log_and_send(void)
{
    log_lines();
    send_all(64);
    NOINIT_INF("line %u of %d", LINES, -1000000);
    send_all(64);
    return 0;
}

/* The numbers of its entries; ends the test if one is missing. `next` is the one that must come first, 0: any. */
static uint32_t check_log_record(const sent_t *record, uint32_t next)
{
    uint32_t place = record->head.items;
    uint8_t major;
    uint32_t number = 0;
    for (uint32_t fields = read_head(record->bytes, &place, &major); fields > 0; fields--) {
        const uint32_t key = read_head(record->bytes, &place, &major);
        const uint32_t value = read_head(record->bytes, &place, &major);
        CHECK(key <= 3 && (key != 2 || value == 0)); /* nothing was lost, no message abandoned */
        number = key == 0 ? value : number;
    }
    CHECK(next == 0 || number == next);
    for (; place < record->size; number++) {
        uint32_t length = record->bytes[place++] & 31u;
        if (length == 31u) {
            CHECK(record->bytes[place] < 0x80u);
            length += record->bytes[place++];
        }
        place += length + 1u;
    }
    CHECK(place == record->size);
    return number;
}

/* What the cut boot had not been acknowledged comes now, without a gap. */
static int check_rest(void)
{
    start();
    NOINIT_INF("again");
    const uint32_t end = noinit_log_states[0].number;
    send_all(64);
    uint32_t next = 0;
    for (unsigned i = 0; i < sent_count; i++) {
        if (sent[i].head.kind == 4) {
            next = check_log_record(&sent[i], next);
        }
    }
    CHECK(next == end);
    send_all(64);
    CHECK(sent_count == 0);
    return 0;
}

static void a_reset_after_every_store_of_sending_loses_no_line(void)
{
    extern uint8_t __noinit_log_start[], __noinit_log_end[];
    if (__noinit_log_end - __noinit_log_start < 2048) {
        return; /* the ring itself overwrites some of them */
    }
    host_power_on();
    const unsigned first = count_stores(log_lines) + 1u;
    unsigned n = first;
    for (;; n++) {
        host_power_on();
        if (!host_run_until_store(n, log_and_send)) {
            break;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(check_rest) == 0);
    }
    printf("   %u cuts\n", n - first);
    CHECK(n - first > 50);
}

static uint32_t region[32] = {0xfeedf00d};
static const noinit_crash_region_t REGIONS[] = {{region, sizeof region}};

static int crash(void)
{
    start();
    noinit_crash_regions(REGIONS, 1);
    host_fault();
    return 1;
}

/* Items stand whole behind each other; gives how many. Their CRCs are wire's to check in the test on QEMU. */
static unsigned count_items(const sent_t *record, bool *has_end)
{
    uint32_t place = record->head.items;
    unsigned count = 0;
    *has_end = false;
    while (place < record->size) {
        uint8_t major;
        const uint32_t elements = read_head(record->bytes, &place, &major);
        CHECK(major == 4 && elements >= 2);
        *has_end = read_head(record->bytes, &place, &major) == 4;
        for (uint32_t left = elements - 1; left > 0; left--) {
            uint32_t number = read_head(record->bytes, &place, &major);
            if (major == 2) {
                place += number;
            } else if (major == 5) {
                for (; number > 0; number--) {
                    (void)read_head(record->bytes, &place, &major);
                    (void)read_head(record->bytes, &place, &major);
                }
            }
        }
        CHECK(record->bytes[place - 3] == 0x19);
        count++;
    }
    CHECK(place == record->size);
    return count;
}

static int check_crash_cut_or_whole(void)
{
    start();
    send_all(64);
    const reboot_t reboot = reboot_of(find_sent(2, 2));
    const sent_t *record = find_sent(3, 2);
    bool has_end = false;
    const unsigned items = record == NULL ? 0 : count_items(record, &has_end);
    CHECK(reboot.reason == NOINIT_REASON_FAULT || reboot.reason == NOINIT_REASON_CAPTURE_FAILED || reboot.reason == NOINIT_REASON_SOFTWARE_RESET);
    CHECK(reboot.reason != NOINIT_REASON_FAULT || (has_end && items == 4));
    CHECK(reboot.reason != NOINIT_REASON_SOFTWARE_RESET || items == 0);
    send_all(64);
    CHECK(sent_count == 0);
    return (int)items + (reboot.reason == NOINIT_REASON_CAPTURE_FAILED ? 10 : 0);
}

static void a_reset_after_every_store_of_a_capture_leaves_whole_items(void)
{
    host_power_on();
    CHECK(host_run(mark_twice) == 0);
    const uint32_t size = host_retained_size();
    uint8_t *const before = malloc(size);
    memcpy(before, host_retained(), size);
    unsigned seen[16] = {0};
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    for (unsigned n = count_stores(start);; n++) {
        memcpy(host_retained(), before, size);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(n, crash)) {
            break;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        const int result = host_run(check_crash_cut_or_whole);
        CHECK(result < 16);
        seen[result]++;
    }
    /* Before it was open; open with 0 to 4 items closed; marked. */
    CHECK(seen[0] > 0 && seen[4] > 0);
    for (unsigned items = 0; items <= 4; items++) {
        CHECK(seen[10 + items] > 0);
    }
    CHECK(seen[1] == 0 && seen[2] == 0 && seen[3] == 0);
    free(before);
}

static int check_first_crash_kept(void)
{
    crash(); /* of boot 2, and does not replace the one of boot 1 */
    return 0;
}

static int check_both_crashes(void)
{
    start();
    send_all(100);
    CHECK(find_sent(3, 1) != NULL && find_sent(3, 2) != NULL);
    bool has_end;
    CHECK(count_items(find_sent(3, 1), &has_end) == 4 && has_end);
    return 0;
}

static void both_crashes_are_kept_until_they_were_acknowledged(void)
{
    host_power_on();
    CHECK(host_run(crash) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_first_crash_kept) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_both_crashes) == 0);
}

/* What flipped bits made of the records is for the server to find; here it must only come out and end. */
static void send_anything(void)
{
    for (unsigned messages = 0;; messages++) {
        const assembly_t *message = assembly_pull(ASSEMBLY_CHUNK_MAX);
        if (message == NULL) {
            return;
        }
        CHECK(message->is_whole && messages < 200);
        uint8_t ack[16];
        CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end)) == NOINIT_OK);
    }
}

static int start_send_and_log(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    send_anything();
    NOINIT_INF("%d %s", 1, "x");
    send_anything();
    return 0;
}

static void any_retained_memory_is_survived(void)
{
    for (unsigned image = 0; image < 1000; image++) {
        random_state = image + 1u;
        uint8_t *const bytes = host_retained();
        if (image % 2u == 0) {
            for (unsigned i = 0; i < host_retained_size(); i++) {
                bytes[i] = (uint8_t)next_random();
            }
        } else {
            host_power_on();
            CHECK(host_run(crash) == HOST_RESET_EXIT);
            for (unsigned flips = 1u + next_random() % 40u; flips > 0; flips--) {
                bytes[next_random() % host_retained_size()] ^= (uint8_t)(1u << next_random() % 8u);
            }
        }
        const int result = host_run(start_send_and_log);
        CHECK(result == 0);
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    RUN(a_first_start_opens_a_lineage);
    RUN(the_first_mark_outranks_the_hardware);
    RUN(without_a_mark_the_hardware_says_why);
    RUN(a_reset_after_every_store_of_a_start_loses_no_record);
    RUN(a_reset_among_the_stores_of_a_mark_leaves_it_whole_or_absent);
    RUN(a_reset_after_every_store_of_logging_leaves_whole_lines_in_order);
    RUN(the_first_log_call_starts_what_was_not_started);
    RUN(lines_of_an_interrupt_during_the_start_are_lost_and_counted);
    RUN(a_reset_after_every_store_of_sending_loses_no_line);
    RUN(a_reset_after_every_store_of_a_capture_leaves_whole_items);
    RUN(both_crashes_are_kept_until_they_were_acknowledged);
    RUN(any_retained_memory_is_survived);
    return 0;
}
