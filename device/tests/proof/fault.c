/*
 * One log call, ended behind each of its instructions by an NMI (the watchdog's) that logs and never returns: no lock keeps it out. Then
 * the start after the reset. Two boots a try: the first fills the ring and calls, the second recovers.
 */
#include "board.h"
#include "calls.h"
#include "noinit/noinit.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define WATCHDOG_LOAD REGISTER(0x40008000u)
#define WATCHDOG_CONTROL REGISTER(0x40008008u)
#define WATCHDOG_LOCK REGISTER(0x40008c00u)
#define VTOR REGISTER(0xe000ed08u)
#define AIRCR REGISTER(0xe000ed0cu)

/* What outlives the resets and is not the SDK's. Zero in a new file. */
typedef struct {
    uint32_t ticks;
    uint32_t is_second;
    uint32_t late;
} progress_t;
static volatile progress_t *const progress = (volatile progress_t *)0x21000000u;

extern uint32_t __noinit_start[], __noinit_end[], __noinit_log_start[], __noinit_log_end[];

static uint32_t vectors[16] __attribute__((aligned(128)));
static volatile uint32_t is_done;

_Noreturn static void reset(void)
{
    __asm__ volatile("dsb" : : : "memory");
    AIRCR = 0x05fa0004u;
    for (;;) {
    }
}

_Noreturn void nmi_c(const uint32_t *frame);
_Noreturn void nmi_c(const uint32_t *frame)
{
    calls_interrupt(0);
    calls_keep(frame[6]);
    progress->late += is_done;
    progress->is_second = 1;
    reset();
}

void nmi_entry(void);
__attribute__((naked)) void nmi_entry(void)
{
    __asm__ volatile("mrs r0, msp\n\tb nmi_c");
}

static void clear(uint32_t *from, const uint32_t *end)
{
    while (from < end) {
        *from++ = 0;
    }
}

static void take_vectors(void)
{
    for (uint32_t i = 0; i < 16; i++) {
        vectors[i] = ((const uint32_t *)VTOR)[i];
    }
    vectors[2] = (uint32_t)(uintptr_t)nmi_entry;
    VTOR = (uint32_t)(uintptr_t)vectors;
}

int main(void);

int main(void)
{
    if (progress->is_second != 0) {
        progress->is_second = 0;
        progress->ticks++;
        if (noinit_init() < 0) {
            qemu_exit(5);
        }
        calls_keep(1);
        if (progress->late >= 3) {
            qemu_exit(0);
        }
        reset();
    }
    clear(__noinit_start, __noinit_end);
    clear(__noinit_log_start, __noinit_log_end);
    if (noinit_init() < 0) {
        qemu_exit(6);
    }
    calls_fill(qemu_argument("fill", 0));
    if (calls_kept() == 0) {
        calls_keep(0);
    }
    take_vectors();
    const uint32_t number = qemu_argument("case", 0);
    WATCHDOG_LOCK = 0x1acce551u;
    WATCHDOG_LOAD = 1u + progress->ticks;
    WATCHDOG_CONTROL = 1;
    calls_make(number);
    is_done = 1;
    for (;;) {
    }
}
