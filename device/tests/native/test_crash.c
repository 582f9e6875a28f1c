/* Captures on a processor of the test's own: what is written, in which order, what gives way, and what never leaves. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "assembly.h"
#include "check.h"
#include "core/head.h"
#include "crash/capture_parts.h"
#include "crash/crash_slot.h"
#include "crash/postcard.h"
#include "host.h"
#include "host_arch.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(host);

uint32_t test_room = NOINIT_CRASH_CAPACITY; /* NOINIT_CRASH_ROOM */

/* An item of a record, its CRC checked. */
typedef struct {
    uint32_t kind;
    uint32_t number[8]; /* its numbers, in order */
    uint32_t numbers;
    const uint8_t *bytes; /* its last string */
    uint32_t size;
    uint32_t pairs[16]; /* of the cause's map by key, and where a string stands */
    uint32_t keys;      /* one bit each */
    const uint8_t *text;
    uint32_t text_size;
} item_t;

typedef struct {
    uint32_t kind, lineage, boot, sequence;
    item_t items[40];
    unsigned count;
    bool has_end;
} record_t;

/* Bit by bit, as the standard writes it, and not as the SDK does. */
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

static void read_cause(const uint8_t *bytes, uint32_t *place, uint32_t pairs, item_t *item)
{
    uint8_t major;
    uint32_t last = 0;
    for (; pairs > 0; pairs--) {
        const uint32_t key = read_head(bytes, place, &major);
        CHECK(major == 0 && key < 16 && (item->keys == 0 || key > last));
        last = key;
        item->keys |= 1u << key;
        item->pairs[key] = read_head(bytes, place, &major);
        if (major == 2) {
            item->text = bytes + *place;
            item->text_size = item->pairs[key];
            *place += item->text_size;
        }
    }
}

/* Every item must be whole and the last one end where the record does. */
static record_t read_record(const uint8_t *bytes, uint32_t size)
{
    record_t record = {0};
    uint8_t major;
    uint32_t place = 0;
    CHECK(read_head(bytes, &place, &major) == 5 && major == 5);
    uint32_t *const fields[] = {&record.kind, &record.lineage, &record.boot, &record.sequence};
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(read_head(bytes, &place, &major) == i);
        *fields[i] = read_head(bytes, &place, &major);
    }
    CHECK(read_head(bytes, &place, &major) == 4 && read_head(bytes, &place, &major) == 8 && major == 2);
    place += 8;
    uint32_t start = 0; /* the first item's CRC covers the head */
    while (place < size) {
        CHECK(record.count < sizeof record.items / sizeof *record.items);
        item_t *item = &record.items[record.count++];
        uint32_t left = read_head(bytes, &place, &major);
        CHECK(major == 4);
        item->kind = read_head(bytes, &place, &major);
        for (left -= 2; left > 0; left--) {
            const uint32_t number = read_head(bytes, &place, &major);
            if (major == 4) {
                left += number; /* an array's numbers follow */
            }
            if (major == 2) {
                item->bytes = bytes + place;
                item->size = number;
                place += number;
            } else if (major == 5) {
                read_cause(bytes, &place, number, item);
            } else {
                item->number[item->numbers++] = number;
            }
        }
        CHECK(place <= size && bytes[place] == 0x19);
        CHECK(crc16_of(bytes + start, place - start) == (bytes[place + 1] << 8 | bytes[place + 2]));
        place += 3;
        start = place;
        CHECK((item->kind == 1) == (record.count == 1));
        record.has_end = item->kind == 4;
    }
    CHECK(place == size && record.kind == 3 && record.count > 0);
    return record;
}

static const item_t *find_item(const record_t *record, uint32_t kind, uint32_t first)
{
    for (unsigned i = 0; i < record->count; i++) {
        if (record->items[i].kind == kind && (first == 0 || record->items[i].number[0] == first)) {
            return &record->items[i];
        }
    }
    return NULL;
}

static bool is_pending(void)
{
    const uint8_t *bytes;
    return noinit_crash_slot_pending(&bytes) != 0;
}

static record_t pending(void)
{
    const uint8_t *bytes;
    const uint32_t size = noinit_crash_slot_pending(&bytes);
    CHECK(size != 0 && size <= test_room);
    return read_record(bytes, size);
}

/* A capture after which the test goes on. */
static void go_on(const noinit_capture_t *capture)
{
    (void)capture;
    noinit_capture_phase = 0;
    noinit_arch_resume(host_fault);
}
static const noinit_capture_kind_t RETURNS = {
    .cause = NOINIT_CRASH_FAULT, .is_exception = true, .reason = NOINIT_REASON_FAULT, .finish = go_on};
static const uint32_t NOTHING[4];

static void capture(void)
{
    (void)host_capture(&RETURNS, NOTHING);
}

static uint32_t stack[64];
static uint32_t watched[32];
static const noinit_crash_region_t REGIONS[] = {{watched, sizeof watched}, {stack, 20}};

static void fill(void)
{
    for (uint32_t i = 0; i < 64; i++) {
        stack[i] = 0x5aac0000u + i;
    }
    for (uint32_t i = 0; i < 32; i++) {
        watched[i] = 0xda7a0000u + i;
    }
    host_processor.stack = stack;
    host_processor.stack_size = sizeof stack;
    host_processor.sets = 4;
}

