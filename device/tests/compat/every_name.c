/*
 * A call of every name that device/compat/zephyr takes as it is (docs/guide/zephyr-compat.md), and what it does: each check that fails is
 * told and counted. Needs NOINIT_LOG_TEXT=1 and noinit_zephyr_config.h.
 */
#include <logging/log.h>
#include <logging/log_instance.h>
#include <logging/log_ctrl.h>
#include <zephyr/logging/log.h>
#include <zephyr/logging/log_output.h>
#include <zephyr/sys/printk.h>

#include <log_backend.h>
#include <log_core.h>
#include <log_ctrl.h>
#include <log_instance.h>
#include <log_msg.h>
#include <log_output.h>

#include "compat.h"

#define LOG_LEVEL LOG_LEVEL_DBG
LOG_MODULE_REGISTER(boiler);

struct burner {
    LOG_INSTANCE_PTR_DECLARE(log);
    int number;
};
LOG_INSTANCE_REGISTER(boiler, left, LOG_LEVEL_DBG)
static struct burner left = {LOG_INSTANCE_PTR_INIT(log, boiler, left).number = 1};

static int failed;

static void check(bool is_right, const char *what)
{
    if (!is_right) {
        failed++;
        printk("WRONG: %s\n", what);
    }
}
#define CHECK(condition) check(condition, #condition)

/* Version 1 of back ends: `put`. It counts what it gets and keeps the last. */
static struct {
    uint32_t puts;
    uint32_t processed;
    uint32_t dropped;
    uint32_t panics;
    uint32_t inits;
    uint32_t level;
    uint32_t source;
    bool is_std;
    log_timestamp_t stamp;
} seen;

static void keeper_put(const struct log_backend *const backend, struct log_msg *msg)
{
    log_msg_get(msg);
    seen.puts++;
    seen.level = log_msg_level_get(msg);
    seen.source = log_msg_source_id_get(msg);
    seen.is_std = log_msg_is_std(msg);
    seen.stamp = log_msg_timestamp_get(msg);
    CHECK(log_msg_domain_id_get(msg) == 0);
    log_msg_put(msg);
}
static void keeper_dropped(const struct log_backend *const backend, uint32_t cnt)
{
    seen.dropped += cnt;
}
static void keeper_panic(const struct log_backend *const backend)
{
    seen.panics++;
}
static void keeper_init(const struct log_backend *const backend)
{
    seen.inits++;
}
static const struct log_backend_api keeper_api = {
    .put = keeper_put, .dropped = keeper_dropped, .panic = keeper_panic, .init = keeper_init};
LOG_BACKEND_DEFINE(keeper, keeper_api, true);

/* Version 2: `process`, and text. */
static uint8_t line[16];
static int put_text(uint8_t *buf, size_t size, void *ctx)
{
    CHECK(ctx == &seen);
    compat_write(buf, (uint32_t)size);
    return (int)size;
}
static const log_output_func_t text_function = put_text;
LOG_OUTPUT_DEFINE(text_output, put_text, line, sizeof line);

#define FLAGS (LOG_OUTPUT_FLAG_LEVEL | LOG_OUTPUT_FLAG_CRLF_LFONLY)

static void printer_process(const struct log_backend *const backend, union log_msg2_generic *msg)
{
    struct log_msg2 *const log = &msg->log;
    seen.processed++;
    log_output_msg2_process(&text_output, log, FLAGS);
}
static void printer_put(const struct log_backend *const backend, struct log_msg *msg)
{
    log_output_msg_process(&text_output, msg, FLAGS | LOG_OUTPUT_FLAG_COLORS);
}
static const struct log_backend_api printer_api = {.process = printer_process, .put = printer_put};
LOG_BACKEND_DEFINE(printer, printer_api, true, &seen);

static uint32_t ticks = 100;
static log_timestamp_t now(void)
{
    return ++ticks;
}
static const log_timestamp_get_t clock_function = now;

static void handle_all(void)
{
    while (log_process()) {
    }
}

static void log_every_call(void)
{
    uint8_t bytes[] = {0x10, 0x20, 0x41};
    char name[] = "grate";
    LOG_ERR("flame out after %d s", 12);
    LOG_WRN("pressure %u.%u bar", 1u, 4u);
    LOG_INF("door %s", "open");
    LOG_DBG("nothing to say");
    LOG_INST_ERR(left.log, "burner %d is cold", left.number);
    LOG_INST_WRN(left.log, "soot");
    LOG_INST_INF(left.log, "lit");
    LOG_INST_DBG(left.log, "%lld J", 5000000000ll);
    LOG_HEXDUMP_ERR(bytes, sizeof bytes, "sensor");
    LOG_HEXDUMP_WRN(bytes, sizeof bytes, "100%");
    LOG_HEXDUMP_INF(bytes, 2, name);
    LOG_HEXDUMP_DBG(bytes, 1, "probe %d");
    LOG_INST_HEXDUMP_ERR(left.log, bytes, 1, "a");
    LOG_INST_HEXDUMP_WRN(left.log, bytes, 1, "b");
    LOG_INST_HEXDUMP_INF(left.log, bytes, 1, "c");
    LOG_INST_HEXDUMP_DBG(left.log, bytes, 1, "d");
    LOG_HEXDUMP_INST_DBG(left.log, bytes, 1, "e");
    LOG_PRINTK("raw %d\n", 1);
    printk("raw %s\n", "too");
    LOG_RAW("and this\n");
    LOG_INF("was %s", log_strdup(name));
    name[0] = 'X';
    handle_all();
}

