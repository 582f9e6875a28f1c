#include "host_arch.h"

#include <setjmp.h>

#include "crash/snapshot.h"
#include "crash/stack.h"
#include "noinit/crash.h"

host_processor_t host_processor = {.pc = 0x1000041c, .lr = 0x10000391, .exception = 3, .fault_bits = 0x40010000};
void (*host_target)(void);

/* As the linker script of a firmware has them: the low end of the main stack. */
uint32_t __noinit_stack_limit[1];

static jmp_buf entry;

void noinit_arch_open_memory(void)
{
}

void noinit_arch_place(noinit_capture_t *capture)
{
    if (host_processor.on_place != 0) {
        host_processor.on_place();
    }
    capture->pc = host_processor.pc;
    capture->lr = host_processor.lr;
    if (capture->kind->is_exception) {
        capture->exception = host_processor.exception;
        capture->fault_bits = host_processor.fault_bits;
    }
    if (host_processor.is_overflow) {
        capture->cause = NOINIT_CRASH_STACK_OVERFLOW;
        capture->reason = NOINIT_REASON_STACK_OVERFLOW;
    }
    capture->stack = (uintptr_t)host_processor.stack;
    capture->stack_end = capture->stack + host_processor.stack_size;
}

void noinit_arch_registers(noinit_crash_writer_t *writer, const noinit_capture_t *capture)
{
    (void)capture;
    uint32_t words[33];
    for (uint32_t i = 0; i < 33u; i++) {
        words[i] = HOST_REGISTER(i);
    }
    noinit_crash_registers(writer, 1, 0x1ffff, words, 17);
    if (host_processor.on_registers != 0) {
        host_processor.on_registers();
    }
    for (uint32_t set = 0; set < host_processor.sets; set++) {
        static const uint8_t COUNTS[] = {9, 1, 33, 12};
        noinit_crash_registers(writer, (uint8_t)(2u + set), (uint32_t)((1ull << COUNTS[set]) - 1u), words, COUNTS[set]);
    }
}

void noinit_arch_stay_masked(const noinit_capture_t *capture)
{
    (void)capture;
}

_Noreturn void noinit_arch_resume(void (*target)(void))
{
    host_target = target;
    longjmp(entry, 1);
}

bool host_capture(const noinit_capture_kind_t *kind, const uint32_t *argument)
{
    if (setjmp(entry) == 0) {
        noinit_capture(kind, argument);
    }
    return true;
}

void host_fault(void)
{
    static const uint32_t nothing[4];
    (void)host_capture(&noinit_capture_fault, nothing);
}

bool noinit_snapshot_entry(uint32_t reason)
{
    (void)host_capture(&noinit_capture_snapshot, &reason);
    return ((bool (*)(void))host_target)();
}

_Noreturn void noinit_stack_broken(void)
{
    static const uint32_t nothing[4];
    noinit_capture(&noinit_capture_canary, nothing);
    __builtin_unreachable();
}
