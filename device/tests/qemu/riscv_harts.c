/* Two harts that end at once, each with its own number in every register that it is free to choose. `scenario=` says how. */
#include <noinit/noinit.h>

#include "board.h"

int main(void);

#define NOINLINE __attribute__((noinline))

NOINIT_RETAINED static uint32_t starts;

static volatile uint32_t arrived[2];
static volatile uint32_t delay[2];
static volatile uint32_t is_done;

/* Both leave it within some instructions of one another. */
static void meet(uint32_t hart)
{
    arrived[hart] = 1;
    while (arrived[1u - hart] == 0) {
    }
    for (volatile uint32_t i = 0; i < delay[hart]; i++) {
    }
}

#define FILL_AND_TRAP(number) \
    __asm__ volatile(".irp n,8,9,18,19,20,21,22,23,24,25,26,27\n\t" \
                     "li x\\n, " #number " * 256 + \\n\n\t" \
                     ".endr\n\t" \
                     ".word 0xffffffff")

NOINLINE static void trap_as_first(void)
{
    meet(0);
    FILL_AND_TRAP(0x5eed0);
}

NOINLINE static void trap_as_second(void)
{
    meet(1);
    FILL_AND_TRAP(0x5eed1);
}

/* One takes snapshots, which give the place back; the other's trap comes into one of them, and waits for its turn. */
NOINLINE static void take_snapshots(void)
{
    meet(0);
    while (is_done == 0) {
        (void)noinit_snapshot(NOINIT_REASON_SHUTDOWN);
    }
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    if (starts != 1) {
        qemu_send_chunks(1000);
        qemu_exit(0);
    }
    delay[0] = qemu_argument("first", 0);
    delay[1] = qemu_argument("second", 0);
    qemu_start_hart(trap_as_second);
    if (qemu_argument("scenario", 0) == 0) {
        trap_as_first();
    } else {
        take_snapshots();
    }
    qemu_exit(2);
}
