/**
 * Zephyr's threads. With debug information `_kernel` and `struct k_thread` tell where everything is; without, the table of
 * offsets that CONFIG_DEBUG_THREAD_INFO puts into the image. Both need CONFIG_THREAD_MONITOR, which chains all threads.
 */
import { type Damage, hexAddress } from '@noinit/model';
import { findStatic } from '../kernel-statics.ts';
import { type KernelThread, type KernelThreads, kernelDamage, kernelGap, MAX_KERNEL_THREADS } from '../kernel-thread.ts';
import type { View, ViewTarget } from '../view.ts';
import { findTableThreads } from './offsets-table.ts';
import { readThread } from './read-thread.ts';

/** Whether the program is linked with Zephyr's kernel. Costs a look into the symbol table. */
export function hasZephyr({ symbols }: ViewTarget): boolean {
  return symbols.symbolNamed('_kernel') !== undefined;
}

export function findZephyrThreads(target: ViewTarget): KernelThreads {
  const kernel = findStatic('_kernel', target);
  if (kernel?.type.kind !== 'struct') return findTableThreads(target);
  const running = findRunning(kernel);
  const first = kernel.member('threads');
  const damage: Damage[] = [];
  const places = new Map<number, View>();
  if (first) addChain(first, places, damage);
  // Without the chain at least the running threads are known.
  for (const { view } of running) if (view && !places.has(view.at)) places.set(view.at, view);
  const threads = [...places.values()].map((thread) => {
    const core = running.find(({ view }) => view?.at === thread.at);
    return readThread(thread, core, target);
  });
  return { threads: threads.filter((thread): thread is KernelThread => thread !== undefined), damage };
}

export interface RunningOn {
  readonly view: View | undefined;
  /** Where there are several cores. */
  readonly core?: number;
}

/** CONFIG_MP_MAX_NUM_CPUS beyond this is damage. */
const MAX_CORES = 64;

/** `cpus[].current`; an anonymous union lets older kernels name it directly. */
function findRunning(kernel: View): readonly RunningOn[] {
  const cores = kernel.member('cpus');
  if (cores?.count === undefined) return [{ view: kernel.member('current')?.target }];
  const count = Math.min(cores.count, MAX_CORES);
  return Array.from({ length: count }, (_, core) => ({
    view: cores.element(core)?.member('current')?.target,
    ...(count > 1 && { core }),
  }));
}

function addChain(first: View, places: Map<number, View>, damage: Damage[]): void {
  let thread = first.target;
  while (thread) {
    if (places.has(thread.at))
      return void damage.push(kernelDamage(`Zephyr’s thread list runs in a circle at ${hexAddress(thread.at)}.`));
    if (places.size >= MAX_KERNEL_THREADS)
      return void damage.push(kernelDamage(`Zephyr’s thread list has more than ${MAX_KERNEL_THREADS} threads.`));
    const next = thread.member('next_thread');
    if (next?.number === undefined)
      return void damage.push(kernelGap(`Zephyr’s thread list leads to ${hexAddress(thread.at)}, which was not captured.`));
    places.set(thread.at, thread);
    thread = next.target;
  }
}
