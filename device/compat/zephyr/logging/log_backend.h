/*
 * Back ends. They are ours under Zephyr's names; LOG_BACKEND_DEFINE puts functions of Zephyr's kind in front of them.
 *
 * Zephyr's own build does not warn about unused parameters, which its back ends have many of: nor does a file that includes this.
 */
#ifndef NOINIT_ZEPHYR_LOG_BACKEND_H
#define NOINIT_ZEPHYR_LOG_BACKEND_H

#pragma GCC diagnostic ignored "-Wunused-parameter"

#include "logging/log_msg.h"

#define log_backend noinit_log_backend

/* `process` (version 2) or `put` (version 1) is called for each message, in every mode; any may be NULL. */
struct log_backend_api {
    void (*process)(const struct log_backend *const backend, union log_msg_generic *msg);
    void (*put)(const struct log_backend *const backend, struct log_msg *msg);
    void (*dropped)(const struct log_backend *const backend, uint32_t cnt);
    void (*panic)(const struct log_backend *const backend);
    void (*init)(const struct log_backend *const backend);
};

/* What stands between the two kinds of functions. */
static inline void noinit_zephyr_process_(const struct log_backend_api *api, const noinit_log_backend_t *backend,
                                          const noinit_log_message_t *message)
{
    union log_msg_generic msg = {.log = {message}};
    if (api->process != NULL) {
        api->process(backend, &msg);
    } else if (api->put != NULL) {
        api->put(backend, &msg.log);
    }
}
static inline void noinit_zephyr_dropped_(const struct log_backend_api *api, const noinit_log_backend_t *backend, uint32_t count)
{
    if (api->dropped != NULL) {
        api->dropped(backend, count);
    }
}
static inline void noinit_zephyr_tell_(void (*what)(const struct log_backend *), const noinit_log_backend_t *backend)
{
    if (what != NULL) {
        what(backend);
    }
}

/* A back end; behind `_autostart` may stand a context. */
#define LOG_BACKEND_DEFINE(_name, ...) NOINIT_ZEPHYR_BACKEND_(_name, __VA_ARGS__, NULL, )
#define NOINIT_ZEPHYR_BACKEND_(_name, _api, _autostart, _context, ...)                                                \
    static void noinit_zephyr_process_##_name(const noinit_log_backend_t *backend, const noinit_log_message_t *entry) \
    {                                                                                                                 \
        noinit_zephyr_process_(&(_api), backend, entry);                                                              \
    }                                                                                                                 \
    static void noinit_zephyr_dropped_##_name(const noinit_log_backend_t *backend, uint32_t count)                    \
    {                                                                                                                 \
        noinit_zephyr_dropped_(&(_api), backend, count);                                                              \
    }                                                                                                                 \
    static void noinit_zephyr_panic_##_name(const noinit_log_backend_t *backend)                                      \
    {                                                                                                                 \
        noinit_zephyr_tell_((_api).panic, backend);                                                                   \
    }                                                                                                                 \
    static void noinit_zephyr_init_##_name(const noinit_log_backend_t *backend)                                       \
    {                                                                                                                 \
        noinit_zephyr_tell_((_api).init, backend);                                                                    \
    }                                                                                                                 \
    static const noinit_log_backend_api_t noinit_zephyr_api_##_name = {.process = noinit_zephyr_process_##_name,      \
                                                                       .dropped = noinit_zephyr_dropped_##_name,      \
                                                                       .panic = noinit_zephyr_panic_##_name,          \
                                                                       .init = noinit_zephyr_init_##_name};           \
    NOINIT_LOG_BACKEND_DEFINE(_name, noinit_zephyr_api_##_name, _autostart, _context)

static inline const struct log_backend *log_backend_get(uint32_t idx)
{
    return noinit_log_backend_get(idx);
}
static inline int log_backend_count_get(void)
{
    return (int)noinit_log_backend_count();
}
static inline bool log_backend_is_active(const struct log_backend *const backend)
{
    return noinit_log_backend_is_active(backend);
}

/* Its slot in the filters, from 1. */
static inline uint8_t log_backend_id_get(const struct log_backend *const backend)
{
    return (uint8_t)(backend - noinit_log_backend_get(0) + 1);
}

static inline void log_backend_activate(const struct log_backend *const backend, void *ctx)
{
    noinit_log_backend_enable(backend, ctx, NOINIT_LEVEL_DBG);
}
static inline void log_backend_deactivate(const struct log_backend *const backend)
{
    noinit_log_backend_disable(backend);
}

/* These call the back end's own functions, past the filters. */
static inline void log_backend_put(const struct log_backend *const backend, struct log_msg *msg)
{
    backend->api->process(backend, msg->entry);
}
static inline void log_backend_msg2_process(const struct log_backend *const backend, union log_msg_generic *msg)
{
    backend->api->process(backend, msg->log.entry);
}
static inline void log_backend_dropped(const struct log_backend *const backend, uint32_t cnt)
{
    if (backend->api->dropped != NULL) {
        backend->api->dropped(backend, cnt);
    }
}
static inline void log_backend_panic(const struct log_backend *const backend)
{
    if (backend->api->panic != NULL) {
        backend->api->panic(backend);
    }
}

#endif
