#include "log/log_entry.h"
#include "noinit/config.h"

#if !NOINIT_LOG_FRONTEND && !NOINIT_LOG_MODE_MINIMAL

#define DATA_MAX 4095u

void noinit_log_hexdump(uintptr_t site, const noinit_source_t *source, const void *data, uint32_t size, uint32_t types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    noinit_log_send(NOINIT_RING_KIND_HEXDUMP, site, source, data, size < DATA_MAX ? size : DATA_MAX, types, &arguments);
    va_end(arguments);
}

#endif
