/* One log call of each kind between two calls of `mark`; measure.mjs counts the instructions in between. */
#define NOINIT_LOG_MODULE "count"
#define NOINIT_LOG_LEVEL NOINIT_LEVEL_INF
#include <noinit/noinit.h>

#include "board.h"

int main(void);
void mark(void);

static volatile int first = 23;
static volatile int second = 1013;

__attribute__((noinline)) void mark(void)
{
    __asm__ volatile("" : : : "memory");
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    mark();
    mark(); /* what a mark costs itself */
    NOINIT_INF("%d %d", first, second);
    mark();
    NOINIT_INF("nothing");
    mark();
    NOINIT_DBG("%d %d", first, second);
    mark();
    NOINIT_INF("%s %d", "text", first);
    mark();
    for (int i = 0; i < 1000; i++) {
        NOINIT_INF("%d", i);
    }
    mark();
    NOINIT_INF("%d %d", first, second); /* the ring is full: the oldest make room */
    mark();
    qemu_exit(0);
}
