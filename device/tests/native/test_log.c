/*
 * Log calls, read back from the ring by the descriptors that NOINIT_LOG_TEXT leaves in memory; log_lines.h says how a line is written.
 */
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "host.h"
#include "log/log_ring.h"
#include "log/site.h"
#include "log/watch.h"
#include "log_lines.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(motor, NOINIT_LEVEL_DBG);
NOINIT_LOG_INSTANCE_REGISTER(motor, left, NOINIT_LEVEL_DBG);

static void the_first_call_starts_the_sdk(void)
{
    NOINIT_INF("before noinit_init");
    CHECK(noinit_init() == NOINIT_OK);
    CHECK(noinit_init() == NOINIT_ERR_ALREADY);
    expect_lines("3 motor: before noinit_init");
}

static void words_go_the_short_way(void)
{
    const bool is_on = true;
    NOINIT_ERR("nothing");
    expect_lines("1 motor: nothing");
    NOINIT_WRN("%d", -7);
    expect_lines("2 motor: %d|-7");
    NOINIT_INF("%d %u", INT_MIN, UINT_MAX);
    expect_lines("3 motor: %d %u|-2147483648|4294967295u");
    NOINIT_DBG("%d %c %d", is_on, 'x', INT_MAX);
    expect_lines("4 motor: %d %c %d|1u|120|2147483647");
    NOINIT_INF("%hhd %hu", (signed char)-1, (unsigned short)65535);
    expect_lines("3 motor: %hhd %hu|-1|65535u");
}

