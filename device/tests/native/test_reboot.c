/* Why it restarted: marks, the hardware's reason, signs of life, counters and the records made of them, over many starts. */
#include <string.h>

#include "check.h"
#include "core/head.h"
#include "host.h"
#include "host_arch.h"
#include "noinit/noinit.h"
#include "sent.h"

NOINIT_LOG_REGISTER(host);

/* --- the first boot, and a lost one --- */

static int check_first(void)
{
    noinit_reboot_t last = {.reason = 77};
    start();
    CHECK(!noinit_reboot_last(&last) && last.reason == 77);
    CHECK(noinit_reboot_unexpected_count() == 0 && noinit_crash_count() == 0 && !noinit_reboot_is_loop(1));
    send_all();
    CHECK(sent_count == 1 && find_sent(2, 0) == NULL);
    const uint32_t *words = boot_of(1);
    CHECK(words[BOOT_RAW] == 1 && words[WHOLE] == 0 && words[LAYOUT] == NOINIT_LAYOUT);
    return 0;
}

static void a_boot_without_one_before_says_so_and_has_no_last_reboot(void)
{
    host_power_on();
    CHECK(host_run(check_first) == 0);
}

static int mark_assert(void)
{
    start();
    mark(4000, NOINIT_REASON_ASSERT, 0x1000);
    return 0;
}

static void a_mark_in_ram_that_was_lost_is_not_believed(void)
{
    run_boot_one(mark_assert);
    host_power_on();
    CHECK(host_run(check_first) == 0);
}

static int before_the_start(void)
{
    noinit_reboot_t last = {.reason = 77};
    host_uptime_ms = 99000;
    (void)noinit_reboot_mark_from(NOINIT_REASON_WATCHDOG, 1, 2);
    noinit_reboot_unmark();
    noinit_alive();
    noinit_healthy();
    noinit_reboot_unexpected_clear();
    CHECK(!noinit_reboot_last(&last) && last.reason == 77);
    uint8_t chunk[64];
    size_t size = sizeof chunk;
    CHECK(!noinit_packetizer_get_chunk(chunk, &size));
    return 0;
}

static void before_the_start_nothing_of_the_boot_before_is_touched(void)
{
    run_boot_one(mark_assert);
    uint8_t *const before = copy_retained();
    CHECK(host_run(before_the_start) == 0);
    CHECK(memcmp(before, host_retained(), host_retained_size()) == 0);
    free(before);
}

/* --- marks --- */

static int check_assert(void)
{
    noinit_reboot_t last;
    start();
    for (unsigned round = 0; round < 2; round++) {
        CHECK(noinit_reboot_last(&last));
        CHECK(last.reason == NOINIT_REASON_ASSERT && last.hardware == NOINIT_REASON_PIN_RESET && last.raw == 0x40);
        CHECK(last.is_unexpected && last.uptime_ms == 4000);
        CHECK(noinit_reboot_unexpected_count() == 1);
        send_all(); /* and it stays readable */
    }
    return 0;
}

static int check_assert_record(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_ASSERT && words[HARDWARE] == NOINIT_REASON_PIN_RESET && words[RAW] == 0x40);
    CHECK(has_mark(words, FIRST, NOINIT_REASON_ASSERT, 0x1000, 4000));
    CHECK(words[LATER] == 0 && words[UNEXPECTED] == 1 && words[UPTIME] == 4000);
    CHECK(find_sent(2, 1)->head.sequence == 0xfffffffeu && find_sent(1, 2)->head.sequence == 0);
    return 0;
}

static void a_mark_comes_back_with_its_place_its_uptime_and_the_raw_register(void)
{
    run_boot_one(mark_assert);
    host_reset(NOINIT_REASON_PIN_RESET, 0x40);
    CHECK(host_run(check_assert_record) == 0);
}

static void the_last_reboot_can_be_asked_also_after_it_was_sent(void)
{
    run_boot_one(mark_assert);
    host_reset(NOINIT_REASON_PIN_RESET, 0x40);
    CHECK(host_run(check_assert) == 0);
}

static int mark_four_times(void)
{
    start();
    mark(1000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(1001, NOINIT_REASON_SHUTDOWN, 0x2000); /* expected, and not the first: not kept */
    mark(1002, NOINIT_REASON_FAULT, 0x3000);
    mark(1003, NOINIT_REASON_WATCHDOG, 0x4000); /* not the first after the first */
    CHECK(noinit_reboot_mark_from(NOINIT_REASON_PANIC, 0, 0) == NOINIT_REASON_FIRMWARE_UPDATE);
    return 0;
}

static int check_first_and_later(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_FIRMWARE_UPDATE && words[UNEXPECTED] == 1);
    CHECK(has_mark(words, FIRST, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000, 1000));
    CHECK(has_mark(words, LATER, NOINIT_REASON_FAULT, 0x3000, 1002));
    CHECK(noinit_reboot_unexpected_count() == 1);
    return 0;
}

