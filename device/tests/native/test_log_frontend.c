/* A project's own front end, -DNOINIT_LOG_FRONTEND=1: it defines what the macros call. */
#include <stdarg.h>
#include <stddef.h>

#include "check.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(own);

static struct {
    uintptr_t site;
    const noinit_source_t *source;
    uint32_t types;
    uint32_t words[3];
    const void *data;
    uint32_t size;
    int calls;
} last;

void noinit_log_short(uintptr_t site, const noinit_source_t *source, ...)
{
    va_list words;
    va_start(words, source);
    for (uint32_t i = 0; i < (site & 3u); i++) {
        last.words[i] = va_arg(words, uint32_t);
    }
    va_end(words);
    last.site = site;
    last.source = source;
    last.calls++;
}

void noinit_log_long(uintptr_t site, const noinit_source_t *source, uint32_t types, ...)
{
    last.site = site;
    last.source = source;
    last.types = types;
    last.calls++;
}

void noinit_log_hexdump(uintptr_t site, const noinit_source_t *source, const void *data, uint32_t size, uint32_t types, ...)
{
    noinit_log_long(site, source, types);
    last.data = data;
    last.size = size;
}

void noinit_log_text(const char *text, uint32_t size)
{
    last.data = text;
    last.size = size;
}

static void every_call_reaches_it(void)
{
    NOINIT_WRN("%d %u", -3, 4u);
    CHECK(last.calls == 1 && (last.site & 15u) == (1u << 2 | 2u));
    CHECK(last.source == &noinit_module_own && last.words[0] == (uint32_t)-3 && last.words[1] == 4u);
    NOINIT_INF("%s %lld", "text", 5LL);
    CHECK(last.calls == 2 && (last.site & 15u) == 2u << 2);
    CHECK(last.types == (NOINIT_LOG_TYPE_STRING | NOINIT_LOG_TYPE_I64 << 4));
    NOINIT_HEXDUMP_ERR("abc", 3u, "none");
    CHECK(last.calls == 3 && last.size == 3 && last.types == 0);
    noinit_log_text("raw", 2);
    CHECK(last.size == 2);
    NOINIT_DBG("%d", 1);
    CHECK(last.calls == 3);
}

int main(void)
{
    RUN(every_call_reaches_it);
    return 0;
}