static void wide_arguments_go_the_long_way(void)
{
    NOINIT_INF("%lld %llu", LLONG_MIN, ULLONG_MAX);
    expect_lines("3 motor: %lld %llu|-9223372036854775808ll|18446744073709551615ll");
    NOINIT_INF("%f %f %Lf", 1.5, (double)2.5f, 3.5L);
    expect_lines("3 motor: %f %f %Lf|1.5|2.5|3.5");
    const float single = 0.25f;
    NOINIT_INF("%f %d", single, 1);
    expect_lines("3 motor: %f %d|0.25f|1");
    NOINIT_INF("%d %d %d %d", 1, 2, 3, 4);
    expect_lines("3 motor: %d %d %d %d|1|2|3|4");
    NOINIT_INF("%d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8);
    expect_lines("3 motor: %d %d %d %d %d %d %d %d|1|2|3|4|5|6|7|8");
    NOINIT_INF("%d %d %d %d %d %d %d %lld %s", 1, 2, 3, 4, 5, 6, 7, 8LL, "nine");
    expect_lines("3 motor: %d %d %d %d %d %d %d %lld %s|1|2|3|4|5|6|7|8ll|nine");
}

#define D8 "%d%d%d%d%d%d%d%d"
static void thirty_two_arguments_are_kept(void)
{
    NOINIT_INF(D8 D8 D8 D8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32);
    expect_lines("3 motor: " D8 D8 D8 D8 "|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32");
    NOINIT_INST_INF(&noinit_module_motor_left, D8 D8 D8 "%d%d%d%d%d%d%d%s", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                    21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, "end");
    expect_lines("3 : " D8 D8 D8 "%d%d%d%d%d%d%d%s|motor.left|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|end");
}

static void arguments_are_evaluated_once(void)
{
    int count = 0;
    NOINIT_INF("%d %s", ++count, "text");
    expect_lines("3 motor: %d %s|1|text");
    NOINIT_INF("%d", ++count);
    expect_lines("3 motor: %d|2");
    CHECK(count == 2);
}

static void strings_are_copied_up_to_126_bytes(void)
{
    char long_text[200];
    memset(long_text, 'x', sizeof long_text);
    for (uint32_t size = 124; size < 130; size++) {
        long_text[size] = '\0';
        NOINIT_INF("%s", long_text);
        char expected[200];
        (void)snprintf(expected, sizeof expected, "3 motor: %%s|%.126s%s", long_text, size > 126 ? "…" : "");
        expect_lines(expected);
        long_text[size] = 'x';
    }
    const char *volatile null = NULL;
    NOINIT_INF("%s %s", null, "");
    expect_lines("3 motor: %s %s|(null)|");
}

/* Bytes at the very end of a page that can be read; behind it none can. */
static char *at_the_end(const char *bytes, uint32_t size)
{
    static char *page;
    const uint32_t page_size = (uint32_t)sysconf(_SC_PAGESIZE);
    if (page == NULL) {
        page = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(page != MAP_FAILED);
        CHECK(mprotect(page + page_size, page_size, PROT_NONE) == 0);
    }
    return memcpy(page + page_size - size, bytes, size);
}

static void a_string_is_never_read_behind_its_precision(void)
{
    NOINIT_INF("%.*s", 3, at_the_end("abc", 3));
    expect_lines("3 motor: %.*s|3|abc");
    NOINIT_INF("%d %s %.*s", 1, "whole", 2, at_the_end("ab", 2));
    expect_lines("3 motor: %d %s %.*s|1|whole|2|ab");
    NOINIT_INF("%*.*s|%s", 1, 2, at_the_end("ab", 2), "whole");
    expect_lines("3 motor: %*.*s|%s|1|2|ab|whole");
    NOINIT_INF("%.4s", at_the_end("abcd", 4));
    expect_lines("3 motor: %.4s|abcd");
    NOINIT_INF("%-20.12s", at_the_end("abcdefghijkl", 12));
    expect_lines("3 motor: %-20.12s|abcdefghijkl");
    NOINIT_INF("%.s", at_the_end("", 0));
    expect_lines("3 motor: %.s|");
    NOINIT_INF("%.*s", -1, "all of it");
    expect_lines("3 motor: %.*s|-1|all of it");
    NOINIT_INF("%.*s", 0, at_the_end("", 0));
    expect_lines("3 motor: %.*s|0|");
    NOINIT_INF("%5.1f%% %lld %.*s", 2.5, 3LL, 2, at_the_end("ab", 2));
    expect_lines("3 motor: %5.1f%% %lld %.*s|2.5|3ll|2|ab");
    char many[200];
    memset(many, 'y', sizeof many);
    NOINIT_INF("%.*s", 126, at_the_end(many, 126));
    char expected[200];
    (void)snprintf(expected, sizeof expected, "3 motor: %%.*s|126|%.126s", many);
    expect_lines(expected);
    NOINIT_HEXDUMP_INF("z", 1u, "%.*s", 1, at_the_end("a", 1));
    expect_lines("3 motor: %.*s|1|a|7a");
    NOINIT_INST_INF(&noinit_module_motor_left, "%.*s", 1, at_the_end("a", 1));
    expect_lines("3 : %.*s|motor.left|1|a");
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
static void a_printed_pointer_is_not_read(void)
{
    char *nowhere = (char *)16;
    NOINIT_INF("%p %s", nowhere, "text");
    expect_lines("3 motor: %p %s|@10|text");
    NOINIT_INF("%p", (void *)nowhere);
    expect_lines("3 motor: %p|p10");
}
#pragma GCC diagnostic pop

static void the_limit_of_a_string_is_found_in_the_format(void)
{
    CHECK(noinit_log_limit("%s", 0, 5) == NOINIT_LOG_NO_LIMIT);
    CHECK(noinit_log_limit("%.*s", 1, 5) == 5);
    CHECK(noinit_log_limit("%.*s", 1, -5) == NOINIT_LOG_NO_LIMIT);
    CHECK(noinit_log_limit("%% %-+ #08.3lld %.12s", 1, 5) == 12);
    CHECK(noinit_log_limit("%*.*f %.7s", 3, 5) == 7);
    CHECK(noinit_log_limit("%d %p", 1, 5) == NOINIT_LOG_ADDRESS);
    CHECK(noinit_log_limit("%.99999999999999s", 0, 5) >= 10000);
    /* Formats that the compiler warned about end where they end. */
    CHECK(noinit_log_limit("", 0, 5) == NOINIT_LOG_NO_LIMIT);
    CHECK(noinit_log_limit("%", 0, 5) == NOINIT_LOG_NO_LIMIT);
    CHECK(noinit_log_limit("%.", 0, 5) == NOINIT_LOG_NO_LIMIT);
    CHECK(noinit_log_limit("%.*l", 1, 5) == NOINIT_LOG_NO_LIMIT);
    CHECK(noinit_log_limit("%d", 3, 5) == NOINIT_LOG_NO_LIMIT);
}

static void hexdumps_have_a_caption_with_arguments(void)
{
    static const uint8_t bytes[] = {0, 1, 0xfe};
    NOINIT_HEXDUMP_WRN(bytes, sizeof bytes, "caption");
    expect_lines("2 motor: caption|0001fe");
    NOINIT_HEXDUMP_INF(bytes, sizeof bytes, "frame %d of %s", 5, "link");
    expect_lines("3 motor: frame %d of %s|5|link|0001fe");
    NOINIT_HEXDUMP_INF(NULL, 0u, "none");
    expect_lines("3 motor: none|");
}

static void a_hexdump_is_cut_at_4095_bytes(void)
{
    static uint8_t bytes[5000];
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    static char expected[16384];
    static const uint32_t SIZES[] = {1, 113, 114, 115, 1000, 4094, 4095, 4096, 5000};
    for (uint32_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        int at = snprintf(expected, sizeof expected, "1 motor: %%s|caption|");
        for (uint32_t k = 0; k < SIZES[i] && k < 4095; k++) {
            at += snprintf(expected + at, sizeof expected - (size_t)at, "%02x", bytes[k]);
        }
        NOINIT_HEXDUMP_ERR(bytes, SIZES[i], "%s", "caption");
        expect_lines(expected);
    }
}

static void raw_text_needs_no_module(void)
{
    NOINIT_PRINT("hello\n");
    expect_lines("0 : hello\n");
    NOINIT_PRINT("%d %s\n", 3, "text");
    expect_lines("0 : %d %s\n|3|text");
    noinit_log_text("as it is", 8);
    expect_lines("1 as it is");
    char many[NOINIT_LOG_PRINT_MAX + 10];
    memset(many, 'z', sizeof many);
    noinit_log_text(many, sizeof many);
    CHECK(strlen(log_lines()) == NOINIT_LOG_PRINT_MAX + 2u);
}

static void foreign_frames_are_kept_as_they_are(void)
{
    noinit_log_foreign(NOINIT_LOG_FOREIGN_DEFMT, "frame", 5);
    noinit_log_foreign(NOINIT_LOG_FOREIGN_ZEPHYR, "package", 7);
    noinit_log_foreign(3, "no segment start", 16);
    expect_lines("5 frame\n6 package");
    static const uint8_t huge[NOINIT_RING_LENGTH_MAX + 1];
    noinit_log_foreign(NOINIT_LOG_FOREIGN_DEFMT, huge, sizeof huge);
    expect_lines("");
}

static void instances_have_their_own_level(void)
{
    NOINIT_INST_WRN(&noinit_module_motor_left, "nothing");
    expect_lines("2 : nothing|motor.left");
    NOINIT_INST_WRN(&noinit_module_motor_left, "%d %d", 1, 2);
    expect_lines("2 : %d %d|motor.left|1|2");
    NOINIT_INST_WRN(&noinit_module_motor_left, "%d %d %d", 1, 2, 3);
    expect_lines("2 : %d %d %d|motor.left|1|2|3");
    NOINIT_INST_HEXDUMP_INF(&noinit_module_motor_left, "a", 1u, "%d", 4);
    expect_lines("3 : %d|motor.left|4|61");

    const uint32_t before = noinit_module_motor_left.filters;
    noinit_module_motor_left.filters = NOINIT_LOG_FILTERS_(NOINIT_LEVEL_ERR);
    NOINIT_INST_WRN(&noinit_module_motor_left, "kept back");
    NOINIT_WRN("of the module");
    expect_lines("2 motor: of the module");
    noinit_module_motor_left.filters = before;
}

static void a_level_nobody_wants_is_not_logged(void)
{
    static const struct {
        unsigned level;
        const char *expected;
    } CASES[] = {{0, ""}, {1, "1 motor: e"}, {2, "1 motor: e\n2 motor: w"}, {3, "1 motor: e\n2 motor: w\n3 motor: i"},
                 {4, "1 motor: e\n2 motor: w\n3 motor: i\n4 motor: d"}};
    const uint32_t before = noinit_module_motor.filters;
    for (uint32_t i = 0; i < 5; i++) {
        noinit_module_motor.filters = NOINIT_LOG_FILTERS_(CASES[i].level);
        NOINIT_ERR("e");
        NOINIT_WRN("w");
        NOINIT_INF("i");
        NOINIT_DBG("d");
        expect_lines(CASES[i].expected);
    }
    noinit_module_motor.filters = before;
}

static void what_only_a_back_end_wants_is_marked(void)
{
    const uint32_t before = noinit_module_motor.filters;
    /* Somebody wants all, the ring errors and warnings. */
    noinit_module_motor.filters = 4u | 4u << 3 | 1u << 30;
    NOINIT_ERR("e");
    NOINIT_WRN("%d", 2);
    NOINIT_INF("%d", 3);
    NOINIT_INF("%s", "long");
    NOINIT_HEXDUMP_DBG("a", 1u, "dump");
    NOINIT_PRINT("raw");
    expect_lines("1 motor: e\n2 motor: %d|2\n*3 motor: %d|3\n*3 motor: %s|long\n*4 motor: dump|61\n0 : raw");
    noinit_module_motor.filters = before;
}

static int evaluated;
static int evaluate(void)
{
    return ++evaluated;
}

static void log_for_a_level(void)
{
    NOINIT_LOG_DECLARE(motor, NOINIT_LEVEL_WRN);
    NOINIT_WRN("compiled in %d", evaluate());
    NOINIT_INF("not compiled in %d", evaluate());
    NOINIT_HEXDUMP_INF("a", 1u, "not compiled in %d", evaluate());
    NOINIT_INF_ONCE("not compiled in %d", evaluate());
    NOINIT_INST_DBG(&noinit_module_motor_left, "not compiled in %d", evaluate());
}

static void a_block_has_a_level_of_its_own(void)
{
    log_for_a_level();
    expect_lines("2 motor: compiled in %d|1");
    CHECK(evaluated == 1);
}

static void once_is_once_in_a_boot(void)
{
    for (int i = 0; i < 3; i++) {
        NOINIT_WRN_ONCE("once %d", i);
        NOINIT_ERR_ONCE("another");
    }
    expect_lines("2 motor: once %d|0\n1 motor: another");
    /* One that nobody wanted has not been used up. */
    const uint32_t before = noinit_module_motor.filters;
    for (int i = 0; i < 2; i++) {
        noinit_module_motor.filters = i == 0 ? 0 : before;
        NOINIT_WRN_ONCE("wanted");
    }
    expect_lines("2 motor: wanted");
}

static void a_limited_rate_says_what_it_skipped(void)
{
    for (int i = 0; i < 5; i++) {
        NOINIT_INF_EVERY(100, "every %d", i);
        host_uptime_ms += 40;
    }
    expect_lines("3 motor: every %d|0\n3 motor: %u more like the next line were skipped|2u\n3 motor: every %d|3");
    host_uptime_ms += 1000;
    for (int i = 0; i < 2; i++) {
        NOINIT_INF_EVERY(100, "other %d", i);
        host_uptime_ms += 100;
    }
    expect_lines("3 motor: other %d|0\n3 motor: other %d|1");
}

static void a_rate_survives_the_wrap_of_the_clock(void)
{
    noinit_log_rate_t rate = {0, 0};
    const uint32_t before = host_uptime_ms;
    host_uptime_ms = 0xffffffc0u;
    CHECK(noinit_log_rate_take(&rate, 100) == 1);
    host_uptime_ms += 99;
    CHECK(noinit_log_rate_take(&rate, 100) == 0);
    host_uptime_ms += 1;
    CHECK(noinit_log_rate_take(&rate, 100) == 2);
    host_uptime_ms = 0;
    rate.last = 0;
    CHECK(noinit_log_rate_take(&rate, 100) == 1);
    CHECK(noinit_log_rate_take(&rate, 100) == 0);
    host_uptime_ms = before;
}

static int told;
static void tell(void)
{
    told++;
}

static void who_watches_is_told_of_every_entry(void)
{
    noinit_log_watch_set(NOINIT_LOG_WATCH_CONSUMER, tell);
    NOINIT_INF("short");
    NOINIT_INF("%s", "long");
    NOINIT_HEXDUMP_INF("a", 1u, "dump");
    noinit_log_text("t", 1);
    CHECK(told == 4);
    noinit_log_watch_set(NOINIT_LOG_WATCH_CONSUMER, NULL);
    NOINIT_INF("nobody");
    CHECK(told == 4);
    CHECK(noinit_log_watch == 0);
    (void)log_lines();
}

/* Stamps run over the wrap of the port's 32 bits, on both ways. */
static void stamps_run_on_when_the_clock_wraps(void)
{
    noinit_ring_cursor_t cursor = noinit_ring_oldest(&noinit_log_rings[0]);
    noinit_ring_entry_t entry;
    while (noinit_ring_next(&cursor, &entry)) {
    }
    const uint64_t start = entry.stamp;
    uint64_t last = start;
    static const uint32_t STEPS[] = {1, 127, 128, 0x3fffffff, 0x7fffffff, 0x80000000u, 0x90000000u, 1, 0xffffffffu, 5};
    uint64_t now = host_uptime_ms;
    for (uint32_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        now += STEPS[i];
        host_uptime_ms = (uint32_t)now;
        NOINIT_INF("%d", 1);
        bool is_found = false;
        while (noinit_ring_next(&cursor, &entry)) {
            if (entry.kind == NOINIT_RING_KIND_LOG) {
                CHECK(entry.stamp - last == STEPS[i]);
                last = entry.stamp;
                is_found = true;
            }
        }
        CHECK(is_found);
    }
    CHECK(last - start > 1ull << 32);
    (void)log_lines();
}

int main(void)
{
    RUN(the_first_call_starts_the_sdk);
    RUN(words_go_the_short_way);
    RUN(wide_arguments_go_the_long_way);
    RUN(thirty_two_arguments_are_kept);
    RUN(arguments_are_evaluated_once);
    RUN(strings_are_copied_up_to_126_bytes);
    RUN(a_string_is_never_read_behind_its_precision);
    RUN(a_printed_pointer_is_not_read);
    RUN(the_limit_of_a_string_is_found_in_the_format);
    RUN(hexdumps_have_a_caption_with_arguments);
    RUN(a_hexdump_is_cut_at_4095_bytes);
    RUN(raw_text_needs_no_module);
    RUN(foreign_frames_are_kept_as_they_are);
    RUN(instances_have_their_own_level);
    RUN(a_level_nobody_wants_is_not_logged);
    RUN(what_only_a_back_end_wants_is_marked);
    RUN(a_block_has_a_level_of_its_own);
    RUN(once_is_once_in_a_boot);
    RUN(a_limited_rate_says_what_it_skipped);
    RUN(a_rate_survives_the_wrap_of_the_clock);
    RUN(who_watches_is_told_of_every_entry);
    RUN(stamps_run_on_when_the_clock_wraps);
    return 0;
}
