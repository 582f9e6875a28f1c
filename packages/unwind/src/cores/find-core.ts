/** The rules of each machine that can be unwound. */
import type { Machine } from '@noinit/model';
import type { CoreRules } from './core-rules.ts';
import { CORTEX_M } from './cortex-m.ts';

/** Undefined for a machine that this version cannot unwind. */
export function findCore(machine: Machine): CoreRules | undefined {
  return machine === 'cortex-m' ? CORTEX_M : undefined;
}
