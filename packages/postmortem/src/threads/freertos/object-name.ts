/** What people call a kernel object: its name in the queue registry, the static that holds its handle, or the static that is it. */
import { address } from '@noinit/model';
import { allStatics, findStatic } from '../kernel-statics.ts';
import { isAddress, plainType, View, type ViewTarget } from '../view.ts';

/** `rx_frames`; undefined where nothing has a name for what begins at the address. */
export function findObjectName(at: number, target: ViewTarget): string | undefined {
  return findRegistered(at, target) ?? findHandle(at, target) ?? findObject(at, target);
}

/** configQUEUE_REGISTRY_SIZE beyond this is damage. */
const MAX_REGISTRY = 1024;

function findRegistered(at: number, target: ViewTarget): string | undefined {
  const registry = findStatic('xQueueRegistry', target);
  for (let index = 0; index < Math.min(registry?.count ?? 0, MAX_REGISTRY); index++) {
    const item = registry?.element(index);
    if (item?.member('xHandle')?.number === at) return item.memberOf('pcQueueName')?.text || undefined;
  }
  return undefined;
}

/** Statics and their members that are looked at for handles. */
const MAX_LOOKS = 20_000;
/** Structures and arrays around a handle. */
const MAX_DEPTH = 3;
const MAX_ELEMENTS = 64;
/** The kernel's own statics lead to its objects too, and name nothing. */
const KERNEL_STATICS = /^(?:px(?:CurrentTCBs?|ReadyTasksLists|(?:Overflow)?DelayedTaskList)|xQueueRegistry)$/;

/** By what a pointer holds: how the source calls the first static that holds it. One dump's, made once. */
const knownHandles = new WeakMap<ViewTarget['memory'], ReadonlyMap<number, string>>();

function findHandle(at: number, target: ViewTarget): string | undefined {
  const handles = knownHandles.get(target.memory) ?? collectHandles(target);
  knownHandles.set(target.memory, handles);
  return handles.get(at);
}

function collectHandles(target: ViewTarget): ReadonlyMap<number, string> {
  const handles = new Map<number, string>();
  const looks = { left: MAX_LOOKS };
  for (const { name, type, at } of allStatics(target)) {
    if (looks.left <= 0) break;
    if (!KERNEL_STATICS.test(name)) addHandles(new View(type, at, target), name, handles, looks, 0);
  }
  return handles;
}

function addHandles(view: View, path: string, handles: Map<number, string>, looks: { left: number }, depth: number): void {
  looks.left -= 1;
  if (looks.left <= 0 || depth > MAX_DEPTH) return;
  const { type } = view;
  if (type.kind === 'pointer') {
    const to = view.number;
    if (to !== undefined && to !== 0 && !handles.has(to)) handles.set(to, path);
  }
  if (type.kind === 'struct') {
    for (const { name } of type.members()) {
      const member = name === undefined ? undefined : view.member(name);
      if (member) addHandles(member, `${path}.${name}`, handles, looks, depth + 1);
    }
  }
  if (type.kind === 'array' && isOfHandles(plainType(type.element).kind)) {
    for (let index = 0; index < Math.min(type.count ?? 0, MAX_ELEMENTS); index++) {
      const element = view.element(index);
      if (element) addHandles(element, `${path}[${index}]`, handles, looks, depth + 1);
    }
  }
}

function isOfHandles(kind: string): boolean {
  return kind === 'pointer' || kind === 'struct';
}

/** A static object, but not the heap that it was allocated from. Assemblers leave some data symbols without a type. */
function findObject(at: number, { symbols }: ViewTarget): string | undefined {
  const symbol = isAddress(at) ? symbols.symbolAt(address(at)) : undefined;
  return symbol && symbol.kind !== 'function' && symbol.address === at ? symbol.name : undefined;
}
