/* The levels and the default of a file that says none; what the other headers of this folder begin with. */
#ifndef NOINIT_ZEPHYR_LOG_CORE_H
#define NOINIT_ZEPHYR_LOG_CORE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noinit/log.h"

#if (defined(CONFIG_LOG) || defined(CONFIG_LOG_DEFAULT_LEVEL) || defined(CONFIG_LOG_MAX_LEVEL)) && !defined(NOINIT_ZEPHYR_CONFIG_H)
#error "CONFIG_LOG options count only where SDK and project are built with -DNOINIT_CONFIG_FILE='\"noinit_zephyr_config.h\"'"
#endif

#define LOG_LEVEL_NONE NOINIT_LEVEL_OFF
#define LOG_LEVEL_ERR NOINIT_LEVEL_ERR
#define LOG_LEVEL_WRN NOINIT_LEVEL_WRN
#define LOG_LEVEL_INF NOINIT_LEVEL_INF
#define LOG_LEVEL_DBG NOINIT_LEVEL_DBG

/*
 * A file that wants another level than the default defines the macro LOG_LEVEL, before or after the include; one that does not finds this
 * constant by the same name.
 */
#ifndef LOG_LEVEL
enum { LOG_LEVEL = NOINIT_LOG_DEFAULT_LEVEL };
#endif

#ifdef CONFIG_LOG_DOMAIN_ID
#define NOINIT_ZEPHYR_DOMAIN_ CONFIG_LOG_DOMAIN_ID
#else
#define NOINIT_ZEPHYR_DOMAIN_ 0
#endif

#endif
