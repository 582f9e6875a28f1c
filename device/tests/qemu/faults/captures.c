/* What happens while a crash is captured, and after it. */
#include "faults.h"

/* A list of threads that faults: broken lists are what crashes leave. */
static bool faulting_list(uint32_t index, noinit_thread_t *thread)
{
    (void)index;
    (void)thread;
    __asm__ volatile("udf #2");
    return false;
}

/* The first fault is a UsageFault, so the second becomes a HardFault; where the first is a HardFault too, the processor locks up. */
NOINLINE void fault_while_capturing(void)
{
    noinit_crash_threads(faulting_list);
    fault_undefined();
}

void own_handler(void);
__attribute__((used)) void own_handler_in_c(const uint32_t *frame);

/* A project's own: what it was handed is the exception's frame, as the processor left it. */
__attribute__((used)) void own_handler_in_c(const uint32_t *frame)
{
    char digits[9];
    for (uint32_t i = 0; i < 8u; i++) {
        digits[i] = "0123456789abcdef"[frame[6] >> (28u - 4u * i) & 15u];
    }
    digits[8] = '\0';
    qemu_print("own handler, pc:");
    qemu_print(digits);
    noinit_port_reset();
}

__asm__(
    "    .syntax unified\n"
    "    .section .text.own_handler,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global own_handler\n"
    "    .type own_handler, %function\n"
    "    .thumb_func\n"
    "own_handler:\n"
    "    movs r1, #4\n"
    "    mov r2, lr\n"
    "    tst r2, r1\n"
    "    beq 1f\n"
    "    mrs r0, psp\n"
    "    b 2f\n"
    "1:  mrs r0, msp\n"
    "2:  bl own_handler_in_c\n"
    "    .previous\n");

NOINLINE void fault_with_own_handler(void)
{
    noinit_crash_chain(own_handler);
    fault_undefined();
}
