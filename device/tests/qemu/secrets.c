/*
 * A key that must not leave: its value is computed, so that it stands nowhere but in the objects and, masked, in the code. It lies inside a
 * region that is captured, beside two words that are not secret, and is changed as it goes along.
 */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(secrets);

int main(void);

/* All of .bss that is ours, as a project captures it whole. */
extern uint32_t __bss_start[], __bss_end[];

#ifdef NOT_SECRET
#undef NOINIT_SECRET
#define NOINIT_SECRET
#endif
NOINIT_SECRET static uint8_t key[24];
NOINIT_SECRET static volatile uint32_t nonce[2];
/* Not secret, and not initialised: it stands in .bss, too. */
volatile uint32_t counter[4];

NOINIT_RETAINED static uint32_t starts;

__attribute__((noinline)) static void make_key(uint32_t seed)
{
    for (uint32_t i = 0; i < sizeof key; i++) {
        seed = seed * 1103515245u + 12345u;
        key[i] = (uint8_t)(seed >> 24);
    }
    nonce[0] = seed;
    nonce[1] = ~seed;
}

__attribute__((noinline)) static void use_key(void)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < sizeof key; i++) {
        sum += key[i];
    }
    counter[0] = 0x600d0001u;
    counter[1] = sum & 1u;
    counter[3] = 0x600d0003u;
}

/* Nothing of the key may be left where copies are not covered: on the stack, in registers. */
__attribute__((noinline)) static void forget_copies(void)
{
    volatile uint8_t room[256];
    for (uint32_t i = 0; i < sizeof room; i++) {
        room[i] = 0;
    }
}

static bool list_no_thread(uint32_t index, noinit_thread_t *thread)
{
    (void)index;
    (void)thread;
    return false;
}

int main(void)
{
    static noinit_crash_region_t regions[3];
    regions[0].address = __bss_start;
    regions[0].size = (uint32_t)((uintptr_t)__bss_end - (uintptr_t)__bss_start);
    regions[1].address = key + 5; /* within, from an odd place */
    regions[1].size = 8;
    regions[2].address = (const volatile uint8_t *)nonce + sizeof nonce - 2; /* ends behind it */
    regions[2].size = 6;
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    starts++;
    if (starts == 2) {
        qemu_send_chunks(1000);
        qemu_exit(0);
    }
    noinit_crash_regions(regions, 3);
    noinit_crash_threads(list_no_thread);
    make_key(qemu_argument("seed", 1));
    use_key();
    forget_copies();
    NOINIT_ERR("the sum is %s", counter[1] != 0 ? "odd" : "even");
    if (qemu_argument("snapshot", 0) != 0) {
        (void)noinit_snapshot(NOINIT_REASON_SECURITY);
        noinit_reboot(NOINIT_REASON_SHUTDOWN);
    }
#if defined(__riscv)
    __asm__ volatile("unimp");
#else
    __asm__ volatile("udf #1");
#endif
    return 0;
}
