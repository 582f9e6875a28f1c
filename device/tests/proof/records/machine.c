#include "machine.h"

#include <stddef.h>

#include "core/ring.h"
#include "crash/capture_parts.h"
#include "crash/snapshot.h"
#include "log/clock.h"
#include "log/log_ring.h"
#include "noinit/bootloader.h"
#include "noinit/noinit.h"

/* Where a reset leaves it alone, as a chip's register. */
#ifndef PROOF_KEPT
#define PROOF_KEPT
#endif
PROOF_KEPT uint32_t proof_register;
uint8_t proof_chunk[PROOF_CHUNK_MAX];

static uint32_t uptime;
static bool has_version;
static uint32_t pulled;
static uint32_t crash[5];

/* What the linker says of a firmware. */
#ifndef PROOF_BUILD
#define PROOF_BUILD 0x40
#endif
const struct {
    uint32_t name_size, size, type;
    uint8_t name[4];
    uint8_t bytes[32];
} __noinit_build_id = {4, 20, 3, {'G', 'N', 'U'}, {PROOF_BUILD, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}};
#ifndef PROOF_ON_HOST /* its linker script has them */
uint8_t __noinit_secret_start[4], __noinit_secret_end[4];
#endif
uint32_t __noinit_stack_limit[1];

/* The log has proofs of its own. */
const noinit_ring_t noinit_log_rings[1];

noinit_result_t noinit_log_begin(uint32_t core)
{
    (void)core;
    return NOINIT_OK;
}

void noinit_ring_lose(const noinit_ring_t *ring, uint32_t count)
{
    (void)ring, (void)count;
}

uint64_t noinit_log_uptime_now(void)
{
    return uptime;
}

uint32_t noinit_port_uptime_ms(void)
{
    return uptime;
}

uint32_t noinit_port_random(void)
{
    return 0x12345678u;
}

#if NOINIT_LINEAGE_STORE
/* Flash: the host keeps it over a loss of power. */
noinit_lineage_t proof_flash;

bool noinit_port_lineage_load(noinit_lineage_t *lineage)
{
    *lineage = proof_flash;
    return true;
}

void noinit_port_lineage_store(const noinit_lineage_t *lineage)
{
    proof_flash = *lineage;
}
#endif

uint32_t noinit_port_reset_cause_read(void)
{
    return proof_register;
}

void noinit_port_reset_cause_clear(void)
{
    *(volatile uint32_t *)&proof_register = 0;
}

/* Watchdog 16, software 8, pin 4, power-on 1. */
uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    return (raw & 16u) != 0 ? NOINIT_REASON_WATCHDOG
           : (raw & 8u) != 0 ? NOINIT_REASON_SOFTWARE_RESET
           : (raw & 4u) != 0 ? NOINIT_REASON_PIN_RESET
           : (raw & 1u) != 0 ? NOINIT_REASON_POWER_ON
                             : NOINIT_REASON_UNKNOWN;
}

_Noreturn void noinit_port_reset(void)
{
    proof_reset();
}

const char *noinit_port_version(void)
{
    return has_version ? "1.0" : NULL;
}

const char *noinit_port_hardware(void)
{
    return has_version ? "B" : NULL;
}

/* src/arch of a processor that has a few registers and a stack of 64 bytes. */
static uint32_t stack[16];

void noinit_arch_open_memory(void)
{
}

void noinit_arch_place(noinit_capture_t *capture)
{
    capture->pc = crash[1];
    capture->lr = crash[2];
    capture->fault_bits = crash[3];
    capture->exception = crash[4];
    for (uint32_t i = 0; i < 16u; i++) {
        stack[i] = crash[1] + i;
    }
    capture->stack = (uintptr_t)stack;
    capture->stack_end = (uintptr_t)stack + sizeof stack;
}

void noinit_arch_registers(noinit_crash_writer_t *writer, const noinit_capture_t *capture)
{
    const uint32_t core[3] = {1, 2, capture->pc};
    const uint32_t faults[1] = {capture->exception};
    noinit_crash_registers(writer, 1, 7, core, 3);
    noinit_crash_registers(writer, 3, 1, faults, 1);
}

void noinit_arch_stay_masked(const noinit_capture_t *capture)
{
    (void)capture;
}

_Noreturn void noinit_arch_resume(void (*target)(void))
{
    proof_resume(((bool (*)(void))(void *)target)() ? 1 : 0);
}

bool noinit_snapshot_entry(uint32_t reason)
{
    noinit_capture(&noinit_capture_snapshot, &reason);
    return false;
}

_Noreturn void noinit_stack_broken(void)
{
    proof_reset();
}

static int32_t take_crash(const uint32_t *words)
{
    for (uint32_t i = 0; i < 5u; i++) {
        crash[i] = words[i];
    }
    const uint32_t argument[4] = {crash[3], 0, 0, 0};
    noinit_capture(words[0] == NOINIT_CRASH_OUT_OF_MEMORY ? &noinit_capture_memory : &noinit_capture_fault, argument);
    return -1;
}

static int32_t pull(void)
{
    size_t size = sizeof proof_chunk;
    pulled = noinit_packetizer_get_chunk(proof_chunk, &size) ? (uint32_t)size : 0u;
    return (int32_t)pulled;
}

/* All of it: flags, id, from 0, length in one to two bytes. A message here is one chunk: a head of five bytes. */
static int32_t acknowledge(void)
{
    const uint32_t length = pulled - 5u;
    const uint8_t ack[] = {1, proof_chunk[1], proof_chunk[2], proof_chunk[3], 0, (uint8_t)(length | 0x80u), (uint8_t)(length >> 7)};
    return noinit_packetizer_ack(ack, sizeof ack);
}

int32_t proof_step(const uint32_t *words)
{
    noinit_result_t result = NOINIT_OK;
    switch (words[0]) {
    case PROOF_START:
        has_version = words[1] != 0;
        return noinit_init();
    case PROOF_MARK:
        noinit_reboot_mark_from((uint16_t)words[1], words[2], words[3]);
        break;
    case PROOF_UNMARK:
        noinit_reboot_unmark();
        break;
    case PROOF_ALIVE:
        uptime = words[1];
        noinit_alive_at(words[2], words[3]);
        break;
    case PROOF_CRASH:
        return take_crash(words + 1);
    case PROOF_SNAPSHOT:
        for (uint32_t i = 0; i < 5u; i++) {
            crash[i] = 0;
        }
        return noinit_snapshot((uint16_t)words[1]) ? 1 : 0;
    case PROOF_PULL:
        return pull();
    case PROOF_ACK:
        return acknowledge();
    case PROOF_HEALTHY:
        noinit_healthy();
        break;
    case PROOF_CLEAR:
        noinit_reboot_unexpected_clear();
        break;
    case PROOF_COLLECT:
        has_version = true;
        result = noinit_boot_collect();
        break;
    case PROOF_STASH:
        noinit_stash_reset_cause((volatile void *)(uintptr_t)words[1], words[2]);
        break;
    default:
        uptime = words[1];
        break;
    }
    return result;
}
