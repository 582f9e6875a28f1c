/*
 * Faults, assertions and broken canaries on RISC-V (RV32, machine mode): the reason and its place are marked, an assertion is logged with
 * its values, and the chip is reset. Registers and stack are not captured yet: there is no crash record on RISC-V.
 */
#include <stdbool.h>

#include "crash/crash_slot.h"
#include "log/assertion.h"
#include "noinit/config.h"
#include "noinit/crash.h"
#include "noinit/port.h"
#include "noinit/reboot.h"

/* Linker script: the low end of the main stack. */
extern uint32_t __noinit_stack_limit[];

#define CANARY 0x4e4f494eu

/* `used`: only the assembly names them, which link-time optimisation does not read. */
__attribute__((used, aligned(16))) uint8_t noinit_capture_stack[NOINIT_FAULT_STACK_BYTES];
__attribute__((used)) _Noreturn void noinit_capture_trap(uint32_t is_watchdog, uint32_t pc, uint32_t lr);
__attribute__((used)) _Noreturn void noinit_capture_assertion(uint32_t site, uint32_t first, uint32_t second, uint32_t third, uint32_t lr);

/* mtvec wants its entry aligned to 4. The stack in use may be what broke: they go on on one of their own, and never return. */
/* clang-format off */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
__asm__(
    "    .section .text.noinit_entry,\"ax\",@progbits\n"
#define ENTRY(name) \
    "    .balign 4\n" \
    "    .global " name "\n" \
    "    .type " name ", @function\n" \
    name ":\n"
    ENTRY("noinit_fault_entry")
    "    li a0, 0\n"
    "    j 1f\n"
    ENTRY("noinit_watchdog_entry")
    "    li a0, 1\n"
    "1:  csrci mstatus, 8\n"
    "    csrr a1, mepc\n"
    "    mv a2, ra\n"
    "    la sp, noinit_capture_stack + " TEXT(NOINIT_FAULT_STACK_BYTES) "\n"
    "    j noinit_capture_trap\n"
    ENTRY("noinit_assert_failed")
    "    csrci mstatus, 8\n"
    "    mv a4, ra\n"
    "    la sp, noinit_capture_stack + " TEXT(NOINIT_FAULT_STACK_BYTES) "\n"
    "    j noinit_capture_assertion\n"
    "    .previous\n");
/* clang-format on */

_Noreturn void noinit_capture_trap(uint32_t is_watchdog, uint32_t pc, uint32_t lr)
{
    static bool is_running;
    if (is_running) {
        noinit_port_reset(); /* a trap in here */
    }
    is_running = true;
    noinit_reboot_mark_from(is_watchdog != 0 ? NOINIT_REASON_WATCHDOG : NOINIT_REASON_FAULT, pc, lr);
    if (is_watchdog != 0) {
        for (;;) {
        }
    }
    noinit_port_reset();
}

_Noreturn void noinit_capture_assertion(uint32_t site, uint32_t first, uint32_t second, uint32_t third, uint32_t lr)
{
    uint8_t body[NOINIT_LOG_ASSERTION_MAX];
    (void)noinit_log_assertion(body, site, first, second, third);
    noinit_reboot_mark_from(NOINIT_REASON_ASSERT, lr - 2u, 0); /* inside the call, whatever its length */
    noinit_port_reset();
}

void noinit_crash_place_canary(void)
{
    *(volatile uint32_t *)__noinit_stack_limit = CANARY;
}

void noinit_stack_check(void)
{
    if (*(volatile uint32_t *)__noinit_stack_limit != CANARY) {
        noinit_reboot(NOINIT_REASON_STACK_OVERFLOW);
    }
}
