/* What the device prints of an entry against this machine's printf of the same call: through macros, ring and back end. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "host.h"
#include "noinit/log_control.h"
#include "noinit/log_output.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(motor, 4);

static char text[10000];
static uint32_t text_size;

static int put(uint8_t *bytes, size_t size, void *context)
{
    (void)context;
    CHECK(text_size + size < sizeof text);
    memcpy(text + text_size, bytes, size);
    text_size += (uint32_t)size;
    text[text_size] = '\0';
    return (int)size;
}

static uint8_t buffer[32];
NOINIT_LOG_OUTPUT_DEFINE(output, put, buffer, sizeof buffer);

static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    noinit_log_output_message(&output, message, NOINIT_LOG_OUTPUT_SKIP_SOURCE | NOINIT_LOG_OUTPUT_CRLF_NONE);
}
static const noinit_log_backend_api_t api = {.process = process};
NOINIT_LOG_BACKEND_DEFINE(backend, api, true, NULL);

static char expected[10000];
static unsigned compared;

#define SAME(...)                                                                              \
    do {                                                                                       \
        text_size = 0;                                                                         \
        text[0] = '\0';                                                                        \
        NOINIT_INF(__VA_ARGS__);                                                               \
        while (noinit_log_process()) {                                                         \
        }                                                                                      \
        snprintf(expected, sizeof expected, __VA_ARGS__);                                      \
        compared++;                                                                            \
        if (strcmp(text, expected) != 0) {                                                     \
            printf("%s:%d: not so: '%s' instead of '%s'\n", __FILE__, __LINE__, text, expected); \
            exit(1);                                                                           \
        }                                                                                      \
    } while (0)

static uint64_t bits(void)
{
    const uint64_t all = (uint64_t)next_random() << 32 | next_random();
    return all >> next_random() % 64u;
}

static void integers(void)
{
    for (uint32_t i = 0; i < 500u; i++) {
        const int d = (int)bits();
        const unsigned u = (unsigned)bits();
        const long long ll = (long long)bits();
        const unsigned long long ull = bits();
        SAME("%d", d);
        SAME("%5d|%-8u|%#x", d, u, u);
        SAME("%lld %llu %llx", ll, ull, ull);
        SAME("%d %u %d %u", d, u, -d / 2, u / 3u);
        SAME("%hhd %hd %hhu %hu %c", (signed char)d, (short)d, (unsigned char)u, (unsigned short)u, 'a' + d % 20);
        SAME("%+d % d %08d %.5d %o", d / 3, d, d, d % 1000, u);
        SAME("%*d|%-*d|%.*d", (int)(u % 20u), d, (int)(u % 15u), d, (int)(u % 12u), d);
        SAME("%ld %lu %zu %td %jd", (long)ll, (unsigned long)ull, (size_t)ull, (ptrdiff_t)ll, (intmax_t)ll);
        SAME("%d%%", d);
    }
}

static void floats(void)
{
    for (uint32_t i = 0; i < 500u; i++) {
        uint64_t raw = (uint64_t)next_random() << 32 | next_random();
        double any;
        memcpy(&any, &raw, sizeof any);
        const double plain = (double)(int)bits() / 1000;
        const float single = (float)plain;
        SAME("%f %g", plain, plain);
        SAME("%e", any);
        SAME("%.3f|%10.2f|%-12.1f|%+.0f", plain, plain, plain, plain);
        SAME("%g %d %s", (double)single, 3, "x");
        SAME("%g", isnan(any) ? 1.0 : any);
    }
    SAME("%f %f %F", INFINITY, -INFINITY, INFINITY);
}

static void strings(void)
{
    static const char bare[4] = {'a', 'b', 'c', 'd'};
    for (uint32_t i = 0; i < 127u; i++) {
        char string[128];
        for (uint32_t k = 0; k < i; k++) {
            string[k] = (char)(0x21 + (i * 7u + k) % 90u);
        }
        string[i] = '\0';
        SAME("%s|%10s|%-10s|%.3s|%5.2s", string, string, string, string, string);
        SAME("<%s>", string);
        SAME("%.*s", (int)i % 5, bare);
        SAME("%d %s %d", (int)i, string, -(int)i);
    }
}

static void all_thirty_two(void)
{
    SAME("%d %u %lld %s %f %d %u %lld %s %f %d %u %lld %s %f %d %u %lld %s %f %d %u %lld %s %f %d %u %lld %s %f %c %x", 1, 2u, 3ll, "four", 5.0, 6,
         7u, 8ll, "nine", 10.5, -11, 12u, -13ll, "", 15.25, 16, 17u, 18ll, "nineteen", 20.125, 21, 22u, 23ll, "24", 25.5, 26, 27u, 28ll, "29", 30.0,
         'x', 32u);
}

static void expect(const char *line)
{
    while (noinit_log_process()) {
    }
    if (strcmp(text, line) != 0) {
        printf("'%s' instead of '%s'\n", text, line);
        exit(1);
    }
    text_size = 0;
}

static void long_strings_are_cut(void)
{
    char string[300];
    memset(string, 'x', sizeof string - 1);
    string[sizeof string - 1] = '\0';
    text_size = 0;
    NOINIT_INF("<%s>", string);
    char line[200] = "<";
    memset(line + 1, 'x', 126);
    strcpy(line + 127, "\xe2\x80\xa6>");
    expect(line);
    NOINIT_INF("%.5s", string);
    expect("xxxxx");
    NOINIT_INF("<%s>", (char *)NULL);
    expect("<(null)>");
}

int main(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    while (noinit_log_process()) {
    }
    RUN(integers);
    RUN(floats);
    RUN(strings);
    RUN(all_thirty_two);
    RUN(long_strings_are_cut);
    printf("%u lines compared\n", compared);
    return 0;
}
