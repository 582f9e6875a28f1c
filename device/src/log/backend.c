/* The back ends: where the linker has put them, and which are on. */
#include "log/backend.h"

#include <stddef.h>

#include "log/process.h"
#include "log/watch.h"
#include "noinit/log_control.h"

/* Where the linker has them; there are none where nothing is defined. */
extern const noinit_log_backend_t __start_noinit_backends[] __attribute__((weak));
extern const noinit_log_backend_t __stop_noinit_backends[] __attribute__((weak));

static bool is_begun;

uint32_t noinit_log_backend_count(void)
{
    const uint32_t count = (uint32_t)(__stop_noinit_backends - __start_noinit_backends);
    return count < NOINIT_LOG_BACKENDS_MAX ? count : NOINIT_LOG_BACKENDS_MAX;
}

const noinit_log_backend_t *noinit_log_backend_get(uint32_t index)
{
    return index < noinit_log_backend_count() ? &__start_noinit_backends[index] : NULL;
}

uint32_t noinit_log_backend_slot(const noinit_log_backend_t *backend)
{
    return (uint32_t)(backend - __start_noinit_backends) + 1u;
}

static void switch_on(const noinit_log_backend_t *backend, uint32_t level)
{
    noinit_log_backend_state_t *state = backend->state;
    if (!state->is_begun) {
        state->is_begun = true;
        if (backend->api->init != NULL) {
            backend->api->init(backend);
        }
    }
    state->is_active = true;
    noinit_log_filter_all(backend, level);
}

void noinit_log_begin_backends(void)
{
    if (is_begun) {
        return;
    }
    is_begun = true;
    for (uint32_t i = 0; i < noinit_log_backend_count(); i++) {
        const noinit_log_backend_t *backend = noinit_log_backend_get(i);
        if (backend->autostart) {
            switch_on(backend, NOINIT_LEVEL_DBG);
        }
    }
    noinit_log_watch_set(NOINIT_LOG_WATCH_BACKENDS, noinit_log_backends_written);
#if NOINIT_LOG_PROCESS_THREAD
    noinit_log_wake_set(noinit_port_log_thread_start(noinit_log_thread, NOINIT_LOG_PROCESS_THREAD_DELAY_MS));
#endif
}

#if NOINIT_LOG_PROCESS_THREAD
void noinit_log_thread(void)
{
    for (;;) {
        while (noinit_log_process()) {
        }
        noinit_port_log_thread_wait();
    }
}
#endif

void noinit_log_backend_enable(const noinit_log_backend_t *backend, void *context, uint32_t level)
{
    noinit_log_begin_backends();
    backend->state->context = context;
    switch_on(backend, level);
}

void noinit_log_backend_disable(const noinit_log_backend_t *backend)
{
    noinit_log_begin_backends();
    backend->state->is_active = false;
    noinit_log_filter_all(backend, 0);
}
