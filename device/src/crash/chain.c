#include <stddef.h>

#include "crash/capture_parts.h"
#include "noinit/crash.h"

static void (*chained)(void);

static void go_on(void)
{
    /* Once: a handler that faults itself is captured, and ends in a reset. */
    noinit_capture_chain = NULL;
    noinit_capture_phase = 0;
    noinit_arch_resume(chained);
}

void noinit_crash_chain(void (*handler)(void))
{
    noinit_capture_chain = NULL;
    chained = handler;
    noinit_capture_chain = handler == NULL ? NULL : go_on;
#if defined(__riscv)
    noinit_arch_chain(handler);
#endif
}
