/*
 * One log call, ended behind each of its instructions by an NMI (the watchdog's) that logs and never returns to it: no lock keeps it out.
 * What it leaves is kept for the host, which recovers it. Memory is then put back and the next try begins, in the same boot.
 */
#include "board.h"
#include "calls.h"
#include "noinit/noinit.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define WATCHDOG_LOAD REGISTER(0x40008000u)
#define WATCHDOG_CONTROL REGISTER(0x40008008u)
#define WATCHDOG_CLEAR REGISTER(0x4000800cu)
#define WATCHDOG_LOCK REGISTER(0x40008c00u)
#define VTOR REGISTER(0xe000ed08u)

/* In memory that is not put back; zero in a new file. */
typedef struct {
    uint32_t ticks;
    uint32_t late;
    uint32_t number;
    uint32_t is_done;
    uint32_t step;
} progress_t;
static volatile progress_t *const progress = (volatile progress_t *)0x21080000u;

static uint32_t vectors[16] __attribute__((aligned(128)));

void next_try(void);
void again(void);
__attribute__((naked)) void again(void)
{
    __asm__ volatile("ldr r0, =__stack\n\tmov sp, r0\n\tcpsie i\n\tbl next_try");
}

void nmi_c(uint32_t *frame);
void nmi_c(uint32_t *frame)
{
    WATCHDOG_LOAD = UINT32_MAX;
    WATCHDOG_CONTROL = 0;
    WATCHDOG_CLEAR = 1;
    const uint32_t is_done = progress->is_done;
    calls_interrupt(0);
    calls_keep(frame[6]);
    progress->late += is_done;
    frame[6] = (uint32_t)(uintptr_t)again & ~1u;
    frame[7] = 0x01000000u;
}

void nmi_entry(void);
__attribute__((naked)) void nmi_entry(void)
{
    __asm__ volatile("mrs r0, msp\n\tb nmi_c");
}

static void take_vectors(void)
{
    for (uint32_t i = 0; i < 16; i++) {
        vectors[i] = ((const uint32_t *)VTOR)[i];
    }
    vectors[2] = (uint32_t)(uintptr_t)nmi_entry;
    VTOR = (uint32_t)(uintptr_t)vectors;
}

void next_try(void)
{
    calls_put_back();
    if (progress->late >= 3) {
        qemu_exit(0);
    }
    const uint32_t number = progress->number;
    progress->is_done = 0;
    /* No period so short that it comes round twice; the way to the call takes about as long. */
    WATCHDOG_LOAD = 24u + progress->ticks;
    progress->ticks += progress->ticks < 600u ? 1u : progress->step; /* most of what is later is a CRC */
    WATCHDOG_CLEAR = 1;
    WATCHDOG_CONTROL = 1;
    __asm__ volatile("nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop");
    calls_make(number);
    progress->is_done = 1;
    for (;;) {
    }
}

int main(void);

int main(void)
{
    if (noinit_init() < 0) {
        qemu_exit(5);
    }
    calls_fill(qemu_argument("fill", 0));
    calls_keep(0);
    progress->number = qemu_argument("case", 0);
    progress->step = qemu_argument("step", 1);
    take_vectors();
    WATCHDOG_LOCK = 0x1acce551u;
    calls_remember();
    next_try();
}
