/*
 * Plays a script that was compiled in (PROOF_SCRIPT: a file of words) on mps2-an385, over real resets of the chip. The first word of the kept
 * memory tells the trace how many operations are done.
 */
#include <stdbool.h>

#include "machine.h"

static const uint32_t script[][PROOF_OP_WORDS] = {
#include PROOF_SCRIPT
};
#define SCRIPT_OPS (sizeof script / sizeof *script)

__attribute__((section(".kept.done"))) static volatile uint32_t done;

static bool has_started;

extern uint32_t __stack[], __data_start[], __data_end[], __data_load[], __bss_start[], __bss_end[];

static _Noreturn void leave(uint32_t code)
{
    const uint32_t words[2] = {0x20026u, code};
    register uint32_t operation __asm__("r0") = 0x20u;
    register const uint32_t *block __asm__("r1") = words;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(block) : "memory");
    for (;;) {
    }
}

static _Noreturn void reset(void)
{
    *(volatile uint32_t *)0xe000ed0cu = 0x05fa0004u;
    for (;;) {
    }
}

static _Noreturn void play(void)
{
    for (;;) {
        const uint32_t at = done;
        if (at == SCRIPT_OPS) {
            leave(0);
        }
        const uint32_t *words = script[at];
        if (words[0] == PROOF_START) {
            if (has_started) {
                reset();
            }
            has_started = true;
            proof_register = words[2];
        }
        (void)proof_step(words);
        done = at + 1u;
    }
}

_Noreturn void proof_reset(void)
{
    done = done + 1u;
    reset();
}

_Noreturn void proof_resume(int32_t result)
{
    (void)result;
    done = done + 1u;
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(__stack), "r"(&play) : "memory");
    for (;;) {
    }
}

static _Noreturn void reset_entry(void)
{
    for (uint32_t *to = __data_start, *from = __data_load; to < __data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = __bss_start; to < __bss_end;) {
        *to++ = 0;
    }
    play();
}

static _Noreturn void fault_entry(void)
{
    leave(3);
}

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*entries[15])(void);
} vectors = {__stack, {reset_entry, fault_entry, fault_entry, fault_entry, fault_entry, fault_entry}};