static void the_first_mark_gives_the_reason_and_the_first_unexpected_one_after_it_the_class(void)
{
    run_boot_one(mark_four_times);
    CHECK(host_run(check_first_and_later) == 0);
}

static int mark_two_expected(void)
{
    start();
    mark(1000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(1001, NOINIT_REASON_SHUTDOWN, 0x2000);
    return 0;
}

static int check_expected(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_FIRMWARE_UPDATE && words[UNEXPECTED] == 0 && words[LATER] == 0);
    CHECK(noinit_reboot_unexpected_count() == 0);
    return 0;
}

static void a_later_mark_that_is_expected_changes_nothing(void)
{
    run_boot_one(mark_two_expected);
    CHECK(host_run(check_expected) == 0);
}

static int mark_and_unmark(void)
{
    start();
    mark(1000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(1000, NOINIT_REASON_FAULT, 0x3000);
    noinit_reboot_unmark();
    return 0;
}

static int check_hardware_counts(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_SOFTWARE_RESET && words[UNEXPECTED] == 0 && words[FIRST] == 0 && words[LATER] == 0);
    return 0;
}

static void what_was_taken_back_does_not_count(void)
{
    run_boot_one(mark_and_unmark);
    CHECK(host_run(check_hardware_counts) == 0);
}

static int mark_unmark_mark(void)
{
    mark_and_unmark();
    mark(2000, NOINIT_REASON_SHUTDOWN, 0x5000);
    return 0;
}

static int check_shutdown(void)
{
    start_and_send();
    CHECK(has_mark(reboot_of(1), FIRST, NOINIT_REASON_SHUTDOWN, 0x5000, 2000) && reboot_of(1)[UNEXPECTED] == 0);
    return 0;
}

static void after_taking_back_the_next_mark_is_the_first(void)
{
    run_boot_one(mark_unmark_mark);
    CHECK(host_run(check_shutdown) == 0);
}

/* The table of classes: what was marked (0: nothing), what the hardware says, what comes out. */
static const struct {
    uint16_t marked, hardware, reason;
    bool is_unexpected;
} CLASSES[] = {
    {0, NOINIT_REASON_LOW_POWER_WAKE, NOINIT_REASON_LOW_POWER_WAKE, false},
    {0, NOINIT_REASON_SOFTWARE_RESET, NOINIT_REASON_SOFTWARE_RESET, false},
    {0, NOINIT_REASON_WATCHDOG, NOINIT_REASON_WATCHDOG, true},
    {0, NOINIT_REASON_UNKNOWN, NOINIT_REASON_UNKNOWN, true},
    {0, 0, NOINIT_REASON_UNKNOWN, true}, /* of a port that knows no better */
    {0, 0x80ff, 0x80ff, true}, /* a value that nobody knows: by its own bit */
    {0, 0x00ff, 0x00ff, false},
    {NOINIT_REASON_FIRMWARE_UPDATE, NOINIT_REASON_UNKNOWN, NOINIT_REASON_FIRMWARE_UPDATE, false},
    {NOINIT_REASON_FIRMWARE_UPDATE, NOINIT_REASON_USER_RESET, NOINIT_REASON_FIRMWARE_UPDATE, false},
    {NOINIT_REASON_FIRMWARE_UPDATE, 0, NOINIT_REASON_FIRMWARE_UPDATE, false},
    {NOINIT_REASON_ASSERT, 0, NOINIT_REASON_ASSERT, true},
    {NOINIT_REASON_FAULT, NOINIT_REASON_PIN_RESET, NOINIT_REASON_FAULT, true},
    {NOINIT_REASON_FAULT, NOINIT_REASON_MEMORY_ERROR, NOINIT_REASON_FAULT, true},
    {NOINIT_REASON_ASSERT, NOINIT_REASON_UNKNOWN, NOINIT_REASON_ASSERT, true},
    {NOINIT_REASON_UNKNOWN, NOINIT_REASON_SOFTWARE_RESET, NOINIT_REASON_UNKNOWN, true},
    {NOINIT_REASON_CUSTOM | 17, NOINIT_REASON_WATCHDOG, NOINIT_REASON_CUSTOM | 17, false},
    {NOINIT_REASON_UNEXPECTED | NOINIT_REASON_CUSTOM | 255, NOINIT_REASON_SOFTWARE_RESET, NOINIT_REASON_UNEXPECTED | NOINIT_REASON_CUSTOM | 255, true},
};
static unsigned row;

static int mark_row(void)
{
    start();
    if (CLASSES[row].marked != 0) {
        mark(1000, CLASSES[row].marked, 0x1000);
    }
    CHECK(noinit_reboot_unexpected_count() == 0); /* a mark alone is no reboot */
    return 0;
}

