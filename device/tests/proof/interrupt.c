/*
 * One log call, interrupted behind each of its instructions by a SysTick whose handler logs too. Under -icount a tick is at an exact
 * instruction. Before each try, memory is put back as it was, so that only the moment of the interrupt differs.
 */
#include "board.h"
#include "calls.h"
#include "noinit/noinit.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR REGISTER(0xe000e010u)
#define SYST_RVR REGISTER(0xe000e014u)
#define SYST_CVR REGISTER(0xe000e018u)

extern uint32_t __data_start[], __bss_end[], __noinit_start[], __noinit_end[], __noinit_log_start[], __noinit_log_end[];

static volatile uint32_t interrupted_pc;
static volatile uint32_t handler_is_long;

/* Words of another memory that is not put back. */
static uint32_t *const copies = (uint32_t *)0x21000000u;

static uint32_t *copy(uint32_t *to, uint32_t *from, uint32_t *end, uint32_t is_back)
{
    for (; from < end; from++, to++) {
        if (is_back != 0) {
            *from = *to;
        } else {
            *to = *from;
        }
    }
    return to;
}

static void copy_all(uint32_t is_back)
{
    uint32_t *at = copy(copies, __data_start, __bss_end, is_back);
    at = copy(at, __noinit_start, __noinit_end, is_back);
    (void)copy(at, __noinit_log_start, __noinit_log_end, is_back);
}

void systick_c(const uint32_t *frame);
void systick_c(const uint32_t *frame)
{
    SYST_CSR = 0;
    interrupted_pc = frame[6];
    calls_interrupt(handler_is_long);
}

void systick_entry(void);
__attribute__((naked)) void systick_entry(void)
{
    __asm__ volatile("mrs r0, msp\n\tb systick_c");
}

int main(void);

int main(void)
{
    const uint32_t number = qemu_argument("case", 0);
    if (noinit_init() < 0) {
        qemu_exit(5);
    }
    handler_is_long = qemu_argument("handler", 0);
    calls_fill(qemu_argument("fill", 0));
    interrupted_pc = 0;
    copy_all(0);
    calls_keep(0);
    for (uint32_t ticks = 1, late = 0; late < 3; ticks++) {
        copy_all(1);
        SYST_RVR = ticks;
        SYST_CVR = 0;
        SYST_CSR = 7;
        calls_make(number);
        late += interrupted_pc == 0 ? 1u : 0u;
        while (interrupted_pc == 0) {
        }
        calls_keep(interrupted_pc);
    }
    qemu_exit(0);
}
