/*
 * A crash of each kind, for the stack that its capture takes and the instructions up to the reset: `kind=` on the command line is a number of
 * noinit/selftest.h. The fault stack is painted before; what the capture asks for a reset looks how far the paint is gone.
 */
#include <noinit/noinit.h>
#include <noinit/selftest.h>

#include "board.h"

int main(void);
void __wrap_noinit_port_reset(void);
__attribute__((used, noreturn)) void report(const uint32_t *touched);

/* As the linker sees it: the capture's stack, which src/arch keeps to itself. */
extern uint64_t noinit_cm_capture[];

#define PAINT 0xa5a5a5a5u

static bool next_thread(uint32_t index, noinit_thread_t *thread)
{
    static const char NAME[] = "a thread";
    thread->id = 0x20000000u + index;
    thread->name = NAME;
    thread->is_running = index == 0;
    thread->stack_low = (uint32_t)noinit_cm_capture;
    thread->stack_size = NOINIT_FAULT_STACK_BYTES;
    for (uint32_t i = 0; i < 17u; i++) {
        thread->registers[i] = 7;
    }
    thread->known = index == 0 ? 0u : 0x1ffffu;
    return index < 3u;
}

/* Instead of the port's, on the stack that is in use: takes none of it. */
__asm__(
    "    .syntax unified\n"
    "    .section .text.__wrap_noinit_port_reset,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global __wrap_noinit_port_reset\n"
    "    .type __wrap_noinit_port_reset, %function\n"
    "    .thumb_func\n"
    "__wrap_noinit_port_reset:\n"
    "    ldr r0, 7f\n"
    "    ldr r1, 8f\n"
    "1:  ldr r2, [r0]\n"
    "    adds r0, #4\n"
    "    cmp r2, r1\n"
    "    beq 1b\n"
    "    subs r0, #4\n"
    "    ldr r1, 9f\n"
    "    mov sp, r1\n"
    "    bl report\n"
    "    .balign 4\n"
    "7:  .word noinit_cm_capture\n"
    "8:  .word 0xa5a5a5a5\n"
    "9:  .word __stack\n"
    "    .size __wrap_noinit_port_reset, . - __wrap_noinit_port_reset\n"
    "    .previous\n");

__attribute__((used, noreturn)) void report(const uint32_t *touched)
{
    uint32_t bytes = (uint32_t)((uintptr_t)(noinit_cm_capture + NOINIT_FAULT_STACK_BYTES / 8u) - (uintptr_t)touched);
    char text[] = "used 00000";
    for (uint32_t i = sizeof text - 2u; text[i] != ' '; i--) {
        text[i] = (char)('0' + bytes % 10u);
        bytes /= 10u;
    }
    qemu_print(text);
    qemu_exit(0);
}

/* With the stack 4 KiB of memory that a crash takes along. */
static uint8_t memory[4096 - NOINIT_CRASH_STACK_BYTES];
static const noinit_crash_region_t REGIONS[] = {{memory, sizeof memory}};

int main(void)
{
    volatile uint8_t deep[NOINIT_CRASH_STACK_BYTES];
    for (uint32_t i = 0; i < sizeof deep; i++) {
        deep[i] = (uint8_t)i;
    }
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    noinit_crash_regions(REGIONS, 1);
    if (qemu_argument("threads", 0) != 0) {
        noinit_crash_threads(next_thread);
    }
    for (uint32_t i = 0; i < NOINIT_FAULT_STACK_BYTES / 8u; i++) {
        noinit_cm_capture[i] = (uint64_t)PAINT << 32 | PAINT;
    }
    (void)noinit_selftest_crash((noinit_crash_kind_t)qemu_argument("kind", NOINIT_CRASH_KIND_UNDEFINED));
    noinit_port_reset();
}
