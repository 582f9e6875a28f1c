/** Collects the tasks that the kernel's lists lead to, each once, and what is wrong with the lists. */
import { type Damage, hexAddress } from '@noinit/model';
import type { TypeInfo } from '@noinit/symbols';
import { type KernelThread, kernelDamage, kernelGap, MAX_KERNEL_THREADS } from '../kernel-thread.ts';
import { offsetOf, View, type ViewTarget } from '../view.ts';
import { readTask } from './read-task.ts';
import { walkList } from './walk-list.ts';

/** Which list a task stands in, or that a core runs it. */
export type TaskPlace =
  | { readonly kind: 'running'; readonly core?: number }
  | { readonly kind: 'ready' | 'pending-ready' | 'delayed' | 'suspended' | 'deleted' };

/** Broken lists that are told: more would only say the same. */
const MAX_DAMAGE = 16;

export class TaskFinder {
  readonly #places = new Map<number, TaskPlace>();
  readonly #damage: Damage[] = [];
  readonly #controlBlock: TypeInfo;
  readonly #target: ViewTarget;

  constructor(controlBlock: TypeInfo, target: ViewTarget) {
    this.#controlBlock = controlBlock;
    this.#target = target;
  }

  get damage(): readonly Damage[] {
    return this.#damage;
  }

  /** Takes the control block at an address; the first place that names it counts. */
  add(at: number, place: TaskPlace): void {
    if (at === 0 || this.#places.has(at) || this.#places.size >= MAX_KERNEL_THREADS) return;
    this.#places.set(at, place);
  }

  addList(list: View, name: string, kind: Exclude<TaskPlace['kind'], 'running'>): void {
    const { items, broken } = walkList(list, name);
    if (broken) this.#addDamage(broken);
    for (const item of items) {
      const owner = item.member('pvOwner')?.number;
      if (owner !== undefined && this.#isItemOf(owner, item, kind)) this.add(owner, { kind });
      else this.#addDamage(kernelDamage(`${name} holds an item at ${hexAddress(item.at)} that is of no task.`));
    }
  }

  /** The kernel counts its tasks; fewer found means that a list was broken or lies in memory that was not captured. */
  checkCount(expected: number | undefined): void {
    const found = this.#places.size;
    if (expected === undefined || expected === found || found >= MAX_KERNEL_THREADS || this.#damage.length > 0) return;
    this.#damage.push(kernelGap(`FreeRTOS counts ${expected} tasks; its lists lead to ${found}.`));
  }

  read(): KernelThread[] {
    return [...this.#places].map(([at, place]) => readTask(new View(this.#controlBlock, at, this.#target), place, this.#target));
  }

  #addDamage(damage: Damage): void {
    if (this.#damage.length < MAX_DAMAGE) this.#damage.push(damage);
  }

  /** A list item lies inside the control block that it says is its owner. */
  #isItemOf(owner: number, item: View, kind: TaskPlace['kind']): boolean {
    const names = kind === 'pending-ready' ? ['xEventListItem'] : ['xStateListItem', 'xGenericListItem'];
    return names.some((name) => {
      const offset = offsetOf(this.#controlBlock, name)?.offset;
      return offset !== undefined && owner + offset === item.at;
    });
  }
}
