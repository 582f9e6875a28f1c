/** Which frames say something about the bug. Part of grouping `g1`: a change here is a new version. */

/** Functions that only carry a failed check to the recorder. They and everything inside them are cut. */
const CARRIERS: readonly RegExp[] = [
  /^_*noinit_/,
  /^__assert(_func|_fail|_perror)?$/,
  /^assert_failed$/,
  /^vAssertCalled$/,
  /^_?abort$/,
  /^_exit$/,
  /^k_panic$/,
  /^k_oops$/,
  /^z_except/,
  /^z_fatal_error$/,
  /^z_arm_fault$/,
  /^esp_system_abort$/,
  /^rust_begin_unwind$/,
  /^core::panicking::/,
  /^core::option::.*_failed$/,
  /^core::result::unwrap_failed$/,
  /^core::slice::index::.*_fail$/,
  /^panic_\w+::/,
  /^defmt::export::panic$/,
];

/** Leaf functions of libraries: who called them is what matters. */
const LIBRARY_LEAVES: readonly RegExp[] = [
  /^__aeabi_/,
  /^__(?:u?div|u?mod|mul|add|sub|fix|float|clz|ctz|pop|bswap|ash|lsh)\w*[sdt][if]\d?$/,
  /^mem(?:cpy|set|move|cmp|chr)(?:_\w+)?$/,
  /^str(?:n?len|n?cpy|n?cmp|n?cat|r?chr|str)$/,
  /^core::ptr::(?:read|write)/,
  /^core::sync::atomic::/,
  /^(?:core|alloc|std)::/,
  /^__(?:NOP|WFI|WFE|DSB|DMB|ISB|BKPT|disable_irq|enable_irq|LDREX\w|STREX\w|get_\w+|set_\w+)$/,
];

/** Folders that hold other people's code. */
const SYSTEM_PATHS: readonly RegExp[] = [
  /\/rustc\//,
  /\.cargo\/(?:registry|git)\//,
  /(?:^|\/)(?:newlib|libgcc|libc|libgloss)(?:\/|$)/,
  /(?:^|\/)gcc-[\d.]+\//,
  /(?:^|\/)zephyr\/(?:kernel|arch|lib|drivers|subsys)\//,
  /(?:^|\/)FreeRTOS[^/]*\//i,
  /(?:^|\/)CMSIS(?:[_-][^/]*)?\//,
  /(?:^|\/)[^/]*_HAL_Driver\//,
  // The recorder itself, under the name of its repository or of its folder there.
  /(?:^|\/)(?:noinit|device)\/(?:src\/(?:core|log|reboot|crash|metrics|packetizer|arch)|ports)\//,
];

/** Names so common that they need their file beside them. */
const GENERIC_NAMES = new Set([
  'main',
  'handler',
  'callback',
  'task',
  'thread',
  'loop',
  'init',
  'run',
  'process',
  'update',
  'tick',
  'work',
]);

/** Exceptions that are the crash itself: what runs inside them is the recorder. */
const FAULT_EXCEPTIONS = new Set(['HardFault', 'MemManage', 'BusFault', 'UsageFault', 'SecureFault']);

export function carriesFailure(name: string): boolean {
  return CARRIERS.some((rule) => rule.test(name));
}

export function isLibraryLeaf(name: string): boolean {
  return LIBRARY_LEAVES.some((rule) => rule.test(name));
}

export function isSystemFile(file: string): boolean {
  return SYSTEM_PATHS.some((rule) => rule.test(file));
}

export function isGenericName(name: string): boolean {
  return GENERIC_NAMES.has(name);
}

export function isFaultException(name: string): boolean {
  return FAULT_EXCEPTIONS.has(name);
}
