/** What a pending thread waits for: the kernel object that its wait queue lies in, by the type of the static that holds it. */
import { address, hexAddress } from '@noinit/model';
import type { TypeInfo } from '@noinit/symbols';
import { allStatics } from '../kernel-statics.ts';
import { isAddress, plainType, View, type ViewTarget } from '../view.ts';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['k_sem', 'semaphore'],
  ['k_mutex', 'mutex'],
  ['k_queue', 'queue'],
  ['k_fifo', 'queue'],
  ['k_lifo', 'queue'],
  ['k_msgq', 'message queue'],
  ['k_mbox', 'mailbox'],
  ['k_pipe', 'pipe'],
  ['k_stack', 'stack'],
  ['k_event', 'event'],
  ['k_condvar', 'condition variable'],
  ['k_mem_slab', 'memory slab'],
  ['k_heap', 'heap'],
  ['k_timer', 'timer'],
  ['k_work_q', 'work queue'],
  ['k_thread', 'the end of thread'],
  ['z_futex_data', 'futex'],
]);

/** Statics of structures within structures that are looked into. */
const MAX_DEPTH = 4;

export function describePendedOn(queue: number, target: ViewTarget): string {
  for (const { name, type, at } of allStatics(target)) {
    if (queue < at) continue;
    const view = new View(type, at, target);
    if (queue >= at + (view.size ?? 0)) continue;
    const found = search(queue, view, name, 0);
    if (found) return describe(found);
  }
  const symbol = isAddress(queue) ? target.symbols.symbolAt(address(queue)) : undefined;
  return symbol?.kind === 'object' ? symbol.name : `wait queue at ${hexAddress(queue)}`;
}

interface Found {
  readonly path: string;
  readonly view: View;
  readonly kind: string;
}

/** The innermost kernel object of a known kind that holds the address. */
function search(at: number, view: View, path: string, depth: number): Found | undefined {
  const inner = depth < MAX_DEPTH ? searchParts(at, view, path, depth) : undefined;
  const kind = KINDS.get(structName(view.type));
  return inner ?? (kind === undefined ? undefined : { path, view, kind });
}

function searchParts(at: number, view: View, path: string, depth: number): Found | undefined {
  const { type } = view;
  if (type.kind === 'array') {
    const element = plainType(type.element);
    const size = 'size' in element ? (element.size ?? 0) : 0;
    const index = size > 0 ? Math.floor((at - view.at) / size) : 0;
    const part = view.element(index);
    return part && search(at, part, `${path}[${index}]`, depth + 1);
  }
  if (type.kind !== 'struct') return undefined;
  for (const { name } of type.members()) {
    const part = name === undefined ? undefined : view.member(name);
    if (!part || at < part.at || at >= part.at + (part.size ?? 0)) continue;
    const found = search(at, part, `${path}.${name}`, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function structName({ name }: TypeInfo): string {
  return name.replace(/^struct /, '');
}

/** A fifo is a queue inside: the outer name is the one that people gave it. */
function describe({ path, view, kind }: Found): string {
  const name = path.replace(/\._queue$/, '');
  const owner = kind === 'mutex' ? view.member('owner')?.target?.member('name')?.text : undefined;
  return `${kind} ${name}${owner ? `, held by ${owner}` : ''}`;
}
