/**
 * What a blocked task waits for: the object whose list its event item stands in. A list inside a queue is a queue's because the
 * queue's other list is one too: an initialised list's index stands at its end marker.
 */
import { address, hexAddress } from '@noinit/model';
import type { Symbols, TypeInfo } from '@noinit/symbols';
import { findStatic } from '../kernel-statics.ts';
import { offsetOf, plainType, View, type ViewTarget } from '../view.ts';
import { nameObject } from './object-name.ts';

export function describeWait(container: number, target: ViewTarget): string {
  return describeQueueWait(container, target) ?? describeEventWait(container, target) ?? `list at ${hexAddress(container)}`;
}

function describeQueueWait(container: number, target: ViewTarget): string | undefined {
  const type = findObjectType(QUEUE, target);
  if (!type) return undefined;
  for (const [own, other] of [
    ['xTasksWaitingToReceive', 'xTasksWaitingToSend'],
    ['xTasksWaitingToSend', 'xTasksWaitingToReceive'],
  ] as const) {
    const offset = offsetOf(type, own)?.offset;
    const queue = offset === undefined ? undefined : new View(type, container - offset, target);
    if (queue && isInitialised(queue.member(own)) && isInitialised(queue.member(other))) return describeQueue(queue, own, target);
  }
  return undefined;
}

function describeQueue(queue: View, list: string, target: ViewTarget): string {
  const kind = findQueueKind(queue);
  const name = nameObject(queue.at, target);
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

function describeEventWait(container: number, target: ViewTarget): string | undefined {
  const type = findObjectType(EVENT_GROUP, target);
  const offset = type && offsetOf(type, 'xTasksWaitingForBits')?.offset;
  if (!type || offset === undefined) return undefined;
  const group = new View(type, container - offset, target);
  return isInitialised(group.member('xTasksWaitingForBits')) ? `event group ${nameObject(group.at, target)}` : undefined;
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
