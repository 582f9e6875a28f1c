/** Functions that nothing calls: the processor or the kernel starts there. */
import type { Address } from '@noinit/model';
import { findFunctionName, type UnwindTarget } from './target.ts';

const ROOTS: ReadonlySet<string> = new Set([
  'Reset_Handler',
  'ResetISR',
  'Reset',
  '_start',
  '__start',
  '_mainCRTStartup',
  '_reset_handler',
  'reset_handler',
  'z_arm_reset',
  'z_thread_entry',
]);

/** Whether the function at an address is one that nothing calls. */
export function isRootFunction(lookUp: Address | undefined, target: UnwindTarget): boolean {
  const name = lookUp === undefined ? undefined : findFunctionName(target.symbols, lookUp);
  return name !== undefined && ROOTS.has(name);
}
