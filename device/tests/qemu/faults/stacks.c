/* Stacks that are too small, and what finds it. */
#include "faults.h"

static bool is_in_thread(void)
{
    uint32_t control;
    __asm__ volatile("mrs %0, control" : "=r"(control));
    return (control & 2u) != 0;
}

/* The low end of the stack in use, rounded up for the MPU. */
static uint32_t low_end(void)
{
    extern uint32_t __noinit_stack_limit[];
    const uint32_t low = is_in_thread() ? (uint32_t)crashing_stack : (uint32_t)__noinit_stack_limit;
    return (low + 127u) & ~127u;
}

/* Never comes to an end. */
NOINLINE static uint32_t recurse(uint32_t depth)
{
    volatile uint32_t room[6] = {depth, 1, 2, 3, 4, 5};
    if (zero != 0) {
        return depth;
    }
    return recurse(depth + 1u) + room[zero];
}

NOINLINE void overflow_guard(void)
{
    const volatile void *guard = (const volatile void *)low_end();
    protect(guard, 128, false);
    noinit_stack_guard(guard, 128);
    sink = recurse(1);
}

NOINLINE void overflow_limit(void)
{
#if HAS_STACK_LIMITS
    if (is_in_thread()) {
        __asm__ volatile("msr psplim, %0" : : "r"(low_end()));
    } else {
        __asm__ volatile("msr msplim, %0" : : "r"(low_end()));
    }
    sink = recurse(1);
#endif
}

/* Needs no more stack than it has, and breaks the word below it. */
NOINLINE void overflow_canary(void)
{
    extern uint32_t __noinit_stack_limit[];
    *(volatile uint32_t *)__noinit_stack_limit = 7;
    noinit_stack_check();
    sink = 1;
}

/* What an operating system's hook does. */
NOINLINE void overflow_hook(void)
{
    noinit_stack_overflow("valve task");
}
