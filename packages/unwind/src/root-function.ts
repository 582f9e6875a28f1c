/** Functions that nothing calls, because the processor or the kernel starts there, and those that only threads return to. */
import type { Address } from '@noinit/model';
import { findEntry, findFunctionName, type UnwindTarget } from './target.ts';
import { findResetEntry } from './vector-table.ts';

const ROOTS: ReadonlySet<string> = new Set([
  'Reset_Handler',
  'ResetHandler',
  'ResetISR',
  'Reset',
  '_start',
  '__start',
  '_start_rust',
  '_mainCRTStartup',
  '_reset_handler',
  'reset_handler',
  'z_arm_reset',
  'z_thread_entry',
  '_thread_entry_wrapper',
  'z_riscv_thread_start',
]);

const THREAD_ENDS: ReadonlySet<string> = new Set([
  'prvTaskExitError',
  'vPortTaskExitError',
  'vPortTaskWrapper',
  'z_thread_entry',
  'osThreadExit',
  'osThreadTerminate',
  'tx_thread_shell_entry',
  '_tx_thread_shell_entry',
  'sched_task_exit',
  'task_exit',
]);

/** Whether the function at an address is one that nothing calls: by its name, or because the image or the processor is entered there. */
export function isRootFunction(lookUp: Address | undefined, target: UnwindTarget): boolean {
  if (lookUp === undefined) return false;
  const { symbols } = target;
  const name = findFunctionName(symbols, lookUp);
  if (name !== undefined && ROOTS.has(name)) return true;
  const entry = findEntry(symbols, lookUp);
  return entry !== undefined && (entry === symbols.entryPoint || entry === findResetEntry(target));
}

/** Whether threads end in the function that begins at an address. */
export function endsThreads(at: Address, { symbols }: UnwindTarget): boolean {
  const name = findFunctionName(symbols, at);
  return name !== undefined && THREAD_ENDS.has(name);
}
