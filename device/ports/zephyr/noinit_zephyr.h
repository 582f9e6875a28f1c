/* Zephyr's threads and fatal errors in a crash record. docs/guide/threads.md. */
#ifndef NOINIT_ZEPHYR_H
#define NOINIT_ZEPHYR_H

/*
 * Has a crash list the kernel's threads: SYS_INIT(noinit_zephyr_threads, APPLICATION, 0), or a call at the start. Needs CONFIG_THREAD_MONITOR;
 * CONFIG_THREAD_NAME and CONFIG_THREAD_STACK_INFO give names and stacks. Gives 0. Thread only.
 */
int noinit_zephyr_threads(void);

#endif
