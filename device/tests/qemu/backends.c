/* Logs one of everything, prints it on the device between two marks, in the layout of the argument `flags`, and sends the same entries. */
#include <noinit/log_control.h>
#include <noinit/log_output.h>
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(motor, NOINIT_LEVEL_DBG);
NOINIT_LOG_INSTANCE_REGISTER(motor, left, NOINIT_LEVEL_INF);

typedef struct {
    NOINIT_LOG_INSTANCE_POINTER(log);
} wheel_t;
static wheel_t wheel = {NOINIT_LOG_INSTANCE_INIT(log, motor, left)};

static int put(uint8_t *bytes, size_t size, void *context)
{
    (void)context;
    for (size_t i = 0; i < size; i++) {
        qemu_uart_put(bytes[i]);
    }
    return (int)size;
}

static uint8_t buffer[32];
NOINIT_LOG_OUTPUT_DEFINE(output, put, buffer, sizeof buffer);
static uint32_t flags;

static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    noinit_log_output_message(&output, message, flags);
}

static void dropped(const noinit_log_backend_t *backend, uint32_t count)
{
    (void)backend;
    noinit_log_output_dropped(&output, count, flags);
}

static const noinit_log_backend_api_t api = {.process = process, .dropped = dropped};
NOINIT_LOG_BACKEND_DEFINE(console, api, true, NULL);

static void log_everything(void)
{
    const long long big = -9007199254740993ll;
    const double values[] = {0.0, -0.0, 1.5, 0.1, 1e22, 1e23, 123456.789, 5e-324, 1.7976931348623157e308, 9.9999995, 2.5, 1e-5};
    NOINIT_ERR("no argument");
    NOINIT_WRN("%d %u %x %#o %+d|%5d|%-5d|%05d", -1, 4000000000u, 255u, 8u, 3, 42, 42, 42);
    NOINIT_INF("%lld %llu %llx %hhd %hu %c", big, 18446744073709551615ull, 0x123456789abcdefull, (signed char)-3, (unsigned short)65535, 'z');
    NOINIT_DBG("%p %s %.*s|%10s|%-10s|", (void *)0x20000100, "text", 3, "abcdef", "right", "left");
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        NOINIT_INF("%f %e %g %.0f %.10g %a", values[i], values[i], values[i], values[i], values[i], values[i]);
    }
    NOINIT_INF("%Lf %Lg", 1.25L, 1e100L);
    NOINIT_INF("%.3f", (double)3.14159f);
    NOINIT_INF("%s", "a string that is longer than a string may be, so that it is cut somewhere in the middle of a word: one two three four five six seven "
                     "eight nine ten");
    NOINIT_INF("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %s", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
               12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, "32");
    NOINIT_INST_INF(wheel.log, "turns %d times, %s", 7, "left");
    NOINIT_INST_WRN(wheel.log, "stuck");
    NOINIT_HEXDUMP_WRN("0123456789abcdef\x01\x7f~", 19, "a dump of %d", 19);
    NOINIT_INST_HEXDUMP_INF(wheel.log, "\x80\xff", 2, "of an instance");
    NOINIT_PRINT("raw %d\n", 1);
    noinit_log_text("more raw text\n", 14);
    NOINIT_INF("100%% and %y");
}

int main(void);
int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    flags = qemu_argument("flags", 0);
    log_everything();
    qemu_print("text begins");
    while (noinit_log_process()) {
    }
    qemu_print("text ends");
    qemu_send_chunks(200);
    qemu_exit(0);
}
