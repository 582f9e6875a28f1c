/*
 * A back end takes log entries from the ring while the firmware runs: to a UART, a debugger, a file. Up to nine.
 *
 *     static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message);
 *     static const noinit_log_backend_api_t api = {.process = process};
 *     NOINIT_LOG_BACKEND_DEFINE(shell, api, true, NULL);
 *
 * NOINIT_LOG_UART=1 and NOINIT_LOG_RTT=1 (log_rtt.h) bring back ends along.
 */
#ifndef NOINIT_LOG_BACKEND_H
#define NOINIT_LOG_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noinit/config.h"
#include "noinit/log.h"

#define NOINIT_LOG_BACKENDS_MAX 9u

/* Kinds of entries as docs/formats/log-ring.md has them. Back ends get these and later ones; gaps and segment starts they are told of. */
#define NOINIT_LOG_KIND_LOG 0u
#define NOINIT_LOG_KIND_TEXT 1u
#define NOINIT_LOG_KIND_HEXDUMP 2u
#define NOINIT_LOG_KIND_DEFMT 5u
#define NOINIT_LOG_KIND_ZEPHYR 6u

/* One entry. It stays where it is as long as `process` runs, and no longer. */
typedef struct noinit_log_message {
    uint64_t stamp;          /* noinit_log_frequency() ticks a second */
    const void *descriptor;  /* of the site (docs/formats/dictionary.md); in the firmware only with NOINIT_LOG_TEXT. NULL: has none */
    const noinit_source_t *source; /* NULL: none, or without NOINIT_LOG_TEXT not known */
    uint32_t number;
    uint32_t size;           /* bytes of arguments, text or data, for noinit_log_message_read */
    uint8_t kind;            /* NOINIT_LOG_KIND_ */
    uint8_t level;           /* NOINIT_LEVEL_; 0: raw text, or without NOINIT_LOG_TEXT not known */
    uint8_t domain;          /* core that logged it */
    bool is_marked;          /* the ring did not want it, it is not uploaded */

    /* Where the body lies: in a ring's entry, or where `ring` is NULL at `bytes`. */
    const void *ring;
    const void *entry;
    const uint8_t *bytes;
    uint32_t skip; /* of the body in front of what `size` counts: the id */
} noinit_log_message_t;

/* Copies up to `size` bytes from byte `from` on; gives how many there were. Inside `process` only. */
uint32_t noinit_log_message_read(const noinit_log_message_t *message, uint32_t from, void *bytes, uint32_t size);

typedef struct noinit_log_backend noinit_log_backend_t;

/* Any but `process` may be NULL. */
typedef struct {
    /* An entry that its filter lets through. The caller of noinit_log_process; in panic and immediate mode whoever logs. */
    void (*process)(const noinit_log_backend_t *backend, const noinit_log_message_t *message);
    /* So many entries were lost just before the next one. */
    void (*dropped)(const noinit_log_backend_t *backend, uint32_t count);
    /* From now on without interrupts and other threads, or not at all. Any context. */
    void (*panic)(const noinit_log_backend_t *backend);
    /* Once, when it is switched on the first time. Thread. */
    void (*init)(const noinit_log_backend_t *backend);
} noinit_log_backend_api_t;

typedef struct {
    void *context;
    bool is_active;
    bool is_begun; /* init was called */
} noinit_log_backend_state_t;

struct noinit_log_backend {
    const noinit_log_backend_api_t *api;
    noinit_log_backend_state_t *state;
    const char *name;
    bool autostart; /* on, for every level, from the start */
};

/* A back end `name` (an identifier). `api` is a noinit_log_backend_api_t that stays; `context` is what noinit_log_backend_context gives. */
#define NOINIT_LOG_BACKEND_DEFINE(name_, api_, autostart_, context_)                                                     \
    static noinit_log_backend_state_t noinit_log_backend_state_##name_ = {.context = (context_)};                        \
    const noinit_log_backend_t name_ __attribute__((section("noinit_backends"), used)) = {                               \
        .api = &(api_), .state = &noinit_log_backend_state_##name_, .name = #name_, .autostart = (autostart_)}

/* In the order in which they stand in the firmware, from 0. NULL: no such. Any context. */
const noinit_log_backend_t *noinit_log_backend_get(uint32_t index);
uint32_t noinit_log_backend_count(void);

static inline bool noinit_log_backend_is_active(const noinit_log_backend_t *backend)
{
    return backend->state->is_active;
}
static inline void *noinit_log_backend_context(const noinit_log_backend_t *backend)
{
    return backend->state->context;
}

/* UART, NOINIT_LOG_UART=1: text through the port, with NOINIT_LOG_UART_FLAGS. On from the start. */
extern const noinit_log_backend_t noinit_log_uart;

/* Written by the port where the UART back end is used: sends all of it before it returns. In panic from any context. */
void noinit_port_log_put(const uint8_t *bytes, uint32_t size);

#endif
