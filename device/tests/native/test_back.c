/* Back ends: who gets what, when, and how it looks as text. */
#include <stdarg.h>
#include <string.h>

#include "check.h"
#include "core/ring.h"
#include "host.h"
#include "log/log_ring.h"
#include "log/process.h"
#include "noinit/log_control.h"
#include "noinit/log_output.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(motor, 4);
NOINIT_LOG_INSTANCE_REGISTER(motor, left, 3);
typedef struct {
    NOINIT_LOG_INSTANCE_POINTER(log);
} wheel_t;
static wheel_t wheel = {NOINIT_LOG_INSTANCE_INIT(log, motor, left)};

/* What back ends got: text, and what they were told. */
static char text[20000];
static uint32_t text_size;
static uint32_t text_flags;

static int put(uint8_t *bytes, size_t size, void *context)
{
    (void)context;
    const size_t taken = size > 3 ? 3 : size; /* never all at once */
    CHECK(text_size + taken < sizeof text);
    memcpy(text + text_size, bytes, taken);
    text_size += (uint32_t)taken;
    text[text_size] = '\0';
    return (int)taken;
}

static uint8_t buffer[7];
NOINIT_LOG_OUTPUT_DEFINE(output, put, buffer, sizeof buffer);

typedef struct {
    uint32_t processed;
    uint32_t dropped;
    uint32_t panics;
    uint32_t begun;
    noinit_log_message_t last;
} told_t;
static told_t first_told;
static told_t second_told;
static void (*in_process)(void);

static told_t *told(const noinit_log_backend_t *backend)
{
    return noinit_log_backend_context(backend);
}

static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    told(backend)->processed++;
    told(backend)->last = *message;
    if (in_process != NULL) {
        void (*const once)(void) = in_process;
        in_process = NULL;
        once();
    }
    if (told(backend) == &first_told) {
        noinit_log_output_message(&output, message, text_flags);
    }
}

static void dropped(const noinit_log_backend_t *backend, uint32_t count)
{
    told(backend)->dropped += count;
    if (told(backend) == &first_told) {
        noinit_log_output_dropped(&output, count, text_flags);
    }
}

static void panic(const noinit_log_backend_t *backend)
{
    told(backend)->panics++;
}

static void init(const noinit_log_backend_t *backend)
{
    told(backend)->begun++;
}

static const noinit_log_backend_api_t api = {process, dropped, panic, init};
NOINIT_LOG_BACKEND_DEFINE(first, api, true, &first_told);
NOINIT_LOG_BACKEND_DEFINE(second, api, false, &second_told);

static uint32_t handle_all(void)
{
    uint32_t count = 0;
    while (noinit_log_process()) {
        count++;
    }
    return count + 1u;
}

static void forget(void)
{
    text_size = 0;
    text[0] = '\0';
    memset(&first_told, 0, sizeof first_told);
    memset(&second_told, 0, sizeof second_told);
}

/* What everything that waits looks like. */
static const char *shown(uint32_t flags)
{
    forget();
    text_flags = flags;
    handle_all();
    return text;
}

static void expect_text(const char *actual, const char *expected)
{
    if (strcmp(actual, expected) != 0) {
        printf("is:\n%s\nnot:\n%s\n", actual, expected);
        exit(1);
    }
}

#define STAMP NOINIT_LOG_OUTPUT_TIMESTAMP
#define FORMATTED (STAMP | NOINIT_LOG_OUTPUT_FORMAT_TIMESTAMP)
#define LEVEL NOINIT_LOG_OUTPUT_LEVEL

static void the_first_start_finds_its_back_ends(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    CHECK(noinit_log_backend_count() == 2u);
    const noinit_log_backend_t *const one = noinit_log_backend_get(0);
    CHECK((one == &first || one == &second) && noinit_log_backend_get(1) == (one == &first ? &second : &first));
    CHECK(noinit_log_backend_get(2) == NULL);
    noinit_log_begin_backends();
    CHECK(first_told.begun == 1u && second_told.begun == 0u);
    CHECK(noinit_log_backend_is_active(&first) && !noinit_log_backend_is_active(&second));
    handle_all();
    forget();
}

