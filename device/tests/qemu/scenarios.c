/* One firmware, many ends: `scenario=` on the command line says how the first boot ends; the second sends what was recorded. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(scenario);

int main(void);

static volatile uint32_t zero;
static uint32_t watched[4] = {0x11111111u, 0x22222222u, 0x33333333u, 0x44444444u};
static const noinit_crash_region_t REGIONS[] = {{watched, sizeof watched}};

__attribute__((noinline)) static void call_null(void)
{
    void (*volatile nothing)(void) = (void (*)(void))zero;
    nothing();
    watched[1] = 0; /* or the call would be a jump, and lr somebody else's */
}

__attribute__((noinline)) static uint32_t divide(uint32_t by)
{
    *(volatile uint32_t *)0xe000ed14u |= 0x10u; /* CCR.DIV_0_TRP */
    return 1000u / by;
}

/* Calls `code` on a stack of its own, as a thread of an RTOS runs. */
__attribute__((noinline)) static void run_as_thread(void (*code)(void))
{
    static uint64_t stack[64];
    __asm__ volatile(
        "msr psp, %0\n\t"
        "movs r3, #2\n\t"
        "msr control, r3\n\t"
        "isb\n\t"
        "blx %1"
        :
        : "r"(stack + 64), "r"(code)
        : "r0", "r1", "r2", "r3", "r12", "lr", "memory");
}

__attribute__((noinline)) static void undefined(void)
{
    __asm__ volatile("udf #1");
}

/* Needs no more stack than it has, and breaks the word below it. */
__attribute__((noinline)) static void overflow(void)
{
    extern uint32_t __noinit_stack_limit[];
    *(volatile uint32_t *)__noinit_stack_limit = 7;
    noinit_stack_check();
}

__attribute__((noinline)) static void hang(void)
{
    /* CMSDK watchdog: an NMI at the first expiry, a reset at the second. */
    *(volatile uint32_t *)0x40008c00u = 0x1acce551u;
    *(volatile uint32_t *)0x40008000u = 5000000u; /* 0.2 s: the second expiry must not come before the capture is done */
    *(volatile uint32_t *)0x40008008u = 3u;
    qemu_set_reset_cause(NOINIT_REASON_PIN_RESET, 0x20u);
    for (;;) {
    }
}

#ifdef __ARM_FP
/* The hardware leaves room for s0 to s15 in the frame and fills it when the handler uses the first of them. */
__attribute__((noinline)) static void fault_with_floats(void)
{
    __asm__ volatile("vmov.f32 s0, #1.0\n\tvmov.f32 s16, #2.0\n\tudf #9" : : : "s0", "s16");
}
#endif

/* A region that cannot be read, and fault handlers of their own: the fault while capturing escalates to HardFault. */
__attribute__((noinline)) static void fault_while_capturing(void)
{
    static const noinit_crash_region_t UNREADABLE[] = {{watched, sizeof watched}, {(const void *)0xa0000000u, 16}};
    noinit_crash_regions(UNREADABLE, 2);
    *(volatile uint32_t *)0xe000ed24u |= 7u << 16; /* SHCSR */
    undefined();
}

__attribute__((noinline)) static void end(uint32_t scenario)
{
    switch (scenario) {
    case 1:
        undefined();
        break;
    case 2:
        call_null();
        break;
    case 3:
        watched[0] = *(volatile uint32_t *)0xa0000000u;
        break;
    case 4:
        watched[0] = divide(zero);
        break;
    case 5:
        NOINIT_ASSERT(zero == 1, "zero is %d, not %u", (int)zero - 7, 1u);
        break;
    case 6:
        noinit_alive();
        noinit_reboot(NOINIT_REASON_FIRMWARE_UPDATE);
    case 7:
        hang();
        break;
    case 8:
        overflow();
        break;
    case 9:
        fault_while_capturing();
        break;
    case 10:
        run_as_thread(undefined);
        break;
#ifdef __ARM_FP
    case 11:
        fault_with_floats();
        break;
#endif
    default:
        noinit_port_reset();
    }
}

NOINIT_RETAINED static uint32_t starts;

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    noinit_crash_regions(REGIONS, 1);
    starts++;
    NOINIT_INF("start %u", (unsigned)starts);
    NOINIT_WRN("%s weighs %f, %d of %u, %llx", "iron", 7.875, -5, 9u, 0x1122334455667788ull);
    NOINIT_DBG("removed: %d", (int)starts);
    if (starts == 2) {
        qemu_send_chunks(qemu_argument("size", 64));
        qemu_exit(0);
    }
    end(qemu_argument("scenario", 0));
    return 0;
}