static int check_row(void)
{
    noinit_reboot_t last;
    start_and_send();
    CHECK(noinit_reboot_last(&last) && last.reason == CLASSES[row].reason);
    CHECK(last.hardware == (CLASSES[row].hardware != 0 ? CLASSES[row].hardware : NOINIT_REASON_UNKNOWN));
    CHECK(last.is_unexpected == CLASSES[row].is_unexpected && noinit_reboot_unexpected_count() == last.is_unexpected);
    CHECK(noinit_crash_count() == last.is_unexpected);
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == last.reason && words[UNEXPECTED] == last.is_unexpected && words[RAW] == 0x10);
    return 0;
}

static void expected_or_unexpected_is_a_rule_of_the_reason_that_counts(void)
{
    for (row = 0; row < sizeof CLASSES / sizeof *CLASSES; row++) {
        run_boot_one(mark_row);
        host_reset(CLASSES[row].hardware, 0x10);
        CHECK(host_run(check_row) == 0);
    }
}

static int check_says_nothing(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_UNKNOWN && words[HARDWARE] == NOINIT_REASON_UNKNOWN && words[RAW] == 0 && words[UNEXPECTED] == 1);
    return 0;
}

static void a_register_that_says_nothing_is_unknown_and_unexpected(void)
{
    run_boot_one(start);
    host_reset(NOINIT_REASON_PIN_RESET, 0);
    CHECK(host_run(check_says_nothing) == 0);
}

/* --- stale marks --- */

static uint32_t alive_after;