static uint32_t listed_threads = 3;
static uint32_t thread_stack[20];
static bool list_threads(uint32_t index, noinit_thread_t *thread)
{
    static const char *const NAMES[] = {"main", NULL, "a name that is longer than thirty-two bytes are"};
    thread->id = 0x20000000u + index;
    thread->name = NAMES[index % 3];
    thread->is_running = index == 0;
    if (index != 0) {
        thread->known = 0x1ffff;
        thread->stack_low = (uint32_t)(uintptr_t)thread_stack;
        thread->stack_size = sizeof thread_stack;
        for (uint32_t i = 0; i < 17; i++) {
            thread->registers[i] = 0x100u * index + i;
        }
        thread->registers[13] = 0; /* outside of its stack, whose addresses have more bits here */
    }
    return index < listed_threads;
}

static void start(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    fill();
}

/* Runs it as the only boot of a device. */
static void run_alone(int (*code)(void))
{
    host_power_on();
    CHECK(host_run(code) == 0);
}

static int check_order(void)
{
    start();
    noinit_crash_regions(REGIONS, 2);
    noinit_crash_threads(list_threads);
    capture();
    const record_t record = pending();
    static const uint32_t KINDS[][2] = {{1, 0}, {2, 1}, {2, 2}, {2, 3}, {2, 4}, {2, 5}, {3, 1}, {6, 0x20000000}, {6, 0x20000001}, {2, 1}, {6, 0x20000002}, {2, 1}, {3, 2}, {3, 2}, {4, 0}};
    CHECK(record.count == sizeof KINDS / sizeof *KINDS && record.has_end);
    for (unsigned i = 0; i < record.count; i++) {
        CHECK(record.items[i].kind == KINDS[i][0] && (KINDS[i][1] == 0 || record.items[i].number[0] == KINDS[i][1]));
    }
    const item_t *cause = &record.items[0];
    CHECK(cause->keys == (1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 5));
    CHECK(cause->pairs[0] == 1 && cause->pairs[1] == host_uptime_ms && cause->pairs[2] == 1 && cause->pairs[3] == 3 && cause->pairs[5] == NOINIT_REASON_FAULT);
    CHECK(record.items[6].size == sizeof stack && memcmp(record.items[6].bytes, stack, sizeof stack) == 0);
    CHECK(record.items[6].number[1] == (uint32_t)(uintptr_t)stack);
    CHECK(record.items[7].number[1] == 1 && record.items[7].size == 4 && memcmp(record.items[7].bytes, "main", 4) == 0);
    CHECK(record.items[8].number[1] == 0 && record.items[8].size == 0 && record.items[8].number[3] == sizeof thread_stack);
    CHECK(record.items[9].number[1] == 0x1ffff && record.items[9].bytes[4] == 0x01 && record.items[9].bytes[5] == 0x01);
    CHECK(record.items[10].size == 32);
    CHECK(record.items[12].size == sizeof watched && memcmp(record.items[12].bytes, watched, sizeof watched) == 0);
    CHECK(record.items[13].size == 20 && memcmp(record.items[13].bytes, stack, 20) == 0);
    return 0;
}

static void items_stand_in_the_order_of_their_importance(void)
{
    run_alone(check_order);
}

static int check_nothing_chosen(void)
{
    start();
    CHECK(!is_pending());
    host_processor.stack_size = 0;
    host_processor.sets = 0;
    capture();
    const record_t record = pending();
    CHECK(record.count == 3 && record.has_end); /* cause, registers, end */
    return 0;
}

static void without_regions_and_stack_the_registers_are_there(void)
{
    run_alone(check_nothing_chosen);
}

/* How many bytes of the region there are, 0 where it is not there. */
static uint32_t bytes_of(const record_t *record, uint32_t address)
{
    for (unsigned i = 0; i < record->count; i++) {
        if (record->items[i].kind == 3 && record->items[i].number[1] == address) {
            return record->items[i].size;
        }
    }
    return 0;
}

static int check_capacities(void)
{
    start();
    noinit_crash_regions(REGIONS, 1);
    uint32_t before = 0;
    uint32_t wholes = 0;
    uint32_t cuts = 0;
    for (test_room = 128; test_room <= 1024; test_room++) {
        capture();
        const uint8_t *bytes;
        const uint32_t size = noinit_crash_slot_pending(&bytes);
        CHECK(size <= test_room);
        const record_t record = pending();
        const uint32_t of_stack = bytes_of(&record, (uint32_t)(uintptr_t)stack);
        const uint32_t of_data = bytes_of(&record, (uint32_t)(uintptr_t)watched);
        /* What is there is whole, or cut at a word; nothing behind a cut region. */
        CHECK(of_stack % 4 == 0 && of_data % 4 == 0);
        const bool is_whole = of_stack == sizeof stack && of_data == sizeof watched && find_item(&record, 2, 4) != NULL && find_item(&record, 2, 5) != NULL;
        CHECK(record.has_end == is_whole);
        if (find_item(&record, 2, 4) != NULL && find_item(&record, 2, 5) != NULL) {
            CHECK(of_data == 0 || of_stack == sizeof stack);
            CHECK(of_stack + of_data >= before);
            before = of_stack + of_data;
            /* A word more would not have fitted: 3 bytes, a head of up to 8, its CRC, the end's 5. */
            CHECK(is_whole || test_room - size < 3 + 5 + 3 + 3 + 5 + 4);
        }
        wholes += is_whole;
        cuts += (of_stack != 0 && of_stack < sizeof stack) || (of_data != 0 && of_data < sizeof watched);
        noinit_crash_slot_release();
        CHECK(!is_pending());
    }
    printf("   %u whole, %u cut regions\n", wholes, cuts);
    CHECK(wholes > 10 && cuts > 200);
    return 0;
}

static void of_any_capacity_what_fits_is_whole_or_cut_at_a_word(void)
{
    run_alone(check_capacities);
}

