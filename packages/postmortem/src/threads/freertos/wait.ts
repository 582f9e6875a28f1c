/**
 * What a blocked task waits for: the object whose list its event item stands in. A list inside a queue is a queue's because the
 * queue's other list is one too: an initialised list's index stands at its end marker.
 */
import { address, hexAddress } from '@noinit/model';
import type { Symbols, TypeInfo } from '@noinit/symbols';
import { findStatic } from '../kernel-statics.ts';
import { offsetOf, plainType, View, type ViewTarget } from '../view.ts';
import { findObjectName } from './object-name.ts';

export function describeWait(container: number, target: ViewTarget): string {
  const candidates = [...findQueues(container, target), ...findEventGroup(container, target)];
  // What has a name begins exactly there; a look-alike in memory that happens to fit has none.
  const found = candidates.find(({ name }) => name !== undefined) ?? candidates.find(({ isPlausible }) => isPlausible);
  return found ? found.describe(found.name ?? `at ${hexAddress(found.at)}`) : `list at ${hexAddress(container)}`;
}

interface Candidate {
  readonly at: number;
  readonly name: string | undefined;
  readonly isPlausible: boolean;
  readonly describe: (name: string) => string;
}

function findQueues(container: number, target: ViewTarget): Candidate[] {
  const type = findObjectType(QUEUE, target);
  if (!type) return [];
  return (['xTasksWaitingToReceive', 'xTasksWaitingToSend'] as const).flatMap((list) => {
    const offset = offsetOf(type, list)?.offset;
    const queue = offset === undefined ? undefined : new View(type, container - offset, target);
    if (!queue || !isInitialised(queue.member('xTasksWaitingToReceive')) || !isInitialised(queue.member('xTasksWaitingToSend')))
      return [];
    return [
      {
        at: queue.at,
        name: findObjectName(queue.at, target),
        isPlausible: isWorthWaiting(queue, list),
        describe: (name) => describeQueue(queue, list, name, target),
      },
    ];
  });
}

/** A task waits for a queue only while it is empty, or for space only while it is full. */
function isWorthWaiting(queue: View, list: string): boolean {
  const [waiting, length] = [queue.member('uxMessagesWaiting')?.number, queue.member('uxLength')?.number];
  if (waiting === undefined || length === undefined || length < 1) return false;
  return list === 'xTasksWaitingToSend' ? waiting === length : waiting === 0;
}

function describeQueue(queue: View, list: string, name: string, target: ViewTarget): string {
  const kind = findQueueKind(queue);
  if (kind === 'mutex') return `mutex ${name}${describeHolder(queue, target)}`;
  if (kind === 'semaphore') return `semaphore ${name}`;
  return list === 'xTasksWaitingToSend' ? `space in queue ${name}` : `queue ${name}`;
}

/** ucQueueType where trace facilities are on; else items of no size, and a head that is NULL for a mutex. */
function findQueueKind(queue: View): 'queue' | 'semaphore' | 'mutex' {
  const type = queue.member('ucQueueType')?.number;
  if (type !== undefined) return QUEUE_TYPES[type] ?? 'queue';
  if (queue.member('uxItemSize')?.number !== 0) return 'queue';
  return queue.member('pcHead')?.number === 0 ? 'mutex' : 'semaphore';
}

/** By queueQUEUE_TYPE_…: base or set, mutex, counting semaphore, binary semaphore, recursive mutex, set. */
const QUEUE_TYPES = ['queue', 'mutex', 'semaphore', 'semaphore', 'mutex', 'queue'] as const;

/** The holder is a member of a union since version 10.3, and shares the place of `pcTail` before. */
function describeHolder(queue: View, target: ViewTarget): string {
  const union = queue.member('u');
  const holder = (union?.member('xSemaphore')?.member('xMutexHolder') ?? queue.memberOf('pcTail'))?.number;
  const current = findStatic('pxCurrentTCB', target) ?? findStatic('pxCurrentTCBs', target)?.element(0);
  const pointee = current?.type.kind === 'pointer' ? current.type.target() : undefined;
  if (holder === undefined || holder === 0 || !pointee) return '';
  const name = new View(pointee, holder, target).member('pcTaskName')?.text;
  return name ? `, held by ${name}` : '';
}

function findEventGroup(container: number, target: ViewTarget): Candidate[] {
  const type = findObjectType(EVENT_GROUP, target);
  const offset = type && offsetOf(type, 'xTasksWaitingForBits')?.offset;
  if (!type || offset === undefined) return [];
  const at = container - offset;
  const isPlausible = isInitialised(new View(type, at, target).member('xTasksWaitingForBits'));
  return isPlausible ? [{ at, name: findObjectName(at, target), isPlausible, describe: (name) => `event group ${name}` }] : [];
}

/** Kernel objects' lists are only inserted into by order, so the index of one stays at its end marker. */
function isInitialised(list: View | undefined): boolean {
  const index = list?.member('pxIndex')?.number;
  return index !== undefined && index === list?.member('xListEnd')?.at;
}

interface ObjectSource {
  /** Functions of the kernel and the variable in them that leads to the object. */
  readonly functions: readonly string[];
  readonly variable: string;
  readonly member: string;
}

const QUEUE: ObjectSource = {
  functions: [
    'xQueueGenericSend',
    'xQueueReceive',
    'xQueueSemaphoreTake',
    'xQueueGenericReceive',
    'xQueueGenericReset',
    'xQueuePeek',
  ],
  variable: 'pxQueue',
  member: 'xTasksWaitingToReceive',
};
const EVENT_GROUP: ObjectSource = {
  functions: ['xEventGroupWaitBits', 'xEventGroupSetBits', 'xEventGroupSync', 'xEventGroupCreate', 'xEventGroupCreateStatic'],
  variable: 'pxEventBits',
  member: 'xTasksWaitingForBits',
};

const knownTypes = new WeakMap<Symbols, Map<ObjectSource, TypeInfo | undefined>>();

/** Handles are `void *` in old versions and lead to a declaration in others; the kernel's own functions know the whole type. */
function findObjectType(source: ObjectSource, { symbols }: ViewTarget): TypeInfo | undefined {
  const types = knownTypes.get(symbols) ?? new Map<ObjectSource, TypeInfo | undefined>();
  knownTypes.set(symbols, types);
  if (!types.has(source)) types.set(source, searchObjectType(source, symbols));
  return types.get(source);
}

function searchObjectType({ functions, variable, member }: ObjectSource, symbols: Symbols): TypeInfo | undefined {
  for (const name of functions) {
    const symbol = symbols.symbolNamed(name);
    const entry = symbol && address((symbol.address & ~1) >>> 0);
    const scope = entry === undefined ? undefined : symbols.locate(entry).at(-1);
    if (entry === undefined || !scope) continue;
    for (const info of symbols.variables(scope, entry)) {
      const type = info.name === variable ? plainType(info.type) : undefined;
      const pointee = type?.kind === 'pointer' ? type.target() : undefined;
      if (pointee && offsetOf(pointee, member)) return pointee;
    }
  }
  return undefined;
}
