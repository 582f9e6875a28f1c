/* How the handling of entries is steered from panic.c and thread.c. */
#ifndef NOINIT_LOG_PROCESS_H
#define NOINIT_LOG_PROCESS_H

#include <stdbool.h>

/* Each entry is handed over inside the call that logs it: immediate mode, and after a panic. */
extern volatile bool noinit_log_is_synchronous;

/* Whoever is handling an entry will never come to its end, and open entries will never be closed. Panic. */
void noinit_log_take_over(void);

/* The thread to wake; the internal one's too. */
void noinit_log_wake_set(void *thread);

#endif