static int check_word_by_word(void)
{
    start();
    host_processor.sets = 0;
    /* The last region: a byte short of it costs a word; without room for a word it is not there. */
    static const noinit_crash_region_t TWO[] = {{watched, 64}, {watched + 16, 8}};
    noinit_crash_regions(TWO, 2);
    capture();
    const uint8_t *bytes;
    const uint32_t whole = noinit_crash_slot_pending(&bytes);
    CHECK(read_record(bytes, whole).has_end);
    noinit_crash_slot_release();
    static const uint32_t EXPECTED[] = {8, 4, 4, 4, 4, 0, 0, 0, 0};
    const uint32_t last = (uint32_t)(uintptr_t)(watched + 16);
    for (uint32_t less = 0; less < 9; less++) {
        test_room = whole + 2u - less; /* a region's head is counted as if it were a long one's */
        capture();
        const record_t record = pending();
        CHECK(bytes_of(&record, last) == EXPECTED[less]);
        CHECK(bytes_of(&record, (uint32_t)(uintptr_t)watched) == 64);
        CHECK(record.has_end == (less == 0));
        noinit_crash_slot_release();
    }
    return 0;
}

static void a_byte_short_costs_a_word(void)
{
    run_alone(check_word_by_word);
}

/* What the policy keeps, by its words: sequences of the records that wait. */
static int check_policy(void)
{
    start();
    host_processor.sets = 0;
    uint32_t kept[NOINIT_CRASH_SLOTS];
    uint32_t count = 0;
    random_state = 7;
    for (uint32_t i = 0; i < 400; i++) {
        if (next_random() % 3u == 0) {
            if (count != 0) {
                CHECK(pending().sequence == kept[0]);
                noinit_crash_slot_release();
                memmove(kept, kept + 1, --count * sizeof *kept);
            }
            CHECK(is_pending() == (count != 0));
            continue;
        }
        const uint32_t sequence = noinit_head.sequence;
        capture();
        if (count < NOINIT_CRASH_SLOTS) {
            kept[count++] = sequence;
        } else if (NOINIT_CRASH_POLICY == 0 && NOINIT_CRASH_SLOTS > 1) {
            kept[count - 1] = sequence;
        } else if (NOINIT_CRASH_POLICY == 1) {
            memmove(kept, kept + 1, (count - 1) * sizeof *kept);
            kept[count - 1] = sequence;
        } else {
            CHECK(noinit_head.sequence == sequence); /* none was taken */
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        CHECK(pending().sequence == kept[i]);
        noinit_crash_slot_release();
    }
    CHECK(!is_pending());
    return 0;
}

static void over_many_crashes_the_policy_decides_which_stay(void)
{
    run_alone(check_policy);
}

static int crash_plainly(void)
{
    start();
    noinit_crash_regions(REGIONS, 1);
    host_processor.sets = 0;
    host_fault();
    return 1;
}

static uint32_t word_at(const uint8_t *bytes, uint32_t offset)
{
    return bytes[offset] | (uint32_t)bytes[offset + 1] << 8 | (uint32_t)bytes[offset + 2] << 16 | (uint32_t)bytes[offset + 3] << 24;
}

static int check_newest_postcards(void)
{
    start();
    const uint32_t boot = noinit_head.origin.key.boot; /* the crashes were those of 1 to boot - 1 */
    const uint8_t *bytes;
    for (uint32_t of = boot - NOINIT_POSTCARDS; of < boot; of++) {
        CHECK(noinit_postcard_pending(&bytes) == 28);
        CHECK(bytes[0] == 0x50 && bytes[1] == 0x11 && (word_at(bytes, 0) >> 16) == NOINIT_REASON_FAULT);
        CHECK(word_at(bytes, 4) == noinit_head.origin.key.lineage && word_at(bytes, 8) == of);
        CHECK(memcmp(bytes + 12, noinit_head.origin.build, 4) == 0);
        CHECK(word_at(bytes, 16) == 0x1000041c && word_at(bytes, 20) == 0x10000391 && word_at(bytes, 24) == 0x40010000);
        noinit_postcard_release();
        noinit_postcard_release(); /* once */
    }
    CHECK(noinit_postcard_pending(&bytes) == 0);
    return 0;
}

static void each_boot_leaves_one_postcard_and_the_oldest_give_way(void)
{
    host_power_on();
    for (uint32_t i = 0; i < 2u * NOINIT_POSTCARDS + 1u; i++) {
        CHECK(host_run(crash_plainly) == HOST_RESET_EXIT);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    }
    CHECK(host_run(check_newest_postcards) == 0);
}

static int check_one_postcard_a_boot(void)
{
    start();
    capture();
    host_processor.pc = 0x2000;
    capture();
    const uint8_t *bytes;
    CHECK(noinit_postcard_pending(&bytes) == 28 && word_at(bytes, 16) == 0x1000041c);
    noinit_postcard_release();
    CHECK(noinit_postcard_pending(&bytes) == 0);
    return 0;
}

static void a_boot_that_goes_on_after_a_crash_has_one_postcard(void)
{
    run_alone(check_one_postcard_a_boot);
}

/* The canary: it stands here alone, and no four of its bytes anywhere else. */
#define SECRET_BYTES 36u
NOINIT_SECRET static uint8_t secret[SECRET_BYTES];
static uint8_t canary(uint32_t i)
{
    return (uint8_t)(0x83u + i * 59u);
}

static bool holds_canary(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i + 4 <= size; i++) {
        for (uint32_t j = 0; j + 4 <= SECRET_BYTES; j++) {
            if (bytes[i] == canary(j) && bytes[i + 1] == canary(j + 1) && bytes[i + 2] == canary(j + 2) && bytes[i + 3] == canary(j + 3)) {
                return true;
            }
        }
    }
    return false;
}

