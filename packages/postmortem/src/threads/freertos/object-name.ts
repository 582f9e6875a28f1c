/** What people call a kernel object: its name in the queue registry, the static that holds its handle, or the static that is it. */
import { address } from '@noinit/model';
import { allStatics, findStatic, placeOf } from '../kernel-statics.ts';
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

/** Statics and their members that are looked at for a handle. */
const MAX_LOOKS = 20_000;
const KERNEL_STATICS = /^(?:px(?:CurrentTCBs?|ReadyTasksLists|(?:Overflow)?DelayedTaskList)|xQueueRegistry)$/;
const MAX_DEPTH = 3;
const MAX_ELEMENTS = 64;

function findHandle(at: number, target: ViewTarget): string | undefined {
  const looks = { left: MAX_LOOKS };
  for (const info of allStatics(target)) {
    // The kernel's own statics lead to its objects too, and name nothing.
    if (KERNEL_STATICS.test(info.name)) continue;
    const place = placeOf(info, target);
    const path = place === undefined ? undefined : searchHandle(at, new View(info.type, place, target), info.name, looks, 0);
    if (path !== undefined) return path;
    if (looks.left <= 0) return undefined;
  }
  return undefined;
}

function searchHandle(at: number, view: View, path: string, looks: { left: number }, depth: number): string | undefined {
  looks.left -= 1;
  if (looks.left <= 0 || depth > MAX_DEPTH) return undefined;
  const { type } = view;
  if (type.kind === 'pointer') return view.number === at ? path : undefined;
  if (type.kind === 'struct') {
    for (const { name } of type.members()) {
      const member = name === undefined ? undefined : view.member(name);
      const found = member && searchHandle(at, member, `${path}.${name}`, looks, depth + 1);
      if (found !== undefined) return found;
    }
  }
  if (type.kind === 'array' && isOfHandles(plainType(type.element).kind)) {
    for (let index = 0; index < Math.min(type.count ?? 0, MAX_ELEMENTS); index++) {
      const element = view.element(index);
      const found = element && searchHandle(at, element, `${path}[${index}]`, looks, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isOfHandles(kind: string): boolean {
  return kind === 'pointer' || kind === 'struct';
}

/** A static object, but not the heap that it was allocated from. Assemblers leave some data symbols without a type. */
function findObject(at: number, { symbols }: ViewTarget): string | undefined {
  const symbol = isAddress(at) ? symbols.symbolAt(address(at)) : undefined;
  return symbol && symbol.kind !== 'function' && symbol.address === at ? symbol.name : undefined;
}
