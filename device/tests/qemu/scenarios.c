/* One firmware, many ends: `scenario=` on the command line says how the first boot ends; the second sends what was recorded. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(scenario);

int main(void);

static uint32_t watched[4] = {0x11111111u, 0x22222222u, 0x33333333u, 0x44444444u};
static const noinit_crash_region_t REGIONS[] = {{watched, sizeof watched}};

__attribute__((noinline)) static void undefined(void)
{
    __asm__ volatile("udf #1");
}

__attribute__((noinline)) static void end(uint32_t scenario)
{
    switch (scenario) {
    case 1:
        undefined();
        break;
    case 2:
        noinit_alive();
        noinit_reboot(NOINIT_REASON_FIRMWARE_UPDATE);
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
