/* One firmware, many ends: `scenario=` on the command line says how the first boot ends; the second sends what was recorded. */
#define NOINIT_LOG_MODULE "scenario"
#include <noinit/noinit.h>

#include "board.h"

int main(void);

static volatile uint32_t zero;
static uint32_t watched[4] = {0x11111111u, 0x22222222u, 0x33333333u, 0x44444444u};
static const noinit_crash_region_t REGIONS[] = {{watched, sizeof watched}};

__attribute__((noinline)) static void call_null(void)
{
    void (*volatile nothing)(void) = (void (*)(void))zero;
    nothing();
}

__attribute__((noinline)) static uint32_t divide(uint32_t by)
{
    *(volatile uint32_t *)0xe000ed14u |= 0x10u; /* CCR.DIV_0_TRP */
    return 1000u / by;
}

static void end(uint32_t scenario)
{
    switch (scenario) {
    case 1:
        __asm__ volatile("udf #1");
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
        noinit_reboot(NOINIT_REASON_FIRMWARE_UPDATE);
        break;
    default:
        noinit_port_reset();
    }
}

int main(void)
{
    const noinit_result_t result = noinit_init();
    if (result != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    noinit_crash_regions(REGIONS, 1);
    NOINIT_INF("started, %u unexpected", (unsigned)noinit_reboot_unexpected_count());
    NOINIT_WRN("%s weighs %f, %d of %u, %llx", "iron", 7.875, -5, 9u, 0x1122334455667788ull);
    if (noinit_reboot_unexpected_count() > 0 || qemu_argument("again", 0) == 1) {
        qemu_send_chunks(qemu_argument("size", 64));
        qemu_exit(0);
    }
    end(qemu_argument("scenario", 0));
    return 0;
}