/* All of the range but the secret is there, and right. */
static void check_range(const record_t *record, uint32_t kind, const uint8_t *from, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        const uint8_t *const at = from + i;
        uint32_t found = 0;
        for (unsigned n = 0; n < record->count; n++) {
            const item_t *item = &record->items[n];
            const uint32_t offset = (uint32_t)(uintptr_t)at - item->number[1];
            if (item->kind == 3 && item->number[0] == kind && offset < item->size) {
                CHECK(item->bytes[offset] == *at);
                found++;
            }
        }
        CHECK(found == ((uintptr_t)at - (uintptr_t)secret < SECRET_BYTES ? 0u : 1u));
    }
}

static int check_secrets(void)
{
    start();
    for (uint32_t i = 0; i < SECRET_BYTES; i++) {
        secret[i] = canary(i);
    }
    host_processor.sets = 0;
    CHECK(holds_canary(secret, SECRET_BYTES));
    static noinit_crash_region_t one;
    uint32_t ranges = 0;
    for (int32_t from = -24; from <= (int32_t)SECRET_BYTES + 8; from++) {
        for (uint32_t size = 1; size <= SECRET_BYTES + 40u; size += 1 + size / 16) {
            one = (noinit_crash_region_t){secret + from, size};
            noinit_crash_regions(&one, 1);
            capture();
            const uint8_t *bytes;
            const uint32_t length = noinit_crash_slot_pending(&bytes);
            CHECK(!holds_canary(bytes, length));
            const record_t record = read_record(bytes, length);
            CHECK(record.has_end);
            check_range(&record, NOINIT_CRASH_REGION_DATA, secret + from, size);
            noinit_crash_slot_release();
            ranges++;
        }
        /* And where a stack lies over it. */
        noinit_crash_regions(NULL, 0);
        host_processor.stack = (const uint32_t *)(const void *)(secret + from);
        host_processor.stack_size = 80;
        capture();
        const record_t record = pending();
        check_range(&record, NOINIT_CRASH_REGION_STACK, secret + from, 80);
        noinit_crash_slot_release();
        host_processor.stack_size = 0;
    }
    printf("   %u ranges\n", ranges);
    return 0;
}

static void secrets_are_cut_out_of_every_range(void)
{
    run_alone(check_secrets);
}

static int check_nothing_sent_is_secret(void)
{
    start();
    for (uint32_t i = 0; i < SECRET_BYTES; i++) {
        secret[i] = canary(i);
    }
    static const noinit_crash_region_t AROUND[] = {{secret - 16, SECRET_BYTES + 32u}, {secret, SECRET_BYTES}, {secret + 3, 5}};
    noinit_crash_regions(AROUND, 3);
    NOINIT_INF("not of secrets");
    capture();
    uint8_t chunk[100];
    uint32_t total = 0;
    static uint8_t all[8192];
    for (size_t size = sizeof chunk; noinit_packetizer_get_chunk(chunk, &size); size = sizeof chunk) {
        CHECK(total + size <= sizeof all);
        memcpy(all + total, chunk, size);
        total += (uint32_t)size;
        if ((chunk[0] & 2u) != 0) { /* the message's last */
            const uint32_t id = chunk[1] | (uint32_t)chunk[2] << 8 | (uint32_t)chunk[3] << 16;
            uint8_t ack[16];
            CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, id, 0, 4096)) == NOINIT_OK);
        }
    }
    CHECK(total > 600 && !holds_canary(all, total));
    extern uint8_t __noinit_start[];
    CHECK(!holds_canary(__noinit_start, host_retained_size()));
    return 0;
}

static void no_byte_that_is_sent_is_of_a_secret(void)
{
    run_alone(check_nothing_sent_is_secret);
}

static int check_snapshots(void)
{
    start();
    host_uptime_ms = 5;
    CHECK(noinit_snapshot(0x4005));
    record_t record = pending();
    const item_t *cause = &record.items[0];
    CHECK(cause->pairs[0] == 5 && cause->pairs[5] == 0x4005 && (cause->keys & 1u << 3) == 0 && cause->pairs[8] == 0 && record.has_end);
    const uint8_t *bytes;
    CHECK(noinit_postcard_pending(&bytes) == 0);
    CHECK(!noinit_crash_slot_is_open());

    for (uint32_t i = 1; i <= 10; i++) {
        host_uptime_ms += NOINIT_SNAPSHOT_INTERVAL_MS / 10 - 1;
        CHECK(!noinit_snapshot(0x4005) && noinit_snapshot_refused() == i);
    }
    host_uptime_ms += 10;
    CHECK(noinit_snapshot(0x4006) == (NOINIT_CRASH_SLOTS > 1));
    noinit_crash_slot_release();
    if (NOINIT_CRASH_SLOTS > 1) {
        CHECK(noinit_snapshot_refused() == 0);
        record = pending();
        CHECK(record.items[0].pairs[8] == 10 && record.items[0].pairs[5] == 0x4006);
    }
    /* Where all slots are taken it is refused, and the next one need not wait. */
    bool was_refused = false;
    for (uint32_t i = 0; i <= NOINIT_CRASH_SLOTS && !was_refused; i++) {
        host_uptime_ms += NOINIT_SNAPSHOT_INTERVAL_MS;
        was_refused = !noinit_snapshot(1);
    }
    CHECK(was_refused);
    (void)pending();
    noinit_crash_slot_release();
    CHECK(noinit_snapshot(2));
    return 0;
}

