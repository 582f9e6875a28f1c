/* Control: start, handling, panic, filters, back ends, clock. */
#ifndef NOINIT_ZEPHYR_LOG_CTRL_H
#define NOINIT_ZEPHYR_LOG_CTRL_H

#include "logging/log_backend.h"

#include "noinit/noinit.h"

typedef log_timestamp_t (*log_timestamp_get_t)(void);
struct k_thread;
typedef struct k_thread *k_tid_t;

/* Nothing to do: the first call that logs starts the log by itself. */
static inline void log_core_init(void)
{
}

/* A project that wants to know how noinit_init ended calls it before; again is no error. */
static inline void log_init(void)
{
    (void)noinit_init();
    noinit_log_begin_backends();
}

/* `true` as its argument leaves the entry to no back end; without an argument it is false. */
static inline bool noinit_zephyr_log_process_(bool bypass)
{
    return bypass ? noinit_log_skip() : noinit_log_process();
}
#define log_process(...) noinit_zephyr_log_process_((__VA_ARGS__ + 0) != 0)

static inline void log_panic(void)
{
    noinit_log_panic();
}

#define LOG_CORE_INIT() log_core_init()
#define LOG_INIT() log_init()
#define LOG_PANIC() log_panic()
#define LOG_PROCESS() log_process(false)

/* Needs a threshold: CONFIG_LOG_PROCESS_TRIGGER_THRESHOLD, NOINIT_LOG_TRIGGER_THRESHOLD. */
#if NOINIT_LOG_TRIGGER_THRESHOLD
static inline void log_thread_set(k_tid_t process_tid)
{
    noinit_log_thread_set(process_tid);
}
#endif

/* 0, or -22 (EINVAL) where it cannot be. Needs NOINIT_LOG_CLOCK=1, which noinit_zephyr_config.h sets. */
#if NOINIT_LOG_CLOCK
static inline int log_set_timestamp_func(log_timestamp_get_t timestamp_getter, uint32_t freq)
{
#ifdef CONFIG_LOG_TIMESTAMP_64BIT
    return noinit_log_clock_set_64(timestamp_getter, freq) == NOINIT_OK ? 0 : -22;
#else
    return noinit_log_clock_set(timestamp_getter, freq) == NOINIT_OK ? 0 : -22;
#endif
}
#endif

static inline uint32_t log_buffered_cnt(void)
{
    return noinit_log_buffered();
}

/* This firmware knows the sources of one domain only, its own: CONFIG_LOG_DOMAIN_ID, 0 unless given. */
static inline uint32_t log_src_cnt_get(uint32_t domain_id)
{
    return domain_id == NOINIT_ZEPHYR_DOMAIN_ ? noinit_log_source_count() : 0;
}
static inline const char *log_source_name_get(uint32_t domain_id, uint32_t source_id)
{
    return domain_id == NOINIT_ZEPHYR_DOMAIN_ ? noinit_log_source_name(source_id) : NULL;
}
static inline const char *log_domain_name_get(uint32_t domain_id)
{
    return domain_id == NOINIT_ZEPHYR_DOMAIN_ ? "" : NULL;
}

static inline uint32_t log_filter_get(struct log_backend const *const backend, uint32_t domain_id, int16_t source_id, bool runtime)
{
    if (domain_id != NOINIT_ZEPHYR_DOMAIN_ || source_id < 0) {
        return 0;
    }
    return runtime ? noinit_log_filter_get(backend, (uint32_t)source_id) : noinit_log_compiled_level((uint32_t)source_id);
}
static inline uint32_t log_filter_set(struct log_backend const *const backend, uint32_t domain_id, int16_t source_id, uint32_t level)
{
    return domain_id == NOINIT_ZEPHYR_DOMAIN_ && source_id >= 0 ? noinit_log_filter_set(backend, (uint32_t)source_id, level) : 0;
}

static inline void log_backend_enable(struct log_backend const *const backend, void *ctx, uint32_t level)
{
    noinit_log_backend_enable(backend, ctx, level);
}
static inline void log_backend_disable(struct log_backend const *const backend)
{
    noinit_log_backend_disable(backend);
}

#endif
