#include <stddef.h>

#include "log/log_entry.h"
#include "noinit/config.h"

#if !NOINIT_LOG_FRONTEND && !NOINIT_LOG_MODE_MINIMAL

void noinit_log_long(uintptr_t site, const noinit_source_t *source, uint32_t types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    noinit_log_send(NOINIT_RING_KIND_LOG, site, source, NULL, 0, types, &arguments);
    va_end(arguments);
}

#endif
