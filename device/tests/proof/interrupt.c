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
#define ICSR REGISTER(0xe000ed04u)

static volatile uint32_t interrupted_pc;
static volatile uint32_t handler_is_long;

void systick_c(const uint32_t *frame);
void systick_c(const uint32_t *frame)
{
    SYST_CSR = 0;
    ICSR = 1u << 25; /* a short period may have come round again: PENDSTCLR */
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
    calls_remember();
    calls_keep(0);
    const uint32_t step = qemu_argument("step", 1);
    for (uint32_t ticks = 1, late = 0; late < 3; ticks += ticks < 600u ? 1u : step) { /* most of what is later is a CRC */
        calls_put_back();
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