/* Levels of a function's own. */
static void log_in_a_function(void)
{
    LOG_MODULE_DECLARE(boiler, LOG_LEVEL_ERR);
    LOG_ERR("still burning");
    LOG_WRN("never seen");
}
static void log_for_an_instance(const struct burner *burner)
{
    LOG_LEVEL_SET(LOG_LEVEL_WRN);
    LOG_INST_WRN(burner->log, "too hot");
    LOG_INST_INF(burner->log, "never seen");
}

static void log_later_names(void)
{
    for (int i = 0; i < 3; i++) {
        LOG_WRN_ONCE("once %d", i);
        LOG_ERR_RATELIMIT("seldom %d", i);
        LOG_INF_RATELIMIT_RATE(60000, "more seldom %d", i);
    }
}

static void print_list(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    log_printk(format, list);
    va_end(list);
}

static int16_t find_source(const char *name)
{
    for (uint32_t id = 0; id < log_src_cnt_get(0); id++) {
        const char *is = log_source_name_get(0, id);
        uint32_t i = 0;
        while (is[i] != '\0' && is[i] == name[i]) {
            i++;
        }
        if (is[i] == name[i]) {
            return (int16_t)id;
        }
    }
    return -1;
}

static void output_string(const char *format, ...)
{
    const struct log_msg_ids ids = {.level = LOG_LEVEL_WRN, .source_id = (uint16_t)find_source("boiler") & 0x3ffu};
    va_list list;
    va_start(list, format);
    log_output_string(&text_output, ids, 5, format, list, FLAGS);
    va_end(list);
}

static void check_output(void)
{
    const struct log_msg_ids ids = {.level = LOG_LEVEL_ERR, .source_id = (uint16_t)find_source("boiler") & 0x3ffu};
    const uint8_t bytes[] = {1, 2};
    output_string("by hand %d", 7);
    log_output_hexdump(&text_output, ids, 6, "bytes by hand", bytes, sizeof bytes, FLAGS | LOG_OUTPUT_FLAG_CRLF_NONE);
    log_output_dropped_process(&text_output, 3);
    log_output_flush(&text_output);
    log_output_hostname_set(&text_output, "boiler");
    log_output_timestamp_freq_set(1000);
    CHECK(log_output_timestamp_to_us(3) == 3000);
    CHECK(text_function == put_text);
    CHECK((LOG_OUTPUT_FLAG_TIMESTAMP | LOG_OUTPUT_FLAG_FORMAT_TIMESTAMP) == 6u);
    CHECK(LOG_OUTPUT_FLAG_FORMAT_SYSLOG != LOG_OUTPUT_FLAG_FORMAT_SYST);
}

static void check_filters(void)
{
    const int16_t boiler = find_source("boiler");
    CHECK(boiler >= 0 && find_source("boiler.left") >= 0 && find_source("bath") < 0);
    CHECK(log_src_cnt_get(1) == 0 && log_source_name_get(1, 0) == NULL && log_source_name_get(0, 999) == NULL);
    CHECK(log_domain_name_get(0) != NULL && log_domain_name_get(1) == NULL);
    CHECK(log_filter_get(&keeper, 0, boiler, false) == LOG_LEVEL_DBG);
    CHECK(log_filter_set(&keeper, 0, boiler, LOG_LEVEL_ERR) == LOG_LEVEL_ERR);
    CHECK(log_filter_get(&keeper, 0, boiler, true) == LOG_LEVEL_ERR);
    const uint32_t before = seen.puts;
    LOG_WRN("for the printer alone");
    LOG_ERR("for both");
    handle_all();
    CHECK(seen.puts == before + 1 && seen.level == LOG_LEVEL_ERR && seen.source == (uint32_t)boiler && seen.is_std);
}

static void check_backends(void)
{
    CHECK(log_backend_count_get() == 4);
    CHECK(log_backend_get(log_backend_id_get(&keeper) - 1u) == &keeper && log_backend_get(4) == NULL);
    CHECK(log_backend_id_get(&keeper) != log_backend_id_get(&printer));
    CHECK(log_backend_is_active(&keeper) && seen.inits == 1);
    log_backend_disable(&keeper);
    CHECK(!log_backend_is_active(&keeper));
    const uint32_t before = seen.puts;
    LOG_ERR("for the printer alone");
    handle_all();
    CHECK(seen.puts == before);
    log_backend_enable(&keeper, NULL, LOG_LEVEL_WRN);
    log_backend_deactivate(&keeper);
    log_backend_activate(&keeper, NULL);
    CHECK(log_backend_is_active(&keeper));
    log_backend_dropped(&keeper, 4);
    CHECK(seen.dropped == 4);
    log_backend_panic(&keeper);
    CHECK(seen.panics == 1);
}