static int mark_and_live_on(void)
{
    start();
    mark(5000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    host_uptime_ms = 5000 + alive_after;
    noinit_alive_at(0, 0);
    return 0;
}

static int check_stale(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    const bool is_stale = alive_after > NOINIT_MARK_STALE_MS;
    CHECK(has_mark(words, FIRST, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000, 5000));
    CHECK(words[REASON] == (is_stale ? NOINIT_REASON_BROWN_OUT : NOINIT_REASON_FIRMWARE_UPDATE) && words[UNEXPECTED] == is_stale);
    return 0;
}

static void a_mark_is_stale_60_seconds_before_the_last_known_uptime(void)
{
    static const uint32_t AFTER[] = {0, 1, NOINIT_MARK_STALE_MS, NOINIT_MARK_STALE_MS + 1, 10000000};
    for (unsigned i = 0; i < sizeof AFTER / sizeof *AFTER; i++) {
        alive_after = AFTER[i];
        run_boot_one(mark_and_live_on);
        host_reset(NOINIT_REASON_BROWN_OUT, 8);
        CHECK(host_run(check_stale) == 0);
    }
}

static int mark_stale_then_again(void)
{
    start();
    mark(5000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(5001, NOINIT_REASON_PANIC, 0x2000);
    mark(70000, NOINIT_REASON_SHUTDOWN, 0x3000);
    return 0;
}

static int check_stale_gave_way(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(has_mark(words, FIRST, NOINIT_REASON_SHUTDOWN, 0x3000, 70000) && has_mark(words, LATER, NOINIT_REASON_PANIC, 0x2000, 5001));
    CHECK(words[REASON] == NOINIT_REASON_SHUTDOWN && words[UNEXPECTED] == 0); /* the panic's reset did not come either */
    return 0;
}

static void a_stale_mark_gives_way_to_the_next(void)
{
    run_boot_one(mark_stale_then_again);
    CHECK(host_run(check_stale_gave_way) == 0);
}

static int mark_stale_then_crash(void)
{
    start();
    mark(5000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(64000, NOINIT_REASON_FAULT, 0x2000); /* fresh beside the first */
    host_uptime_ms = 65001;
    noinit_alive(); /* and now the first is stale */
    return 0;
}

static int check_later_counts(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_FAULT && words[UNEXPECTED] == 1 && words[FIRST] == NOINIT_REASON_FIRMWARE_UPDATE);
    return 0;
}

static int mark_beside_a_stale_one(void)
{
    start();
    mark(5000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(64000, NOINIT_REASON_FAULT, 0x2000);
    host_uptime_ms = 70000; /* the first is stale, the later one is not, and came before these */
    CHECK(noinit_reboot_mark_from(NOINIT_REASON_SHUTDOWN, 0x3000, 0) == NOINIT_REASON_FAULT);
    CHECK(noinit_reboot_mark_from(NOINIT_REASON_PANIC, 0x3000, 0) == NOINIT_REASON_FAULT);
    return 0;
}

static void a_mark_after_one_that_counts_does_not_come_before_it(void)
{
    run_boot_one(mark_beside_a_stale_one);
    CHECK(host_run(check_later_counts) == 0);
}

static void of_two_marks_the_one_that_is_not_stale_counts(void)
{
    run_boot_one(mark_stale_then_crash);
    CHECK(host_run(check_later_counts) == 0);
}

/* --- a capture that did not come to its end --- */

static void cut_here(void)
{
    noinit_port_reset();
}

static int fault_in_the_capture(void)
{
    start();
    host_uptime_ms = 3000;
    host_processor.pc = 0x1234;
    host_processor.lr = 0x1334;
    host_processor.on_registers = cut_here;
    host_fault();
    return 1;
}

static int check_capture_failed(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_CAPTURE_FAILED && words[HARDWARE] == NOINIT_REASON_WATCHDOG && words[UNEXPECTED] == 1);
    CHECK(has_mark(words, FIRST, NOINIT_REASON_FAULT, 0x1234, 3000));
    return 0;
}

static void a_capture_that_was_begun_and_not_finished_is_the_reason_with_the_fault_beside_it(void)
{
    host_power_on();
    CHECK(host_run(fault_in_the_capture) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    CHECK(host_run(check_capture_failed) == 0);
}

/* --- signs of life --- */

static int live(void)
{
    start();
    for (host_uptime_ms = 1000; host_uptime_ms <= 7000; host_uptime_ms += 1000) {
        noinit_alive_at(0x20000100, 0x08000101);
    }
    host_uptime_ms = 7250;
    noinit_alive_at(0x20000200, 0x08000303);
    host_uptime_ms = 9999; /* and nothing more is heard */
    return 0;
}

static int check_alive(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_WATCHDOG && words[UPTIME] == 7250 && words[UPTIME_HIGH] == 0 && words[INTERVAL] == 250);
    CHECK(words[TASK] == 0x20000200 && words[PC] == 0x08000302);
    return 0;
}

static void the_last_sign_of_life_says_how_long_it_ran_and_what(void)
{
    run_boot_one(live);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    CHECK(host_run(check_alive) == 0);
}

static int live_then_mark(void)
{
    live();
    mark(9000, NOINIT_REASON_SHUTDOWN, 0x1000);
    return 0;
}

static int check_exact(void)
{
    start_and_send();
    CHECK(reboot_of(1)[UPTIME] == 9000 && reboot_of(1)[INTERVAL] == 250 && reboot_of(1)[PC] == 0x08000302);
    return 0;
}

static void a_mark_makes_the_uptime_exact_and_leaves_the_last_sign_of_life(void)
{
    run_boot_one(live_then_mark);
    CHECK(host_run(check_exact) == 0);
}

static int live_for_50_days(void)
{
    start();
    for (host_uptime_ms = 0x10000000u; host_uptime_ms < 0xf0000000u; host_uptime_ms += 0x10000000u) {
        noinit_alive();
    }
    host_uptime_ms = 0x100;
    noinit_alive();
    return 0;
}

static int check_50_days(void)
{
    start_and_send();
    CHECK(reboot_of(1)[UPTIME] == 0x100 && reboot_of(1)[UPTIME_HIGH] == 1);
    CHECK(boot_of(2)[OPERATING] == 0x100 && boot_of(2)[OPERATING_HIGH] == 1);
    host_uptime_ms = 1000;
    CHECK(noinit_operating_seconds() == (0x100000100ull + 1000u) / 1000u);
    return 0;
}

static void the_uptime_goes_on_where_the_ports_counter_wraps(void)
{
    run_boot_one(live_for_50_days);
    CHECK(host_run(check_50_days) == 0);
}

static int log_late(void)
{
    start();
    host_uptime_ms = 5043;
    NOINIT_INF("late %d", 1);
    return 0;
}

static int live_early(void)
{
    host_uptime_ms = 47;
    start();
    NOINIT_INF("early %d", 1);
    noinit_alive();
    return 0;
}

static int check_early(void)
{
    host_uptime_ms = 11;
    start_and_send();
    CHECK(reboot_of(2)[UPTIME] == 47 && reboot_of(2)[UPTIME_HIGH] == 0 && noinit_operating_seconds() == 0);
    return 0;
}

static void a_boot_before_that_logged_later_does_not_make_the_uptime_wrap(void)
{
    run_boot_one(log_late);
    CHECK(host_run(live_early) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_early) == 0);
}

static int say_nothing(void)
{
    start();
    return 0;
}

static int check_no_uptime(void)
{
    start_and_send();
    for (uint32_t key = UPTIME; key <= PC; key++) {
        CHECK(reboot_of(1)[key] == 0);
    }
    return 0;
}

static void a_boot_without_a_sign_of_life_has_no_uptime(void)
{
    run_boot_one(say_nothing);
    CHECK(host_run(check_no_uptime) == 0);
}

/* --- counters --- */

static uint32_t expected_count, expected_crashes, expected_unhealthy;

static int check_counts(void)
{
    start_and_send(); /* which changes none of them */
    CHECK(noinit_reboot_unexpected_count() == expected_count && noinit_crash_count() == expected_crashes);
    CHECK(noinit_reboot_is_loop(expected_unhealthy) && !noinit_reboot_is_loop(expected_unhealthy + 1u));
    const uint32_t boot = noinit_head.origin.key.boot;
    CHECK(boot_of(boot)[COUNT] == expected_count && boot_of(boot)[CRASHES] == expected_crashes);
    CHECK(boot_of(boot)[UNHEALTHY] == expected_unhealthy);
    return 0;
}

static int clear_count(void)
{
    start();
    noinit_reboot_unexpected_clear();
    CHECK(noinit_reboot_unexpected_count() == 0);
    return 0;
}

static int be_healthy(void)
{
    start();
    noinit_healthy();
    CHECK(!noinit_reboot_is_loop(1) && noinit_reboot_is_loop(0));
    return 0;
}

static void expect_counts(uint32_t count, uint32_t crashes, uint32_t unhealthy)
{
    expected_count = count;
    expected_crashes = crashes;
    expected_unhealthy = unhealthy;
    CHECK(host_run(check_counts) == 0);
}

static void counters_rise_at_a_start_and_fall_only_when_they_are_cleared(void)
{
    run_boot_one(start);
    expect_counts(0, 0, 0);
    for (uint32_t i = 1; i <= 300; i++) {
        host_reset(NOINIT_REASON_WATCHDOG, 8);
        expect_counts(i, i, i);
    }
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    expect_counts(300, 300, 300);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(be_healthy) == 0);
    host_reset(NOINIT_REASON_BROWN_OUT, 2);
    expect_counts(301, 301, 1);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(clear_count) == 0);
    host_reset(NOINIT_REASON_BROWN_OUT, 2);
    expect_counts(1, 302, 2);
    host_reset(NOINIT_REASON_POWER_ON, 1); /* RAM was kept over it */
    expect_counts(0, 302, 2);
}

