/*
 * Each kind of crash that the self-test knows (`kind=`), or with `kind=0` whether RAM is kept; `lose=1`: the second boot finds some bytes of it
 * damaged, `lose=2`: all of it lost, but the chip knows of a reset. `full=1`: every slot holds a record; `early=1`: the test comes before the
 * start. `separate=1`: faults with exceptions of their own.
 */
#include <noinit/noinit.h>
#include <noinit/selftest.h>

#include "board.h"
#include "crash/crash_slot.h"

int main(void);

#if defined(__arm__)
#define REGISTER(address) (*(volatile uint32_t *)(address))
#endif

NOINIT_RETAINED static uint32_t starts;

static void send(void)
{
    qemu_send_chunks(1000);
    qemu_exit(0);
}

extern uint8_t __noinit_start[], __noinit_end[];

static void damage_some(void)
{
    uint8_t *const spare = noinit_crash_slot_spare();
    for (uint32_t i = 100; i < 164u; i++) {
        spare[i] ^= 0x55u;
    }
}

static void lose_all(void)
{
    for (volatile uint8_t *byte = __noinit_start; byte < __noinit_end; byte++) {
        if (byte < (volatile uint8_t *)&starts || byte >= (volatile uint8_t *)(&starts + 1)) {
            *byte = 0x55;
        }
    }
    qemu_set_reset_cause(NOINIT_REASON_SOFTWARE_RESET, 4);
}

/* A crash that was not sent yet in every slot, as far as the slots' owner looks at it. */
static void fill_slots(void)
{
    uint32_t sequence;
    for (uint32_t i = 0; i < NOINIT_CRASH_SLOTS; i++) {
        uint8_t *const bytes = noinit_crash_slot_take(true, &sequence);
        for (uint32_t k = 0; k < 40u; k++) {
            bytes[k] = (uint8_t)(i + k);
        }
        noinit_crash_slot_publish(40, true);
    }
}

static void check_slots(void)
{
    const uint8_t *bytes;
    for (uint32_t i = 0; i < NOINIT_CRASH_SLOTS; i++) {
        bool is_same = noinit_crash_slot_pending(&bytes) == 40;
        for (uint32_t k = 0; k < 40u && is_same; k++) {
            is_same = bytes[k] == (uint8_t)(i + k);
        }
        qemu_print(is_same ? "record untouched" : "record changed");
        noinit_crash_slot_release();
    }
}

int main(void)
{
    starts++;
    const uint32_t lose = starts == 2 ? qemu_argument("lose", 0) : 0u;
    if (lose == 1) {
        damage_some();
    } else if (lose == 2) {
        lose_all();
    }
    if (qemu_argument("early", 0) != 0) {
        qemu_print(noinit_selftest_retained() == NOINIT_ERR_NOT_STARTED ? "not started" : "other");
        qemu_exit(0);
    }
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    if (qemu_argument("full", 0) != 0) {
        fill_slots();
        qemu_print(noinit_selftest_retained() == NOINIT_ERR_NOT_READY ? "not ready" : "other");
        check_slots();
        qemu_exit(starts == 1 ? 0 : 3);
    }
    const uint32_t kind = qemu_argument("kind", 0);
    if (kind == 0) {
        const noinit_result_t result = noinit_selftest_retained();
        qemu_print(result == NOINIT_OK ? "kept" : result == NOINIT_ERR_NOT_KEPT ? "not kept" : "not ready");
        send();
    }
    if (starts != 1) {
        send();
    }
#if defined(__arm__) && __ARM_ARCH >= 7
    if (qemu_argument("separate", 0) != 0) {
        REGISTER(0xe000ed24u) |= 7u << 16; /* SHCSR */
    }
#endif
    const noinit_result_t result = noinit_selftest_crash((noinit_crash_kind_t)kind);
    qemu_print(result == NOINIT_OK ? "came back" : result == NOINIT_ERR_NOT_READY ? "not ready" : "other");
    noinit_reboot(NOINIT_REASON_USER_RESET);
}
