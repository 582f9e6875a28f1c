/*
 * Logs, is reset in the middle of it, logs on, and sends everything: what every board and every compiler must get right. So are the tables of
 * sources and back ends, which only the linker puts together.
 */
#include <noinit/log_control.h>
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(boards);

int main(void);

NOINIT_RETAINED static struct {
    uint32_t magic;
    uint32_t starts;
} kept;

static const uint8_t DATA[] = {0, 1, 2, 3, 0xfc, 0xfd, 0xfe, 0xff};

static void log_all(uint32_t start)
{
    NOINIT_INF("start %u", (unsigned)start);
    for (int32_t i = -2; i <= 2; i++) {
        NOINIT_WRN("%d of %u at %p", (int)i, 5u, (const void *)0x1234);
    }
    NOINIT_ERR("wide %llx, %ld, %s", 0x1122334455667788ull, -1L, "text");
    NOINIT_INF("floats %f %.3f", 7.875, (double)0.5f);
    NOINIT_HEXDUMP_INF(DATA, sizeof DATA, "data of start %u", (unsigned)start);
}

static uint32_t handed;

static void count_entry(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    handed += message->kind <= NOINIT_LOG_KIND_HEXDUMP ? 1u : 0u;
}
static const noinit_log_backend_api_t API = {.process = count_entry};
NOINIT_LOG_BACKEND_DEFINE(counting, API, true, NULL);

static void expect_handed(uint32_t lines, const char *what)
{
    while (noinit_log_process()) {
    }
    if (handed != lines) {
        qemu_print(what);
        qemu_exit(2);
    }
}

/* `lines` were logged. One more that only the back end wants is handed over and not sent; one that nobody wants is nowhere. */
static void use_filters(uint32_t lines)
{
    if (noinit_log_source_count() != 1u || noinit_log_backend_count() != 1u) {
        qemu_print("not one source and one back end");
        qemu_exit(2);
    }
    expect_handed(lines, "not every line");
    (void)noinit_log_ring_level_set(0, NOINIT_LEVEL_ERR);
    NOINIT_INF("for the back end only");
    expect_handed(lines + 1u, "not the line for the back end");
    (void)noinit_log_filter_set(&counting, 0, NOINIT_LEVEL_WRN);
    NOINIT_INF("for nobody");
    NOINIT_ERR("for both");
    expect_handed(lines + 2u, "not the line for both");
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    if (kept.magic != 0x626f6172u) {
        kept.magic = 0x626f6172u;
        kept.starts = 0;
    }
    kept.starts++;
    noinit_log_begin_backends();
    log_all(kept.starts);
    use_filters(9);
    if (kept.starts == 1) {
        noinit_port_reset();
    }
    qemu_send_chunks(64);
    qemu_exit(0);
}