static int fill_counters(void)
{
    start();
    for (uint32_t *count = noinit_head.counts; count < noinit_head.counts + NOINIT_COUNT_OPERATING; count++) {
        *count = 0xffffffffu;
    }
    noinit_head_publish();
    return 0;
}

static void counters_begin_anew_behind_their_highest_number(void)
{
    run_boot_one(fill_counters);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    expect_counts(0, 0, 0);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    expect_counts(1, 1, 1);
}

static int live_until_healthy(void)
{
    start();
    host_uptime_ms = NOINIT_HEALTHY_MS - 1u;
    noinit_alive();
    CHECK(noinit_reboot_is_loop(1));
    host_uptime_ms = NOINIT_HEALTHY_MS;
    noinit_alive();
    CHECK(!noinit_reboot_is_loop(1) && noinit_reboot_unexpected_count() == 1);
    return 0;
}

static void a_minute_of_life_is_healthy(void)
{
    run_boot_one(start);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    CHECK(host_run(live_until_healthy) == 0);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    expect_counts(2, 2, 1);
}

static int run_for_a_while(void)
{
    start();
    host_uptime_ms = 12345;
    noinit_alive();
    host_uptime_ms = 13000;
    return 0;
}

static int check_operating(void)
{
    start_and_send();
    CHECK(boot_of(4)[OPERATING] == 3u * 12345u);
    host_uptime_ms = 5000;
    CHECK(noinit_operating_seconds() == (3u * 12345u + 5000u) / 1000u);
    return 0;
}

static void operating_time_adds_up_over_boots(void)
{
    run_boot_one(run_for_a_while);
    for (unsigned i = 0; i < 2; i++) {
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(run_for_a_while) == 0);
    }
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_operating) == 0);
}

/* --- the records' way out --- */

static int check_two_unsent_boots(void)
{
    start_and_send();
    CHECK(find_sent(1, 1) != NULL && find_sent(2, 1) != NULL && find_sent(1, 2) != NULL && find_sent(2, 2) != NULL && find_sent(1, 3) != NULL);
    CHECK(has_mark(reboot_of(1), FIRST, NOINIT_REASON_ASSERT, 0x1000, 4000));
    send_all();
    CHECK(sent_count == 0);
    return 0;
}

static void a_boot_that_sent_nothing_leaves_its_records_to_the_next(void)
{
    run_boot_one(mark_assert);
    CHECK(host_run(start) == 0);
    host_reset(NOINIT_REASON_PIN_RESET, 0x40);
    CHECK(host_run(check_two_unsent_boots) == 0);
}

static int check_ring(void)
{
    start_and_send();
    const uint32_t now = noinit_head.origin.key.boot;
    for (uint32_t boot = 1; boot <= now; boot++) {
        const bool is_kept = now - boot < NOINIT_BOOTS;
        CHECK((find_sent(1, boot) != NULL) == is_kept);
        CHECK((find_sent(2, boot) != NULL) == (is_kept && boot != now));
    }
    return 0;
}

static void of_more_boots_than_there_are_places_the_oldest_give_way(void)
{
    run_boot_one(start);
    for (unsigned i = 0; i < 2 * NOINIT_BOOTS; i++) {
        host_reset(NOINIT_REASON_WATCHDOG, 8);
        CHECK(host_run(start) == 0);
    }
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    CHECK(host_run(check_ring) == 0);
}

