/* Plays a script that was compiled in (PROOF_SCRIPT: a file of words) on the target. The words before the region tell the trace where it is. */
#include "board.h"
#include "machine.h"

#define PROGRESS 0x21000000u /* number of the next entry, result, operations done: the last one stored */
#define REGION 0x21000010u

static const uint32_t script[] = {
#include PROOF_SCRIPT
};

/* The board's startup and port want these; no SDK is linked here. */
void noinit_fault_entry(void);
void noinit_watchdog_entry(void);
void noinit_fault_entry(void)
{
    qemu_exit(3);
}

void noinit_watchdog_entry(void)
{
    qemu_exit(4);
}

int main(void);

int main(void)
{
    volatile uint32_t *const progress = (volatile uint32_t *)PROGRESS;
    proof_place(REGION, PROOF_SIZE);
    progress[2] = 0;
    for (uint32_t i = 0; i < sizeof script / sizeof script[0]; i += PROOF_OP_WORDS) {
        const int32_t result = proof_step(&script[i]);
        progress[0] = proof_number();
        progress[1] = (uint32_t)result;
        progress[2] = i / PROOF_OP_WORDS + 1u;
    }
    qemu_exit(0);
}
