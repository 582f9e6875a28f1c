/* The last resort: no scheduler, no interrupts, everything at once. */
#include <stddef.h>

#include "log/backend.h"
#include "log/process.h"
#include "noinit/log_control.h"

static volatile bool is_panic;

bool noinit_log_is_panic(void)
{
    return is_panic;
}

static void tell_backends(void)
{
    for (uint32_t i = 0; i < noinit_log_backend_count(); i++) {
        const noinit_log_backend_t *backend = noinit_log_backend_get(i);
        if (noinit_log_backend_is_active(backend) && backend->api->panic != NULL) {
            backend->api->panic(backend);
        }
    }
}

void noinit_log_panic(void)
{
    noinit_log_begin_backends();
    if (!is_panic) {
        is_panic = true;
        noinit_log_is_synchronous = true;
        tell_backends();
    }
    noinit_log_take_over();
    while (noinit_log_process()) {
    }
}
