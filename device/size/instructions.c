/* One log call of each kind between two calls of `mark`; instructions.mjs counts what is run in between. */
#include <noinit/noinit.h>

#include "board.h"
#include "log/log_ring.h"

int main(void);
void mark(void);

NOINIT_LOG_REGISTER(count, NOINIT_LEVEL_INF);

static volatile int first = 23;
static volatile int second = 1013;
static volatile int many;
static volatile uint32_t bytes_before, bytes_behind;
static const uint8_t data[64] = {1, 2, 3};

__attribute__((noinline)) void mark(void)
{
    __asm__ volatile("" : : : "memory");
}

/* As in a program with hundreds of sites: the ids in between have two bytes. */
#define PAD NOINIT_INF("a text that stands for many others of about this length, so that their descriptors fill the first two kilobytes");
#define PAD_4 PAD PAD PAD PAD
static void pad_before(void)
{
    PAD_4 PAD_4 PAD_4 PAD_4
}

static void log_two(void)
{
    NOINIT_INF("%d %d", first, second);
}

static void pad_behind(void)
{
    PAD_4 PAD_4 PAD_4 PAD_4
}

/* Not inlined: nothing of it may be prepared between the marks. */
__attribute__((noinline)) static void report_bytes(void)
{
    const uint32_t bytes = bytes_behind - bytes_before;
    const char text[] = {'b', 'y', 't', 'e', 's', ' ', (char)('0' + bytes / 10u % 10u), (char)('0' + bytes % 10u), '\n', '\0'};
    qemu_print(text);
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    if (many != 0) {
        pad_before();
        pad_behind();
    }
    NOINIT_INF("the segment's block is open: %d", first);
    mark();
    mark(); /* what a mark costs itself */
    bytes_before = noinit_log_states[0].next;
    mark();
    log_two();
    mark();
    bytes_behind = noinit_log_states[0].next;
    mark();
    NOINIT_INF("%d %d", first, second);
    mark();
    NOINIT_INF("nothing");
    mark();
    NOINIT_DBG("%d %d", first, second);
    mark();
    NOINIT_INF("%s %d", "text", first);
    mark();
    NOINIT_INF("%d %d %d %d", first, second, first, second);
    mark();
    NOINIT_HEXDUMP_INF(data, sizeof data, "data");
    mark();
    for (int i = 0; i < 1000; i++) {
        NOINIT_INF("%d", i);
    }
    mark();
    /* The ring is full: on the way a block is opened, and the oldest makes room. */
    for (int i = 0; i < 100; i++) {
        log_two();
    }
    mark();
    noinit_module_count.filters = 0;
    mark();
    NOINIT_INF("%d %d", first, second);
    mark();
    report_bytes();
    qemu_exit(0);
}
