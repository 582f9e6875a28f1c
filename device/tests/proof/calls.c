#include "calls.h"

#include <stdbool.h>

#include "noinit/log.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(calls);

extern uint32_t __data_start[], __bss_end[], __noinit_start[], __noinit_end[], __noinit_log_start[], __noinit_log_end[];

/* Words of another memory, which is not put back. */
static uint32_t *const copies = (uint32_t *)0x21000000u;

/* Records in memory that only the host reads: PSRAM, behind the first megabyte. A count, then the records. */
#define RECORDS 0x21100000u
#define RECORD_COUNT (*(volatile uint32_t *)RECORDS)

void calls_fill(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        NOINIT_INF("fill %u", i);
    }
}

void calls_make(uint32_t number)
{
    static const uint8_t DATA[130] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    switch (number) {
    case CASE_SHORT:
        NOINIT_WRN("a %u and b %d", 1013u, -23);
        break;
    case CASE_LONG:
        NOINIT_WRN("%s has %u of %u, %u left", "a string that takes its time", 4000000000u, 5u, 6u);
        break;
    case CASE_HEXDUMP:
        NOINIT_HEXDUMP_WRN(DATA, sizeof DATA, "dump of %u", (unsigned)sizeof DATA);
        break;
    case CASE_WORDS:
        NOINIT_WRN("%u %d %u", 70000u, -2000000000, 4000000000u);
        break;
    default:
        NOINIT_PRINT("raw %d text", 5);
        break;
    }
}

void calls_interrupt(uint32_t is_long)
{
    if (is_long != 0) {
        NOINIT_ERR("interrupt %u %u %u %u", 1u, 2u, 3u, 4u);
    } else {
        NOINIT_ERR("interrupt");
    }
}

void calls_keep(uint32_t word)
{
    const uint32_t words = (uint32_t)(__noinit_log_end - __noinit_log_start);
    volatile uint32_t *record = (volatile uint32_t *)(RECORDS + 16u) + RECORD_COUNT * (words + 1u);
    *record++ = word;
    const uint32_t *from = __noinit_log_start;
    for (uint32_t i = 0; i < words; i++) {
        *record++ = *from++;
    }
    RECORD_COUNT++;
}

static uint32_t *copy(uint32_t *to, uint32_t *from, const uint32_t *end, bool is_back)
{
    for (; from < end; from++, to++) {
        if (is_back) {
            *from = *to;
        } else {
            *to = *from;
        }
    }
    return to;
}

static void copy_all(bool is_back)
{
    uint32_t *at = copy(copies, __data_start, __bss_end, is_back);
    at = copy(at, __noinit_start, __noinit_end, is_back);
    (void)copy(at, __noinit_log_start, __noinit_log_end, is_back);
}

void calls_remember(void)
{
    copy_all(false);
}

void calls_put_back(void)
{
    copy_all(true);
}
