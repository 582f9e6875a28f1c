/* Ends that the firmware itself makes, by a call. */
#include "faults.h"

NOINIT_LOG_REGISTER(calls);
NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move.");

NOINLINE void assert_fails(void)
{
    volatile int32_t level = -7;
    NOINIT_ASSERT(level == 1, "level is %d, not %u", (int)level, 1u);
}

NOINLINE void assert_with_reason(void)
{
    NOINIT_ASSERT_REASON(zero == 1, NOINIT_REASON_ValveStuck, "valve %u", 3u);
}

NOINLINE void memory_runs_out(void)
{
    volatile uint32_t wanted = 12345u;
    noinit_out_of_memory(wanted);
}

NOINLINE void panics(void)
{
    noinit_panic("the valve does not move", 23);
}

NOINLINE void aborts(void)
{
    noinit_abort();
}

/* The secure side tells of a fault that only it saw. */
NOINLINE void secure_side_faults(void)
{
    noinit_secure_fault(NOINIT_REASON_SECURITY, 0x10001234u);
    sink = 1;
}

/* Goes on behind it; a second one comes too early. Restarts in the end, as asked. */
NOINLINE void takes_snapshot(void)
{
    volatile uint32_t before = 0x600dbeefu;
    register uint32_t kept __asm__("r7") = 0x5eed0007u;
    __asm__ volatile("" : "+r"(kept));
    const bool is_taken = noinit_snapshot(NOINIT_REASON_ValveStuck);
    __asm__ volatile("" : "+r"(kept));
    const bool is_again = noinit_snapshot(NOINIT_REASON_ValveStuck);
    uint32_t primask;
    __asm__ volatile("mrs %0, primask" : "=r"(primask));
    if (is_taken && !is_again && before == 0x600dbeefu && kept == 0x5eed0007u && primask == 0) {
        qemu_print("went on");
    }
    noinit_reboot(NOINIT_REASON_SHUTDOWN);
}

/* Stands still until the watchdog bites. */
NOINLINE void hangs(void)
{
#if HAS_FAULT_STATUS
    /* Of the mps2 and mps3 machines. */
#if HAS_STACK_LIMITS
#define WATCHDOG 0x50081000u
#else
#define WATCHDOG 0x40008000u
#endif
    /* An NMI at the first expiry, a reset at the second: 0.2 s, which is time enough for the capture. */
    REGISTER(WATCHDOG + 0xc00u) = 0x1acce551u;
    REGISTER(WATCHDOG) = 5000000u;
    REGISTER(WATCHDOG + 8u) = 3u;
    qemu_set_reset_cause(NOINIT_REASON_PIN_RESET, 0x20u);
    for (volatile uint32_t turns = 5;;) {
        sink = turns;
    }
#endif
}
