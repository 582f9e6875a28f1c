#include "crash/stack.h"

#include "noinit/crash.h"

/* Linker script: the low end of the main stack. */
extern uint32_t __noinit_stack_limit[];

#define CANARY 0x4e4f494eu

/* So near below a stack pointer or the main stack's end: a push, or a function that just made its frame. */
#define NEAR 256u

static uintptr_t guard;
static uint32_t guard_size;

void noinit_stack_guard(const volatile void *start, uint32_t size)
{
    guard_size = 0;
    guard = (uintptr_t)start;
    guard_size = size;
}

bool noinit_crash_is_beyond_stack(uintptr_t address, uintptr_t stack_pointer)
{
    return address - guard < guard_size || (uintptr_t)__noinit_stack_limit - address - 1u < NEAR || stack_pointer - address - 1u < NEAR;
}

void noinit_crash_place_canary(void)
{
    *(volatile uint32_t *)__noinit_stack_limit = CANARY;
}

void noinit_stack_check(void)
{
    if (*(volatile uint32_t *)__noinit_stack_limit != CANARY) {
        noinit_stack_broken();
    }
}