static int log_and_fault(void)
{
    start();
    NOINIT_INF("before %d", 1);
    host_fault();
    return 1;
}

static int check_order(void)
{
    start();
    NOINIT_INF("after %d", 2);
    send_all();
    static const struct {
        uint32_t kind, boot;
    } ORDER[] = {{1, 1}, {2, 1}, {1, 2}, {RECORD_POSTCARD, 1}, {3, 1}, {4, 1}, {4, 2}};
    CHECK(sent_count == sizeof ORDER / sizeof *ORDER);
    for (unsigned i = 0; i < sent_count; i++) {
        CHECK(sent[i].head.kind == ORDER[i].kind && sent[i].head.boot == ORDER[i].boot);
    }
    return 0;
}

static void records_of_boots_go_before_anything_else_oldest_first(void)
{
    host_power_on();
    CHECK(host_run(log_and_fault) == HOST_RESET_EXIT);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_order) == 0);
}

static int send_without_acknowledgement(void)
{
    start();
    for (uint32_t size = NOINIT_CHUNK_MIN; size < 200; size++) {
        sent_count = 0;
        noinit_packetizer_resend();
        const sent_t *record = take_one(size, false);
        CHECK(record->head.kind == 1 && record->head.boot == 1);
        CHECK(take_one(size, false) == NULL);
    }
    return 0;
}

static int check_five(void)
{
    start_and_send();
    CHECK(sent_count == 5 && reboot_of(1)[RAW] == 4 && reboot_of(2)[RAW] == 4);
    return 0;
}

static void a_record_is_kept_until_it_is_acknowledged_whatever_the_chunks_are(void)
{
    run_boot_one(start);
    CHECK(host_run(send_without_acknowledgement) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_five) == 0);
}

static int send_one(void)
{
    start();
    sent_count = 0;
    CHECK(take_one(64, true)->head.boot == 1);
    return 0;
}

static int check_four(void)
{
    start_and_send();
    CHECK(sent_count == 4 && find_sent(1, 1) == NULL && reboot_of(1)[REASON] == NOINIT_REASON_SOFTWARE_RESET);
    return 0;
}

static void what_was_acknowledged_is_not_sent_again(void)
{
    run_boot_one(start);
    CHECK(host_run(send_one) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_four) == 0);
}

static int check_no_zeros(void)
{
    start_and_send(); /* read_words refuses a number that is 0 */
    const words_t *words = &find_sent(2, 1)->words;
    CHECK(words->string_count == 0 && find_sent(2, 1)->size == find_sent(2, 1)->head.items + 1u + 4u + 2u);
    return 0;
}

static void numbers_that_are_0_are_left_out(void)
{
    run_boot_one(start);
    CHECK(host_run(check_no_zeros) == 0);
}

static int crowd(void)
{
    start();
    for (uint32_t *count = noinit_head.counts; count < noinit_head.counts + NOINIT_COUNTS; count++) {
        *count = 0xfffffff0u;
    }
    noinit_head_publish();
    mark(0xf0000000u, 0xffff, 0xfffff000u);
    mark(0xf0000001u, 0xfffe, 0xfffff000u);
    noinit_alive_at(0xffffffffu, 0xffffffffu);
    return 0;
}

static int check_crowded(void)
{
    start_and_send();
    CHECK(has_mark(reboot_of(1), FIRST, 0xffff, 0xfffff000u, 0xf0000000u) && reboot_of(1)[RAW] == 0xffffffffu);
    const words_t *words = &find_sent(1, 2)->words;
    CHECK(words->strings[0].key == BUILD && words->strings[0].size == HOST_BUILD_ID_SIZE);
    CHECK(words->strings[1].key == VERSION && words->strings[1].size == NOINIT_BOOT_TEXT_BYTES);
    CHECK(memcmp(words->strings[1].bytes, host_version, NOINIT_BOOT_TEXT_BYTES) == 0);
    CHECK(words->strings[2].key == HARDWARE_TEXT && words->strings[2].size == NOINIT_BOOT_TEXT_BYTES);
    CHECK(words->words[COUNT] == 0xfffffff1u && words->words[OPERATING_HIGH] != 0);
    return 0;
}

static void the_longest_records_go_out_whole_and_longer_texts_are_cut(void)
{
    host_version = "0123456789012345678901234567890123456789012345678901234567890123456789";
    host_hardware = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    run_boot_one(crowd);
    host_reset(0xffff, 0xffffffffu);
    CHECK(host_run(check_crowded) == 0);
    host_version = "";
    host_hardware = "";
}

static int check_empty(void)
{
    start_and_send();
    CHECK(find_sent(1, 1)->words.string_count == 3 && find_sent(1, 1)->words.strings[1].size == 0);
    CHECK(find_sent(1, 1)->words.strings[2].size == 0);
    return 0;
}