static void snapshots_come_at_most_once_an_interval(void)
{
    run_alone(check_snapshots);
}

static bool was_taken_in_between;

static void come_in_between(void)
{
    host_uptime_ms += NOINIT_SNAPSHOT_INTERVAL_MS;
    was_taken_in_between = noinit_snapshot(3);
}

static int check_in_between(void)
{
    start();
    was_taken_in_between = true;
    host_processor.on_registers = come_in_between;
    CHECK(noinit_snapshot(2) && !was_taken_in_between);
    host_processor.on_registers = 0;
    CHECK(pending().items[0].pairs[5] == 2);
    noinit_crash_slot_release();
    host_uptime_ms += NOINIT_SNAPSHOT_INTERVAL_MS;
    CHECK(noinit_snapshot(4));
    return 0;
}

static void one_that_comes_before_another_one_is_through_is_refused(void)
{
    run_alone(check_in_between);
}

static int snapshot_and_reset(void)
{
    start();
    CHECK(noinit_snapshot(0x4005));
    noinit_port_reset();
}

static uint32_t reason_of_last(void)
{
    noinit_reboot_t last;
    CHECK(noinit_reboot_last(&last));
    return last.reason;
}

static int check_no_crash_happened(void)
{
    start();
    CHECK(reason_of_last() == NOINIT_REASON_SOFTWARE_RESET);
    CHECK(pending().items[0].pairs[0] == 5);
    return 0;
}

static void a_snapshot_is_no_reason(void)
{
    host_power_on();
    CHECK(host_run(snapshot_and_reset) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_no_crash_happened) == 0);
}

static int check_release(void)
{
    start();
    capture();
    const uint32_t first = pending().sequence;
    /* While it is sent another one is written. */
    if (NOINIT_CRASH_SLOTS > 1) {
        CHECK(noinit_snapshot(1));
        noinit_crash_slot_release();
        CHECK(pending().sequence != first);
    }
    noinit_crash_slot_release();
    CHECK(!is_pending());
    /* While it is sent it gives way: the one in its place is not taken for sent. */
    for (uint32_t i = 0; i < NOINIT_CRASH_SLOTS; i++) {
        capture();
    }
    const uint32_t oldest = pending().sequence;
    capture();
    noinit_crash_slot_release();
    if (NOINIT_CRASH_POLICY == 1) {
        for (uint32_t i = 0; i < NOINIT_CRASH_SLOTS; i++) {
            CHECK(pending().sequence == oldest + 1u + i);
            noinit_crash_slot_release();
        }
        CHECK(!is_pending());
    }
    return 0;
}

static void what_was_not_sent_is_not_released(void)
{
    run_alone(check_release);
}

/* Where the second fault comes. */
static void (*second_fault_at)(void);

static bool fault_of_list(uint32_t index, noinit_thread_t *thread)
{
    (void)index;
    (void)thread;
    host_fault();
    return false;
}

static void set_place(void)
{
    host_processor.on_place = host_fault;
}

static void set_registers(void)
{
    host_processor.on_registers = host_fault;
}

static void set_threads(void)
{
    noinit_crash_threads(fault_of_list);
}

static int crash_twice(void)
{
    start();
    second_fault_at();
    host_fault();
    return 1;
}

static unsigned expected_items;
static int check_capture_failed(void)
{
    start();
    CHECK(reason_of_last() == NOINIT_REASON_CAPTURE_FAILED);
    CHECK(is_pending() == (expected_items != 0));
    if (expected_items != 0) {
        const record_t record = pending();
        CHECK(record.count == expected_items && !record.has_end);
    }
    const uint8_t *bytes;
    CHECK((noinit_postcard_pending(&bytes) == 28) == (second_fault_at != set_place));
    return 0;
}

static void a_fault_while_capturing_resets_and_keeps_what_is_closed(void)
{
    void (*const places[])(void) = {set_place, set_registers, set_threads};
    static const unsigned ITEMS[] = {0, 2, 7};
    for (unsigned i = 0; i < 3; i++) {
        host_power_on();
        second_fault_at = places[i];
        expected_items = ITEMS[i];
        CHECK(host_run(crash_twice) == HOST_RESET_EXIT);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(check_capture_failed) == 0);
    }
}

static int start_only(void)
{
    start();
    return 0;
}

/* A crash cut behind any store: what counts as written is whole, and the reason says whether the capture was. */
static int check_cut(void)
{
    start();
    const uint32_t reason = reason_of_last();
    const bool has_record = is_pending();
    const record_t record = has_record ? pending() : (record_t){0};
    const uint8_t *bytes;
    const bool has_postcard = noinit_postcard_pending(&bytes) == 28;
    CHECK(reason == NOINIT_REASON_FAULT || reason == NOINIT_REASON_CAPTURE_FAILED || reason == NOINIT_REASON_SOFTWARE_RESET);
    CHECK(reason != NOINIT_REASON_FAULT || (has_postcard && record.has_end && record.count == 5));
    CHECK(reason != NOINIT_REASON_SOFTWARE_RESET || (!has_postcard && !has_record));
    CHECK(!has_record || has_postcard); /* the postcard is first */
    return (int)record.count + (has_postcard ? 10 : 0) + (reason == NOINIT_REASON_CAPTURE_FAILED ? 20 : reason == NOINIT_REASON_FAULT ? 40 : 0) + 4;
}

