#include <stdbool.h>
#include <stddef.h>

#include "noinit/config.h"
#include "noinit/crash.h"
#include "noinit/selftest.h"

#if defined(__arm__)
#include "arch/cortex_m/selftest.h"
#elif defined(__riscv)
#include "arch/riscv/selftest.h"
#else /* a host does not crash on demand */
#define NOINIT_SELFTEST_NO_CODE 0u
#define noinit_selftest_run_undefined() ((void)0)
#define noinit_selftest_code_at(address) ((uintptr_t)(address))
#define noinit_selftest_divide() false
#define noinit_selftest_read_unaligned(words) ((void)(words), false)
#endif

static volatile uint32_t no_code[4];

/* Never 0: what the compiler does not know it cannot leave out. */
static volatile uint32_t depth;

static void call(uintptr_t address)
{
    void (*volatile const code)(void) = (void (*)(void))address;
    code();
}

static void call_data(void)
{
    for (uint32_t i = 0; i < sizeof no_code / sizeof no_code[0]; i++) {
        no_code[i] = NOINIT_SELFTEST_NO_CODE;
    }
    call(noinit_selftest_code_at(no_code));
}

#if defined(__arm__) || defined(__riscv)
/* Linker script: the low end of the main stack. */
extern uint32_t __noinit_stack_limit[];

/*
 * Where no guard and no limit stops it, the canary does, of the main stack. A frame may step over the canary with a word that nobody writes:
 * the first one behind it breaks it as another overflow would have.
 */
static uint32_t recurse(uint32_t number)
{
    volatile uint32_t frame[4];
    const uintptr_t here = (uintptr_t)frame;
    const uintptr_t limit = (uintptr_t)__noinit_stack_limit;
    frame[0] = number;
    depth = number;
    if (here < limit && limit - here < 4u * sizeof frame) {
        *(volatile uint32_t *)__noinit_stack_limit = number;
    }
    noinit_stack_check();
    const uint32_t below = depth == 0 ? 0u : recurse(number + 1u);
    return below + frame[0];
}
#else
static uint32_t recurse(uint32_t number)
{
    return number;
}
#endif

static bool fault_in_list(uint32_t index, noinit_thread_t *thread)
{
    (void)index;
    (void)thread;
    noinit_selftest_run_undefined();
    return false;
}

static void fault_twice(void)
{
    noinit_crash_threads(fault_in_list);
    noinit_selftest_run_undefined();
}

static void hang(void)
{
    for (;;) {
        depth = 1;
    }
}

static void hang_masked(void)
{
    (void)noinit_arch_lock();
    hang();
}

noinit_result_t noinit_selftest_crash(noinit_crash_kind_t kind)
{
    static const char TEXT[] = "self-test";
    switch (kind) {
    case NOINIT_CRASH_KIND_UNDEFINED:
        noinit_selftest_run_undefined();
        break;
    case NOINIT_CRASH_KIND_CALL_NULL:
        call(0);
        break;
    case NOINIT_CRASH_KIND_CALL_DATA:
        call_data();
        break;
    case NOINIT_CRASH_KIND_READ:
        depth = *(const volatile uint32_t *)NOINIT_SELFTEST_BAD_ADDRESS;
        break;
    case NOINIT_CRASH_KIND_WRITE:
        *(volatile uint32_t *)NOINIT_SELFTEST_BAD_ADDRESS = 1;
        break;
    case NOINIT_CRASH_KIND_DIVIDE:
        (void)noinit_selftest_divide();
        break;
    case NOINIT_CRASH_KIND_UNALIGNED:
        (void)noinit_selftest_read_unaligned(no_code);
        break;
    case NOINIT_CRASH_KIND_OVERFLOW:
        depth = recurse(1);
        break;
    case NOINIT_CRASH_KIND_ASSERT:
        NOINIT_ASSERT_FAILED("self-test");
        break;
    case NOINIT_CRASH_KIND_ABORT:
        noinit_abort();
    case NOINIT_CRASH_KIND_OUT_OF_MEMORY:
        noinit_out_of_memory(NOINIT_SELFTEST_BAD_ADDRESS);
    case NOINIT_CRASH_KIND_PANIC:
        noinit_panic(TEXT, sizeof TEXT - 1u);
    case NOINIT_CRASH_KIND_HANG:
        hang();
        break;
    case NOINIT_CRASH_KIND_HANG_MASKED:
        hang_masked();
        break;
    case NOINIT_CRASH_KIND_DOUBLE:
        fault_twice();
        break;
    case NOINIT_CRASH_KIND_SNAPSHOT:
        return noinit_snapshot(NOINIT_REASON_SELF_TEST) ? NOINIT_OK : NOINIT_ERR_NOT_READY;
    default:
        break;
    }
    return NOINIT_ERR_NOT_READY;
}