static void texts_may_be_empty(void)
{
    host_power_on();
    CHECK(host_run(check_empty) == 0);
#if !NOINIT_BOOT_DEFERRED
    /* Nobody asks again: empty as well. */
    host_version = NULL;
    host_hardware = NULL;
    host_power_on();
    CHECK(host_run(check_empty) == 0);
#endif
    host_version = "1.2.3";
    host_hardware = "host";
}

static int check_updated(void)
{
    start_and_send();
    CHECK(memcmp(find_sent(1, 1)->words.strings[1].bytes, "1.2.3", 5) == 0 && find_sent(1, 1)->words.strings[0].bytes[19] == 19);
    CHECK(memcmp(find_sent(1, 2)->words.strings[1].bytes, "9.9.9", 5) == 0 && find_sent(1, 2)->words.strings[0].bytes[19] == 0x77);
    CHECK(noinit_head.origin.build[0] == 0xb0);
    return 0;
}

static void after_an_update_the_boot_before_keeps_its_own_build_and_version(void)
{
    run_boot_one(start);
    host_version = "9.9.9";
    host_build[19] = 0x77;
    CHECK(host_run(check_updated) == 0);
    host_version = "1.2.3";
    host_build[19] = 19;
}

static int check_same_record(void)
{
    start();
    sent_count = 0;
    const sent_t *first = take_one(64, false);
    CHECK(first->head.boot == 1);
    return (int)(first->id & 0x7fu);
}

static void a_record_that_is_sent_again_is_the_same_under_another_message_id(void)
{
    run_boot_one(start);
    const int id = host_run(check_same_record);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(id != 1 && host_run(check_same_record) != id);
}

#if NOINIT_BOOTLOADER_STASH
#include "noinit/bootloader.h"

static uint32_t expected_raw;

static int check_raw(void)
{
    start_and_send();
    CHECK(reboot_of(noinit_head.origin.key.boot - 1u)[RAW] == expected_raw && boot_of(noinit_head.origin.key.boot)[BOOT_RAW] == expected_raw);
    return 0;
}

static void what_the_bootloader_stashed_counts_once_and_only_where_the_register_reads_0(void)
{
    run_boot_one(start);
    noinit_stash_reset_cause(host_retained(), 0x1234);
    host_reset(NOINIT_REASON_WATCHDOG, 0);
    expected_raw = 0x1234;
    CHECK(host_run(check_raw) == 0);
    host_reset(NOINIT_REASON_WATCHDOG, 0);
    expected_raw = 0;
    CHECK(host_run(check_raw) == 0);
    noinit_stash_reset_cause(host_retained(), 0x1234);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    expected_raw = 8;
    CHECK(host_run(check_raw) == 0);
    host_reset(NOINIT_REASON_WATCHDOG, 0); /* and is not kept for the next */
    expected_raw = 0;
    CHECK(host_run(check_raw) == 0);
}