static void a_reset_after_every_store_of_a_capture_leaves_whole_items(void)
{
    host_power_on();
    CHECK(host_run(start_only) == 0);
    const uint32_t size = host_retained_size();
    uint8_t *const before = malloc(size);
    memcpy(before, host_retained(), size);
    unsigned seen[80] = {0};
    unsigned first = 1;
    for (;; first++) {
        memcpy(host_retained(), before, size);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(first, start_only)) {
            break;
        }
    }
    unsigned n = first;
    for (;; n++) {
        memcpy(host_retained(), before, size);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(n, crash_plainly)) {
            break;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        const int result = host_run(check_cut);
        CHECK(result >= 4 && result < 4 + 60);
        seen[result - 4]++;
    }
    printf("   %u cuts\n", n - first);
    CHECK(seen[20] > 0 && seen[30] > 0 && seen[55] > 0);
    for (unsigned items = 1; items <= 5; items++) {
        CHECK(seen[20 + items] == 0 && seen[30 + items] > 0);
    }
    free(before);
}

static void own_handler(void)
{
}

static int check_chain(void)
{
    start();
    noinit_crash_chain(own_handler);
    CHECK(host_capture(&noinit_capture_fault, NOTHING));
    CHECK(host_target == own_handler);
    CHECK(pending().has_end && !noinit_crash_slot_is_open());
    /* It faults itself: that is captured as well, and is the end. */
    host_fault();
    return 1;
}

static int check_both_crashes(void)
{
    start();
    CHECK(reason_of_last() == NOINIT_REASON_FAULT);
    const uint32_t first = pending().sequence;
    noinit_crash_slot_release();
    CHECK(is_pending() == (NOINIT_CRASH_SLOTS > 1));
    if (NOINIT_CRASH_SLOTS > 1) {
        CHECK(pending().sequence == first + 1u);
    }
    return 0;
}

static void a_handler_goes_on_after_the_capture_once(void)
{
    host_power_on();
    CHECK(host_run(check_chain) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_both_crashes) == 0);
}

/* Text where an address has 32 bits, as on the device. */
static char *low_text(const char *text)
{
    char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    CHECK(low != MAP_FAILED);
    strcpy(low, text);
    return low;
}

static item_t cause_of(const noinit_capture_kind_t *like, uint32_t first, uint32_t second)
{
    static noinit_capture_kind_t kind;
    kind = *like;
    kind.finish = go_on;
    const uint32_t argument[4] = {first, second};
    noinit_reboot_unmark();
    (void)host_capture(&kind, argument);
    const item_t cause = pending().items[0];
    CHECK(cause.pairs[2] == 1);
    noinit_crash_slot_release();
    return cause;
}

static int check_kinds(void)
{
    start();
    char *const text = low_text("0123456789012345678901234567890123456789012345678901234567890123456789");
    const uint32_t at = (uint32_t)(uintptr_t)text;

    item_t cause = cause_of(&noinit_capture_watchdog, 0, 0);
    CHECK(cause.pairs[0] == 4 && cause.pairs[5] == (NOINIT_WATCHDOG_RESETS ? NOINIT_REASON_SOFTWARE_WATCHDOG : NOINIT_REASON_WATCHDOG) && cause.pairs[3] == 3);
    cause = cause_of(&noinit_capture_overflow, at, 0);
    CHECK(cause.pairs[0] == 3 && cause.pairs[5] == NOINIT_REASON_STACK_OVERFLOW && cause.text_size == 64 && (cause.keys & 1u << 3) == 0);
    cause = cause_of(&noinit_capture_overflow, 0, 0);
    CHECK((cause.keys & 1u << 7) != 0 && cause.text_size == 0);
    cause = cause_of(&noinit_capture_canary, 0, 0);
    CHECK(cause.pairs[0] == 3 && (cause.keys & 1u << 7) == 0);
    cause = cause_of(&noinit_capture_memory, 123456, 0);
    CHECK(cause.pairs[0] == 6 && cause.pairs[5] == NOINIT_REASON_OUT_OF_MEMORY && cause.pairs[6] == 123456);
    cause = cause_of(&noinit_capture_panic, at, 5);
    CHECK(cause.pairs[0] == 7 && cause.pairs[5] == NOINIT_REASON_PANIC && cause.text_size == 5);
    cause = cause_of(&noinit_capture_panic, at, 70);
    CHECK(cause.text_size == 64);
    cause = cause_of(&noinit_capture_abort, 0, 0);
    CHECK(cause.pairs[0] == 7 && cause.text_size == 5);
    cause = cause_of(&noinit_capture_assert, 7u << 4 | 1u, 3);
    CHECK(cause.pairs[0] == 2 && cause.pairs[5] == NOINIT_REASON_ASSERT);
    static const uint8_t ENTRY[] = {0xd0, 0x0f, 7, 6}; /* 1000 ms, site 7, the word 3 */
    CHECK(cause.text_size == sizeof ENTRY);
    host_processor.is_overflow = true;
    cause = cause_of(&noinit_capture_fault, 0, 0);
    CHECK(cause.pairs[0] == 3 && cause.pairs[5] == NOINIT_REASON_STACK_OVERFLOW && cause.pairs[3] == 3);
    return 0;
}

static void each_kind_says_its_cause_its_reason_and_one_thing_more(void)
{
    run_alone(check_kinds);
}

static int check_marked_before(void)
{
    start();
    noinit_reboot_mark(0xc011);
    const uint32_t argument[4] = {7u << 4 | 1u, 3};
    CHECK(host_capture(&noinit_capture_assert, argument));
    CHECK(pending().items[0].pairs[0] == 2 && pending().items[0].pairs[5] == 0xc011);
    const uint8_t *bytes;
    CHECK(noinit_postcard_pending(&bytes) == 28 && word_at(bytes, 0) >> 16 == 0xc011);
    return 0;
}

