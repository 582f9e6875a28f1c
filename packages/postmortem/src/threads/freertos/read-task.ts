/** One task from its control block, TCB_t. */
import { hexAddress } from '@noinit/model';
import { findStatic } from '../kernel-statics.ts';
import type { KernelStack, KernelThread, ThreadContext } from '../kernel-thread.ts';
import { measureStack } from '../stack-use.ts';
import { isAddress, plainType, type View, type ViewTarget } from '../view.ts';
import { findHeapBlockSize } from './heap-block.ts';
import { readSavedContext } from './saved-context.ts';
import type { TaskPlace } from './task-finder.ts';
import { describeWait } from './wait.ts';

/** tskSTACK_FILL_BYTE. */
const FILL = 0xa5;
/** taskWAITING_NOTIFICATION, and eWaitingNotification of version 8. */
const WAITING_NOTIFICATION = 1;

export function readTask(task: View, place: TaskPlace, target: ViewTarget): KernelThread {
  const top = task.member('pxTopOfStack')?.number;
  const stack = readStack(task, place.kind === 'running' ? undefined : top, target);
  return {
    id: task.at,
    name: task.member('pcTaskName')?.text || `task at ${hexAddress(task.at)}`,
    ...readState(task, place, target),
    ...(stack && { stack }),
    context: readContext(place, top, target),
  };
}

function readContext(place: TaskPlace, top: number | undefined, target: ViewTarget): ThreadContext {
  if (place.kind !== 'running') return readSavedContext(top, target);
  return { kind: 'running', ...(place.core !== undefined && { core: place.core }) };
}

function readState(task: View, place: TaskPlace, target: ViewTarget): Pick<KernelThread, 'state' | 'waitsFor'> {
  switch (place.kind) {
    case 'running':
    case 'ready':
    case 'deleted':
      return { state: place.kind };
    case 'pending-ready':
      return { state: 'ready' };
    case 'delayed':
    case 'suspended': {
      const waitsFor = findWait(task, target);
      if (waitsFor !== undefined) return { state: 'blocked', waitsFor };
      return place.kind === 'delayed' ? { state: 'delayed', ...describeDelay(task, target) } : { state: 'suspended' };
    }
  }
}

/** A task that waits for an object stands with its event item in one of that object's lists. */
function findWait(task: View, target: ViewTarget): string | undefined {
  const container = task.member('xEventListItem')?.memberOf('pxContainer', 'pvContainer')?.number;
  if (container !== undefined && container !== 0) return describeWait(container, target);
  return isWaitingForNotification(task) ? 'notification' : undefined;
}

/** An array of states since version 10.4, one before. */
function isWaitingForNotification(task: View): boolean {
  const state = task.memberOf('ucNotifyState', 'eNotifyState');
  if (state?.count === undefined) return state?.number === WAITING_NOTIFICATION;
  const indices = Array.from({ length: Math.min(state.count, MAX_NOTIFICATIONS) }, (_, index) => index);
  return indices.some((index) => state.element(index)?.number === WAITING_NOTIFICATION);
}

/** configTASK_NOTIFICATION_ARRAY_ENTRIES beyond this is damage. */
const MAX_NOTIFICATIONS = 256;

function describeDelay(task: View, target: ViewTarget): { waitsFor?: string } {
  const wakes = task.memberOf('xStateListItem', 'xGenericListItem')?.member('xItemValue')?.number;
  const now = findStatic('xTickCount', target)?.number;
  return wakes === undefined || now === undefined ? {} : { waitsFor: `tick ${wakes >>> 0}, now ${now >>> 0}` };
}

function readStack(task: View, pointer: number | undefined, target: ViewTarget): KernelStack | undefined {
  const start = task.member('pxStack')?.number;
  if (start === undefined || start === 0) return undefined;
  return measureStack(start, findSize(task, start, target), pointer, FILL, target.memory);
}

/**
 * The control block has the stack's end only with configRECORD_STACK_HIGH_ADDRESS, rounded down to the port's alignment; a
 * stack that is a static array or a block of the heap is known exactly or nearly by that.
 */
function findSize(task: View, start: number, target: ViewTarget): number | undefined {
  const last = task.member('pxEndOfStack');
  const recorded = last?.number === undefined ? undefined : last.number - start + wordSize(last);
  const array = findArraySize(start, target);
  if (array !== undefined) return array;
  return recorded !== undefined && recorded > 0 ? recorded : findHeapBlockSize(start, target);
}

/** Arrays and structures around the array that is one stack. */
const MAX_AROUND = 4;

/** The static array that begins where the stack does; of an array of stacks, one element. */
function findArraySize(start: number, target: ViewTarget): number | undefined {
  const symbol = isAddress(start) ? target.symbols.symbolAt(start) : undefined;
  let view = symbol && findStatic(symbol.name, target);
  for (let depth = 0; view && depth < MAX_AROUND; depth++) {
    const inner = innerPart(view, start);
    if (!inner) return view.at === start && view.type.kind === 'array' ? view.size : undefined;
    view = inner;
  }
  return undefined;
}

/** The member, or the element that is itself a whole, that the address lies in. */
function innerPart(view: View, at: number): View | undefined {
  const { type } = view;
  if (type.kind === 'array') {
    const element = plainType(type.element);
    const size = element.kind === 'array' || element.kind === 'struct' ? element.size : 0;
    return size > 0 ? view.element(Math.floor((at - view.at) / size)) : undefined;
  }
  if (type.kind !== 'struct') return undefined;
  for (const { name } of type.members()) {
    const member = name === undefined ? undefined : view.member(name);
    if (member && at >= member.at && at < member.at + (member.size ?? 0)) return member;
  }
  return undefined;
}

function wordSize(pointer: View): number {
  const pointee = pointer.type.kind === 'pointer' ? pointer.type.target() : undefined;
  const type = pointee && plainType(pointee);
  return type && 'size' in type ? (type.size ?? 4) : 4;
}
