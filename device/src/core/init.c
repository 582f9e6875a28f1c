#include "core/head.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "log/log_ring.h"
#include "noinit/log_control.h"
#include "noinit/noinit.h"
#include "reboot/boot_place.h"
#include "reboot/boot_records.h"

/* How far a core's start-up work is. */
#define NEVER 0u
#define RUNNING 1u
#define DONE 2u

static struct {
    volatile uint8_t state;
    bool is_told;  /* noinit_init or noinit_init_core has said so */
    int8_t result;
    uint32_t lost; /* log calls that came while it ran */
} starts[NOINIT_CORES];

#if NOINIT_RAM_ECC
/* Linker script: what outlives a reset, in multiples of 8 bytes. */
extern uint64_t __noinit_start[], __noinit_end[], __noinit_log_start[], __noinit_log_end[];

/* Gives every word a right check, in stores that need not read what was there. */
static void write_first(void)
{
    if (noinit_port_ram_is_unwritten()) {
        for (volatile uint64_t *word = __noinit_start; word < __noinit_end; word++) {
            *word = 0;
        }
        for (volatile uint64_t *word = __noinit_log_start; word < __noinit_log_end; word++) {
            *word = 0;
        }
    }
}
#endif

/*
 * The records of the boot that ended and of the one that begins go into their place first, the head is published last. A reset in between
 * makes the next start write them again under the same identity, and nothing was sent yet.
 */
static noinit_result_t open_boot(void)
{
    const noinit_build_id_t *build = noinit_build_id();
    if (build == NULL) {
        return NOINIT_ERR_NO_BUILD_ID;
    }
    if (((uintptr_t)noinit_boot_place(0) & 7u) != 0) {
        return NOINIT_ERR_MISALIGNED;
    }
#if NOINIT_RAM_ECC
    write_first();
#endif
    const bool is_whole = noinit_head_recover();
    noinit_boot_records_write(build, is_whole);
#if NOINIT_LINEAGE_STORE
    noinit_lineage_keep();
#endif
    noinit_head_publish();

    noinit_crash_begin();
    noinit_is_open = true;
    return NOINIT_OK;
}

bool noinit_start(void)
{
    const uint32_t core = NOINIT_ARCH_CORE();
    const uint32_t lock = noinit_arch_lock();
    const uint32_t state = starts[core].state;
    if (state == NEVER && (core == 0 || noinit_is_open)) {
        starts[core].state = RUNNING;
    } else if (state != DONE) {
        starts[core].lost++;
    }
    noinit_arch_unlock(lock);
    if (state == NEVER && starts[core].state == RUNNING) {
        noinit_result_t result = core == 0 ? open_boot() : NOINIT_OK;
        if (result == NOINIT_OK) {
            result = noinit_log_begin(core);
        }
        starts[core].result = (int8_t)result;
        starts[core].state = DONE;
        if (result == NOINIT_OK) {
            noinit_ring_lose(&noinit_log_rings[core], starts[core].lost);
        }
    }
    return starts[core].state == DONE && starts[core].result == NOINIT_OK;
}

noinit_result_t noinit_init_core(void)
{
    const uint32_t core = NOINIT_ARCH_CORE();
    (void)noinit_start();
    if (starts[core].state != DONE) {
        return NOINIT_ERR_NOT_STARTED;
    }
    if (starts[core].is_told) {
        return NOINIT_ERR_ALREADY;
    }
    starts[core].is_told = starts[core].result == NOINIT_OK;
    return (noinit_result_t)starts[core].result;
}

noinit_result_t noinit_init(void)
{
    const noinit_result_t result = noinit_init_core();
#if NOINIT_LOG_MODE_IMMEDIATE || NOINIT_LOG_PROCESS_THREAD
    if (result == NOINIT_OK) {
        noinit_log_begin_backends();
    }
#endif
    return result;
}