static void a_bent_stash_is_not_believed(void)
{
    run_boot_one(start);
    uint8_t *const before = copy_retained();
    expected_raw = 0;
    for (uint32_t bit = 0; bit < 96u; bit++) {
        put_retained(before);
        noinit_stash_reset_cause(host_retained(), 0x1234);
        host_retained()[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        host_reset(NOINIT_REASON_WATCHDOG, 0);
        CHECK(host_run(check_raw) == 0);
    }
    free(before);
}
#endif

#if NOINIT_BOOT_DEFERRED
static int start_held(void)
{
    host_version = NULL;
    start();
    sent_count = 0;
    NOINIT_INF("%d", 1);
    CHECK(noinit_boot_collect() == NOINIT_ERR_NOT_READY);
    while (take_one(64, true) != NULL) {
    }
    return 0;
}

static int collect(void)
{
    start_held();
    CHECK(find_sent(1, noinit_head.origin.key.boot) == NULL && find_sent(4, noinit_head.origin.key.boot) == NULL);
    host_version = "5.0";
    host_hardware = NULL;
    CHECK(noinit_boot_collect() == NOINIT_ERR_NOT_READY && take_one(64, true) == NULL);
    host_hardware = "late";
    CHECK(noinit_boot_collect() == NOINIT_OK && noinit_boot_collect() == NOINIT_OK);
    sent_count = 0;
    CHECK(take_one(64, true)->head.kind == 1 && take_one(64, true)->head.kind == 4);
    CHECK(sent[0].words.string_count == 3 && memcmp(sent[0].words.strings[1].bytes, "5.0", 3) == 0);
    CHECK(memcmp(sent[0].words.strings[2].bytes, "late", 4) == 0);
    return 0;
}

static void nothing_of_a_boot_is_sent_before_its_version_is_collected(void)
{
    host_power_on();
    CHECK(host_run(collect) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(collect) == 0);
}

static int check_held_before(void)
{
    start_and_send();
    CHECK(find_sent(1, 1)->words.strings[1].size == 0 && find_sent(1, 2)->words.strings[1].size == 0 && find_sent(1, 3)->words.strings[1].size == 5);
    CHECK(find_sent(2, 1) != NULL && find_sent(2, 2) != NULL);
    return 0;
}

static int hold(void)
{
    host_version = NULL;
    return start();
}

static void boots_that_were_never_collected_keep_their_records(void)
{
    run_boot_one(hold);
    CHECK(host_run(hold) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    CHECK(host_run(check_held_before) == 0);
}

static int collect_late(void)
{
    hold();
    host_version = "1.2.3";
    CHECK(noinit_boot_collect() == NOINIT_OK);
    return 0;
}

static int check_late(void)
{
    start_and_send();
    const words_t *words = &find_sent(1, 1)->words;
    const bool is_empty = words->strings[1].size == 0 && words->strings[2].size == 0;
    CHECK(is_empty || (memcmp(words->strings[1].bytes, "1.2.3", 5) == 0 && memcmp(words->strings[2].bytes, "host", 4) == 0));
    CHECK(find_sent(2, 1) != NULL);
    return is_empty ? 10 : 20;
}

static void a_reset_among_the_stores_of_collecting_leaves_both_texts_or_none(void)
{
    host_power_on();
    unsigned seen[2] = {0, 0};
    for (unsigned n = count_stores(hold);; n++) {
        host_power_on();
        if (!host_run_until_store(n, collect_late)) {
            break;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        const int result = host_run(check_late);
        CHECK(result == 10 || result == 20);
        seen[result / 20]++;
    }
    CHECK(seen[0] > 10 && seen[1] > 0);
}
#endif

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    RUN(a_boot_without_one_before_says_so_and_has_no_last_reboot);
    RUN(a_mark_in_ram_that_was_lost_is_not_believed);
    RUN(before_the_start_nothing_of_the_boot_before_is_touched);
    RUN(a_mark_comes_back_with_its_place_its_uptime_and_the_raw_register);
    RUN(the_last_reboot_can_be_asked_also_after_it_was_sent);
    RUN(the_first_mark_gives_the_reason_and_the_first_unexpected_one_after_it_the_class);
    RUN(a_later_mark_that_is_expected_changes_nothing);
    RUN(what_was_taken_back_does_not_count);
    RUN(after_taking_back_the_next_mark_is_the_first);
    RUN(expected_or_unexpected_is_a_rule_of_the_reason_that_counts);
    RUN(a_register_that_says_nothing_is_unknown_and_unexpected);
    RUN(a_mark_is_stale_60_seconds_before_the_last_known_uptime);
    RUN(a_stale_mark_gives_way_to_the_next);
    RUN(of_two_marks_the_one_that_is_not_stale_counts);
    RUN(a_mark_after_one_that_counts_does_not_come_before_it);
    RUN(a_capture_that_was_begun_and_not_finished_is_the_reason_with_the_fault_beside_it);
    RUN(the_last_sign_of_life_says_how_long_it_ran_and_what);
    RUN(a_mark_makes_the_uptime_exact_and_leaves_the_last_sign_of_life);
    RUN(the_uptime_goes_on_where_the_ports_counter_wraps);
    RUN(a_boot_before_that_logged_later_does_not_make_the_uptime_wrap);
    RUN(a_boot_without_a_sign_of_life_has_no_uptime);
    RUN(counters_rise_at_a_start_and_fall_only_when_they_are_cleared);
    RUN(counters_begin_anew_behind_their_highest_number);
    RUN(a_minute_of_life_is_healthy);
    RUN(operating_time_adds_up_over_boots);
    RUN(a_boot_that_sent_nothing_leaves_its_records_to_the_next);
    RUN(of_more_boots_than_there_are_places_the_oldest_give_way);
    RUN(records_of_boots_go_before_anything_else_oldest_first);
    RUN(a_record_is_kept_until_it_is_acknowledged_whatever_the_chunks_are);
    RUN(what_was_acknowledged_is_not_sent_again);
    RUN(numbers_that_are_0_are_left_out);
    RUN(the_longest_records_go_out_whole_and_longer_texts_are_cut);
    RUN(texts_may_be_empty);
    RUN(after_an_update_the_boot_before_keeps_its_own_build_and_version);
    RUN(a_record_that_is_sent_again_is_the_same_under_another_message_id);
#if NOINIT_BOOTLOADER_STASH
    RUN(what_the_bootloader_stashed_counts_once_and_only_where_the_register_reads_0);
    RUN(a_bent_stash_is_not_believed);
#endif
#if NOINIT_BOOT_DEFERRED
    RUN(nothing_of_a_boot_is_sent_before_its_version_is_collected);
    RUN(boots_that_were_never_collected_keep_their_records);
    RUN(a_reset_among_the_stores_of_collecting_leaves_both_texts_or_none);
#endif
    return 0;
}
