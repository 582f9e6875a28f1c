/** The threads of whatever kernel a program is linked with. */
import { findTasks, hasFreeRtos } from './freertos/find-tasks.ts';
import type { KernelThreads } from './kernel-thread.ts';
import type { ViewTarget } from './view.ts';
import { findZephyrThreads, hasZephyr } from './zephyr/find-threads.ts';

const NONE: KernelThreads = { threads: [], damage: [] };

/** Nothing for a program without a kernel that this version knows; telling that is two looks into the symbol table. */
export function findKernelThreads(target: ViewTarget): KernelThreads {
  if (target.symbols.pointerSize !== 4) return NONE;
  if (hasFreeRtos(target)) return findTasks(target);
  return hasZephyr(target) ? findZephyrThreads(target) : NONE;
}