static void what_was_marked_before_is_the_reason_of_record_and_postcard(void)
{
    run_alone(check_marked_before);
}

static int check_line_is_logged_after(void)
{
    start();
    const uint32_t argument[4] = {7u << 4 | 1u, 3};
    CHECK(host_capture(&noinit_capture_assert, argument));
    CHECK(pending().has_end && !noinit_crash_slot_is_open());
    /* On the stack that was in use: the same arguments, and it ends in a reset. */
    ((void (*)(uintptr_t, uint32_t, uint32_t, uint32_t))host_target)(7u << 4 | 1u, 3, 0, 0);
    return 1;
}

static void an_assertion_logs_its_line_after_the_capture(void)
{
    host_power_on();
    CHECK(host_run(check_line_is_logged_after) == HOST_RESET_EXIT);
}

static int check_endless_list(void)
{
    start();
    host_processor.sets = 0;
    host_processor.stack_size = 0;
    listed_threads = UINT32_MAX;
    noinit_crash_threads(list_threads);
    capture();
    const record_t record = pending();
    CHECK(record.count > 10 && !record.has_end);
    return 0;
}

static void a_list_of_threads_without_an_end_comes_to_one(void)
{
    run_alone(check_endless_list);
}

static int crash_before_init(void)
{
    host_fault();
    return 1;
}

static int check_nothing(void)
{
    start();
    const uint8_t *bytes;
    CHECK(!is_pending() && noinit_postcard_pending(&bytes) == 0);
    return 0;
}

static void before_the_start_nothing_is_written(void)
{
    host_power_on();
    uint8_t *const before = malloc(host_retained_size());
    memcpy(before, host_retained(), host_retained_size());
    CHECK(host_run(crash_before_init) == HOST_RESET_EXIT);
    CHECK(memcmp(before, host_retained(), host_retained_size()) == 0);
    CHECK(host_run(check_nothing) == 0);
    free(before);
}

static int fault_of_the_secure_side(void)
{
    start();
    noinit_secure_fault(NOINIT_REASON_SECURITY, 0x0c001234);
    return 1;
}

static int check_secure_fault(void)
{
    start();
    CHECK(reason_of_last() == NOINIT_REASON_SECURITY && !is_pending());
    const uint8_t *bytes;
    CHECK(noinit_postcard_pending(&bytes) == 28);
    CHECK(word_at(bytes, 16) == 0x0c001234 && word_at(bytes, 20) == 0 && word_at(bytes, 0) >> 16 == NOINIT_REASON_SECURITY);
    return 0;
}

static void a_fault_of_the_secure_side_is_a_postcard_and_a_reason(void)
{
    host_power_on();
    CHECK(host_run(fault_of_the_secure_side) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_secure_fault) == 0);
}

/* Any bit of what says that a record stands there. */
static uint32_t flipped;
static int check_flipped(void)
{
    start();
    if (is_pending()) {
        (void)pending(); /* if it counts it is whole */
    }
    return is_pending() ? 1 : 0;
}

static void a_record_whose_state_was_damaged_is_none(void)
{
    host_power_on();
    CHECK(host_run(crash_plainly) == HOST_RESET_EXIT);
    const uint32_t size = host_retained_size();
    uint8_t *const whole = malloc(size);
    memcpy(whole, host_retained(), size);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_flipped) == 1);
    /* The word of the state, by its content: size, and its check. */
    uint32_t at = 0;
    for (uint32_t i = 0; i + 4 <= size; i += 4) {
        const uint32_t state = word_at(whole, i);
        const uint32_t low = state & 0xffffu;
        if (low > 100 && low < NOINIT_CRASH_CAPACITY && state >> 16 == (low ^ 0xffffu ^ NOINIT_CRASH_CAPACITY) && whole[i + 4] == 0xa5) {
            CHECK(at == 0);
            at = i;
        }
    }
    CHECK(at != 0);
    for (flipped = 0; flipped < 32; flipped++) {
        memcpy(host_retained(), whole, size);
        host_retained()[at + flipped / 8] ^= (uint8_t)(1u << flipped % 8);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(check_flipped) == 0);
    }
    free(whole);
}

#if NOINIT_CRASH_LOG_BYTES
/* Reads the log item as docs/formats/log-ring.md draws entries, each check anew; gives how many there are. */
static uint32_t check_log_item(const item_t *item)
{
    uint32_t entries = 0;
    uint64_t stamp = item->number[1];
    uint32_t place = 0;
    while (place < item->size) {
        const uint32_t start = place;
        uint32_t length = item->bytes[place++] & 31u;
        if (length == 31u) {
            length += item->bytes[place] & 0x7fu;
            if (item->bytes[place++] >= 0x80u) {
                length += (uint32_t)item->bytes[place++] << 7;
            }
        }
        const uint32_t body = place;
        uint32_t sum = 0xa5u;
        for (; place < body + length; place++) {
            sum = (sum << 1 | sum >> 31) + item->bytes[place];
        }
        for (uint32_t i = start; i < body; i++) {
            sum = (sum << 1 | sum >> 31) + item->bytes[i];
        }
        CHECK(item->bytes[place++] == (uint8_t)(sum + (sum >> 8) + (sum >> 16) + (sum >> 24)));
        uint32_t difference = 0;
        uint32_t stamps = 0;
        do {
            difference |= (uint32_t)(item->bytes[body + stamps] & 0x7fu) << 7u * stamps;
        } while (item->bytes[body + stamps++] >= 0x80u);
        CHECK(item->bytes[start] >> 5 != NOINIT_RING_KIND_SEGMENT && (difference & 1u) == 0);
        stamp += difference >> 1;
        entries++;
    }
    CHECK(place == item->size && stamp <= host_uptime_ms);
    return entries;
}

