#include <stddef.h>

#include "crash/capture_parts.h"
#include "noinit/config.h"
#include "noinit/crash.h"

/* A list that lost its end must come to one. */
#define MOST 64u
#define NAME_MAX 32u

#if defined(__riscv)
#define REGISTERS 32u
#define SP 2u
#else
#define REGISTERS 17u
#define SP 13u
#endif

static bool (*next_thread)(uint32_t index, noinit_thread_t *thread);

/* Static: the stack is small. */
static noinit_thread_t thread;

static void put_head(noinit_crash_writer_t *writer)
{
    noinit_cbor_t *cbor = &writer->cbor;
    uint32_t size = 0;
    while (thread.name != NULL && size < NAME_MAX && thread.name[size] != '\0') {
        size++;
    }
    noinit_crash_open_item(writer, 7, 6);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, thread.id);
    noinit_cbor_byte(cbor, thread.is_running ? 1u : 0u);
    noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, thread.name, size);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, thread.stack_low);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, thread.stack_size);
    noinit_crash_close_item(writer);
}

/* A function: the limit may be 0. */
static uint32_t at_most(uint32_t size, uint32_t limit)
{
    return size < limit ? size : limit;
}

/* From its stack pointer to its stack's end, where both make sense. */
static void put_stack(noinit_crash_writer_t *writer)
{
    const uint32_t sp = thread.registers[SP] & ~3u;
    const uint32_t used = sp - thread.stack_low;
    if ((thread.known & 1u << SP) == 0 || used >= thread.stack_size) {
        return;
    }
    noinit_crash_region(writer, NOINIT_CRASH_REGION_STACK, sp, at_most(thread.stack_size - used, NOINIT_CRASH_THREAD_STACK_BYTES));
}

static void put_threads(noinit_crash_writer_t *writer)
{
    for (uint32_t i = 0; i < MOST; i++) {
        thread.name = NULL;
        thread.is_running = false;
        thread.stack_low = 0;
        thread.stack_size = 0;
        thread.known = 0;
        if (!next_thread(i, &thread)) {
            return;
        }
        put_head(writer);
        if (!thread.is_running && thread.known != 0) {
            noinit_crash_registers(writer, 1, thread.known, thread.registers, REGISTERS);
            put_stack(writer);
        }
    }
}

void noinit_crash_threads(bool (*next)(uint32_t index, noinit_thread_t *thread))
{
    noinit_capture_threads = NULL;
    next_thread = next;
    noinit_capture_threads = next == NULL ? NULL : put_threads;
}
