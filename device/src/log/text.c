#include "log/log_entry.h"
#include "noinit/log.h"

#if !NOINIT_LOG_FRONTEND && !NOINIT_LOG_MODE_MINIMAL

void noinit_log_text(const char *text, uint32_t size)
{
    noinit_log_bytes(NOINIT_RING_KIND_TEXT, text, size < NOINIT_LOG_PRINT_MAX ? size : NOINIT_LOG_PRINT_MAX);
}

#endif

void noinit_log_foreign(uint32_t kind, const void *bytes, uint32_t size)
{
    if (kind == NOINIT_LOG_FOREIGN_DEFMT || kind == NOINIT_LOG_FOREIGN_ZEPHYR) {
        noinit_log_bytes(kind, bytes, size);
    }
}