static int check_log(void)
{
    start();
    host_processor.sets = 0;
    extern noinit_ring_state_t noinit_log_states[];
    uint32_t most = 0;
    static const char TEXT[] = "01234567890123456789012345678901234567890123456789012345678901234567890123456789";
    for (uint32_t lines = 0; lines < 300; lines++) {
        test_room = lines % 3u == 0 ? NOINIT_CRASH_CAPACITY : 460u + lines;
        capture();
        const record_t record = pending();
        const item_t *item = find_item(&record, 5, 0);
        CHECK(record.has_end);
        if (lines == 0) {
            CHECK(item == NULL); /* the segment start alone */
        } else if (item != NULL) {
            /* first, base, clock (an array and its three), core */
            CHECK(item->numbers == 7 && item->number[2] == 3 && item->number[3] == 1000 && item->number[6] == 0);
            CHECK(item->size <= NOINIT_CRASH_LOG_BYTES && item->size > 0);
            const uint32_t entries = check_log_item(item);
            CHECK(item->number[0] + entries == noinit_log_states[0].number); /* up to the newest */
            most = entries > most ? entries : most;
            CHECK(test_room < NOINIT_CRASH_CAPACITY || entries >= 2 || lines < 3);
        } else {
            CHECK(test_room < NOINIT_CRASH_CAPACITY);
        }
        noinit_crash_slot_release();
        host_uptime_ms += 1u + lines % 200u;
        if (lines % 7u == 0) {
            NOINIT_WRN("%s of %u", TEXT + lines % 60u, lines);
        } else {
            NOINIT_INF("line %u, %d", lines, -(int)lines);
        }
    }
    CHECK(most > 10);
    return 0;
}

static void the_newest_lines_come_along(void)
{
    run_alone(check_log);
}

static int log_and_reset(void)
{
    start();
    NOINIT_INF("of the boot before");
    noinit_port_reset();
}

static int check_own_lines_only(void)
{
    start();
    capture();
    const record_t record = pending();
    CHECK(find_item(&record, 5, 0) == NULL && record.has_end);
    return 0;
}

static void lines_of_an_earlier_boot_do_not(void)
{
    host_power_on();
    CHECK(host_run(log_and_reset) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_own_lines_only) == 0);
}
#endif

#ifdef TEST_FLUSH
/* What a data cache would have written back: all of it must be there before the reset. */
extern uint8_t __noinit_start[];
static uint8_t written[65536];
void test_flush(const volatile void *address, unsigned long size);
void test_flush(const volatile void *address, unsigned long size)
{
    const size_t at = (size_t)((const volatile uint8_t *)address - __noinit_start);
    if (at < host_retained_size()) {
        memcpy(written + at, __noinit_start + at, size);
    }
}

static int check_flushed(void)
{
    start();
    CHECK(host_retained_size() <= sizeof written);
    noinit_crash_regions(REGIONS, 2);
    noinit_crash_threads(list_threads);
    for (uint32_t i = 0; i < 3; i++) { /* the third one takes the place of the second */
        memcpy(written, __noinit_start, host_retained_size());
        capture();
        CHECK(memcmp(written, __noinit_start, host_retained_size()) == 0);
    }
    (void)pending();
    noinit_crash_slot_release();
    const uint8_t *bytes;
    CHECK(noinit_postcard_pending(&bytes) == 28);
    noinit_postcard_release();
    CHECK(noinit_snapshot(1));
    CHECK(memcmp(written, __noinit_start, host_retained_size()) == 0);
    return 0;
}

static void all_that_was_stored_is_flushed(void)
{
    run_alone(check_flushed);
}
#endif

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
#ifdef TEST_FLUSH
    RUN(all_that_was_stored_is_flushed);
    return 0;
#endif
#if NOINIT_CRASH_LOG_BYTES
    RUN(the_newest_lines_come_along);
    RUN(lines_of_an_earlier_boot_do_not);
    return 0;
#endif
    RUN(items_stand_in_the_order_of_their_importance);
    RUN(without_regions_and_stack_the_registers_are_there);
    RUN(of_any_capacity_what_fits_is_whole_or_cut_at_a_word);
    RUN(a_byte_short_costs_a_word);
    RUN(over_many_crashes_the_policy_decides_which_stay);
    RUN(each_boot_leaves_one_postcard_and_the_oldest_give_way);
    RUN(a_boot_that_goes_on_after_a_crash_has_one_postcard);
    RUN(secrets_are_cut_out_of_every_range);
    RUN(no_byte_that_is_sent_is_of_a_secret);
    RUN(snapshots_come_at_most_once_an_interval);
    RUN(one_that_comes_before_another_one_is_through_is_refused);
    RUN(a_snapshot_is_no_reason);
    RUN(what_was_not_sent_is_not_released);
    RUN(a_fault_while_capturing_resets_and_keeps_what_is_closed);
    RUN(a_reset_after_every_store_of_a_capture_leaves_whole_items);
    RUN(a_handler_goes_on_after_the_capture_once);
    RUN(each_kind_says_its_cause_its_reason_and_one_thing_more);
    RUN(what_was_marked_before_is_the_reason_of_record_and_postcard);
    RUN(an_assertion_logs_its_line_after_the_capture);
    RUN(a_list_of_threads_without_an_end_comes_to_one);
    RUN(before_the_start_nothing_is_written);
    RUN(a_fault_of_the_secure_side_is_a_postcard_and_a_reason);
    RUN(a_record_whose_state_was_damaged_is_none);
    return 0;
}
