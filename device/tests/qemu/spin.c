/* Never ends: a target that a debugger finds running. Counts its turns, and holds a key that nobody may see. */
#include <noinit/noinit.h>

#include "board.h"

int main(void);
void turn(uint32_t times);

NOINIT_SECRET static uint8_t key[64];
static uint8_t before[16] = {1};
volatile uint32_t turns;

__attribute__((noinline)) void turn(uint32_t times)
{
    volatile uint32_t left = times;
    while (left > 0u) {
        left = left - 1u;
    }
    turns = turns + 1u;
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    for (uint32_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(i * 37u + 11u);
    }
    for (;;) {
        turn(1000u + before[0] + key[0] % 2u);
    }
}
