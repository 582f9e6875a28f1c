/* Where stacks end: the canary of the main one, and what an access behind the end of one looks like. */
#ifndef NOINIT_CRASH_STACK_H
#define NOINIT_CRASH_STACK_H

#include <stdbool.h>
#include <stdint.h>

/* noinit_init: at the low end of the main stack, which noinit_stack_check looks at. */
void noinit_crash_place_canary(void);

/* Whether an access that faulted at `address` was that of a stack which had got too small. Fault handler. */
bool noinit_crash_is_beyond_stack(uintptr_t address, uintptr_t stack_pointer);

/* src/arch: the entry for a broken canary, kind noinit_capture_canary. */
__attribute__((noreturn)) void noinit_stack_broken(void);

#endif