static void lines_have_the_known_layout(void)
{
    host_uptime_ms = 3723004;
    NOINIT_INF("stalled at %d rpm", 7);
    expect_text(shown(FORMATTED | LEVEL), "[01:02:03.004,000] <inf> motor: stalled at 7 rpm\r\n");
    NOINIT_WRN("%s", "hot");
    expect_text(shown(STAMP | LEVEL), "[03723004] <wrn> motor: hot\r\n");
    NOINIT_ERR("x");
    expect_text(shown(STAMP | NOINIT_LOG_OUTPUT_STAMP_64), "[0000000003723004] motor: x\r\n");
    NOINIT_INF("x");
    expect_text(shown(STAMP | NOINIT_LOG_OUTPUT_LINUX), "[ 3723.004000] motor: x\r\n");
    NOINIT_INF("x");
    expect_text(shown(FORMATTED | NOINIT_LOG_OUTPUT_DATE), "[1970-01-01 01:02:03.004,000] motor: x\r\n");
    NOINIT_INF("x");
    expect_text(shown(FORMATTED | NOINIT_LOG_OUTPUT_ISO8601), "[1970-01-01T01:02:03,004000Z] motor: x\r\n");
    NOINIT_INF("x");
    expect_text(shown(LEVEL | NOINIT_LOG_OUTPUT_SKIP_SOURCE | NOINIT_LOG_OUTPUT_CRLF_LFONLY), "<inf> x\n");
    NOINIT_INF("x");
    expect_text(shown(NOINIT_LOG_OUTPUT_CRLF_NONE), "motor: x");
    noinit_log_output_tag_set("dev7");
    NOINIT_INF("x");
    expect_text(shown(STAMP | LEVEL), "dev7 [03723004] <inf> motor: x\r\n");
    noinit_log_output_tag_set(NULL);
}

static void debug_lines_name_their_function(void)
{
    NOINIT_DBG("%u left", 3u);
    expect_text(shown(LEVEL), "<dbg> motor: debug_lines_name_their_function: 3 left\r\n");
    NOINIT_HEXDUMP_DBG("", 0, "nothing");
    expect_text(shown(LEVEL), "<dbg> motor: nothing\r\n");
}

static void an_instance_has_its_own_name(void)
{
    NOINIT_INST_INF(wheel.log, "turns %d", -1);
    expect_text(shown(LEVEL), "<inf> motor.left: turns -1\r\n");
    NOINIT_INST_HEXDUMP_WRN(wheel.log, "ab", 2, "at %s", "rest");
    expect_text(shown(LEVEL),
                "<wrn> motor.left: at rest\r\n"
                "                  61 62                                            |ab               \r\n");
}