/* A message stands while it is handled: a back end may give it to another. */
static void relay_put(const struct log_backend *const backend, struct log_msg *msg)
{
    union log_msg2_generic generic = {.log = *msg};
    const uint32_t before = seen.puts;
    log_backend_put(&keeper, msg);
    log_backend_msg2_process(&keeper, &generic);
    CHECK(seen.puts == before + 2);
}
/* A message taken apart: what it was logged with comes back. */
static unsigned taken_apart;

static bool is_text(const char *text, const char *expected)
{
    while (*text != '\0' && *text == *expected) {
        text++;
        expected++;
    }
    return *text == *expected;
}

static void anatomy_put(const struct log_backend *const backend, struct log_msg *msg)
{
    taken_apart++;
    if (!log_msg_is_std(msg)) {
        uint8_t bytes[4] = {0};
        size_t length = sizeof bytes;
        log_msg_hexdump_data_get(msg, bytes, &length, 1);
        CHECK(length == 2 && bytes[0] == 0x22 && bytes[1] == 0x33);
        return;
    }
    CHECK(is_text(log_msg_str_get(msg), "%d %s %u %lld %f %d"));
    CHECK(log_msg_nargs_get(msg) == 6);
    CHECK(log_msg_arg_get(msg, 0) == (log_arg_t)-7 && log_msg_arg_get(msg, 1) == 0);
    CHECK((uint32_t)log_msg_arg_get(msg, 2) == 4000000000u && (uint32_t)log_msg_arg_get(msg, 3) == 9u);
    CHECK(log_msg_arg_get(msg, 5) == 300 && log_msg_arg_get(msg, 6) == 0);
}
static const struct log_backend_api anatomy_api = {.put = anatomy_put};
LOG_BACKEND_DEFINE(anatomy, anatomy_api, false);

static void check_messages(void)
{
    const uint8_t bytes[] = {0x11, 0x22, 0x33};
    char name[] = "copied";
    handle_all();
    log_backend_enable(&anatomy, NULL, LOG_LEVEL_DBG);
    LOG_INF("%d %s %u %lld %f %d", -7, name, 4000000000u, 0x700000009ll, 1.5, 300);
    LOG_INST_INF(left.log, "%d %s %u %lld %f %d", -7, name, 4000000000u, 0x700000009ll, 1.5, 300);
    LOG_HEXDUMP_INF(bytes, sizeof bytes, "caption");
    LOG_INST_HEXDUMP_INF(left.log, bytes, sizeof bytes, "caption");
    handle_all();
    log_backend_disable(&anatomy);
    CHECK(taken_apart == 4);
}

static const struct log_backend_api relay_api = {.put = relay_put};
LOG_BACKEND_DEFINE(relay, relay_api, false);

static void check_relay(void)
{
    CHECK(!log_backend_is_active(&relay));
    log_backend_enable(&relay, NULL, LOG_LEVEL_ERR);
    LOG_ERR("relayed");
    handle_all();
    log_backend_disable(&relay);
}

static void check_constants(void)
{
    const log_arg_t word = 7;
    CHECK(word == 7 && LOG_MAX_NARGS == 32 && LOG_MSG_TYPE_STD != LOG_MSG_TYPE_HEXDUMP);
    CHECK(LOG_MSG_HEXDUMP_MAX_LENGTH == (1 << LOG_MSG_HEXDUMP_LENGTH_BITS) - 1);
    CHECK(LOG_LEVEL == LOG_LEVEL_DBG && LOG_LEVEL_NONE == 0);
}

int compat_main(void)
{
    log_core_init();
    LOG_CORE_INIT();
    log_init();
    LOG_INIT();
    log_msg_pool_init();
    log_output_ctx_set(&text_output, &seen);
    log_thread_set((k_tid_t)0);
    CHECK(log_set_timestamp_func(clock_function, 1000) == 0);
    handle_all();

    log_every_call();
    CHECK(!seen.is_std || seen.level == LOG_LEVEL_INF);
    CHECK(seen.stamp > 20);
    log_in_a_function();
    log_for_an_instance(&left);
    log_later_names();
    print_list("a list of %d and %s\n", 2, "more");
    handle_all();
    check_output();
    check_filters();
    check_backends();
    check_constants();
    check_relay();
    check_messages();

    LOG_INF("waits");
    CHECK(log_buffered_cnt() == 1);
    CHECK(!log_process(true));
    CHECK(log_buffered_cnt() == 0);
    LOG_INF("waits for the end");
    CHECK(!LOG_PROCESS());
    LOG_INF("waits for the panic");
    log_panic();
    LOG_PANIC();
    CHECK(log_buffered_cnt() == 0 && seen.panics >= 2);
    LOG_INF("said at once");
    CHECK(log_buffered_cnt() == 0);
    return failed;
}
