/* Minimal mode: a letter, a text, and nothing else. */
#include <stdarg.h>
#include <string.h>

#include "check.h"
#include "noinit/log.h"
#include "noinit/log_backend.h"
#include "printed.h"

NOINIT_LOG_REGISTER(motor, 4);
NOINIT_LOG_INSTANCE_REGISTER(motor, left, 3);
typedef struct {
    NOINIT_LOG_INSTANCE_POINTER(log);
} wheel_t;
static wheel_t wheel = {NOINIT_LOG_INSTANCE_INIT(log, motor, left)};

static void each_level_has_its_letter(void)
{
    NOINIT_ERR("e %d", 1);
    NOINIT_WRN("w %s", "two");
    NOINIT_INF("i");
    NOINIT_DBG("d %u %u %u", 1u, 2u, 3u);
    expect("E: e 1\r\nW: w two\r\nI: i\r\nD: d 1 2 3\r\n");
}

static void every_type_of_argument_prints(void)
{
    const long long big = -5000000000;
    NOINIT_INF("%d %lld %llu %.2f %g %s %c %x", -7, big, 18446744073709551615ull, 2.5, (double)0.1f, "text", 'c', 255u);
    expect("I: -7 -5000000000 18446744073709551615 2.50 0.1 text c ff\r\n");
    NOINIT_INF("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %s", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
               12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, "32");
    expect("I: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32\r\n");
    const char unterminated[3] = {'a', 'b', 'c'};
    NOINIT_INF("%.*s %.2s %5d", 3, unterminated, unterminated, 4);
    expect("I: abc ab     4\r\n");
}

static void instances_print_like_modules(void)
{
    NOINIT_INST_INF(wheel.log, "turns %d", 3);
    NOINIT_INST_ERR(wheel.log, "%s stuck", "left");
    expect("I: turns 3\r\nE: left stuck\r\n");
}

static void hexdumps_have_eight_bytes_a_line(void)
{
    NOINIT_HEXDUMP_WRN("0123456789\x01", 11, "data of %d", 11);
    expect("W: data of 11\r\n"
           "W: 30 31 32 33 34 35 36 37 |01234567\r\n"
           "W: 38 39 01                |89.     \r\n");
}

static void raw_text_has_no_letter(void)
{
    NOINIT_PRINT("a %d\n", 1);
    noinit_log_text("b\nc", 3);
    expect("a 1\r\nb\r\nc");
}

int main(void)
{
    RUN(each_level_has_its_letter);
    RUN(every_type_of_argument_prints);
    RUN(instances_print_like_modules);
    RUN(hexdumps_have_eight_bytes_a_line);
    RUN(raw_text_has_no_letter);
    return 0;
}
