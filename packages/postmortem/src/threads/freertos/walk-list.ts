/** FreeRTOS's List_t: a ring of items through `xListEnd`, which is in the list itself. Bounded, whatever memory holds. */
import { type Damage, hexAddress } from '@noinit/model';
import { kernelDamage, kernelGap, MAX_KERNEL_THREADS } from '../kernel-thread.ts';
import type { View } from '../view.ts';

export interface WalkedList {
  /** The items, as ListItem_t. */
  readonly items: readonly View[];
  /** Why the list is not whole, where it is not; a list that was not captured at all is just empty. */
  readonly broken?: Damage;
}

export function walkList(list: View, name: string): WalkedList {
  const end = list.member('xListEnd');
  const promised = list.member('uxNumberOfItems')?.number;
  const items: View[] = [];
  const first = end?.member('pxNext')?.number;
  // Before the first task is made the kernel has not initialised its lists.
  if (!end || promised === undefined || first === undefined || (first === 0 && promised === 0)) return { items };
  const seen = new Set<number>([end.at]);
  let item = end.member('pxNext')?.target;
  while (item && item.at !== end.at) {
    if (seen.has(item.at)) return { items, broken: kernelDamage(`${name} runs in a circle at ${hexAddress(item.at)}.`) };
    if (items.length >= MAX_KERNEL_THREADS)
      return { items, broken: kernelDamage(`${name} has more than ${MAX_KERNEL_THREADS} tasks.`) };
    const container = item.memberOf('pxContainer', 'pvContainer')?.number;
    if (container === undefined)
      return { items, broken: kernelGap(`${name} leads to ${hexAddress(item.at)}, which was not captured.`) };
    if (container !== list.at)
      return { items, broken: kernelDamage(`${name} leads to ${hexAddress(item.at)}, which is no item of it.`) };
    seen.add(item.at);
    items.push(item);
    item = item.member('pxNext')?.target;
  }
  if (!item) return { items, broken: kernelDamage(`${name} ends without coming back to its start.`) };
  if (items.length !== promised)
    return { items, broken: kernelDamage(`${name} has ${items.length} tasks and says ${promised}.`) };
  return { items };
}

/** Whether a view can be a list at all: its type has the members of List_t, as a pointer or static names it. */
export function isList(view: View | undefined): view is View {
  return view?.member('xListEnd')?.member('pxNext') !== undefined;
}
