/* printk goes through the log, unless CONFIG_LOG_PRINTK is 0: then it is a function of the project. */
#ifndef NOINIT_ZEPHYR_PRINTK_H
#define NOINIT_ZEPHYR_PRINTK_H

#include "logging/log_core.h"

#if defined(CONFIG_LOG_PRINTK) && !CONFIG_LOG_PRINTK
__attribute__((format(printf, 1, 2))) void printk(const char *fmt, ...);
#else
#define printk(...) NOINIT_PRINT(__VA_ARGS__)
#endif

#endif