static void a_hexdump_stands_below_its_caption(void)
{
    static const uint8_t data[] = {0x1d, 0x24, 0x2b, 0x32, 0x39, 0x7f, 0x20, 0x7e, 0x00, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'};
    host_uptime_ms = 3723005;
    NOINIT_HEXDUMP_WRN(data, 5, "hexdump %d", 5);
    expect_text(shown(STAMP | LEVEL | NOINIT_LOG_OUTPUT_COLORS),
                "[03723005] \x1b[1;33m<wrn> motor: hexdump 5\r\n"
                "                        1d 24 2b 32 39                                   |.$+29            \x1b[0m\r\n");
    NOINIT_HEXDUMP_INF(data, sizeof data, "more");
    expect_text(shown(0),
                "motor: more\r\n"
                "       1d 24 2b 32 39 7f 20 7e  00 41 42 43 44 45 46 47 |.$+29. ~ .ABCDEFG\r\n"
                "       48                                               |H                \r\n");
    NOINIT_HEXDUMP_INF(data, 1, "%s %d", "a", 1);
    expect_text(shown(NOINIT_LOG_OUTPUT_CRLF_LFONLY),
                "motor: a 1\n       1d                                               |.                \n");
}

static void colours_say_the_level(void)
{
    NOINIT_ERR("e");
    NOINIT_WRN("w");
    NOINIT_INF("i");
    NOINIT_HEXDUMP_DBG("", 0, "d");
    expect_text(shown(NOINIT_LOG_OUTPUT_COLORS), "\x1b[1;31mmotor: e\x1b[0m\r\n\x1b[1;33mmotor: w\x1b[0m\r\n"
                                                 "\x1b[0mmotor: i\x1b[0m\r\n\x1b[0mmotor: d\x1b[0m\r\n");
    NOINIT_INF("i");
    expect_text(shown(NOINIT_LOG_OUTPUT_COLORS | NOINIT_LOG_OUTPUT_GREEN), "\x1b[1;32mmotor: i\x1b[0m\r\n");
}

static void raw_text_stands_alone(void)
{
    NOINIT_PRINT("a %d\nb", 5);
    NOINIT_PRINT("\n");
    noinit_log_text("run\ntime", 8);
    expect_text(shown(FORMATTED | LEVEL | NOINIT_LOG_OUTPUT_COLORS), "a 5\r\nb\r\nrun\r\ntime");
}

static void print_line(const noinit_log_line_t *line, uint32_t flags, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    forget();
    noinit_log_output_string(&output, line, format, arguments, flags);
    va_end(arguments);
}

static void a_line_may_be_made_by_hand(void)
{
    const noinit_log_line_t line = {.stamp = 90061000u, .source = "main", .domain = "app", .thread = "idle", .level = NOINIT_LEVEL_ERR};
    print_line(&line, FORMATTED | LEVEL | NOINIT_LOG_OUTPUT_THREAD, "%d %s %.2f", 1, "two", 3.0);
    expect_text(text, "[25:01:01.000,000] <err> [idle] app/main: 1 two 3.00\r\n");
    print_line(&line, FORMATTED | NOINIT_LOG_OUTPUT_DATE, "x");
    expect_text(text, "[1970-01-02 01:01:01.000,000] app/main: x\r\n");
    const noinit_log_line_t leap = {.stamp = 951868799999u, .level = NOINIT_LEVEL_DBG}; /* `date -u -d @951868799` */
    print_line(&leap, FORMATTED | NOINIT_LOG_OUTPUT_ISO8601 | LEVEL, "x");
    expect_text(text, "[2000-02-29T23:59:59,999000Z] <dbg> x\r\n");
    print_line(&leap, STAMP | NOINIT_LOG_OUTPUT_LINUX, "x");
    expect_text(text, "[951868799.999000] x\r\n");
    const noinit_log_line_t raw = {.level = 0, .source = "main"};
    print_line(&raw, FORMATTED | LEVEL, "a\n%d\n", 1);
    expect_text(text, "a\r\n1\r\n");
    forget();
    noinit_log_output_hexdump(&output, &line, "cap", (const uint8_t *)"z", 1, LEVEL);
    expect_text(text, "<err> app/main: cap\r\n                7a                                               |z                \r\n");
}

static void stamps_follow_the_frequency(void)
{
    const noinit_log_line_t line = {.stamp = 72000000u * 3u + 128u, .level = NOINIT_LEVEL_INF};
    noinit_log_output_frequency_set(72000000);
    print_line(&line, FORMATTED, "x");
    expect_text(text, "[00:00:03.000,001] x\r\n"); /* 72 MHz is halved seven times, to 562,500 */
    CHECK(noinit_log_output_microseconds(line.stamp) == 3000001u);
    noinit_log_output_frequency_set(32768);
    const noinit_log_line_t slow = {.stamp = 32768u + 1u, .level = NOINIT_LEVEL_INF};
    print_line(&slow, FORMATTED, "x");
    expect_text(text, "[00:00:01.000,030] x\r\n");
    noinit_log_output_frequency_set(0);
    print_line(&slow, FORMATTED, "x");
    expect_text(text, "x\r\n");
    noinit_log_output_frequency_set(1000);
}

static void syslog_lines_follow_rfc_5424(void)
{
    host_uptime_ms = 3723006;
    NOINIT_ERR("on fire");
    const char *line = shown(STAMP | NOINIT_LOG_OUTPUT_SYSLOG);
#if NOINIT_LOG_TEXT_SYSLOG > 1
    expect_text(line, "<131>1 1970-01-01T01:02:03.006000Z noinit - - - [meta sequenceId=\"1\" sysUpTime=\"372300\"]"
                      "[origin software=\"noinit\" swVersion=\"0\"][timeQuality tzKnown=\"0\" isSynced=\"0\"]motor: on fire");
#else
    expect_text(line, "<131>1 1970-01-01T01:02:03.006000Z noinit - - - - motor: on fire");
    NOINIT_WRN("w");
    NOINIT_INF("i");
    NOINIT_HEXDUMP_DBG("A", 1, "d");
    noinit_log_output_hostname_set(&output, "pump");
    expect_text(shown(NOINIT_LOG_OUTPUT_SYSLOG), "<132>1 pump - - - - motor: w<134>1 pump - - - - motor: i<135>1 pump - - - - motor: d"
                                                 "                           41                                               |A                ");
    noinit_log_output_hostname_set(&output, NULL);
    const noinit_log_line_t about = {.thread = "main", .level = NOINIT_LEVEL_INF};
    print_line(&about, NOINIT_LOG_OUTPUT_SYSLOG | NOINIT_LOG_OUTPUT_THREAD, "x");
    expect_text(text, "<134>1 noinit main - - - x");
#endif
}

static void syst_messages_stand_in_hex(void)
{
    host_uptime_ms = 0x12345678;
    NOINIT_ERR("Debug message example, %d, %d, %d", 1, 2, 3);
    expect_text(shown(NOINIT_LOG_OUTPUT_SYST),
                "SYS-T RAW DATA: 220A000B2E0078563412000000004465627567206D657373616765206578616D706C652C2025642C2025642C20256400010000000200000003000000\r\n");
    NOINIT_WRN("%f %s", 1.223, "ab");
    expect_text(shown(NOINIT_LOG_OUTPUT_SYST | NOINIT_LOG_OUTPUT_CRLF_LFONLY),
                "SYS-T RAW DATA: 320A000B1100785634120000000025662025730" "0C520B0726891F33F616200\n");
    NOINIT_HEXDUMP_INF("\x01\x02", 2, "c");
    expect_text(shown(NOINIT_LOG_OUTPUT_SYST | NOINIT_LOG_OUTPUT_CRLF_LFONLY),
                "SYS-T RAW DATA: 420A000B0200785634120000000063" "00\nSYS-T RAW DATA: 460A001A020078563412000000000102\n");
    noinit_log_text("hi", 2);
    expect_text(shown(NOINIT_LOG_OUTPUT_SYST | NOINIT_LOG_OUTPUT_CRLF_NONE), "SYS-T RAW DATA: 020A0001020078563412000000006869");
}

static void filters_are_each_back_ends_own(void)
{
    const int32_t id = noinit_log_source_find("motor");
    CHECK(id >= 0 && strcmp(noinit_log_source_name((uint32_t)id), "motor") == 0);
    const uint32_t motor = (uint32_t)id;
    const uint32_t left = (uint32_t)noinit_log_source_find("motor.left");
    CHECK(noinit_log_source_count() == 2u && motor + left == 1u);
    CHECK(noinit_log_source_find("nobody") == -1 && noinit_log_source_name(2) == NULL);
    CHECK(noinit_log_source_id(wheel.log) == (int32_t)left && noinit_log_source_id(&noinit_log_all) == -1);

    CHECK(noinit_log_filter_get(&first, motor) == 4u && noinit_log_filter_get(&second, motor) == 0u);
    CHECK(noinit_log_filter_get(NULL, motor) == 4u && noinit_log_filter_get(NULL, left) == 3u);
    CHECK(noinit_log_compiled_level(left) == 3u);
    CHECK(noinit_log_filter_set(&first, left, 4) == 3u); /* no more than is compiled in */
    CHECK(noinit_log_filter_set(&second, motor, 4) == 0u); /* it is off */
    CHECK(noinit_log_filter_set(&first, 2, 4) == 0u && noinit_log_filter_get(&first, 2) == 0u);

    noinit_log_backend_enable(&second, &second_told, 2);
    CHECK(second_told.begun == 1u && noinit_log_filter_get(&second, motor) == 2u && noinit_log_filter_get(&second, left) == 2u);
    CHECK(noinit_log_filter_set(NULL, motor, 3) == 3u);
    CHECK(noinit_log_filter_get(&first, motor) == 3u && noinit_log_filter_get(&second, motor) == 3u);
    CHECK(noinit_log_filter_set(NULL, left, 4) == 3u);

    CHECK(noinit_log_filter_set(&first, motor, 1) == 1u && noinit_log_filter_set(&second, motor, 2) == 2u);
    NOINIT_ERR("to both");
    NOINIT_WRN("to the second");
    NOINIT_INF("to the ring alone");
    shown(0);
    CHECK(first_told.processed == 1u && second_told.processed == 2u);
    expect_text(text, "motor: to both\r\n");

    noinit_log_backend_disable(&second);
    CHECK(!noinit_log_backend_is_active(&second) && noinit_log_filter_get(&second, motor) == 0u);
    NOINIT_ERR("to the first");
    shown(0);
    CHECK(first_told.processed == 1u && second_told.processed == 0u);
    noinit_log_filter_set(NULL, motor, 4);
}

static void the_ring_has_a_level_of_its_own(void)
{
    const uint32_t motor = (uint32_t)noinit_log_source_find("motor");
    CHECK(noinit_log_ring_level_get(motor) == 4u);
    CHECK(noinit_log_ring_level_set(motor, 2) == 2u && noinit_log_ring_level_get(motor) == 2u);
    CHECK(noinit_log_ring_level_set((uint32_t)noinit_log_source_find("motor.left"), 4) == 3u);
    CHECK(noinit_log_filter_get(NULL, motor) == 4u); /* the first back end still wants all */
    NOINIT_INF("for the back end");
    shown(0);
    CHECK(first_told.processed == 1u && first_told.last.is_marked);
    NOINIT_INF("long one for the back end %s", "");
    shown(0);
    CHECK(first_told.processed == 1u && first_told.last.is_marked);
    NOINIT_WRN("for both");
    shown(0);
    CHECK(first_told.processed == 1u && !first_told.last.is_marked);

    /* What nobody wants is not even an entry. */
    noinit_log_filter_set(&first, motor, 1);
    CHECK(noinit_log_filter_get(NULL, motor) == 2u);
    const uint32_t before = noinit_log_rings[0].state->number;
    NOINIT_INF("for nobody");
    CHECK(noinit_log_rings[0].state->number == before);
    CHECK(noinit_log_ring_level_set(motor, 0) == 1u && noinit_log_ring_level_set(motor, 4) == 4u);
    noinit_log_filter_set(&first, motor, 4);
}

static void one_entry_at_a_time(void)
{
    forget();
    NOINIT_INF("one");
    NOINIT_INF("two");
    NOINIT_INF("three");
    CHECK(noinit_log_buffered() == 3u && noinit_log_buffered_max() >= 3u);
    CHECK(noinit_log_process() && first_told.processed == 1u);
    CHECK(noinit_log_skip() && first_told.processed == 1u);
    CHECK(!noinit_log_process() && first_told.processed == 2u);
    CHECK(!noinit_log_process() && first_told.processed == 2u && noinit_log_buffered() == 0u);
}

static void log_a_ringful(void)
{
    for (uint32_t i = 0; i < 400u; i++) {
        NOINIT_INF("%u %u %u", i, i * 1000u, i * 1000000u);
    }
}

static void what_is_being_handled_is_not_overwritten(void)
{
    NOINIT_INF("held %s", "abcdefghijklmnopqrstuvwxyz");
    in_process = log_a_ringful;
    forget();
    text_flags = 0;
    noinit_log_process();
    expect_text(text, "motor: held abcdefghijklmnopqrstuvwxyz\r\n");
    CHECK(first_told.dropped == 0u);
    NOINIT_INF("now there is room again, and the gap is told");
    handle_all();
    /* 400 were logged meanwhile; what found no room beside the held entry is counted. */
    CHECK(first_told.dropped > 0u && first_told.processed + first_told.dropped == 402u);
}

static void what_was_overwritten_is_counted(void)
{
    forget();
    text_flags = 0;
    const uint32_t number = noinit_log_rings[0].state->number;
    log_a_ringful();
    log_a_ringful();
    handle_all();
    CHECK(first_told.dropped > 0u && first_told.processed + first_told.dropped == 800u);
    CHECK(noinit_log_rings[0].state->number == number + 800u);
    char line[60];
    snprintf(line, sizeof line, "--- %u messages dropped ---\r\n", first_told.dropped);
    CHECK(strncmp(text, line, strlen(line)) == 0);
    forget();
    noinit_log_output_dropped(&output, 123456, NOINIT_LOG_OUTPUT_COLORS);
    expect_text(text, "\x1b[1;31m--- 9999 messages dropped ---\r\n\x1b[0m");
}

static uint32_t wakes;
static void *woken;
void noinit_port_log_wake(void *thread)
{
    wakes++;
    woken = thread;
}

static void a_thread_is_woken_at_the_threshold(void)
{
    int thread;
    noinit_log_thread_set(&thread);
    for (uint32_t i = 0; i < NOINIT_LOG_TRIGGER_THRESHOLD - 1u; i++) {
        NOINIT_INF("x");
    }
    CHECK(wakes == 0u);
    NOINIT_INF("x");
    CHECK(wakes == 1u && woken == &thread);
    handle_all();
    noinit_log_thread_set(NULL);
    for (uint32_t i = 0; i < 2u * NOINIT_LOG_TRIGGER_THRESHOLD; i++) {
        NOINIT_INF("x");
    }
    CHECK(wakes == 1u);
    handle_all();
}

static void log_inside(void)
{
    NOINIT_WRN("inside");
    CHECK(!noinit_log_process()); /* somebody is at it already */
}

static void a_panic_flushes_and_stays_synchronous(void)
{
    forget();
    text_flags = 0;
    NOINIT_INF("before");
    noinit_log_panic();
    CHECK(noinit_log_is_panic() && first_told.panics == 1u && second_told.panics == 0u);
    expect_text(text, "motor: before\r\n");
    NOINIT_INF("at once");
    expect_text(text, "motor: before\r\nmotor: at once\r\n");
    NOINIT_INF("at once, %s", "long");
    in_process = log_inside;
    forget();
    NOINIT_INF("outside");
    expect_text(text, "motor: outside\r\nmotor: inside\r\n");
    noinit_log_panic();
    CHECK(first_told.panics == 0u);
}

/* An entry that an interrupted context has reserved and will never close does not stop a panic. */
static void a_panic_steps_over_what_was_never_closed(void)
{
    noinit_ring_writer_t writer;
    forget();
    CHECK(noinit_ring_reserve(&noinit_log_rings[0], &writer, 10, 0, host_uptime_ms));
    NOINIT_INF("behind it");
    expect_text(text, "");
    noinit_log_panic();
    expect_text(text, "motor: behind it\r\n");
    NOINIT_INF("and on");
    expect_text(text, "motor: behind it\r\nmotor: and on\r\n");
}

int main(void)
{
    RUN(the_first_start_finds_its_back_ends);
    RUN(lines_have_the_known_layout);
    RUN(debug_lines_name_their_function);
    RUN(an_instance_has_its_own_name);
    RUN(a_hexdump_stands_below_its_caption);
    RUN(colours_say_the_level);
    RUN(raw_text_stands_alone);
    RUN(a_line_may_be_made_by_hand);
    RUN(stamps_follow_the_frequency);
    RUN(syslog_lines_follow_rfc_5424);
    RUN(syst_messages_stand_in_hex);
    RUN(filters_are_each_back_ends_own);
    RUN(the_ring_has_a_level_of_its_own);
    RUN(one_entry_at_a_time);
    RUN(what_is_being_handled_is_not_overwritten);
    RUN(what_was_overwritten_is_counted);
    RUN(a_thread_is_woken_at_the_threshold);
    RUN(a_panic_flushes_and_stays_synchronous);
    RUN(a_panic_steps_over_what_was_never_closed);
    return 0;
}
