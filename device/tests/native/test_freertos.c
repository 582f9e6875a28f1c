/*
 * What device/ports/freertos makes of saved contexts, in one page of "RAM" with nothing around it: a read outside ends the test. Compiled once
 * for each layout of a Cortex-M, which NOINIT_FREERTOS_PORT names.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "noinit_freertos.h"

#define RAM 0x20000000u
#define RAM_BYTES 4096u
#define STACK (RAM + 3072u) /* ends where RAM ends */
#define STACK_BYTES 1024u
#define TASK (RAM + 64u)

#define CHECK(condition)                                                   \
    do {                                                                   \
        if (!(condition)) {                                                \
            (void)printf("line %d: %s\n", __LINE__, #condition);         \
            exit(1);                                                       \
        }                                                                  \
    } while (0)

void *volatile pxCurrentTCB;

static bool (*list)(uint32_t index, noinit_thread_t *thread);

void noinit_crash_threads(bool (*next)(uint32_t index, noinit_thread_t *thread))
{
    list = next;
}

void noinit_stack_overflow(const char *thread)
{
    (void)thread;
    abort();
}

void noinit_out_of_memory(uint32_t size)
{
    (void)size;
    abort();
}

static uint32_t *word(uint32_t address)
{
    return (uint32_t *)(uintptr_t)address;
}

static void set_saved(uint64_t address)
{
    memcpy(word(TASK), &address, sizeof address);
}

/* A context whose words are their own numbers; gives where it begins. */
static uint32_t save(uint32_t top, bool floats, bool padded)
{
    uint32_t at = top - (padded ? 4u : 0u) - (floats ? 104u : 32u);
    const uint32_t frame[8] = {0x100, 0x101, 0x102, 0x103, 0x10c, 0x10e, 0x10f0, 0x01000000u | (padded ? 0x200u : 0u)};
    memcpy(word(at), frame, sizeof frame);
    at -= floats ? 64u : 0u;
    const uint32_t exc_return = floats ? 0xffffffedu : 0xfffffffdu;
#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM4F
    at -= 4u;
    *word(at) = exc_return;
#endif
    at -= 32u;
    for (uint32_t i = 0; i < 8u; i++) {
        *word(at + 4u * i) = 0x104u + i;
    }
#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM33
    at -= 8u;
    *word(at) = STACK;
    *word(at + 4u) = exc_return;
#endif
    (void)exc_return;
    return at - 4u * NOINIT_FREERTOS_EXTRA_WORDS;
}

static void expect_registers(uint32_t sp)
{
    noinit_thread_t thread;
    memset(&thread, 0, sizeof thread);
    CHECK(list(0, &thread));
    CHECK(!list(1, &thread) || thread.id != TASK);
    CHECK(list(0, &thread));
    CHECK(thread.id == TASK && thread.known == 0x1ffffu && strcmp(thread.name, "pump") == 0);
    CHECK(thread.stack_low == STACK && thread.stack_size == STACK_BYTES);
    for (uint32_t i = 0; i < 13u; i++) {
        CHECK(thread.registers[i] == 0x100u + i);
    }
    CHECK(thread.registers[13] == sp && thread.registers[14] == 0x10eu && thread.registers[15] == 0x10f0u);
    CHECK(thread.registers[16] == 0x01000000u);
}

/* Every address a saved stack pointer may have been overwritten with: never a read outside of RAM, and registers only from within the stack. */
static void try_every_place(void)
{
    noinit_thread_t thread;
    for (uint32_t i = 0; i < RAM_BYTES / 4u; i++) {
        if (4u * i < 64u || 4u * i >= 96u) {
            *word(RAM + 4u * i) = i % 3u == 0 ? 0xffffffedu : 0xfffffffdu;
        }
    }
    for (uint32_t at = RAM - 300u; at < RAM + RAM_BYTES + 300u; at++) {
        set_saved(at);
        memset(&thread, 0, sizeof thread);
        CHECK(list(0, &thread));
        if (thread.known != 0) {
            CHECK(at % 4u == 0 && at >= STACK && at < STACK + STACK_BYTES);
        }
    }
    set_saved(0);
    CHECK(list(0, &thread));
}

int main(void)
{
    void *const at = mmap((void *)(uintptr_t)RAM, RAM_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    CHECK(at == (void *)(uintptr_t)RAM);
    memcpy(word(RAM + 16u), "pump", 5);
    const uint32_t top = STACK + STACK_BYTES;

    set_saved(save(top, false, false));
    noinit_freertos_created(word(TASK), word(STACK), (const char *)word(RAM + 16u));
    CHECK(list != NULL);
    expect_registers(top);
    set_saved(save(top - 200u, false, true));
    expect_registers(top - 200u);
#if NOINIT_FREERTOS_PORT != NOINIT_FREERTOS_PORT_CM3
    set_saved(save(top - 96u, true, false));
    expect_registers(top - 96u);
    set_saved(save(top - 96u, true, true));
    expect_registers(top - 96u);
#endif

    noinit_thread_t thread;
    memset(&thread, 0, sizeof thread);
    pxCurrentTCB = word(TASK);
    CHECK(list(0, &thread) && thread.is_running && thread.known == 0);
    pxCurrentTCB = NULL;
    try_every_place();

    /* More tasks than places, and places that become free. */
    for (uint32_t i = 1; i < 40u; i++) {
        noinit_freertos_created(word(TASK + 32u * i), word(STACK), (const char *)word(RAM + 16u));
    }
    uint32_t count = 0;
    while (list(count, &thread)) {
        count++;
    }
    CHECK(count == NOINIT_FREERTOS_TASKS);
    noinit_freertos_deleted(word(TASK));
    CHECK(list(0, &thread) && thread.id == TASK + 32u);
    CHECK(!list(NOINIT_FREERTOS_TASKS - 1u, &thread));
    noinit_freertos_created(word(TASK + 32u * 50u), word(STACK), NULL);
    CHECK(list(0, &thread) && thread.id == TASK + 32u * 50u && thread.name == NULL);
    return 0;
}
