/** What each CONFIG_LOG option that noinit_zephyr_config.h takes over makes of ours: a value of it, and what must then hold in C. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DEVICE } from '../firmware.ts';

export const OPTIONS: Readonly<Record<string, { readonly value: string; readonly holds: string }>> = {
  CONFIG_LOG: { value: '0', holds: 'NOINIT_LOG_MAX_LEVEL == 0' },
  CONFIG_LOG_MODE_DEFERRED: { value: '1', holds: 'NOINIT_LOG_MODE_IMMEDIATE == 0 && NOINIT_LOG_MODE_MINIMAL == 0' },
  CONFIG_LOG2_MODE_DEFERRED: { value: '1', holds: 'NOINIT_LOG_MODE_IMMEDIATE == 0 && NOINIT_LOG_MODE_MINIMAL == 0' },
  CONFIG_LOG_MODE_IMMEDIATE: { value: '1', holds: 'NOINIT_LOG_MODE_IMMEDIATE == 1' },
  CONFIG_LOG2_MODE_IMMEDIATE: { value: '1', holds: 'NOINIT_LOG_MODE_IMMEDIATE == 1' },
  CONFIG_LOG_MODE_MINIMAL: { value: '1', holds: 'NOINIT_LOG_MODE_MINIMAL == 1 && NOINIT_LOG_TEXT == 1' },
  CONFIG_LOG_RUNTIME_FILTERING: { value: '0', holds: 'NOINIT_LOG_RUNTIME_FILTER == 0' },
  CONFIG_LOG_DEFAULT_LEVEL: { value: '2', holds: 'NOINIT_LOG_DEFAULT_LEVEL == 2 && LOG_LEVEL == 2' },
  CONFIG_LOG_OVERRIDE_LEVEL: { value: '4', holds: 'NOINIT_LOG_OVERRIDE_LEVEL == 4' },
  CONFIG_LOG_MAX_LEVEL: { value: '1', holds: 'NOINIT_LOG_MAX_LEVEL == 1' },
  CONFIG_LOG_MODE_OVERFLOW: { value: '0', holds: 'NOINIT_LOG_DROP_NEWEST == 1' },
  CONFIG_LOG_BLOCK_IN_THREAD: { value: '1', holds: 'NOINIT_LOG_DROP_NEWEST == 1 && NOINIT_LOG_BLOCK_MS == 1000' },
  CONFIG_LOG_BLOCK_IN_THREAD_TIMEOUT_MS: {
    value: '-1 -DCONFIG_LOG_BLOCK_IN_THREAD=1',
    holds: 'NOINIT_LOG_BLOCK_MS == 0xffffffffu',
  },
  CONFIG_LOG_PRINTK: { value: '0', holds: '_Generic(&printk, void (*)(const char *, ...): 1, default: 0)' },
  CONFIG_LOG_PRINTK_MAX_STRING_LENGTH: { value: '60', holds: 'NOINIT_LOG_PRINT_MAX == 60' },
  CONFIG_LOG_PROCESS_TRIGGER_THRESHOLD: { value: '5', holds: 'NOINIT_LOG_TRIGGER_THRESHOLD == 5' },
  CONFIG_LOG_PROCESS_THREAD: { value: '1', holds: 'NOINIT_LOG_PROCESS_THREAD == 1' },
  CONFIG_LOG_PROCESS_THREAD_STARTUP_DELAY_MS: { value: '50', holds: 'NOINIT_LOG_PROCESS_THREAD_DELAY_MS == 50' },
  CONFIG_LOG_DOMAIN_ID: { value: '3', holds: 'NOINIT_ZEPHYR_DOMAIN_ == 3' },
  CONFIG_LOG_FRONTEND: { value: '1', holds: 'NOINIT_LOG_FRONTEND == 1' },
  CONFIG_LOG_TIMESTAMP_64BIT: { value: '1', holds: 'sizeof(log_timestamp_t) == 8' },
  CONFIG_LOG_FUNC_NAME_PREFIX_ERR: { value: '1', holds: 'NOINIT_LOG_FUNCTION_PREFIX_ERR == 1' },
  CONFIG_LOG_FUNC_NAME_PREFIX_WRN: { value: '1', holds: 'NOINIT_LOG_FUNCTION_PREFIX_WRN == 1' },
  CONFIG_LOG_FUNC_NAME_PREFIX_INF: { value: '1', holds: 'NOINIT_LOG_FUNCTION_PREFIX_INF == 1' },
  CONFIG_LOG_FUNC_NAME_PREFIX_DBG: { value: '1', holds: 'NOINIT_LOG_FUNCTION_PREFIX_DBG == 1' },
  CONFIG_LOG_BACKEND_SHOW_COLOR: { value: '1', holds: 'NOINIT_LOG_UART_FLAGS == 15u' },
  CONFIG_LOG_BACKEND_FORMAT_TIMESTAMP: { value: '0', holds: 'NOINIT_LOG_UART_FLAGS == 10u' },
  CONFIG_LOG_BACKEND_UART: { value: '1', holds: 'NOINIT_LOG_UART == 1 && NOINIT_LOG_TEXT == 1' },
};

/** What the compiler has to say where `condition` does not hold; nothing if it does. */
export function optionHolds(compiler: string, name: string, value: string, condition: string): string {
  const source = `#include <logging/log.h>\n#include <logging/log_ctrl.h>\n_Static_assert(${condition}, "");\n`;
  const includes = ['include', 'compat/zephyr'].map((path) => `-I${join(DEVICE, path)}`);
  const options = ['-DNOINIT_CONFIG_FILE="noinit_zephyr_config.h"', ...`-D${name}=${value}`.split(' ')];
  const args = ['-std=c11', '-Wall', '-Wextra', '-Werror', ...includes, ...options, '-fsyntax-only', '-x', 'c', '-'];
  return spawnSync(compiler, args, { input: source, encoding: 'utf8' }).stderr;
}
