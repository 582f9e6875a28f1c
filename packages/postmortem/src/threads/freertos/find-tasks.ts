/**
 * FreeRTOS's tasks, from the kernel's lists through the names that its sources give statics and members (versions 8 to 11,
 * with and without SMP). No offset is assumed: the debug information of the very build tells where each member is.
 */
import type { TypeInfo } from '@noinit/symbols';
import { findStatic } from '../kernel-statics.ts';
import type { KernelThreads } from '../kernel-thread.ts';
import { plainType, type View, type ViewTarget } from '../view.ts';
import { TaskFinder } from './task-finder.ts';
import { isList } from './walk-list.ts';

/** Whether the program is linked with FreeRTOS's scheduler. Costs a look into the symbol table. */
export function hasFreeRtos({ symbols }: ViewTarget): boolean {
  return symbols.symbolNamed('pxCurrentTCB') !== undefined || symbols.symbolNamed('pxCurrentTCBs') !== undefined;
}

export function findTasks(target: ViewTarget): KernelThreads {
  const current = findStatic('pxCurrentTCB', target) ?? findStatic('pxCurrentTCBs', target);
  const controlBlock = current && controlBlockType(current);
  // Without debug information nothing tells how a task looks.
  if (!current || !controlBlock) return { threads: [], damage: [] };
  const finder = new TaskFinder(controlBlock, target);
  // Before the scheduler starts the current task is only the one that will run first.
  if (findStatic('xSchedulerRunning', target)?.number !== 0) addRunning(current, finder);
  addLists(finder, target);
  finder.checkCount(findStatic('uxCurrentNumberOfTasks', target)?.number);
  return { threads: finder.read(), damage: finder.damage };
}

/** TCB_t, from `TCB_t *` or an array of them, one a core. */
function controlBlockType(current: View): TypeInfo | undefined {
  const pointer = current.element(0) ?? current;
  const pointee = pointer.type.kind === 'pointer' ? pointer.type.target() : undefined;
  const type = pointee && plainType(pointee);
  return type?.kind === 'struct' && !type.declarationOnly ? type : undefined;
}

function addRunning(current: View, finder: TaskFinder): void {
  if (current.count === undefined) {
    if (current.number !== undefined) finder.add(current.number, { kind: 'running' });
    return;
  }
  for (let core = 0; core < Math.min(current.count, MAX_CORES); core++) {
    const running = current.element(core)?.number;
    if (running !== undefined) finder.add(running, { kind: 'running', core });
  }
}

/** More cores than any chip has that FreeRTOS runs on: more is damage. */
const MAX_CORES = 64;
/** configMAX_PRIORITIES beyond this is damage. */
const MAX_PRIORITIES = 1024;

function addLists(finder: TaskFinder, target: ViewTarget): void {
  const ready = findStatic('pxReadyTasksLists', target);
  for (let priority = Math.min(ready?.count ?? 0, MAX_PRIORITIES) - 1; priority >= 0; priority--) {
    addList(ready?.element(priority), `FreeRTOS’s ready list ${priority}`, 'ready', finder);
  }
  for (const [name, kind] of LISTS) addList(findStatic(name, target), `FreeRTOS’s ${name}`, kind, finder);
}

const LISTS = [
  ['xPendingReadyList', 'pending-ready'],
  ['xDelayedTaskList1', 'delayed'],
  ['xDelayedTaskList2', 'delayed'],
  ['xSuspendedTaskList', 'suspended'],
  ['xTasksWaitingTermination', 'deleted'],
] as const;

/** A list that the kernel's configuration leaves out is not there; ESP-IDF's kernel has one of some lists for each core. */
function addList(list: View | undefined, name: string, kind: (typeof LISTS)[number][1] | 'ready', finder: TaskFinder): void {
  if (isList(list)) finder.addList(list, name, kind);
  for (let core = 0; core < Math.min(list?.count ?? 0, MAX_CORES); core++) {
    const own = list?.element(core);
    if (isList(own)) finder.addList(own, `${name}[${core}]`, kind);
  }
}
